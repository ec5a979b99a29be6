"""Stage 2, how good would this link be: the probability that an editor would pick it.

A logistic model over what the page and the candidate share, how far that is from the best on offer, and how far apart
in time they are. The weights come with the package, learned from links that editors picked by hand.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from index.arrays import Vectors
from index.space import SIGNALS, Space
from recommender.links import Candidates, Page

DAY = 86_400.0
SCALES = {"within_days": 3.0, "within_weeks": 30.0, "within_a_year": 365.0}
COMPARED = ("meaning", "words", "mention")
FEATURES = (*SIGNALS, *(f"{name}_short_of_best" for name in COMPARED), *SCALES)
_COMPARED = [SIGNALS.index(name) for name in COMPARED]


@dataclass(frozen=True)
class Weights:
    """A logistic model over FEATURES, and where it was learned."""

    intercept: float
    coefficients: Vectors
    provenance: Mapping[str, Any]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Weights":
        """From the JSON object that a weights file holds. Raises KeyError for a missing feature."""
        by_name = document["coefficients"]
        return cls(
            float(document["intercept"]),
            np.array([by_name[name] for name in FEATURES], np.float32),
            document["provenance"],
        )


@cache
def default_weights() -> Weights:
    """The weights that come with the package."""
    return Weights.of(json.loads(files("recommender").joinpath("weights.json").read_text("utf-8")))


def rank(page: Page, candidates: Candidates, space: Space, weights: Weights) -> Candidates:
    """The candidates with their scores, best first, ties by row."""
    scores = score(features(page, candidates, space), weights)
    order = np.lexsort((candidates.rows, -scores))
    return Candidates(candidates.rows[order], candidates.signals[order], scores[order])


def features(page: Page, candidates: Candidates, space: Space) -> Vectors:
    """One row of FEATURES a candidate, (m, len(FEATURES))."""
    signals = candidates.signals
    compared = signals[:, _COMPARED]
    best = compared.max(axis=0, initial=0)
    days = np.abs(page.published - space.published[candidates.rows]) / DAY
    # A missing date is as good as far away.
    near = np.nan_to_num(np.exp(-days[:, None] / list(SCALES.values())))
    return np.concatenate([signals, compared - best, near], axis=1).astype(np.float32)


def score(rows: Vectors, weights: Weights) -> Vectors:
    """The model's probability for each row of features, (m,)."""
    probabilities: Vectors = 1 / (1 + np.exp(-(rows @ weights.coefficients + weights.intercept)))
    return probabilities.astype(np.float32)
