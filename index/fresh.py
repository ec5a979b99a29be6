"""What is pushed between two builds, beside a snapshot: fresh articles take the rows after its last one.

Each part of a snapshot has its counterpart here that answers for stored and fresh rows alike, so the rest of the
pipeline does not know the difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from index.address import url_key
from index.arrays import Rows, Vectors
from index.article import Article, clean
from index.duplicates import COPIES_LOOKED_AT, copies_among
from index.neighbours import NEIGHBOURS, Neighbours
from index.snapshot import ArticleTable, Snapshot, card_of
from index.space import Probe, Space, code
from index.terms import telling_terms
from index.vectors import VectorIndex
from index.words import SparseRows


@dataclass(frozen=True, slots=True)
class Fresh:
    """A pushed article with all that it is compared and shown by."""

    article: Article
    probe: Probe
    terms: list[str]


def freshen(article: Article, meaning: Vectors, snapshot: Snapshot) -> Fresh:
    """An article made ready to stand beside a snapshot, from its embedding (d,)."""
    return Fresh(article, snapshot.space.probe_of(article, meaning), telling_terms(article, snapshot.space.idf))


def beside(
    snapshot: Snapshot, fresh: Sequence[Fresh], removed: Iterable[str], copies: Mapping[str, str], sequence: int
) -> Snapshot:
    """The snapshot with these articles put and those ids removed.

    `copies` names, by a fresh article's id, the article whose text it is; `sequence` is the corpus's at this state.
    """
    gone = np.zeros(len(snapshot) + len(fresh), np.bool_)
    replaced = [snapshot.articles.row_of_id(name) for name in (*removed, *(one.article.id for one in fresh))]
    gone[[row for row in replaced if row is not None]] = True
    space = LiveSpace.beside(snapshot.space, fresh)
    articles = LiveTable(snapshot.articles, len(snapshot), fresh, gone)
    return replace(
        snapshot,
        space=space,
        neighbours=LiveNeighbours(snapshot.neighbours.rows, snapshot.neighbours.signals, space),
        duplicates=_groups(snapshot, fresh, articles, copies),
        index=LiveVectors(snapshot.index, space),
        articles=articles,
        gone=gone,
        sequence=sequence,
    )


def copy_in(live: Snapshot, one: Fresh) -> str | None:
    """The id of another article, stored or fresh, that is the same text as a fresh one; None where there is none."""
    near = live.index.search(one.probe.vector, COPIES_LOOKED_AT)
    copies = copies_among(one.article, one.probe, near, live.space, live.articles.article)
    return next((name for row in copies if (name := live.articles.article(row).id) != one.article.id), None)


class Stacked:
    """Two matrices of one width, indexed as if the second stood below the first."""

    def __init__(self, upper: NDArray[np.float16], lower: NDArray[np.float16]) -> None:
        self._upper, self._lower = upper, lower
        self.shape = (len(upper) + len(lower), upper.shape[1])

    def __getitem__(self, key: Any) -> NDArray[np.float16]:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        first = len(self._upper)
        if np.ndim(rows) == 0:
            return self._upper[rows, columns] if rows < first else self._lower[rows - first, columns]
        below = rows >= first
        if not below.any():
            return self._upper[rows, columns]
        out = np.empty((len(rows), self.shape[1]), np.float16)[:, columns]
        out[~below], out[below] = self._upper[rows[~below], columns], self._lower[rows[below] - first, columns]
        return out


@dataclass(frozen=True, slots=True)
class LiveSpace(Space):
    """A stored space and a fresh one as one."""

    stored: Space
    fresh: Space

    @classmethod
    def beside(cls, stored: Space, fresh: Sequence[Fresh]) -> "LiveSpace":
        """The stored space with these articles after its last row."""
        more = _space(stored, fresh)
        joined = {
            name: np.concatenate([getattr(stored, name), getattr(more, name)])
            for name in ("published", "language", "section", "author")
        }
        vectors = cast("NDArray[np.float16]", Stacked(stored.vectors, more.vectors))
        return cls(vectors, stored.words, stored.titles, stored.tags, stored.idf, **joined, stored=stored, fresh=more)

    def probe(self, row: int) -> Probe:
        """The article in this row."""
        first = len(self.stored)
        return self.stored.probe(row) if row < first else self.fresh.probe(row - first)

    def signals(self, probe: Probe, rows: Rows) -> Vectors:
        """As of a stored space."""
        below = rows >= len(self.stored)
        if not below.any():
            return self.stored.signals(probe, rows)
        upper = self.stored.signals(probe, rows[~below])
        out = np.empty((len(rows), upper.shape[1]), np.float32)
        out[~below], out[below] = upper, self.fresh.signals(probe, rows[below] - len(self.stored))
        return out

    def places(self, rows: Rows) -> NDArray[np.float64]:
        """A fresh article stands among the stored ones where its date would put it."""
        places = rows.astype(np.float64)
        for at in np.flatnonzero(rows >= len(self.stored)):
            places[at] = self.stored.place(float(self.published[rows[at]]))
        return places

    def nearest_fresh(self, vector: Vectors, k: int) -> Rows:
        """The k fresh rows nearest to a fused vector, best first: all are looked at."""
        scores = np.asarray(self.fresh.vectors, np.float32) @ vector
        order: Rows = np.argsort(-scores, kind="stable")[:k]
        return order + len(self.stored)


@dataclass(frozen=True, slots=True)
class LiveNeighbours(Neighbours):
    """The stored neighbours of a page, and the fresh articles nearest to it; none of a page that is fresh itself."""

    space: LiveSpace

    def of(self, row: int) -> tuple[Rows, Vectors]:
        """As of stored neighbours, in no order."""
        if row >= len(self.rows):
            return np.empty(0, np.int64), np.empty((0, self.signals.shape[2]), np.float32)
        rows, signals = Neighbours.of(self, row)
        probe = self.space.probe(row)
        fresh = self.space.nearest_fresh(probe.vector, NEIGHBOURS)
        return np.concatenate([rows, fresh]), np.concatenate([signals, self.space.signals(probe, fresh)])


class LiveVectors(VectorIndex):
    """The stored index, and every fresh vector looked at beside it."""

    def __init__(self, stored: VectorIndex, space: LiveSpace) -> None:
        self._stored, self._space = stored, space

    def __len__(self) -> int:
        return len(self._space)

    def search(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """As of a stored index, but up to k fresh rows come after up to k stored ones."""
        first = len(self._space.stored)
        stored = self._stored.search(query, k, None if allowed is None else allowed[:first])
        fresh = self._space.nearest_fresh(query, len(self._space.fresh))
        return np.concatenate([stored, fresh[:k] if allowed is None else fresh[allowed[fresh]][:k]])


class LiveTable(ArticleTable):
    """The stored table, and what is fresh: the same articles under the same ids and addresses, none that is gone."""

    def __init__(self, stored: ArticleTable, first: int, fresh: Sequence[Fresh], gone: NDArray[np.bool_]) -> None:
        self._stored, self._first, self._fresh, self._gone = stored, first, fresh, gone
        self._ids = {one.article.id: first + place for place, one in enumerate(fresh)}
        self._keys = {url_key(one.article.url): first + place for place, one in enumerate(fresh)}

    def row_of_id(self, article_id: str) -> int | None:
        """The row of the article with this id, or None."""
        fresh = self._ids.get(clean(article_id))
        return self._there(self._stored.row_of_id(article_id)) if fresh is None else fresh

    def row_of_url(self, url: str) -> int | None:
        """The row of the newest article at this address in any spelling, or None."""
        fresh = self._keys.get(url_key(clean(url)))
        return self._there(self._stored.row_of_url(url)) if fresh is None else fresh

    def cards(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """As of a stored table."""
        return [
            self._stored.cards([row])[0] if row < self._first else card_of(self._fresh[row - self._first].article)
            for row in rows
        ]

    def terms(self, row: int) -> list[str]:
        """The telling terms of an article, most telling first."""
        return self._stored.terms(row) if row < self._first else self._fresh[row - self._first].terms

    def article(self, row: int) -> Article:
        """The whole article in this row."""
        return self._stored.article(row) if row < self._first else self._fresh[row - self._first].article

    def row_of_headline(self, title: str, page: int) -> int | None:
        """As of a stored table; a fresh article is not found by its headline."""
        return self._there(self._stored.row_of_headline(title, page))

    def _there(self, row: int | None) -> int | None:
        return None if row is None or self._gone[row] else row


def _space(stored: Space, fresh: Sequence[Fresh]) -> Space:
    articles = [one.article for one in fresh]
    probes = [one.probe for one in fresh]
    published = [one.published.timestamp() if one.published else np.nan for one in articles]
    vectors = [probe.vector for probe in probes]
    return Space(
        vectors=np.array(vectors, np.float16).reshape(len(fresh), stored.vectors.shape[1]),
        words=SparseRows.joined(probe.words for probe in probes),
        titles=SparseRows.joined(probe.title for probe in probes),
        tags=SparseRows.joined(probe.tags for probe in probes),
        idf=stored.idf,
        published=np.array(published, np.float64),
        language=np.array([code(one.language) for one in articles], np.int64),
        section=np.array([probe.section for probe in probes], np.int64),
        author=np.array([probe.author for probe in probes], np.int64),
    )


def _groups(
    snapshot: Snapshot, fresh: Sequence[Fresh], articles: "LiveTable", copies: Mapping[str, str]
) -> NDArray[np.int32]:
    groups = np.arange(len(snapshot) + len(fresh), dtype=np.int32)
    groups[: len(snapshot)] = snapshot.duplicates
    for row, one in enumerate(fresh, start=len(snapshot)):
        if (name := copies.get(one.article.id)) is not None and (other := articles.row_of_id(name)) is not None:
            groups[row] = groups[other]
    return groups
