"""Stage 3, links that add to each other: never two copies of one text, and variety among the rest."""

import numpy as np
from numpy.typing import NDArray

from index.space import Space
from recommender.links import Candidates

VARIETY = 0.1
CONSIDERED = 4
"""How many times k candidates are weighed against each other."""


def diversify(
    ranked: Candidates, space: Space, duplicates: NDArray[np.int32], k: int, variety: float = VARIETY
) -> Candidates:
    """The k of `ranked`, best first, by maximal marginal relevance (Carbonell and Goldstein 1998) on the fused vectors.

    Each next link has the largest (1 - variety) * score / best score - variety * (likeness to the nearest chosen one).
    """
    pool = ranked.take(_without_copies(duplicates[ranked.rows], CONSIDERED * k))
    if not len(pool):
        return pool
    vectors = np.asarray(space.vectors[pool.rows], np.float32)
    worth = (1 - variety) * pool.scores / pool.scores[0]
    likeness = np.zeros(len(pool), np.float32)
    chosen: list[int] = []
    while len(chosen) < min(k, len(pool)):
        best = int(np.argmax(worth - variety * likeness))
        chosen.append(best)
        worth[best] = -np.inf
        np.maximum(likeness, vectors @ vectors[best], out=likeness)
    return pool.take(chosen)


def _without_copies(groups: NDArray[np.int32], most: int) -> list[int]:
    # The place of each group's first, that is its best, in the order of the ranking.
    first: dict[int, int] = {}
    for place, group in enumerate(groups.tolist()):
        if first.setdefault(group, place) == place and len(first) == most:
            break
    return list(first.values())
