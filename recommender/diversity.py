"""Stage 3, links that add to each other: never two of one text or one address, and variety among the rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.space import Space
from recommender.links import Candidates

VARIETY = 0.1
CONSIDERED = 4
"""How many times k candidates are weighed against each other."""


def diversify(
    ranked: Candidates, space: Space, alike: Sequence[NDArray[np.int32]], k: int, variety: float = VARIETY
) -> Candidates:
    """The k of `ranked`, best first, by maximal marginal relevance (Carbonell and Goldstein 1998) on the fused vectors.

    `alike` are codes of all articles, as of their groups of copies: of those with one code only the best is kept.
    Each next link has the largest (1 - variety) * score / best score - variety * (likeness to the nearest chosen one).
    """
    pool = ranked.take(unlike([codes[ranked.rows] for codes in alike], CONSIDERED * k))
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


def unlike(alike: Sequence[NDArray[np.int32]], most: int) -> list[int]:
    """The first `most` places at which every code is new, in their order: those before them were better."""
    kept: list[int] = []
    seen: list[set[int]] = [set() for _ in alike]
    for place, codes in enumerate(zip(*(one.tolist() for one in alike), strict=True)):
        if len(kept) == most:
            break
        if all(code not in before for code, before in zip(codes, seen, strict=True)):
            kept.append(place)
            for code, before in zip(codes, seen, strict=True):
                before.add(code)
    return kept
