"""Sitemaps and what they name: pages, news, and other sitemaps; pages that one names no more are looked at again."""

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from index.address import MAX_URL, canonical_url, urljoin
from index.batches import batched
from index.marks import Mark
from index.sources import feeds
from index.sources.items import Item, Listing, Rejected, Sitemaps, SourceError
from index.sources.kinds import kind_of_content
from index.sources.listings import Listed, as_before, completed, is_web, obtained
from index.sources.parsing import contained
from index.sources.reading import Reading
from index.sources.sitemap_entries import Line, is_whole, sitemap_lines
from index.sources.web import Entry, look_again, read_pages

AT_ONCE = 500
MAX_DEPTH = 3
"""The protocol allows an index of sitemaps, but no index of indexes; some sites have them all the same."""


def read(place: str, reading: Reading) -> Iterator[Item]:
    """The articles of all pages of a sitemap, by URL or in a file, and of those that it names. Raises SourceError."""
    listed = obtained(place, reading)
    yield from as_before(place, reading) if listed is None else read_listed(listed, reading)


def read_listed(listed: Listed, reading: Reading) -> Iterator[Item]:
    """The articles of a sitemap that was fetched. Raises SourceError."""
    tree = _Tree(reading)
    yield from tree.sitemap(listed, depth=1)
    yield from tree.missing()


class _Tree:
    """One reading of a sitemap with all that it names."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._met: set[str] = set()
        self._named: set[int] = set()  # the hashes of addresses: of a million, a tenth of the memory
        # What a sitemap names no more may stand in one that is read later: pages wander as sites grow.
        self._missing: list[tuple[list[str], Listing | None]] = []
        self._expected: set[str] = set()  # sitemaps that were named in earlier readings
        self._sure = True  # whether all that is named was read

    def sitemap(self, listed: Listed, depth: int) -> Iterator[Item]:
        """All of one sitemap. Raises SourceError where it cannot be read."""
        self._met.add(listed.place)
        if kind_of_content(listed.content) == "feed":  # the protocol allows it
            yield from feeds.read_listed(listed, self._reading)
            return
        try:
            lines = _unpacked(self._reading.workers.run(_packed, listed.content))
            first = next(lines, None)
        except ValueError as error:
            reason = f"is no sitemap that can be read ({error}); check the address"
            raise SourceError(f"{listed.place}: {reason}") from error
        self._sure = self._sure and is_whole(listed.content)
        if first:
            self._expected.update(self._reading.sitemaps(listed.place))
        if first and first.is_sitemap:
            yield from self._index(listed, chain([first], lines), depth)
        else:
            yield from self._pages(listed, chain([first] if first else [], lines), bool(first and first.is_news))

    def missing(self) -> Iterator[Item]:
        """What became of the pages that were named in an earlier reading and not in this one."""
        if self._sure:  # else they may stand in what could not be read
            yield from self._vanished()
        for keys, listing in self._missing:
            unnamed = [key for key in keys if hash(key) not in self._named]
            yield from completed(look_again(unnamed, self._reading), listing.mark if listing else None)

    def _vanished(self) -> Iterator[Item]:
        left = sorted(self._expected - self._met)
        for place in left:
            inner = self._reading.sitemaps(place)
            left += [one for one in inner if one not in self._met and one not in left]
            self._missing.append((self._reading.known(place), None))
            yield Sitemaps(place, ())

    def _index(self, index: Listed, lines: Iterable[Line], depth: int) -> Iterator[Item]:
        if depth > MAX_DEPTH:
            yield self._unread(index, f"is an index of sitemaps more than {MAX_DEPTH} levels deep")
            return
        named = []
        for line in lines:
            place = _absolute(index, line.address)
            if not is_web(place) or len(place) > MAX_URL:
                yield self._unread(index, f"names the sitemap {line.address[:80]!r}, which is no web address")
                continue
            named.append(place)
            if place not in self._met:
                yield from self._child(index, place, line.lastmod, depth + 1)
        yield Sitemaps(index.place, tuple(named))

    def _unread(self, index: Listed, reason: str) -> Rejected:
        self._sure = False
        return Rejected(index.place, None, reason)

    def _child(self, index: Listed, place: str, lastmod: str | None, depth: int) -> Iterator[Item]:
        self._met.add(place)
        mark = self._reading.listing_mark(place)
        try:
            if mark and ((lastmod and mark.listed == lastmod) or self._reading.read_already(mark)):
                yield from self._as_before(place)
            elif (listed := obtained(place, self._reading, lastmod)) is not None:
                yield from self.sitemap(listed, depth)
            else:
                yield from self._as_before(place)
                yield Listing(replace(mark or Mark(place), listed=lastmod))
        except SourceError as error:
            yield self._unread(index, str(error))

    def _as_before(self, place: str) -> Iterator[Item]:
        for item in as_before(place, self._reading):
            self._named.add(hash(item.key))
            yield item

    def _pages(self, listed: Listed, lines: Iterable[Line], news: bool) -> Iterator[Item]:
        listing = None
        entries = self._entries(listed, lines)
        for item in completed(read_pages(entries, listed.place, self._reading), listed.mark):
            if isinstance(item, Listing):
                listing = item
            else:
                yield item
        # News sitemaps name the last two days only: what they name no more is not missing.
        known = [] if news or not is_whole(listed.content) else self._reading.known(listed.place)
        if missing := [key for key in known if hash(key) not in self._named]:
            self._missing.append((missing, listing))
        elif listing:
            yield listing

    def _entries(self, listed: Listed, lines: Iterable[Line]) -> Iterator[Entry | Item]:
        return filter(None, contained(lambda line: self._entry(listed, line), lines, listed.place))

    def _entry(self, listed: Listed, line: Line) -> Entry | Item | None:
        try:
            url = canonical_url(_absolute(listed, line.address))
        except ValueError:
            return Rejected(listed.place, None, f"names {line.address[:80]!r}, which is no web address")
        if hash(url) in self._named:
            return None
        self._named.add(hash(url))
        return Entry(url, line.lastmod, line.hints)


def _packed(content: bytes) -> list[bytes]:
    # A sitemap may have a million lines: packed they take a third of the memory.
    return [pickle.dumps(lines) for lines in batched(sitemap_lines(content), AT_ONCE)]


def _unpacked(packed: Iterable[bytes]) -> Iterator[Line]:
    for lines in packed:
        yield from pickle.loads(lines)  # noqa: S301 - `_packed` wrote it


def _absolute(listed: Listed, address: str) -> str:
    try:
        return urljoin(listed.url or "", address) if address else ""
    except ValueError:
        return ""
