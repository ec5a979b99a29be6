"""The evaluation as one self-contained HTML page: what was found and why for an editor, how sure for a scientist."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.address import urlsplit
from index.article import parse_moment
from index.durable import replace_whole
from recommender.counts import MAX_K
from recommender.evaluation import plots
from recommender.evaluation.beyond import Shown, beyond
from recommender.evaluation.measures import measure, ndcg
from recommender.evaluation.plots import Bar, BarChart, Figure, Format, Row, decimal, percent
from recommender.evaluation.run import LOOKED_AT, Evaluation, Result, summary
from recommender.evaluation.statistics import Values, interval
from recommender.links import Link
from recommender.ranking import DAY, Weights
from recommender.reasons import label, shared
from recommender.related import Recommender
from recommender.templating import templates_in

EXAMPLES = 20
IN_GROUP, GROUPS, GROUP_RESAMPLES = 10, 12, 1_999

_templates = templates_in("recommender.evaluation")


def write_report(evaluation: Evaluation, path: Path, weights: Weights | None = None) -> None:
    """Write the report, whole or not at all. Raises ValueError where `weights` are not those that were evaluated."""
    report = Report(evaluation, summary(evaluation), Recommender(evaluation.snapshot, weights))
    helpers = {"percent": percent, "decimal": decimal, "looked_at": LOOKED_AT, "day": day, "web_address": web_address}
    text = _templates.get_template("report.html").render(report=report, plots=plots, **helpers)
    replace_whole(path, text)


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged link and our `rank` and `score` for it, None where it has none; `copied` where we show another copy."""

    card: dict[str, Any]
    grade: float
    agreed: bool
    rank: int | None
    copied: bool
    score: float | None
    label: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """A page, how good our links for it are, those links and which of them are judged ones, and the judged ones."""

    card: dict[str, Any]
    value: float
    links: Sequence[tuple[Link, bool]]
    judged: Sequence[Judged]


@dataclass(frozen=True)
class Report:
    """What the template says, computed where it is first asked for; its texts are the publisher's own, untrusted."""

    evaluation: Evaluation
    figures: dict[str, Any]
    recommender: Recommender

    @property
    def ours(self) -> Result:
        """Our own result."""
        return self.evaluation.results[0]

    @property
    def judged(self) -> str:
        """What the judged links are called."""
        return "editors’ links" if self.figures["judgements"] == "picks" else "judged links"

    @property
    def measures(self) -> list[str]:
        """The names of the measures, the main one first."""
        return list(self.ours.values)

    @property
    def told(self) -> str:
        """The measure that can be told in plain words, else the main one."""
        return next((name for name in self.measures if name.startswith("hit")), self.measures[0])

    @cached_property
    def askable(self) -> int:
        """How many pages could be asked about, did the protocol not keep to some."""
        unlimited = replace(self.evaluation.protocol, later=False, sample=None)
        return len(unlimited.questions(self.evaluation.snapshot.space, self.evaluation.judgements))

    @cached_property
    def cards(self) -> list[dict[str, Any]]:
        """What is shown of each page."""
        return self.evaluation.snapshot.articles.cards(question.row for question in self.evaluation.questions)

    @cached_property
    def systems(self) -> dict[str, dict[str, Any]]:
        """The figures of all systems, the best by the main measure first."""
        return dict(sorted(self.figures["systems"].items(), key=lambda one: -one[1][self.measures[0]]))

    def perfect(self, name: str) -> float:
        """What a list of all judged links, best first, would reach: less than 1 where pages have few."""
        golds = [question.gold for question in self.evaluation.questions]
        return float(np.mean([measure(name)[0](sorted(gold, key=lambda row: -gold[row]), gold) for gold in golds]))

    def rival(self, name: str) -> Result | None:
        """The rival that is best by this measure."""
        return max(self.evaluation.results[1:], key=lambda rival: rival.values[name].mean(), default=None)

    @property
    def beyond(self) -> list[tuple[str, dict[str, float], dict[str, float]]]:
        """What `beyond` says of each system with its latency, and of the judged links, nameless and without one."""
        shown = [Shown(question, np.array(list(question.gold))) for question in self.evaluation.questions]
        judged = beyond(self.evaluation.snapshot, shown, self.evaluation.k)
        return [(name, one["beyond"], one["latency_ms"]) for name, one in self.systems.items()] + [("", judged, {})]

    def quality(self, name: str, written: Format) -> BarChart:
        """All systems by this measure."""
        return self._by_system(lambda one: (one[name], tuple(one["interval"][name])), written)

    @property
    def coverage(self) -> BarChart:
        """All systems by how much of the index they show."""
        return self._by_system(lambda one: (one["beyond"]["coverage"], None), percent)

    @property
    def sections(self) -> Figure | None:
        """Quality by section; None where there are not two of them to compare."""
        found = plots.groups([card["section"] for card in self.cards], IN_GROUP, GROUPS)
        return self._grouped("By section", found) if len(found) > 1 else None

    @property
    def times(self) -> Figure | None:
        """Quality by the pages' year, or by month where there are not two years to compare."""
        dates = [card["published"] or "" for card in self.cards]
        for title, length in (("By year of the page", 4), ("By month of the page", 7)):
            found = plots.groups([date[:length] for date in dates], IN_GROUP, GROUPS)
            if len(found) > 1:
                return self._grouped(title, dict(sorted(found.items())))
        return None

    @cached_property
    def ages(self) -> Figure | None:
        """How far in time links are from their pages, ours and the judged ones; None where nothing has a date."""
        asked = self.evaluation.questions
        shown = [(one.row, link.row) for one, links in zip(asked, self.answers, strict=True) for link in links]
        judged = [(one.row, row) for one in asked for row in one.gold]
        shares = {"ours": plots.ages(self._days(shown)), "labels": plots.ages(self._days(judged))}
        if not all(shares.values()):
            return None
        rows = [
            Row(name, None, tuple(Bar(owner, share[place]) for owner, share in shares.items()))
            for place, name in enumerate(plots.AGES)
            if any(share[place] for share in shares.values())
        ]
        owners = {"ours": "the recommender’s links", "labels": self.judged}
        return Figure("Ages of the links", plots.bar_chart(rows, percent), owners, rows)

    @cached_property
    def answers(self) -> list[list[Link]]:
        """Our links for each page with their scores; the same that were evaluated, or ValueError."""
        found = [self._links(place, self.evaluation.k) for place in range(len(self.cards))]
        for links, shown in zip(found, self.ours.shown, strict=True):
            if [link.row for link in links] != shown.rows[: len(links)].tolist():
                raise ValueError("these are not the weights that were evaluated; give write_report the same")
        return found

    @cached_property
    def scored(self) -> tuple[list[Values], list[NDArray[np.bool_]]]:
        """The scores of our links, and which of them are judged ones, by page."""
        pairs = list(zip(self.answers, self.evaluation.questions, strict=True))
        scores = [np.array([link.score for link in links]) for links, _ in pairs]
        return scores, [np.array([link.row in one.gold for link in links], np.bool_) for links, one in pairs]

    @property
    def examples(self) -> tuple[list[Example], list[Example]]:
        """The best and the worst pages: by nDCG@k, then by row; of those at 0 the ones with most judged links first."""
        k, shown = self.evaluation.k, self.ours.shown
        values = [ndcg(one.rows.tolist(), one.question.gold, k) for one in shown]
        best = sorted(range(len(shown)), key=lambda place: (-values[place], place))
        best = [place for place in best if values[place]][: min(EXAMPLES, (len(shown) + 1) // 2)]
        rest = [place for place in range(len(shown)) if place not in best]
        worst = sorted(rest, key=lambda place: (values[place], -len(shown[place].question.gold), place))[:EXAMPLES]
        return [self._example(p, values[p]) for p in best], [self._example(p, values[p]) for p in worst]

    def _days(self, pairs: Iterable[tuple[int, int]]) -> Values:
        published = self.evaluation.snapshot.space.published
        return np.array([published[link] - published[page] for page, link in pairs]) / DAY

    def _links(self, place: int, k: int) -> list[Link]:
        question, ask = self.evaluation.questions[place], self.recommender
        page = ask.stored(question.row)
        links = ask.answer(page, self.evaluation.protocol.rules(page, question, k)).links
        return [link for link in links if question.allowed[link.row]]

    def _by_system(self, value: Callable[[dict[str, Any]], tuple[Any, Any]], written: Format) -> BarChart:
        owners = {name: "ours" if name == self.ours.name else "rival" for name in self.systems}
        rows = [Row(name, None, (Bar(owners[name], *value(one)),)) for name, one in self.systems.items()]
        return plots.bar_chart(rows, written)

    def _grouped(self, title: str, found: dict[str, list[int]]) -> Figure:
        name, rival = self.measures[0], self.rival(self.measures[0])
        both = {"ours": self.ours} | ({"rival": rival} if rival else {})

        def bar(owner: str, values: Values) -> Bar:
            return Bar(owner, float(values.mean()), interval(values, resamples=GROUP_RESAMPLES))

        rows = [
            Row(group, len(places), tuple(bar(owner, one.values[name][places]) for owner, one in both.items()))
            for group, places in found.items()
        ]
        return Figure(title, plots.bar_chart(rows, decimal), {owner: one.name for owner, one in both.items()}, rows)

    def _example(self, place: int, value: float) -> Example:
        snapshot, question, links = self.evaluation.snapshot, self.evaluation.questions[place], self.answers[place]
        scores = {link.row: link.score for link in [*self._links(place, MAX_K), *links]}
        shown, page = self.ours.shown[place].rows, self.recommender.stored(question.row)
        agreed = {link.row for link in links} & set(question.gold)
        rows = sorted(question.gold, key=lambda row: (row not in agreed, -question.gold[row]))
        judged = []
        for row, card in zip(rows, snapshot.articles.cards(rows), strict=True):
            places = np.flatnonzero(snapshot.duplicates[shown] == snapshot.duplicates[row])
            rank, copied = (int(places[0]) + 1, row not in shown) if len(places) else (None, False)
            why = label(page, shared(page, card["tags"], card["terms"]), card["section"])
            judged.append(Judged(card, question.gold[row], row in agreed, rank, copied, scores.get(row), why))
        ours = [(link, link.row in agreed) for link in links]
        return Example(self.cards[place], value, ours, judged)


def day(moment: str | None) -> str | None:
    """The day of a moment as it is written in a paper."""
    return f"{(parsed := parse_moment(moment)).day} {parsed:%b %Y}" if moment else None


def web_address(url: str) -> str | None:
    """The URL if it is safe to put in an href, else None."""
    return url if urlsplit(url).scheme in ("http", "https") else None
