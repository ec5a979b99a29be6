"""What reading a source yields: articles, pages found, unchanged or gone, and what could not be used."""

from dataclasses import dataclass, replace

from index.article import Article
from index.characters import visible
from index.marks import Mark


class SourceError(Exception):
    """A source that cannot be read at all: says which, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row or a page that was skipped: where it stood and what was wrong with it.

    With a mark it is a page that is no article, which is remembered; without one it is tried again next time.
    """

    source: str
    line: int | None
    reason: str
    mark: Mark | None = None
    listing: str | None = None

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}, line {self.line:,}"
        return visible(f"{place}{':' if self.line is None else ','} {self.reason}")


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was read from a page or a file, what to remember of that, and which listing named it."""

    article: Article
    mark: Mark
    listing: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that is as it was when it was last read; `listed` is what its listing says of it now.

    Of one that was not `asked` for its listing said so, or else it is not `due` to be asked for.
    """

    key: str
    listed: str | None = None
    listing: str | None = None
    asked: bool = False
    due: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that was read before and is no more: its article is to be removed."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed or sitemap all of whose pages were read: what to remember of it, so that it is read when it changes."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Sitemaps:
    """The sitemaps that an index of sitemaps names now."""

    index: str
    places: tuple[str, ...]


Item = Article | Found | Unchanged | Gone | Listing | Sitemaps | Rejected


def no_article(mark: Mark, known: Mark | None, reason: str, listing: str) -> Item:
    """What a page is that is no article; `known` is what was remembered of it."""
    if known and known.rejected == reason:
        return Unchanged(mark.key, mark.listed, listing, asked=True)
    if known and not known.rejected:  # it was one, which is kept: what has gone wrong is told until somebody sees to it
        return Rejected(mark.key, None, reason)
    return Rejected(mark.key, None, reason, replace(mark, rejected=reason), listing)
