"""Arrays, sparse rows and a space that grow at their end, for what is pushed one article after the other."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.article import Article
from index.space import Probe, Space, code
from index.words import SparseRows


class Growing:
    """An array that grows at its end, by doubling: what was taken of it earlier stays as it was."""

    def __init__(self, kind: type[np.generic], width: tuple[int, ...] = ()) -> None:
        self._buffer, self._length = np.empty((64, *width), kind), 0

    @property
    def all(self) -> NDArray[Any]:
        """All of it."""
        return self._buffer[: self._length]

    def extend(self, values: Any) -> None:
        """Add values at the end."""
        length = self._length + len(values)
        if length > len(self._buffer):
            larger = np.empty((2 * length, *self._buffer.shape[1:]), self._buffer.dtype)
            larger[: self._length] = self.all
            self._buffer = larger
        self._buffer[self._length : length] = values
        self._length = length


class GrowingRows:
    """Sparse rows that grow at their end."""

    def __init__(self) -> None:
        self._starts, self._buckets, self._values = Growing(np.int64), Growing(np.int32), Growing(np.float16)
        self._starts.extend([0])

    @property
    def all(self) -> SparseRows:
        """All of them."""
        return SparseRows(self._starts.all, self._buckets.all, self._values.all)

    def add(self, row: SparseRows) -> None:
        """Add one row."""
        self._buckets.extend(row.buckets)
        self._values.extend(row.values)
        self._starts.extend([len(self._buckets.all)])


class GrowingSpace:
    """The space of the slots of a shelf; `exact` are its fused vectors in 32 bits, `places` as of `Space.places`."""

    def __init__(self, stored: Space) -> None:
        width = (stored.vectors.shape[1],)
        self._stored = stored
        self.exact, self._vectors = Growing(np.float32, width), Growing(np.float16, width)
        self._words, self._titles, self._tags = GrowingRows(), GrowingRows(), GrowingRows()
        self._published, self.places = Growing(np.float64), Growing(np.float64)
        self._language, self._section, self._author = Growing(np.int64), Growing(np.int64), Growing(np.int64)

    def add(self, article: Article, probe: Probe) -> None:
        """Add an article at the end."""
        published = article.published.timestamp() if article.published else np.nan
        self.exact.extend(probe.vector[None])
        self._vectors.extend(probe.vector[None])
        for rows, row in ((self._words, probe.words), (self._titles, probe.title), (self._tags, probe.tags)):
            rows.add(row)
        self._published.extend([published])
        self.places.extend([self._stored.place(published)])
        self._language.extend([code(article.language)])
        self._section.extend([probe.section])
        self._author.extend([probe.author])

    def blank(self, slot: int) -> None:
        """Make an article near to nothing."""
        self.exact.all[slot] = 0

    @property
    def all(self) -> Space:
        """All of it."""
        return Space(
            vectors=self._vectors.all,
            words=self._words.all,
            titles=self._titles.all,
            tags=self._tags.all,
            idf=self._stored.idf,
            published=self._published.all,
            language=self._language.all,
            section=self._section.all,
            author=self._author.all,
        )
