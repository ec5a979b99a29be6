"""An article as the pages show it in a list: texts, and addresses on this server only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from index.address import urlsplit
from index.article import parse_moment
from index.snapshot import Snapshot
from recommender.pages.wording import Wording, direction


@dataclass(frozen=True, slots=True)
class Day:
    """A date for machines and for readers."""

    iso: str
    shown: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an article. Its texts are the publisher's own: untrusted, in its own language."""

    href: str
    picture: str
    title: str
    excerpt: str | None
    section: str | None
    section_href: str | None
    author: str | None
    published: Day | None
    language: str | None
    direction: str


def cards(snapshot: Snapshot, rows: Iterable[int], words: Wording) -> tuple[Card, ...]:
    """The articles in these rows, dates in the words of the page."""
    return tuple(card(fields, words) for fields in snapshot.articles.cards(rows))


def card(fields: dict[str, Any], words: Wording) -> Card:
    """A card from the fields that a snapshot keeps of an article."""
    published, section, language = fields["published"], fields["section"], fields["language"]
    return Card(
        href="/read/" + quote(fields["id"], safe=""),
        picture=f"/pages/picture/{quote(fields['id'], safe='')}.svg",
        title=fields["title"],
        excerpt=fields["excerpt"],
        section=section,
        section_href=front_href(language, section) if section else None,
        author=fields["author"],
        published=day(parse_moment(published), words) if published else None,
        language=language,
        direction=direction(language),
    )


def day(moment: datetime, words: Wording) -> Day:
    """A moment as a day."""
    return Day(moment.isoformat(), words.date(moment))


def front_href(language: str | None, section: str | None = None) -> str:
    """The address of a front page."""
    asked = {name: value for name, value in (("language", language), ("section", section)) if value}
    return "/?" + urlencode(asked) if asked else "/"


def web_address(url: str) -> str | None:
    """The URL if it is safe to put in an href, else None."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:  # "http://[", for example
        return None


def site(url: str) -> str | None:
    """The site that a URL belongs to, as its readers say it."""
    host = urlsplit(url).hostname if web_address(url) else None
    return host and host.removeprefix("www.")
