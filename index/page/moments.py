"""When a page was published and updated, with time and zone where the page states them."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import chain

import dateparser
from lxml.etree import XPath
from lxml.html import HtmlElement

from index.fields import parse_moment
from index.page.days import days_below, days_of_address, is_elsewhen, searched_day
from index.page.headline import headline_of
from index.page.structured import Statements, texts

FIRST_YEAR = 1990
"""No web page is older."""
AHEAD = timedelta(days=2)
"""How far a page's date may be ahead of this machine's clock."""
MAX_MOMENT = 100
"""The longest notation of a moment, in characters."""
_MARKED = XPath("//*[@itemprop='datePublished' or self::time[@pubdate]]")
_TIMES = XPath("//time[@datetime][not(ancestor::blockquote)]")
_ZONE = re.compile(r"\d\d:?\d\d.*(?:Z|GMT|UTC|[+-]\d\d:?\d\d)\s*$", re.IGNORECASE)
_SPACED_ZONE = re.compile(r"(\d)\s+([+-]\d\d:?\d\d)$")
_YEAR = re.compile(r"(\d{4}):(?=\s)")
_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "datepublished", "og:published_time", "article:published"),
    *("parsely-pub-date", "sailthru.date", "publish-date", "publishdate", "publication_date", "pubdate", "date"),
    *(
        "article.published",
        "dc.date.issued",
        "dcterms.created",
        "dcterms.date",
        "dc.date",
        "cxenseparse:recs:publishtime",
    ),
)
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")


def published_of(tree: HtmlElement, stated: Statements, title: str = "", address: str = "") -> datetime | None:
    """When the page was first published; the day alone where no time is stated, as its midnight."""
    return (
        _best(_texts(stated.of_article("datePublished", "dateCreated")), stated.meta(*_PUBLISHED))
        or _best(_marked(tree))
        or _best(days_of_address(address), _times(tree))
        or _guessed(tree, title, address)
    )


def updated_of(stated: Statements) -> datetime | None:
    """When the page was last changed."""
    return _best(_texts(stated.of_article("dateModified")), stated.meta(*_UPDATED))


def moment_of(text: str) -> datetime | None:
    """An aware datetime of any usual notation, if it can be a web page's."""
    text = text.strip()
    moment = _iso(text) or _mail(text) if len(text) <= MAX_MOMENT else None
    if moment is None or moment.year < FIRST_YEAR or moment > datetime.now(UTC) + AHEAD:
        return None
    return moment


def written_moment(text: str) -> datetime | None:
    """The moment that a line states in words, in any of many languages."""
    try:
        found = dateparser.parse(_YEAR.sub(r"\1 ", text), settings={"REQUIRE_PARTS": ["day", "month", "year"]})
    except Exception:  # noqa: BLE001 - a guess at words in any order: what it cannot read is no date
        return None
    return moment_of(found.isoformat()) if found else None


def _best(*sources: Iterable[str]) -> datetime | None:
    """The first moment, told more exactly by a later one of about the same time that has a zone or at least a time."""
    stated = [(text, moment) for source in sources for text in source if (moment := moment_of(text))]
    near = [(text, moment) for text, moment in stated if abs(moment - stated[0][1]) < timedelta(days=1)]
    ranked = sorted(near, key=lambda pair: 0 if _ZONE.search(pair[0]) else 1 if ":" in pair[0] else 2)
    return ranked[0][1] if ranked else None


def _texts(values: Iterable[object]) -> Iterator[str]:
    return (text for value in values for text in texts(value))


def _marked(tree: HtmlElement) -> Iterator[str]:
    """What says itself that it is when the page was published."""
    for element in _MARKED(tree):
        if element.get("itemprop") == "datePublished" or element.tag == "time":
            yield from (element.get(name) or "" for name in ("datetime", "content"))
            yield element.text or ""


def _times(tree: HtmlElement) -> Iterator[str]:
    # Dates of other articles stand beside theirs: only the first is the page's own; none of what it quotes.
    return (time.get("datetime", "") for time in _TIMES(tree)[:1])


def _guessed(tree: HtmlElement, title: str, address: str) -> datetime | None:
    """The first day between the headline and the text, otherwise the likeliest one of the page."""
    headline = headline_of(tree, title)
    below = [] if headline is None else days_below(headline)
    moments = chain((moment_of(day) or written_moment(day) for day in below), _searched(tree))
    return next((moment for moment in moments if moment and not is_elsewhen(moment, address)), None)


def _searched(tree: HtmlElement) -> Iterator[datetime | None]:
    yield moment_of(searched_day(tree) or "")  # when it is asked for: it takes long


def _iso(text: str) -> datetime | None:
    try:
        return parse_moment(_SPACED_ZONE.sub(r"\1\2", text.strip()))
    except (ValueError, OverflowError):
        return None


def _mail(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
