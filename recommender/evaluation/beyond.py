"""What labels cannot see: how much of the catalogue is shown, how old and how alike links are, copies, gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.arrays import Rows
from index.snapshot import Snapshot
from recommender.evaluation.protocol import Question
from recommender.ranking import DAY
from recommender.reasons import relation

AGES = {"a week": 7.0, "a month": 30.0, "a year": 365.0}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one system showed for one page."""

    question: Question
    rows: Rows


def beyond(snapshot: Snapshot, shown: Sequence[Shown], k: int) -> dict[str, float]:
    """Shares and means over what a system showed, by name; see each line below for its meaning."""
    filled = [one for one in shown if len(one.rows)]
    pairs = [(one.question.row, row) for one in filled for row in one.rows]
    return {
        "coverage": len({row for _, row in pairs}) / len(snapshot),
        "similarity": _mean([_similarity(snapshot, one.rows) for one in filled if len(one.rows) > 1]),
        "copies": float(sum(_copies(snapshot, one) for one in filled)),
        "same_story": _mean([share for one in filled for share in _same_story(snapshot, one)]),
        "empty": 1 - len(filled) / max(1, len(shown)),
        "short": _mean([float(len(one.rows) < k) for one in shown]),
        **_ages(snapshot, pairs),
    }


def _ages(snapshot: Snapshot, pairs: Sequence[tuple[int, int]]) -> Mapping[str, float]:
    published = snapshot.space.published
    days = np.array([abs(published[page] - published[row]) / DAY for page, row in pairs])
    days = days[~np.isnan(days)]
    return {f"within {name}": float(np.mean(days <= most)) if len(days) else 0.0 for name, most in AGES.items()}


def _similarity(snapshot: Snapshot, rows: Rows) -> float:
    vectors = np.asarray(snapshot.space.vectors[rows], np.float32)
    return float((vectors @ vectors.T)[np.triu_indices(len(rows), 1)].mean())


def _copies(snapshot: Snapshot, one: Shown) -> int:
    groups = snapshot.duplicates[[one.question.row, *one.rows]]
    return len(groups) - len(set(groups.tolist()))


def _same_story(snapshot: Snapshot, one: Shown) -> list[float]:
    space, page = snapshot.space, one.question.row
    days = (space.published[one.rows] - space.published[page]) / DAY
    signals = space.signals(space.probe(page), one.rows)
    return [float(relation(day, alike) != "background") for day, alike in zip(days, signals, strict=True)]


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
