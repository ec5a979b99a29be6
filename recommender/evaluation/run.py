"""One evaluation: systems over the questions of a protocol, measured side by side."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.arrays import Rows
from index.snapshot import Snapshot
from recommender.evaluation.beyond import Shown, beyond
from recommender.evaluation.judgements import JudgementError, Judgements
from recommender.evaluation.measures import DEPTH, measure
from recommender.evaluation.protocol import Protocol, Question
from recommender.evaluation.rivals import System, rival
from recommender.evaluation.statistics import Values, difference_p, interval
from recommender.ranking import Weights
from recommender.related import Recommender

OURS = "recommender"
LOOKED_AT = DEPTH

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What one system did: the values of each measure by page, what it showed, and how long each answer took."""

    name: str
    values: Mapping[str, Values]
    shown: Sequence[Shown]
    seconds: Values


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All systems over the same questions. The first system is ours."""

    snapshot: Snapshot
    judgements: Judgements
    protocol: Protocol
    k: int
    questions: Sequence[Question]
    results: Sequence[Result]


def evaluate(
    snapshot: Snapshot,
    judgements: Judgements,
    protocol: Protocol,
    rivals: Sequence[str],
    *,
    k: int = 5,
    measures: Sequence[str] | None = None,
    others: Mapping[str, System] | None = None,
    weights: Weights | None = None,
    progress: Progress = lambda *_: None,
) -> Evaluation:
    """Ask the recommender, each rival and `others` every question, and measure the answers.

    Raises JudgementError where no page is left to ask, ValueError and KeyError for unknown measures and rivals.
    """
    names = measures or default_measures(k)
    questions = protocol.questions(snapshot.space, judgements)
    if not questions:
        raise JudgementError(f"{judgements.source}: no judged page is left under this protocol; try --protocol whole")
    results = [ask(OURS, recommender(snapshot, weights, protocol), questions, k, names, progress)]
    for name in rivals:
        progress(f"prepare {name}", 0, None)
        results.append(ask(name, rival(name, snapshot, judgements), questions, k, names, progress))
    for name, system in (others or {}).items():
        results.append(ask(name, system, questions, k, names, progress))
    return Evaluation(snapshot, judgements, protocol, k, questions, results)


def default_measures(k: int) -> list[str]:
    """The measures that are reported where none are named."""
    return [f"nDCG@{k}", f"recall@{LOOKED_AT}", "hit@3", "MRR", "precision@3"]


def recommender(snapshot: Snapshot, weights: Weights | None = None, protocol: Protocol | None = None) -> System:
    """Our own system as a plain function of a question and k, through the path that serves readers."""
    ours, within = Recommender(snapshot, weights), protocol or Protocol()

    def links(question: Question, k: int) -> Rows:
        page = ours.stored(question.row)
        answer = ours.answer(page, within.rules(page, question, k))
        rows = np.array([link.row for link in answer.links], np.int64)
        return rows[question.allowed[rows]]

    return links


def summary(evaluation: Evaluation) -> dict[str, Any]:
    """The whole evaluation as one JSON object: means, intervals, p against ours, and what labels cannot see."""
    ours = evaluation.results[0]
    return {
        "judgements": evaluation.judgements.source,
        "unknown_pairs": evaluation.judgements.unknown,
        "protocol": evaluation.protocol.kind,
        "queries": len(evaluation.questions),
        "k": evaluation.k,
        "index": evaluation.snapshot.version,
        "systems": {result.name: _figures(evaluation, result, ours) for result in evaluation.results},
    }


def _figures(evaluation: Evaluation, result: Result, ours: Result) -> dict[str, Any]:
    shown = [Shown(one.question, one.rows[: evaluation.k]) for one in result.shown]
    means = {name: round(float(values.mean()), 4) for name, values in result.values.items()}
    intervals = {name: [round(end, 4) for end in interval(values)] for name, values in result.values.items()}
    p50, p99 = np.quantile(result.seconds, [0.5, 0.99]) * 1000
    return {
        **means,
        "interval": intervals,
        "p_against_ours": None
        if result is ours
        else {name: round(difference_p(ours.values[name], values), 4) for name, values in result.values.items()},
        "beyond": {name: round(value, 4) for name, value in beyond(evaluation.snapshot, shown, evaluation.k).items()},
        "latency_ms": {"p50": round(float(p50), 3), "p99": round(float(p99), 3)},
    }


def ask(
    name: str,
    system: System,
    questions: Sequence[Question],
    k: int,
    measures: Sequence[str],
    progress: Progress,
) -> Result:
    """What a system answers to every question, measured."""
    shown, seconds = [], []
    for number, question in enumerate(questions):
        started = time.perf_counter()
        rows = system(question, k)
        seconds.append(time.perf_counter() - started)
        # What is chosen for variety among 5 differs from the first 5 of 50: readers get the former.
        deeper = system(question, LOOKED_AT)
        rows = np.concatenate([rows, deeper[~np.isin(deeper, rows)]])
        shown.append(Shown(question, rows))
        progress(name, number + 1, len(questions))
    return Result(name, {each: _values(each, shown) for each in measures}, shown, np.array(seconds))


def _values(name: str, shown: Sequence[Shown]) -> Values:
    function, _ = measure(name)
    return np.array([function(one.rows.tolist(), one.question.gold) for one in shown])
