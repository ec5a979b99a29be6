"""Pages of the web: fetched a few at once, politely, only where they may have changed, and read one by one."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from index.address import urlsplit
from index.article import Article, to_row
from index.fetching import Fetched, FetchError, NoPageError
from index.marks import Mark
from index.mishaps import mishap
from index.page import PageError, read_page
from index.sources.bodies import article_of
from index.sources.due import is_due, sent_with
from index.sources.items import Found, Gone, Item, Rejected, Unchanged, no_article
from index.sources.parsing import OF_ALL, Step, Unparsed
from index.sources.reading import Reading
from index.workers import Workers

WAITING = 32
"""So many pages are asked for ahead; the fetcher says how many of one host at once."""
PAGES = ("text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a listing names; `listed` changes when it does; `hints` are fields it may not state itself.

    It is asked for when it is due, or else `always`.
    """

    url: str
    listed: str | None = None
    hints: Mapping[str, object] = field(default_factory=dict)
    always: bool = False


def read_pages(entries: Iterable[Entry | Step], listing: str, reading: Reading) -> Iterator[Item]:
    """What each page has become, in the order of the entries; unchanged ones cost a look or a short answer.

    What is among the entries and needs no fetching keeps its place.
    """
    pending: deque[Future[Item | None] | Item] = deque()
    with ThreadPoolExecutor(WAITING, "page") as pool:
        try:
            for entry in entries:
                pending.append(_begun(entry, listing, reading, pool))
                if len(pending) >= WAITING:
                    yield from _result(pending.popleft())
            while pending:
                yield from _result(pending.popleft())
        except (KeyboardInterrupt, SystemExit):
            reading.workers.end()  # so that nobody waits for what nobody wants any more
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def look_again(keys: Iterable[str], reading: Reading) -> Iterator[Item]:
    """What became of pages that their listing names no more: gone, or only listed no longer."""
    for item in read_pages((_left(key, reading) for key in keys), "", reading):
        yield replace(item, listing="") if isinstance(item, Unchanged) else item


def not_asked(entry: Entry, mark: Mark | None, listing: str, reading: Reading) -> Unchanged | None:
    """A page as it was, where it need not be asked for."""
    dated = entry.listed is not None
    if mark is None or (dated and mark.listed != entry.listed):
        return None
    already = reading.read_already(mark)
    if not already and (entry.always or is_due(mark, reading.now, vouched=dated)):
        return None
    return Unchanged(entry.url, entry.listed, listing, due=already or dated)


def with_hints(article: Article, hints: Mapping[str, object]) -> Article:
    """The article, with what a listing says where the page itself says nothing."""
    row = to_row(article)
    return article_of(row | {name: value for name, value in hints.items() if value and not row[name]})


def page_of(entry: Entry, fetched: Fetched, listing: str, workers: Workers) -> Item:
    """What a page that was fetched has become."""
    if fetched.unchanged:
        return Unchanged(entry.url, entry.listed, listing, asked=True)
    try:
        article = workers.run(_article, _html(entry.url, fetched), fetched.url, dict(entry.hints))
    except ValueError as error:
        return Rejected(entry.url, None, str(error))
    return Found(article, fetched.mark(entry.url, entry.listed), listing)


def _begun(
    entry: Entry | Step, listing: str, reading: Reading, pool: ThreadPoolExecutor
) -> "Future[Item | None] | Item":
    if isinstance(entry, Unparsed):
        return pool.submit(_parsed, entry, reading)
    if not isinstance(entry, Entry):
        return entry
    mark = reading.mark(entry.url)
    return not_asked(entry, mark, listing, reading) or pool.submit(_read, entry, mark, listing, reading)


def _result(pending: "Future[Item | None] | Item") -> Iterator[Item]:
    item = pending.result() if isinstance(pending, Future) else pending
    if item is not None:
        yield item


def _parsed(step: Unparsed, reading: Reading) -> Item | None:
    (what,) = reading.workers.outcomes([step.call])
    return step.item(what)


def _article(content: bytes, url: str, hints: Mapping[str, object]) -> Article:
    return with_hints(read_page(content, url), hints)


def _left(key: str, reading: Reading) -> Entry | Item:
    mark = reading.mark(key)
    return Gone(key, "was no article") if mark and mark.rejected else Entry(key, always=True)


def _read(entry: Entry, mark: Mark | None, listing: str, reading: Reading) -> Item:
    try:
        return _fetched(entry, mark, listing, reading)
    except OF_ALL:
        raise
    except Exception as error:  # noqa: BLE001 - one page that nobody foresaw must not cost the others
        return Rejected(entry.url, None, mishap(error))


def _fetched(entry: Entry, mark: Mark | None, listing: str, reading: Reading) -> Item:
    try:
        fetched = reading.fetcher.get(entry.url, sent_with(mark, reading.now), types=PAGES)
    except NoPageError as error:
        return no_article(Mark(entry.url, listed=entry.listed), mark, str(error), listing)
    except FetchError as error:
        return Gone(entry.url, str(error)) if error.gone and mark else Rejected(entry.url, None, str(error))
    item = page_of(entry, fetched, listing, reading.workers)
    if isinstance(item, Rejected):
        return no_article(fetched.mark(entry.url, entry.listed), mark, item.reason, listing)
    return item


def _html(url: str, fetched: Fetched) -> bytes:
    if fetched.media_type and fetched.media_type not in PAGES:
        raise PageError(f"is {fetched.media_type[:80]}, not a page")
    if urlsplit(url).path.strip("/") and not urlsplit(fetched.url).path.strip("/"):
        raise PageError("redirects to the home page")  # what many sites do instead of answering 404
    return fetched.content
