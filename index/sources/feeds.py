"""RSS, Atom and JSON feeds: entries that hold their whole article are taken as they are, of others the page is read."""

import re
from collections.abc import Iterator
from hashlib import blake2b

from index.address import canonical_url
from index.marks import Mark
from index.sources.bodies import article_of_body
from index.sources.feed_entries import FeedEntry, feed_entries
from index.sources.items import Found, Item, Rejected, SourceError, no_article
from index.sources.listings import Listed, as_before, completed, obtained
from index.sources.markup import one_line
from index.sources.parsing import Step, Unparsed, contained
from index.sources.reading import Reading
from index.sources.web import Entry, not_asked, read_pages
from index.workers import Call

WHOLE = 800
"""A body of fewer characters may be only the beginning of its article."""
_CUT = re.compile(r"\[(?:…|\.{3})\]|(?:…|\.{3})\W*(?:\w+\b\W*){0,4}$")
"""How a body ends whose article goes on: with dots, perhaps followed by the words of a link."""


def read(place: str, reading: Reading) -> Iterator[Item]:
    """The articles of a feed, by URL or in a file; nothing is fetched where it is as it was. Raises SourceError."""
    listed = obtained(place, reading)
    yield from as_before(place, reading) if listed is None else read_listed(listed, reading)


def read_listed(listed: Listed, reading: Reading) -> Iterator[Item]:
    """The articles of a feed that was fetched. Raises SourceError."""
    try:
        entries = reading.workers.run(_entries, listed.content, listed.url or "")
    except ValueError as error:
        raise SourceError(f"{listed.place}: is no feed that can be read ({error}); check the address") from error
    pages = read_pages(_each(entries, listed.place, reading), listed.place, reading)
    yield from completed(pages, listed.mark)


def _entries(content: bytes, base: str) -> list[tuple[FeedEntry, bool]]:
    """(entry, whether its body is the whole article) of each."""
    return [(entry, _is_whole(entry)) for entry in feed_entries(content, base)]


def _each(entries: list[tuple[FeedEntry, bool]], place: str, reading: Reading) -> Iterator[Entry | Step]:
    seen = set()

    def step(found: tuple[FeedEntry, bool]) -> Entry | Step | None:
        entry, whole = found
        try:
            url = canonical_url(entry.link)
        except ValueError:
            return Rejected(place, None, _unlinked(entry))
        if url in seen:
            return None
        seen.add(url)
        return _from_body(entry, url, place, reading) if whole else _to_fetch(entry, url)

    yield from filter(None, contained(step, entries, place))


def _unlinked(entry: FeedEntry) -> str:
    named = f"entry {entry.title[:80]!r}" if entry.title else "an entry without a title"
    if not entry.link:
        return f"{named} has no link, so that nothing can lead to it"
    return f"{named} links to {entry.link[:80]!r}, which is no web address"


def _is_whole(entry: FeedEntry) -> bool:
    if not entry.title or len(entry.body) < WHOLE:
        return False
    text = one_line(entry.body)
    return len(text) >= max(WHOLE, 1.5 * len(one_line(entry.summary))) and not _CUT.search(text[-80:])


def _from_body(entry: FeedEntry, url: str, place: str, reading: Reading) -> Step:
    listed = _digest(entry)
    mark = reading.mark(url)
    if item := not_asked(Entry(url, listed), mark, place, reading):
        return item
    read = Mark(url, listed=listed)
    return Unparsed(
        Call(article_of_body, (entry.body, {**entry.fields, "title": entry.title, "url": url})),
        lambda article: Found(article, read, place),
        lambda reason: no_article(read, mark, reason, place),
    )


def _to_fetch(entry: FeedEntry, url: str) -> Entry:
    return Entry(url, entry.updated or _digest(entry), {**entry.fields, "title": entry.title})


def _digest(entry: FeedEntry) -> str:
    whole = "\0".join((entry.updated, str(entry.fields["published"]), entry.title, entry.summary, entry.body))
    return blake2b(whole.encode("utf-8", "replace"), digest_size=12).hexdigest()
