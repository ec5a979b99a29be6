"""What reading a source yields: articles, pages found, unchanged or gone, and what could not be used."""

from dataclasses import dataclass

from index.article import Article
from index.marks import Mark


class SourceError(Exception):
    """A source that cannot be read at all: says which, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row or a page that was skipped: where it stood and what was wrong with it."""

    source: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}, line {self.line:,}"
        return f"{place}{':' if self.line is None else ','} {self.reason}"


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was read from a page or a file, what to remember of that, and which listing named it."""

    article: Article
    mark: Mark
    listing: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that is as it was when it was last read; `listed` is what its listing says of it now."""

    key: str
    listed: str | None = None
    listing: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that was read before and is no more: its article is to be removed."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed or sitemap all of whose pages were read: what to remember of it, so that it is read when it changes."""

    mark: Mark


Item = Article | Found | Unchanged | Gone | Listing | Rejected
