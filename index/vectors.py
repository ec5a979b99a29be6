"""The FAISS index over the fused vectors: exact for small corpora, inverted lists with binary codes for large ones."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows, Vectors
from index.vectors_file import check_file

FLAT_LIMIT = 20_000
GATHER_LIMIT = 5_000
POOL, POOL_FACTOR = 512, 3
PROBED_SHARE = 16
ROUNDING = 1e-5


class VectorIndex:
    """Finds the stored vectors with the largest inner product. Codes find a pool; exact vectors order it."""

    def __init__(self, index: faiss.Index, vectors: NDArray[np.float16]) -> None:
        self._index, self._vectors = index, vectors

    @classmethod
    def build(cls, vectors: NDArray[np.float16]) -> "VectorIndex":
        """An index of the rows of `vectors`, (n, d)."""
        rows, width = vectors.shape
        if rows <= FLAT_LIMIT:
            index: faiss.Index = faiss.IndexScalarQuantizer(
                width, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
        else:
            lists = int(4 * np.sqrt(rows))
            index = faiss.index_factory(width, f"IVF{lists},RaBitQfs", faiss.METRIC_INNER_PRODUCT)
            index.nprobe = max(8, lists // PROBED_SHARE)
        if rows:
            sample = vectors if rows <= FLAT_LIMIT else vectors[:: max(1, rows // 100_000)]
            index.train(np.asarray(sample, np.float32))
        for start in range(0, rows, 65_536):
            index.add(np.asarray(vectors[start : start + 65_536], np.float32))
        return cls(index, vectors)

    @classmethod
    def open(cls, path: Path, vectors: NDArray[np.float16]) -> "VectorIndex":
        """The index in a file, mapped: workers share its pages. Nothing can be added to it. Raises ValueError."""
        check_file(path, *vectors.shape)
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC), vectors)

    def save(self, path: Path) -> None:
        """Write the index to a file that does not exist yet. Raises OSError."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(str(error)) from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Rows of the k nearest to `query`, (d,), best first, ties by row; fewer where fewer are `allowed`, (n,)."""
        if allowed is not None and np.count_nonzero(allowed) <= GATHER_LIMIT:
            return self._best(query, np.flatnonzero(allowed), k)
        found = self.nearest(query[None], k, allowed)[0]
        if len(found) < k and allowed is not None and not self._exact:
            # More is allowed, but in lists that were not looked into.
            found = self.nearest(query[None], k, allowed, every_list=True)[0]
        return found

    def nearest(
        self, queries: Vectors, k: int, allowed: NDArray[np.bool_] | None = None, *, every_list: bool = False
    ) -> list[Rows]:
        """`search` for many queries, (q, d), in one pass over the index, or over every list of it."""
        size = min(len(self), k if self._exact else max(POOL, POOL_FACTOR * k))
        pools = self._pool(queries, size, self._parameters(allowed, every_list))
        return [self._best(query, pool[pool >= 0], k) for query, pool in zip(queries, pools, strict=True)]

    @property
    def _exact(self) -> bool:
        return isinstance(self._index, faiss.IndexScalarQuantizer)

    def _pool(self, queries: Vectors, size: int, parameters: faiss.SearchParameters | None) -> Rows:
        if not size:
            return np.empty((len(queries), 0), np.int64)
        found: Rows = self._index.search(queries, size, params=parameters)[1]
        return found

    def _parameters(self, allowed: NDArray[np.bool_] | None, every_list: bool) -> faiss.SearchParameters | None:
        if allowed is None:
            return None
        selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self._exact:
            return faiss.SearchParameters(sel=selector)
        lists = faiss.extract_index_ivf(self._index)
        return faiss.SearchParametersIVF(sel=selector, nprobe=lists.nlist if every_list else lists.nprobe)

    def _best(self, query: Vectors, rows: Rows, k: int) -> Rows:
        scores = np.asarray(self._vectors[rows], np.float32) @ query
        return rows[np.lexsort((rows, -scores))[:k]]


def recall_at(k: int, index: VectorIndex, vectors: NDArray[np.float16], sample: int = 200) -> float:
    """The share of the k exactly nearest rows that `index` finds, over evenly spaced queries from the corpus itself.

    A row as near as the k-th is as good: of many copies of one text, any will do.
    """
    if not len(vectors):
        return 1.0
    queries = np.asarray(vectors[:: max(1, len(vectors) // sample)], np.float32)
    exact = _exact(queries, vectors, k)
    found = index.nearest(queries, k)
    hits = 0
    for query, nearest, rows in zip(queries, exact, found, strict=True):
        least = float(np.asarray(vectors[nearest[-1]], np.float32) @ query) - ROUNDING
        hits += min(len(nearest), int(np.count_nonzero(np.asarray(vectors[rows], np.float32) @ query >= least)))
    return hits / max(1, exact.size)


def _exact(queries: Vectors, vectors: NDArray[np.float16], k: int, block: int = 20_000) -> Rows:
    k = min(k, len(vectors))
    best = np.full((len(queries), k), -np.inf, np.float32)
    rows = np.full((len(queries), k), -1, np.int64)
    for start in range(0, len(vectors), block):
        part = queries @ np.asarray(vectors[start : start + block], np.float32).T
        scores = np.concatenate([best, part], axis=1)
        at = np.concatenate([rows, np.broadcast_to(np.arange(start, start + part.shape[1]), part.shape)], axis=1)
        keep = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        best, rows = np.take_along_axis(scores, keep, 1), np.take_along_axis(at, keep, 1)
    return rows
