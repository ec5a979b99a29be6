"""What lists pages (a feed, a sitemap, a list of addresses): had from a file, or from the web where it has changed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.fetching import Fetched, FetchError
from index.inflate import gunzip, is_gzip, joined
from index.marks import Mark
from index.sources.items import Item, Listing, Rejected, SourceError, Unchanged
from index.sources.reading import Reading

MAX_LISTING = 50 * 1024 * 1024
"""The most that the sitemap protocol allows."""
_WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """The bytes of a listing, unpacked, where they were found, and what to remember of them; a file has no mark."""

    place: str
    content: bytes
    url: str | None = None
    media_type: str = ""
    mark: Mark | None = None


def is_web(place: str) -> bool:
    """Whether a place is an address of the web and no file."""
    return _WEB.match(place) is not None


def obtained(place: str, reading: Reading, listed: str | None = None) -> Listed | None:
    """What a listing says now, or None where it is as it was when all of it had been read. Raises SourceError."""
    try:
        if not is_web(place):
            return Listed(place, _unpacked(_file(place)))
        fetched = reading.fetcher.get(place, reading.listing_mark(place), MAX_LISTING)
        return None if fetched.unchanged else listed_in(fetched, place, listed)
    except FetchError as error:
        raise SourceError(f"{place}: cannot be fetched: {error}; check the address, or try again later") from error
    except (OSError, ValueError) as error:
        raise SourceError(f"{place}: cannot be read ({error}); check that the file is whole") from error


def listed_in(fetched: Fetched, place: str, listed: str | None = None) -> Listed:
    """The listing of an answer. Raises ValueError."""
    return Listed(place, _unpacked(fetched.content), fetched.url, fetched.media_type, fetched.mark(place, listed))


def completed(items: Iterable[Item], mark: Mark | None) -> Iterator[Item]:
    """The items of a listing, and that it is done where none failed, which is to be tried again."""
    whole = True
    for item in items:
        whole = whole and not (isinstance(item, Rejected) and item.mark is None)
        yield item
    if whole and mark:
        yield Listing(mark)


def as_before(place: str, reading: Reading) -> Iterator[Unchanged]:
    """The pages that a listing named when it was last read, each unchanged, as the listing is."""
    return (Unchanged(key) for key in reading.known(place))


def _file(place: str) -> bytes:
    with Path(place).open("rb") as stream:
        return joined(iter(lambda: stream.read(1 << 20), b""), MAX_LISTING)


def _unpacked(content: bytes) -> bytes:
    return gunzip(content, MAX_LISTING) if is_gzip(content) else content
