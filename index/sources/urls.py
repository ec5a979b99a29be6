"""A list of addresses: a text file with one a line; blank lines and lines that begin with # are skipped."""

from collections.abc import Iterator

from index.address import canonical_url
from index.sources.items import Item, Rejected
from index.sources.listings import obtained
from index.sources.parsing import contained
from index.sources.reading import Reading
from index.sources.web import Entry, read_pages


def read(place: str, reading: Reading) -> Iterator[Item]:
    """The article of every page that the list names. Raises SourceError."""
    listed = obtained(place, reading)
    content = listed.content if listed else b""  # it has no mark, so that it is always had
    yield from read_pages(_entries(place, content.decode("utf-8-sig", "replace").splitlines()), place, reading)


def _entries(place: str, lines: list[str]) -> Iterator[Entry | Item]:
    seen = set()

    def entry(numbered: tuple[int, str]) -> Entry | Item | None:
        number, text = numbered[0], numbered[1].strip()
        if not text or text.startswith("#"):
            return None
        try:
            url = canonical_url(text)
        except ValueError as error:
            told = f"{text[:80]!r} is no web address ({error}); write one http or https URL a line"
            return Rejected(place, number, told)
        if url in seen:
            return None
        seen.add(url)
        return Entry(url)

    yield from filter(None, contained(entry, enumerate(lines, start=1), place))
