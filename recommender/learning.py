"""Learning a site's own weights: a logistic model, fitted to judged links, that stays near where it starts.

The fit is the maximum a posteriori estimate under a normal prior around the starting weights, on features scaled to
unit variance: with few judgements little moves, with many the site's own habits win.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from index.arrays import Rows, Vectors
from index.snapshot import Snapshot
from recommender.candidates import find_candidates
from recommender.evaluation.protocol import Question
from recommender.links import Rules
from recommender.ranking import FEATURES, Weights, features
from recommender.related import Recommender


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one page: their rows (m,), features (m, FEATURES), and which of them were picked (m,)."""

    question: Question
    rows: Rows
    features: Vectors
    picked: Vectors


def examples(snapshot: Snapshot, questions: Sequence[Question], *, k: int) -> list[Example]:
    """What the ranking sees for each question, with its judgements; pages without candidates are left out."""
    ours, made = Recommender(snapshot), []
    for question in questions:
        page = ours.stored(question.row)
        found = find_candidates(snapshot, page, Rules(k=k, before=question.before))
        if len(found):
            picked = np.array([row in question.gold for row in found.rows.tolist()], np.float32)
            made.append(Example(question, found.rows, features(page, found, snapshot.space), picked))
    return made


def fit(learned_from: Sequence[Sequence[Example]], start: Weights, strength: float) -> Weights:
    """Weights fitted to examples, each inner sequence (a site) counting alike; `strength` holds them to `start`."""
    rows = np.concatenate([example.features for site in learned_from for example in site]).astype(np.float64)
    picked = np.concatenate([example.picked for site in learned_from for example in site]).astype(np.float64)
    counts = np.concatenate([np.full(len(e.rows), 1 / len(site)) for site in learned_from for e in site])
    counts *= sum(map(len, learned_from)) / len(learned_from)
    scale = np.maximum(rows.std(axis=0), 1e-6)
    prior = np.append(start.coefficients * scale, start.intercept)
    design = np.column_stack([rows / scale, np.ones(len(rows))])

    def loss(values: Vectors) -> tuple[float, Vectors]:
        logits = design @ values
        error = 1 / (1 + np.exp(-logits)) - picked
        away = values - prior
        away[-1] = 0  # how often editors pick at all is the site's own
        cost = counts @ (np.logaddexp(0, logits) - picked * logits) + strength / 2 * away @ away
        return float(cost), design.T @ (counts * error) + strength * away

    with threadpool_limits(1):  # handing products this small to threads takes longer than they do
        best = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    coefficients = (best[:-1] / scale).astype(np.float32)
    return Weights(float(best[-1]), coefficients, {"examples": len(rows), "strength": strength})


def flat() -> Weights:
    """Weights that know nothing: where a fit starts that owes nothing to another site."""
    return Weights(0.0, np.zeros(len(FEATURES), np.float32), {})
