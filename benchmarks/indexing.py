"""The vector index beside FAISS's exact one and its graph: recall, time a query, size; and the neighbours' recall."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import faiss
import numpy as np
import synthetic
from numpy.typing import NDArray
from plan import CACHE, Plan
from tables import Cell, median, table

import index.vectors
from index.arrays import Rows, Vectors
from index.neighbours import closeness
from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from index.vectors import FLAT_LIMIT, VectorIndex

QUERIES, K = 300, 10
LINKS, EF_CONSTRUCTION, EF_SEARCH = 32, 80, 64
Mask = NDArray[np.bool_] | None
Search = Callable[[Vectors, Mask], Rows]


@dataclass(frozen=True, slots=True)
class Case:
    """Held-out queries (q, d) and the base (n, d) they are put to, with a mask of what each may find."""

    base: NDArray[np.float16]
    queries: Vectors
    filters: dict[str, Sequence[Mask]]


@dataclass(frozen=True, slots=True)
class Method:
    """A way of searching, how long it took to build, and its bytes a vector."""

    name: str
    search: Search
    seconds: float
    size: float


def run(plan: Plan) -> None:
    """Synthetic corpora, then real ones that `build` left behind or that were named."""
    faiss.omp_set_num_threads(1)
    homes = {f"{size:,} synthetic": synthetic.home(size) for size in plan.sizes}
    real = [CACHE / "digitalgov-news", *plan.homes]
    homes |= {home.name: home for home in real if Releases(home).current()}
    neighbours = []
    for name, home in homes.items():
        snapshot = open_snapshot(Releases(home).current_path())
        _compare(name, _case(snapshot), plan.rounds)
        neighbours.append((name, *_neighbour_recall(snapshot)))
    columns = ("articles", "recall@10", "recall@64")
    table("Stored neighbours against the exact sum of meaning and words over everything", columns, neighbours)


def _case(snapshot: Snapshot) -> Case:
    rng, total = np.random.default_rng(4), len(snapshot)
    held = rng.choice(total, min(QUERIES, total // 10), replace=False)
    kept = np.setdiff1d(np.arange(total), held)
    filters: dict[str, Sequence[Mask]] = {"everything": [None] * len(held)}
    for share in (0.1, 0.01):
        filters[f"{share:.0%} at random"] = [rng.random(len(kept)) < share] * len(held)
    sections = snapshot.space.section
    names, counts = np.unique(sections[kept], return_counts=True)
    if len(names) > 1:
        common = names[np.argsort(-counts)[:2]]
        masks = {int(name): sections[kept] == name for name in common}
        # Never the query's own: the section whose articles are all far away is the hard one.
        filters["another section"] = [masks[int(common[int(sections[row] == common[0])])] for row in held]
    vectors = snapshot.space.vectors
    return Case(vectors[kept], np.asarray(vectors[held], np.float32), filters)


def _compare(name: str, case: Case, rounds: int) -> None:
    methods = list(_methods(case.base))
    rows: list[tuple[Cell, ...]] = []
    for title, masks in case.filters.items():
        exact = _exact(case, masks)
        taken: dict[str, list[float]] = {method.name: [] for method in methods}
        for _ in range(rounds):
            for method in methods:
                started = time.perf_counter()
                found = [method.search(query, mask) for query, mask in zip(case.queries, masks, strict=True)]
                taken[method.name].append(1_000 * (time.perf_counter() - started) / len(found))
                if len(taken[method.name]) == rounds:
                    built = (method.seconds, method.size) if title == "everything" else (None, None)
                    rows.append((title, method.name, _recall(found, exact), median(taken[method.name]), *built))
    columns = ("among", "index", f"recall@{K}", "ms a query", "build s", "bytes a vector")
    table(f"{name}: {len(case.base):,} vectors, {len(case.queries)} unseen queries, one thread", columns, rows)


def _methods(base: NDArray[np.float16]) -> Iterator[Method]:
    wide, width = base.astype(np.float32), base.shape[1]
    flat = faiss.IndexFlatIP(width)
    yield _rival("IndexFlatIP (exact)", flat, wide, faiss.SearchParameters)
    graph = faiss.IndexHNSWFlat(width, LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction, graph.hnsw.efSearch = EF_CONSTRUCTION, EF_SEARCH
    yield _rival("IndexHNSWFlat", graph, wide, partial(faiss.SearchParametersHNSW, efSearch=EF_SEARCH))
    yield _ours("VectorIndex", base)
    if len(base) <= FLAT_LIMIT:
        with patch.object(index.vectors, "FLAT_LIMIT", 0):
            yield _ours("VectorIndex, built as a large one", base)


def _rival(name: str, made: faiss.Index, wide: Vectors, parameters: Callable[..., faiss.SearchParameters]) -> Method:
    def search(query: Vectors, mask: Mask) -> Rows:
        if mask is None:
            return np.asarray(made.search(query[None], K)[1][0])
        selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        return np.asarray(made.search(query[None], K, params=parameters(sel=selector))[1][0])

    started = time.perf_counter()
    made.add(wide)
    seconds = time.perf_counter() - started
    return Method(name, search, seconds, _saved(lambda path: faiss.write_index(made, str(path))) / len(wide))


def _ours(name: str, base: NDArray[np.float16]) -> Method:
    started = time.perf_counter()
    made = VectorIndex.build(base)
    seconds = time.perf_counter() - started
    # Besides its codes it reads the exact vectors, which a snapshot holds anyway.
    size = _saved(made.save) / len(base) + base.shape[1] * base.itemsize
    return Method(name, lambda query, mask: made.search(query, K, mask), seconds, size)


def _saved(save: Callable[[Path], None]) -> int:
    with TemporaryDirectory() as folder:
        save(Path(folder, "index"))
        return Path(folder, "index").stat().st_size


def _exact(case: Case, masks: Sequence[Mask]) -> list[Rows]:
    wide = case.base.astype(np.float32)
    best = []
    for query, mask in zip(case.queries, masks, strict=True):
        scores = wide @ query
        rows = np.arange(len(wide)) if mask is None else np.flatnonzero(mask)
        best.append(rows[np.argsort(-scores[rows])[:K]])
    return best


def _recall(found: Sequence[Rows], exact: Sequence[Rows]) -> float:
    hits = sum(len(np.intersect1d(mine, right)) for mine, right in zip(found, exact, strict=True))
    return hits / max(1, sum(map(len, exact)))


def _neighbour_recall(snapshot: Snapshot, sample: int = 100) -> tuple[float, float]:
    space, everything = snapshot.space, np.arange(len(snapshot))
    asked = np.random.default_rng(5).choice(len(snapshot), min(sample, len(snapshot)), replace=False)
    found, exact = [], []
    for row in asked:
        scores = closeness(space.signals(space.probe(row), everything))
        scores[row] = -np.inf
        if (language := space.language[row]) >= 0:
            scores[(space.language != language) & (space.language >= 0)] = -np.inf
        exact.append(np.argsort(-scores)[: snapshot.neighbours.rows.shape[1]])
        found.append(snapshot.neighbours.of(int(row))[0])
    firsts = [rows[:K] for rows in found], [rows[:K] for rows in exact]
    return _recall(*firsts), _recall(found, exact)
