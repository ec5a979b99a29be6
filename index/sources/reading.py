"""What an operator says of a source, and what a source may use while it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from index.characters import visible
from index.marks import Mark
from index.sources.due import is_due
from index.workers import Workers

if TYPE_CHECKING:  # settings name sources, and need neither a database nor the web
    from index.corpus import Corpus
    from index.fetching import Fetcher

_PASSWORD = re.compile(r"(://[^/@\s:]*:)[^/\s]*@")


@dataclass(frozen=True, slots=True)
class Source:
    """Where articles come from. `columns` maps our fields to its columns; `query` is what a database is asked.

    To `reread` it is to read also what has not changed.
    """

    place: str
    columns: Mapping[str, str] = field(default_factory=dict)
    query: str | None = None
    reread: bool = False

    @property
    def name(self) -> str:
        """The place without a password and in one line, for reports; also where its bytes are not UTF-8."""
        return visible(_PASSWORD.sub(r"\1***@", self.place))


@dataclass
class Reading:
    """One reading of one source: what is remembered of its pages, the way to the web, and who parses what is there."""

    source: Source
    corpus: "Corpus"
    fetcher: "Fetcher"
    workers: Workers = field(default_factory=lambda: Workers(0))

    @cached_property
    def started(self) -> float:
        """When this reading began, or the killed one that it goes on from; seconds since 1970."""
        return self.corpus.marks.begin(self.source.name)

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return self.corpus.marks.clock()

    def mark(self, key: str) -> Mark | None:
        """What is remembered of a page or file."""
        mark = self.corpus.marks.get(key)
        if mark and self.source.reread and not self.read_already(mark):
            return replace(mark, etag=None, last_modified=None, listed=None, at=0.0)
        return mark

    def listing_mark(self, place: str) -> Mark | None:
        """What is remembered of a feed or sitemap, unless it named what was no article and is to be asked for again."""
        rejected = self.corpus.marks.rejected(place)
        return None if any(is_due(mark, self.now, vouched=True) for mark in rejected) else self.mark(place)

    def read_already(self, mark: Mark | None) -> bool:
        """Whether this reading, before it was killed, has looked at the page."""
        return mark is not None and mark.at >= self.started

    def known(self, listing: str) -> list[str]:
        """The keys of all pages that earlier readings of this listing found."""
        return self.corpus.marks.of(listing)

    def sitemaps(self, index: str) -> list[str]:
        """The sitemaps that this index named in earlier readings."""
        return self.corpus.marks.sitemaps(index)
