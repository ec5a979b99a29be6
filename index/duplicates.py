"""The same text again: wire copies, corrected and updated re-publications, also under another headline.

Two articles are one text when their words are nearly the same (cosine of tf-idf) and so are their phrases (shingles):
either alone also holds for templates and for rewritten stories.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows
from index.article import Article
from index.neighbours import Neighbours
from index.space import SIGNALS, Probe, Space

SHINGLE = 4
SAME_WORDS, RESEMBLANCE = 0.75, 0.3
SOME_WORDS, NEARLY_ALL = 0.4, 0.8
"""A short body under another headline shares fewer words, but nearly all of its phrases."""
SHORT = 20
COPIES_LOOKED_AT = 10
"""So many of the nearest articles may be the same text."""

_WORD = re.compile(r"\w+")
Shingles = NDArray[np.int64]


def shingles(article: Article) -> Shingles:
    """Hashes of every run of SHINGLE words of the body, ascending; of the headline too where the body is short."""
    words = _WORD.findall(article.text.lower())
    if len(words) < SHORT:
        words = _WORD.findall(article.title.lower()) + words
    runs = [" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))]
    return np.unique(np.array([crc32(run.encode()) for run in runs], np.int64))


def resemblance(a: Shingles, b: Shingles) -> float:
    """The share of all their shingles that two bodies have in common (Broder 1997)."""
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common / (len(a) + len(b) - common)


def same_text(words: float, a: Shingles, b: Shingles) -> bool:
    """Whether two bodies whose articles' words have this cosine are one text."""
    alike = resemblance(a, b)
    return alike >= NEARLY_ALL if words < SAME_WORDS else alike >= RESEMBLANCE


def copies_among(
    article: Article, probe: Probe, rows: Rows, space: Space, stored: Callable[[int], Article]
) -> list[int]:
    """Those of `rows` that are the same text as an article, which need not be stored, in their order."""
    words = space.signals(probe, rows)[:, SIGNALS.index("words")]
    own, some = shingles(article), np.flatnonzero(words >= SOME_WORDS)
    suspects = zip(rows[some].tolist(), words[some].tolist(), strict=True)
    return [row for row, alike in suspects if same_text(alike, own, shingles(stored(row)))]


def duplicate_groups(neighbours: Neighbours, article: Callable[[int], Article]) -> NDArray[np.int32]:
    """For each article the first row of its group of copies, (n,); its own row where there is no copy."""
    shingle = lru_cache(maxsize=4096)(lambda row: shingles(article(row)))
    parents = np.arange(len(neighbours.rows), dtype=np.int32)
    words = neighbours.signals[:, :, SIGNALS.index("words")]
    for row, place in np.argwhere((words >= SOME_WORDS) & (neighbours.rows >= 0)):
        other = int(neighbours.rows[row, place])
        a, b = _root(parents, int(row)), _root(parents, other)
        if a != b and same_text(float(words[row, place]), shingle(int(row)), shingle(other)):
            parents[max(a, b)] = min(a, b)
    return np.array([_root(parents, row) for row in range(len(parents))], np.int32)


def _root(parents: NDArray[np.int32], row: int) -> int:
    while parents[row] != row:
        parents[row] = parents[parents[row]]  # halves the path, or a group of thousands would be a chain
        row = int(parents[row])
    return row
