"""Figures as plain data: what is drawn and where, in the units of the drawing; the template only writes it down."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.statistics import Values

WIDTH, LABELS, NUMBERS = 400, 104, 48
"""Narrow, so that on a phone the writing is not shrunk; LABELS are left of the bars, NUMBERS right of them."""
BAR, GAP, LINE, AXIS = 13, 9, 17, 26
SIDE, LEFT, BELOW, ABOVE = 330, 44, 44, 10
"""The square of a reliability plot and what surrounds it."""
STEPS = (1, 2, 2.5, 5, 10)
TICKS = 5
AGES = {
    "up to a week": 7.0,
    "a week to a month": 30.0,
    "1 to 3 months": 91.0,
    "3 months to a year": 365.0,
    "1 to 3 years": 1096.0,
    "longer": np.inf,
}
BINS, IN_BIN = 8, 10
THRESHOLDS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
SURE = 1.959964
"""The normal quantile of a 95 % interval."""

Format = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """A value, whose it is (ours, rival or labels), and the ends of its interval where it has one."""

    owner: str
    value: float
    ends: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Bars that belong together under one label, and of how many `pages` they are where that is to be said."""

    label: str
    pages: int | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar's place: its top, how wide it is, its whisker's ends, and the number beside it."""

    owner: str
    y: float
    width: float
    whisker: tuple[float, float] | None
    text: str


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A label's baseline, and its bars."""

    row: Row
    y: float
    bars: tuple[DrawnBar, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars from `left`, and ticks (where, what is written)."""

    left: float
    height: float
    rows: tuple[DrawnRow, ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing, what its owners are called, and the rows in it as they were given."""

    title: str
    chart: BarChart
    owners: Mapping[str, str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Bin:
    """Links with about the same score: what was promised, what was found, and how sure that is."""

    links: int
    scores: tuple[float, float]
    predicted: float
    observed: float
    ends: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """A bin's place in a reliability plot, and its whisker's two ends."""

    x: float
    y: float
    whisker: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ReliabilityChart:
    """Points over a diagonal on which a calibrated model's would lie; a tick (where, text) serves both axes."""

    points: tuple[Point, ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """What a minimum score would do; `precision` is NaN where no link is kept."""

    least: float
    kept: float
    precision: float
    empty: float


def percent(share: float) -> str:
    """A share as readers write it; what is not all or nothing is not written so."""
    if 0 < share < 0.005 or 0.995 <= share < 1:
        return "<1%" if share < 0.5 else ">99%"
    return f"{share:.0%}"


def decimal(value: float) -> str:
    """A measure's value: two places are as many as an interval leaves."""
    return f"{value:.2f}"


def bar_chart(rows: Sequence[Row], written: Format) -> BarChart:
    """Rows of one bar have their labels on the left, rows of several have them above."""
    above = max(len(row.bars) for row in rows) > 1
    left = 0 if above else LABELS
    limit, marks = axis(max(_reach(bar) for row in rows for bar in row.bars))
    scale = (WIDTH - NUMBERS - left) / limit
    drawn, y = [], 0.0
    for row in rows:
        first = y + LINE if above else y
        bars = [_drawn(bar, first + place * (BAR + 2), scale, left, written) for place, bar in enumerate(row.bars)]
        drawn.append(DrawnRow(row, y + 12 if above else first + 10.5, tuple(bars)))
        y = bars[-1].y + BAR + GAP
    ticks = tuple((left + mark * scale, written(mark)) for mark in marks)
    return BarChart(left, y + AXIS - GAP, tuple(drawn), ticks)


def axis(most: float) -> tuple[float, tuple[float, ...]]:
    """Where an axis that must reach `most` ends, and a few round numbers on it from 0 on."""
    most = max(most, 1e-3)
    unit = 10.0 ** (ceil(log10(most / TICKS)) - 1)
    step = unit * next(step for step in STEPS if step * unit * TICKS >= most * (1 - 1e-9))
    ends = ceil(most / step * (1 - 1e-9))
    return ends * step, tuple(round(step * number, 6) for number in range(ends + 1))


def bins(by_page: Sequence[Values], found_by_page: Sequence[NDArray[np.bool_]]) -> list[Bin]:
    """Links by score in about equal counts: BINS of them, fewer where each would hold fewer than IN_BIN."""
    scores, found = np.concatenate(by_page), np.concatenate(found_by_page)
    order = np.argsort(scores, kind="stable")
    parts = np.array_split(order, max(1, min(BINS, len(order) // IN_BIN)))
    return [_bin(scores[part], found[part]) for part in parts if len(part)]


def calibration(parts: Sequence[Bin]) -> dict[str, float]:
    """What was promised and found in all, and the expected calibration error: how far apart the two are in a bin.

    All are means weighted by links.
    """
    weights = [part.links for part in parts]
    promised, found = np.array([part.predicted for part in parts]), np.array([part.observed for part in parts])
    each = {"promised": promised, "found": found, "error": np.abs(promised - found)}
    return {name: float(np.average(values, weights=weights)) for name, values in each.items()}


def reliability_chart(parts: Sequence[Bin], written: Format) -> ReliabilityChart:
    """Where the bins lie; both axes are the same."""
    limit, marks = axis(max(max(part.predicted, part.ends[1]) for part in parts))
    size = SIDE / limit

    def up(share: float) -> float:
        return float(ABOVE + SIDE - size * share)

    points = tuple(
        Point(LEFT + size * part.predicted, up(part.observed), (up(part.ends[0]), up(part.ends[1]))) for part in parts
    )
    return ReliabilityChart(points, tuple((size * mark, written(mark)) for mark in marks))


def cuts(scores: Sequence[Values], found: Sequence[NDArray[np.bool_]]) -> list[Cut]:
    """What each of THRESHOLDS would do to the pages' links."""
    return [_cut(least, scores, found) for least in THRESHOLDS]


def proportion(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share, square = found / of, SURE**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = SURE / (1 + square / of) * np.sqrt(share * (1 - share) / of + square / (4 * of**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def groups(labels: Sequence[str | None], least: int, most: int) -> dict[str, list[int]]:
    """The places of each label that at least `least` have, the `most` frequent ones first; capitals do not matter."""
    places: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        if label:
            places.setdefault(label.casefold(), []).append(place)
    frequent = sorted(places.values(), key=len, reverse=True)[:most]
    return {str(labels[own[-1]]): own for own in frequent if len(own) >= least}


def ages(days: Values) -> list[float]:
    """The share of each of AGES among distances in days; none where no distance is known."""
    known = np.abs(days[~np.isnan(days)])
    places = np.searchsorted(list(AGES.values()), known)
    return [float(np.mean(places == place)) for place in range(len(AGES))] if len(known) else []


def _reach(bar: Bar) -> float:
    return bar.ends[1] if bar.ends else bar.value


def _drawn(bar: Bar, y: float, scale: float, left: float, written: Format) -> DrawnBar:
    whisker = bar.ends and (left + bar.ends[0] * scale, left + bar.ends[1] * scale)
    return DrawnBar(bar.owner, y, bar.value * scale, whisker, written(bar.value))


def _bin(scores: Values, found: NDArray[np.bool_]) -> Bin:
    ends = proportion(int(found.sum()), len(found))
    return Bin(len(scores), (float(scores[0]), float(scores[-1])), float(scores.mean()), float(found.mean()), ends)


def _cut(least: float, scores: Sequence[Values], found: Sequence[NDArray[np.bool_]]) -> Cut:
    kept = [page >= least for page in scores]
    hits = sum(int(good[keep].sum()) for good, keep in zip(found, kept, strict=True))
    left, every = sum(int(keep.sum()) for keep in kept), sum(len(page) for page in scores)
    return Cut(least, left / max(1, every), hits / left if left else np.nan, float(np.mean([not any(k) for k in kept])))
