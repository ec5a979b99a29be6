"""Each article's nearest others, found once when an index is built, with how they are alike."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from index.arrays import Rows, Vectors
from index.space import SIGNALS, UNKNOWN, Probe, Space
from index.vectors import VectorIndex

NEIGHBOURS = 64
POOL = 192
BLOCK = 256

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`rows` (n, NEIGHBOURS) int32, nearest first, -1 where there are no more; `signals` (n, NEIGHBOURS, SIGNALS)."""

    rows: NDArray[np.int32]
    signals: NDArray[np.float16]

    def of(self, row: int) -> tuple[Rows, Vectors]:
        """The neighbours of one article, (m,), and their signals, (m, len(SIGNALS))."""
        rows = self.rows[row]
        found = rows >= 0
        return rows[found].astype(np.int64), self.signals[row][found].astype(np.float32)


def find_neighbours(space: Space, index: VectorIndex, progress: Progress = lambda _: None) -> Neighbours:
    """The neighbours of every article among those of its own or of unknown language."""
    # A product of one vector is too small to share: two threads would wait for each other far longer than it takes.
    with threadpool_limits(1, "blas"):
        return _find_neighbours(space, index, progress)


def _find_neighbours(space: Space, index: VectorIndex, progress: Progress) -> Neighbours:
    rows = np.full((len(space), NEIGHBOURS), -1, np.int32)
    signals = np.zeros((len(space), NEIGHBOURS, len(SIGNALS)), np.float16)
    for language in np.unique(space.language):
        members, others = np.flatnonzero(space.language == language), _reachable(space, int(language))
        part = index if len(others) == len(space) else VectorIndex.build(space.vectors[others])
        for start in range(0, len(members), BLOCK):
            block = members[start : start + BLOCK]
            pools = part.nearest(np.asarray(space.vectors[block], np.float32), POOL)
            for row, pool in zip(block, pools, strict=True):
                near, alike = closest(space, space.probe(row), others[pool][others[pool] != row])
                rows[row, : len(near)], signals[row, : len(near)] = near, alike
            progress(len(block))
    return Neighbours(rows, signals)


def closest(space: Space, probe: Probe, pool: Rows) -> tuple[Rows, Vectors]:
    """The best NEIGHBOURS of a pool by exact meaning and words, best first, with their signals."""
    signals = space.signals(probe, pool)
    order = np.lexsort((pool, -closeness(signals)))[:NEIGHBOURS]
    return pool[order], signals[order]


def closeness(signals: Vectors) -> Vectors:
    """What the fused vectors estimate, exactly: the weighted sum of two cosines, (n,)."""
    exact: Vectors = signals[:, 0] * np.float32(0.4) + signals[:, 1] * np.float32(0.6)
    return exact


def _reachable(space: Space, language: int) -> Rows:
    if language == UNKNOWN:
        return np.arange(len(space))
    return np.flatnonzero((space.language == language) | (space.language == UNKNOWN))
