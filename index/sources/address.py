"""An address that does not tell what is there: a feed, a sitemap, or else one page."""

from collections.abc import Iterator

from index.fetching import FetchError
from index.sources import feeds, sitemaps
from index.sources.items import Gone, Item, SourceError
from index.sources.kinds import kind_of_content
from index.sources.listings import MAX_LISTING, as_before, listed_in
from index.sources.reading import Reading
from index.sources.web import Entry, page_of


def read(place: str, reading: Reading) -> Iterator[Item]:
    """What is at this address. Raises SourceError."""
    try:
        fetched = reading.fetcher.get(place, reading.listing_mark(place), MAX_LISTING)
        if fetched.unchanged:
            yield from as_before(place, reading)
            return
        listed = listed_in(fetched, place)
    except FetchError as error:
        if not (error.gone and reading.known(place) == [place]):
            raise SourceError(f"{place}: cannot be fetched: {error}; check the address, or try again later") from error
        yield Gone(place, str(error))
        return
    except ValueError as error:
        raise SourceError(f"{place}: cannot be read ({error}); check the address") from error
    kind = kind_of_content(listed.content)
    if kind == "sitemap":
        yield from sitemaps.read_listed(listed, reading)
    elif kind == "feed":
        yield from feeds.read_listed(listed, reading)
    else:
        yield page_of(Entry(place), fetched, place, reading.workers)
