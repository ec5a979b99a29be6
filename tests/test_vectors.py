"""The FAISS index against FAISS's own exact one and plain numpy: flat, with inverted lists, filtered, and on disk."""

from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import vectors as vectors_module
from index.arrays import Vectors
from index.meaning import unit
from index.vectors import VectorIndex, recall_at

ROWS, WIDTH = 2_000, 64


@pytest.fixture(scope="module")
def stored() -> np.ndarray:
    """2,000 vectors of length one around 40 centres."""
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(40, WIDTH))
    return unit(centres[rng.integers(40, size=ROWS)] + 0.6 * rng.normal(size=(ROWS, WIDTH))).astype(np.float16)


@pytest.fixture(params=["flat", "lists"])
def index(request: pytest.FixtureRequest, stored: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    monkeypatch.setattr(vectors_module, "FLAT_LIMIT", ROWS if request.param == "flat" else 100)
    return VectorIndex.build(stored)


def exact(stored: np.ndarray, queries: Vectors, k: int, allowed: np.ndarray | None = None) -> np.ndarray:
    """The rows that FAISS's own exact index finds."""
    rows = np.arange(len(stored)) if allowed is None else np.flatnonzero(allowed)
    reference = faiss.IndexFlatIP(stored.shape[1])
    reference.add(stored[rows].astype(np.float32))
    return rows[reference.search(queries, k)[1]]


def test_of_many_copies_of_one_vector_any_is_as_good_as_another(index: VectorIndex, stored: np.ndarray) -> None:
    copies = np.concatenate([np.repeat(stored[:1], 300, axis=0), stored[300:]])
    assert recall_at(10, VectorIndex.build(copies), copies) > 0.98
    assert recall_at(10, index, copies) < 0.9


def queries_of(stored: np.ndarray) -> Vectors:
    return stored[::50].astype(np.float32)


def test_a_flat_index_finds_what_the_exact_one_finds(stored: np.ndarray) -> None:
    queries = queries_of(stored)
    found = VectorIndex.build(stored).nearest(queries, 10)
    assert np.array_equal(np.array(found), exact(stored, queries, 10))


def test_either_kind_finds_nearly_all_and_each_vector_itself_first(index: VectorIndex, stored: np.ndarray) -> None:
    queries = queries_of(stored)
    found = index.nearest(queries, 10)
    assert [rows[0] for rows in found] == list(range(0, ROWS, 50))
    hits = [len(np.intersect1d(a, b)) for a, b in zip(found, exact(stored, queries, 10), strict=True)]
    assert np.mean(hits) / 10 > 0.9
    assert recall_at(10, index, stored) > 0.9


def test_what_is_found_is_ordered_by_exact_products_best_first(index: VectorIndex, stored: np.ndarray) -> None:
    query = stored[3].astype(np.float32)
    products = stored[index.search(query, 50)].astype(np.float32) @ query
    assert len(products) == 50
    assert (np.diff(products) <= 0).all()


@pytest.mark.parametrize(
    ("every", "gather", "share"),
    [(2, 0, 0.9), (2, ROWS, 1), (20, ROWS, 1)],
    ids=["wide, in the index", "wide, gathered", "narrow, gathered"],
)
def test_a_filtered_search_finds_the_best_of_the_allowed_only(
    index: VectorIndex, stored: np.ndarray, monkeypatch: pytest.MonkeyPatch, every: int, gather: int, share: float
) -> None:
    monkeypatch.setattr(vectors_module, "GATHER_LIMIT", gather)
    allowed = np.arange(ROWS) % every == 1
    hits = 0
    for query in queries_of(stored):
        found = index.search(query, 10, allowed)
        assert allowed[found].all()
        hits += len(np.intersect1d(found, exact(stored, query[None], 10, allowed)[0]))
    assert hits / 400 >= share


def test_a_narrow_filter_is_exact_because_its_rows_are_gathered(index: VectorIndex, stored: np.ndarray) -> None:
    allowed = np.zeros(ROWS, np.bool_)
    allowed[[5, 17, 1_999]] = True
    query = stored[17].astype(np.float32)
    assert index.search(query, 10, allowed).tolist() == exact(stored, query[None], 3, allowed)[0].tolist()
    assert index.search(query, 1, allowed).tolist() == [17]
    assert index.search(query, 10, np.zeros(ROWS, np.bool_)).tolist() == []


def test_equal_vectors_are_ordered_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = np.repeat(np.eye(2, 8, dtype=np.float16), 3, axis=0)
    allowed = np.array([True, False, True, True, True, True])
    index = VectorIndex.build(stored)
    for gather in (0, 10):
        monkeypatch.setattr(vectors_module, "GATHER_LIMIT", gather)
        assert index.search(np.eye(8, dtype=np.float32)[0], 6, allowed).tolist() == [0, 2, 3, 4, 5]


def test_more_than_there_are_is_all_there_is(index: VectorIndex) -> None:
    small = VectorIndex.build(np.eye(3, 8, dtype=np.float16))
    assert small.search(np.array([0.1, 0.9, 0.5, 0, 0, 0, 0, 0], np.float32), 10).tolist() == [1, 2, 0]
    assert index.search(np.eye(WIDTH, dtype=np.float32)[0], 0).tolist() == []


def test_an_empty_index_finds_nothing() -> None:
    empty = VectorIndex.build(np.empty((0, 8), np.float16))
    assert len(empty) == 0
    assert [rows.tolist() for rows in empty.nearest(np.eye(2, 8, dtype=np.float32), 5)] == [[], []]
    assert recall_at(10, empty, np.empty((0, 8), np.float16)) == 1


def test_an_index_on_disk_answers_as_it_did_in_memory(index: VectorIndex, stored: np.ndarray, tmp_path: Path) -> None:
    index.save(tmp_path / "vectors.faiss")
    opened = VectorIndex.open(tmp_path / "vectors.faiss", stored)
    allowed = np.arange(ROWS) % 2 == 0
    assert len(opened) == len(index) == ROWS
    for query in queries_of(stored):
        assert opened.search(query, 20).tolist() == index.search(query, 20).tolist()
        assert opened.search(query, 20, allowed).tolist() == index.search(query, 20, allowed).tolist()


def test_the_kind_of_index_follows_the_number_of_rows(stored: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "FLAT_LIMIT", 500)
    assert isinstance(VectorIndex.build(stored[:500])._index, faiss.IndexScalarQuantizer)
    lists = faiss.extract_index_ivf(VectorIndex.build(stored[:501])._index)
    assert (lists.nlist, lists.nprobe, lists.ntotal) == (89, 8, 501)


class Half:
    """An index that finds only even rows, and those exactly."""

    def __init__(self, stored: np.ndarray) -> None:
        self.stored = stored.astype(np.float32)

    def nearest(self, queries: Vectors, k: int) -> list[np.ndarray]:
        products = queries @ self.stored[::2].T
        return [2 * np.argsort(-row)[:k] for row in products]


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (VectorIndex.build, lambda _: 1.0),
        (Half, lambda best: float((best % 2 == 0).mean())),
    ],
    ids=["exact", "every other row"],
)
def test_recall_is_the_share_of_the_exactly_nearest_that_are_found(
    stored: np.ndarray, make: Callable[[np.ndarray], VectorIndex], wanted: Callable[[np.ndarray], float]
) -> None:
    some = stored[:400]
    best = np.argsort(-(some.astype(np.float32)[::2] @ some.astype(np.float32).T), axis=1, kind="stable")[:, :10]
    assert recall_at(10, make(some), some, sample=200) == pytest.approx(wanted(best), abs=0.002)


def test_the_exact_rows_do_not_depend_on_the_block_they_are_computed_in(stored: np.ndarray) -> None:
    queries = queries_of(stored)
    for block in (7, 1_000, ROWS):
        assert np.array_equal(vectors_module._exact(queries, stored, 10, block), exact(stored, queries, 10))
    assert vectors_module._exact(queries, stored[:3], 10).shape == (40, 3)
