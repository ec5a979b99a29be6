"""What the arrays of a version may hold: rows and buckets that there are, and numbers that can be compared."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.neighbours import Neighbours
from index.space import SPARSE_ARRAYS, UNKNOWN, Space
from index.words import BUCKETS, SparseRows

AT_ONCE = 1 << 20
"""Numbers that are looked at in one go: what is checked is never in memory as a whole."""
COSINE, SIGNAL, IDF = 1.01, 2.0, 40.0
"""The largest there can be: of unit length after rounding, a weighted one, and of more articles than there are."""
LAST_SECOND = 253_402_300_800.0
MOST_CODE = 1 << 32


def check_contents(space: Space, neighbours: Neighbours, duplicates: NDArray[np.int32]) -> None:
    """Refuse arrays that no build of ours can have made, or that would break an answer. Raises ValueError."""
    articles = len(space)
    for name, array, most in (
        ("vectors", space.vectors, COSINE),
        ("idf", space.idf, IDF),
        ("signals", neighbours.signals, SIGNAL),
    ):
        _check_within(name, array, -most, most)
    for name in ("language", "section", "author"):
        _check_within(name, getattr(space, name), UNKNOWN, MOST_CODE)
    for name in SPARSE_ARRAYS:
        _check_sparse(name, getattr(space, name))
    _check_within("neighbours", neighbours.rows, -1, articles - 1)
    _check_none("neighbours", _own_rows(neighbours.rows), "name an article itself")
    _check_published(space.published)
    _check_groups(duplicates)


def _check_within(name: str, array: NDArray[Any], least: float, most: float) -> None:
    # NaN compares with nothing, so it is refused as well.
    for start, part in _parts(array):
        if not ((part >= least) & (part <= most)).all():
            raise ValueError(f"{name}.npy: a number from row {start:,} on is not between {least:g} and {most:g}")


def _check_sparse(name: str, rows: SparseRows) -> None:
    starts, count = rows.starts, len(rows.buckets)
    if starts[0] != 0 or starts[-1] != count or (starts[1:] < starts[:-1]).any():
        raise ValueError(f"{name}.starts.npy: does not go up from 0 to {count:,}")
    _check_within(f"{name}.buckets", rows.buckets, 0, BUCKETS - 1)
    _check_within(f"{name}.values", rows.values, -COSINE, COSINE)


def _own_rows(rows: NDArray[np.int32]) -> bool:
    return any((part == np.arange(start, start + len(part))[:, None]).any() for start, part in _parts(rows))


def _check_published(published: NDArray[np.float64]) -> None:
    dated = published[np.count_nonzero(np.isnan(published)) :]
    _check_within("published", dated, -LAST_SECOND, LAST_SECOND)
    _check_none("published", bool((dated[1:] < dated[:-1]).any()), "go back in time")


def _check_groups(duplicates: NDArray[np.int32]) -> None:
    _check_within("duplicates", duplicates, 0, len(duplicates) - 1)
    strange = (duplicates > np.arange(len(duplicates))) | (duplicates[duplicates] != duplicates)
    _check_none("duplicates", bool(strange.any()), "are not the first rows of their groups")


def _check_none(name: str, found: bool, what: str) -> None:
    if found:
        raise ValueError(f"{name}.npy: rows that {what}")


def _parts(array: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    step = max(1, AT_ONCE // max(1, array[:1].size))
    return ((start, array[start : start + step]) for start in range(0, len(array), step))
