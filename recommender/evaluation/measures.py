"""Measures of a ranked list against graded judgements, each by its name: nDCG@5, recall@50, hit@3, MRR, precision@3."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

Measure = Callable[[Sequence[int], Mapping[int, float]], float]


def ndcg(ranked: Sequence[int], gold: Mapping[int, float], k: int) -> float:
    """Gain over the best possible, gain = grade, discounted by log2(rank + 1) (Järvelin and Kekäläinen 2002)."""
    ideal = _gain(sorted(gold.values(), reverse=True)[:k])
    return _gain([gold.get(row, 0.0) for row in ranked[:k]]) / ideal if ideal else 0.0


def recall(ranked: Sequence[int], gold: Mapping[int, float], k: int) -> float:
    """The share of the judged links among the first k."""
    return _hits(ranked, gold, k) / len(gold)


def precision(ranked: Sequence[int], gold: Mapping[int, float], k: int) -> float:
    """The share of the first k places that hold a judged link."""
    return _hits(ranked, gold, k) / k


def hit(ranked: Sequence[int], gold: Mapping[int, float], k: int) -> float:
    """1 where a judged link is among the first k, else 0."""
    return float(_hits(ranked, gold, k) > 0)


def reciprocal_rank(ranked: Sequence[int], gold: Mapping[int, float], k: int) -> float:
    """1 / the rank of the first judged link, 0 where there is none among the first k."""
    return next((1 / rank for rank, row in enumerate(ranked[:k], start=1) if row in gold), 0.0)


_BY_NAME = {"nDCG": ndcg, "recall": recall, "precision": precision, "hit": hit, "MRR": reciprocal_rank}
_NAME = re.compile(rf"({'|'.join(_BY_NAME)})(?:@([1-9]\d*))?")
DEPTH = 50
"""How many links of each system are measured."""


def measure(name: str) -> tuple[Measure, int]:
    """The measure called `name`, for example nDCG@5, and how many links it looks at. Raises ValueError."""
    found = _NAME.fullmatch(name)
    if not found:
        raise ValueError(f"{name!r} is no measure; write one of {', '.join(_BY_NAME)}, with @k as in nDCG@5")
    function, k = _BY_NAME[found[1]], int(found[2] or DEPTH)
    if k > DEPTH:
        raise ValueError(f"{name!r} looks too far; lists of {DEPTH} links are measured")
    return lambda ranked, gold: function(ranked, gold, k), k


def _gain(grades: Sequence[float]) -> float:
    return float(sum(grade / np.log2(rank + 1) for rank, grade in enumerate(grades, start=1)))


def _hits(ranked: Sequence[int], gold: Mapping[int, float], k: int) -> int:
    return sum(row in gold for row in ranked[:k])
