"""The arrays of a version: what each must be like, told from its header, and the files mapped into memory."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.manifest import ARRAYS
from index.neighbours import NEIGHBOURS
from index.space import SIGNALS, SPARSE_ARRAYS
from index.words import BUCKETS, SKETCH

Shape = tuple[int | None, ...]
"""None stands for any length."""


def map_arrays(folder: Path, articles: int, dimension: int) -> dict[str, NDArray[Any]]:
    """The arrays by their names, of as many articles and of a model of this dimension. Raises ValueError, OSError."""
    expected = _expected(articles, dimension)
    arrays = {name: _mapped(folder / f"{name}.npy", *expected[name]) for name in ARRAYS}
    for name in SPARSE_ARRAYS:
        if len(arrays[f"{name}.buckets"]) != len(arrays[f"{name}.values"]):
            raise ValueError(f"{name}.values.npy: not as many as there are in {name}.buckets.npy")
    return arrays


def _expected(articles: int, dimension: int) -> dict[str, tuple[str, Shape]]:
    shapes: dict[str, tuple[str, Shape]] = {
        "vectors": ("<f2", (articles, dimension + SKETCH)),
        "idf": ("<f4", (BUCKETS,)),
        "published": ("<f8", (articles,)),
        "neighbours": ("<i4", (articles, NEIGHBOURS)),
        "signals": ("<f2", (articles, NEIGHBOURS, len(SIGNALS))),
        "duplicates": ("<i4", (articles,)),
    }
    shapes |= dict.fromkeys(("language", "section", "author"), ("<i8", (articles,)))
    for name in SPARSE_ARRAYS:
        shapes[f"{name}.starts"] = ("<i8", (articles + 1,))
        shapes[f"{name}.buckets"], shapes[f"{name}.values"] = ("<i4", (None,)), ("<f2", (None,))
    return shapes


def _mapped(path: Path, kind: str, shape: Shape) -> NDArray[Any]:
    try:
        # Takes nothing but plain numbers: no pickle is ever read, and nothing larger than the file is asked for.
        mapped = np.lib.format.open_memmap(path, mode="r")
    except Exception as error:
        raise ValueError(f"{path.name}: {error}") from error
    if mapped.dtype != np.dtype(kind):
        raise ValueError(f"{path.name}: holds {mapped.dtype}, not {np.dtype(kind)}")
    if not _fits(mapped.shape, shape):
        wanted = ", ".join("any" if length is None else str(length) for length in shape)
        raise ValueError(f"{path.name}: its shape is {mapped.shape}, not ({wanted})")
    if not mapped.flags.c_contiguous:
        raise ValueError(f"{path.name}: its columns come first, not its rows")
    if mapped.offset + mapped.nbytes != path.stat().st_size:
        raise ValueError(f"{path.name}: longer than its numbers")
    # As a plain array: indexing a memmap makes a memmap, which takes longer than the copy itself.
    return np.asarray(mapped)


def _fits(shape: tuple[int, ...], wanted: Shape) -> bool:
    pairs = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(length is None or length == got for got, length in pairs)
