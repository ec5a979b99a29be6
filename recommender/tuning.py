"""Tuning: a site's own weights, learned from what its editors picked, adopted only when they are better.

Judged pages are split by time. Weights are fitted on the earlier part and compared on the later one with those that are
served; the strength of the prior is chosen inside the earlier part. Adopted weights are published as a version of their
own, so `use` takes them back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from index.releases import Releases
from index.snapshot import WEIGHTS, Snapshot
from recommender.evaluation.judgements import Judgements
from recommender.evaluation.measures import ndcg
from recommender.evaluation.protocol import Protocol, Question, split
from recommender.evaluation.rivals import rival
from recommender.evaluation.run import OURS, Progress, Result, ask, recommender
from recommender.evaluation.statistics import difference_p
from recommender.learning import Example, examples, fit
from recommender.ranking import Weights, default_weights, score

FEWEST_PAGES = 100
STRENGTHS = (1.0, 10.0, 100.0, 1000.0)
SURE = 0.05


@dataclass(slots=True)
class TuneReport:
    """What came of tuning: `quality` is the mean of `measure` on the later pages for each system."""

    adopted: bool
    reason: str
    pages: int
    measure: str = ""
    earlier_pages: int = 0
    later_pages: int = 0
    strength: float = 0.0
    quality: dict[str, float] = field(default_factory=dict)
    p: float | None = None
    version: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def tune(
    snapshot: Snapshot,
    judgements: Judgements,
    protocol: Protocol,
    rivals: Sequence[str],
    *,
    k: int = 5,
    progress: Progress = lambda *_: None,
) -> tuple[TuneReport, Weights | None]:
    """Fit and compare; the weights are None where the served ones stay. Nothing is written."""
    questions = protocol.questions(snapshot.space, judgements)
    if len(questions) < FEWEST_PAGES:
        few = f"{len(questions):,} pages with judged links are too few to learn from; {FEWEST_PAGES} are needed"
        return TuneReport(False, few, len(questions)), None
    earlier, later = split(questions)
    progress("learn", 0, None)
    weights = _fitted(examples(snapshot, earlier, k=k))
    weights = replace(weights, provenance=_provenance(snapshot, judgements, weights, earlier))
    systems = {OURS: recommender(snapshot, None, protocol), "tuned": recommender(snapshot, weights, protocol)}
    systems |= {name: rival(name, snapshot, judgements) for name in rivals}
    measure = f"nDCG@{k}"
    results = {name: ask(name, system, later, k, [measure], progress) for name, system in systems.items()}
    report = _verdict(results, measure)
    report.pages, report.earlier_pages, report.later_pages = len(questions), len(earlier), len(later)
    report.strength = float(weights.provenance["strength"])
    return report, weights if report.adopted else None


def publish(releases: Releases, weights: Weights) -> str:
    """Serve the current index with these weights, as a version of its own; returns its name."""
    document = weights.document()
    content = json.dumps(document, indent=1, ensure_ascii=False).encode()
    return releases.revise({WEIGHTS: content}, {"tuned": document["provenance"]})


def _fitted(learned_from: Sequence[Example]) -> Weights:
    inner = int(len(learned_from) * 2 / 3)
    first, last = learned_from[:inner], learned_from[inner:]
    start = default_weights()
    best = max(STRENGTHS, key=lambda strength: _quality(fit([first], start, strength), last))
    return fit([learned_from], start, best)


def _quality(weights: Weights, judged: Sequence[Example], k: int = 5) -> float:
    ranked = [one.rows[np.lexsort((one.rows, -score(one.features, weights)))].tolist() for one in judged]
    return float(np.mean([ndcg(rows, one.question.gold, k) for rows, one in zip(ranked, judged, strict=True)]))


def _verdict(results: Mapping[str, Result], measure: str) -> TuneReport:
    served, tuned = results[OURS].values[measure], results["tuned"].values[measure]
    p, gain = difference_p(tuned, served), float(tuned.mean() - served.mean())
    adopted = bool(gain > 0 and p < SURE)
    said = f"{gain:+.3f} {measure} on the later pages, p = {p:.4f}"
    reason = f"better: {said}" if adopted else f"not surely better, so nothing changes: {said}"
    quality = {name: round(float(result.values[measure].mean()), 4) for name, result in results.items()}
    return TuneReport(adopted, reason, 0, measure, quality=quality, p=round(p, 4))


def _provenance(
    snapshot: Snapshot, judgements: Judgements, weights: Weights, earlier: Sequence[Question]
) -> dict[str, Any]:
    return {
        **weights.provenance,
        "judgements": judgements.source,
        "pages": len(earlier),
        "index": snapshot.version,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
