"""What is pushed between two builds, beside a snapshot: fresh articles take the rows after its last one.

Each part of a snapshot has its counterpart here that answers for stored and fresh rows alike, so the rest of the
pipeline does not know the difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from index.address import url_key
from index.arrays import Rows, Vectors
from index.article import Article, clean
from index.growing import GrowingSpace
from index.neighbours import NEIGHBOURS, Neighbours, closeness
from index.space import Probe, Space
from index.table import ArticleTable, card_of
from index.vectors import VectorIndex


@dataclass(frozen=True, slots=True)
class Fresh:
    """A pushed article with all that it is compared and shown by."""

    article: Article
    probe: Probe
    terms: list[str]


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
    exact: Vectors
    fresh_places: NDArray[np.float64]

    @classmethod
    def beside(cls, stored: Space, growing: GrowingSpace) -> "LiveSpace":
        """The stored space with what has grown so far after its last row."""
        more = growing.all
        joined = {
            name: np.concatenate([getattr(stored, name), getattr(more, name)])
            for name in ("published", "language", "section", "author")
        }
        return cls(
            vectors=cast("NDArray[np.float16]", Stacked(stored.vectors, more.vectors)),
            words=stored.words,
            titles=stored.titles,
            tags=stored.tags,
            idf=stored.idf,
            **joined,
            stored=stored,
            fresh=more,
            exact=growing.exact.all,
            fresh_places=growing.places.all,
        )

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
        first = len(self.stored)
        below = rows >= first
        places = rows.astype(np.float64)
        places[below] = self.fresh_places[rows[below] - first]
        return places

    def nearest_fresh(self, vector: Vectors, k: int, least: float = 0.0) -> Rows:
        """The k fresh rows nearest to a fused vector and nearer than `least`, best first: all are looked at."""
        scores = self.exact @ vector
        near = np.flatnonzero(scores > least)  # a slot that is empty now is near to nothing
        order: Rows = near[np.argsort(-scores[near], kind="stable")[:k]]
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
        # Farther than the farthest stored one, it would not have been stored either.
        least = float(closeness(signals).min()) if len(rows) == NEIGHBOURS else 0.0
        fresh = self.space.nearest_fresh(probe.vector, NEIGHBOURS, least)
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

    def __init__(
        self,
        stored: ArticleTable,
        first: int,
        fresh: Sequence[Fresh],
        ids: Mapping[str, int],
        urls: Mapping[str, Sequence[tuple[int, int]]],
        addresses: NDArray[np.int32],
        gone: NDArray[np.bool_],
    ) -> None:
        self._stored, self._first, self._fresh = stored, first, fresh
        self._ids, self._urls, self._gone = ids, urls, gone
        self.addresses = addresses

    def row_of_id(self, article_id: str) -> int | None:
        """The row of the article with this id, or None."""
        slot = self._ids.get(clean(article_id))
        return self._there(self._stored.row_of_id(article_id)) if slot is None else self._first + slot

    def row_of_url(self, url: str) -> int | None:
        """The row of the newest article at this address in any spelling, or None."""
        # There may be later slots than those of this state.
        fresh = (self._first + slot for _, slot in reversed(self._urls.get(url_key(clean(url)), ())))
        here = (row for row in chain(fresh, self._stored.rows_at_url(url)) if row < len(self._gone))
        return next((row for row in here if not self._gone[row]), None)

    def cards(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """As of a stored table."""
        return [self._fresh_card(row) if row >= self._first else self._stored.cards([row])[0] for row in rows]

    def _fresh_card(self, row: int) -> dict[str, Any]:
        one = self._fresh[row - self._first]
        return card_of(one.article, one.terms)

    def article(self, row: int) -> Article:
        """The whole article in this row."""
        return self._stored.article(row) if row < self._first else self._fresh[row - self._first].article

    def row_of_headline(self, title: str, page: int) -> int | None:
        """As of a stored table; a fresh article is not found by its headline."""
        return self._there(self._stored.row_of_headline(title, page))

    def _there(self, row: int | None) -> int | None:
        return None if row is None or self._gone[row] else row
