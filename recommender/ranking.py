"""Stage 2, how good would this link be: the probability that an editor would pick it.

A logistic model over what the page and the candidate share, how far that is from the best on offer, and how far apart
in time they are. The weights come with the package, learned from links that editors picked by hand.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Vectors
from index.documents import as_object, read_json
from index.snapshot import WEIGHTS
from index.space import SIGNALS, Space
from recommender.links import Candidates, Page

log = logging.getLogger(__name__)

DAY = 86_400.0
YEAR_DAYS = 365.0
STEPS = (30, 300, 3_000)
NEARNESS = ("within_a_year", *(f"within_{steps}_articles" for steps in STEPS))
"""Nearness in days, and in articles published in between: a week is long for a wire and short for a blog."""
COMPARED = ("meaning", "words", "mention")
FEATURES = (*SIGNALS, *(f"{name}_short_of_best" for name in COMPARED), *NEARNESS)
_COMPARED = [SIGNALS.index(name) for name in COMPARED]


@dataclass(frozen=True)
class Weights:
    """A logistic model over FEATURES, and where it was learned."""

    intercept: float
    coefficients: Vectors
    provenance: Mapping[str, Any]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Weights":
        """From the JSON object that a weights file holds.

        Raises KeyError for a missing feature, and ValueError, TypeError or OverflowError for what is no number.
        """
        by_name = document["coefficients"]
        coefficients = np.array([by_name[name] for name in FEATURES], np.float32)
        intercept = float(document["intercept"])
        if not np.isfinite([intercept, *coefficients]).all():
            raise ValueError("a weight that is not a finite number")
        return cls(intercept, coefficients, as_object(document["provenance"]))

    def document(self) -> dict[str, Any]:
        """The JSON object that `of` reads."""
        named = zip(FEATURES, self.coefficients, strict=True)
        return {
            "provenance": dict(self.provenance),
            "intercept": round(self.intercept, 4),
            "coefficients": {name: round(float(value), 4) for name, value in named},
        }


@lru_cache(maxsize=8)
def weights_in(folder: Path) -> Weights:
    """A version's own weights where a site has tuned any, else those of the package."""
    try:
        return Weights.of(as_object(read_json(folder / WEIGHTS)))
    except FileNotFoundError:
        return default_weights()
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        log.warning(
            "%s: weights of another release (%s); the package's own are used until tune runs again", folder, error
        )
        return default_weights()


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
    return np.concatenate([signals, compared - best, _nearness(page, candidates, space)], axis=1).astype(np.float32)


def _nearness(page: Page, candidates: Candidates, space: Space) -> Vectors:
    published = space.published[candidates.rows]
    days = np.abs(page.published - published) / DAY
    between = np.where(np.isnan(published), np.inf, np.abs(space.places(candidates.rows) - page.place))
    far = np.concatenate([days[:, None] / YEAR_DAYS, between[:, None] / STEPS], axis=1)
    # A missing date is as good as far away: of NaN and 0, this takes 0.
    near: Vectors = np.fmax(np.exp(-far), 0).astype(np.float32)
    return near


def score(rows: Vectors, weights: Weights) -> Vectors:
    """The model's probability for each row of features, (m,)."""
    probabilities: Vectors = 1 / (1 + np.exp(-(rows @ weights.coefficients + weights.intercept)))
    return probabilities.astype(np.float32)
