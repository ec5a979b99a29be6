"""What each page shows, from a snapshot and its recommender: no HTTP, no HTML."""

import re
from dataclasses import dataclass
from datetime import datetime

from index.arrays import Rows
from index.article import Article
from index.snapshot import Snapshot
from recommender.pages import editions
from recommender.pages.boxes import Boxes, boxes
from recommender.pages.cards import Card, cards, front_href, site, web_address
from recommender.pages.wording import Wording, own_name, wording
from recommender.related import Recommender

SECONDARY = 7
IN_SECTION_PAGE = 29
SECTIONS, IN_SECTION = 12, 4
NAMELESS = "Read more"
# Hosts that are reserved for examples (RFC 2606) lead nowhere, so they are not offered as links.
_LEADS_NOWHERE = re.compile(r"(?:^|\.)(?:example|invalid|test|example\.(?:com|net|org))$")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several places to go: a language or a section."""

    label: str
    href: str
    language: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Masthead:
    """The top of a page."""

    name: str
    href: str
    extent: str
    languages: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A section's newest articles on the front page."""

    label: str
    href: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """A front page, of everything or of one `section`."""

    words: Wording
    masthead: Masthead
    section: str | None
    sections: tuple[Choice, ...]
    lead: Card
    secondary: tuple[Card, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An article in full. `canonical` is its own address, `original` the same where a reader can go there."""

    card: Card
    paragraphs: tuple[str, ...]
    tags: tuple[str, ...]
    photograph: str | None
    canonical: str | None
    original: str | None
    host: str | None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article, and both choices of what to read after it."""

    words: Wording
    masthead: Masthead
    story: Story
    boxes: Boxes


def front_page(snapshot: Snapshot, language: str | None, section: str | None) -> FrontPage | None:
    """The newest articles, in a language (None: the main one) and perhaps one section; None where there are none."""
    language = language or editions.main_language(snapshot)
    words, every = wording(language), editions.edition(snapshot, language)
    rows = editions.within(snapshot, every, section) if section else every
    if not len(rows):
        return None
    shown = IN_SECTION_PAGE if section else 1 + SECONDARY
    names = editions.sections(snapshot, every)[:SECTIONS]
    lead, *secondary = cards(snapshot, rows[:shown], words)
    return FrontPage(
        words=words,
        masthead=_masthead(snapshot, int(every[0]), language, words),
        section=lead.section if section else None,
        sections=_sections(names, language, section and lead.section),
        lead=lead,
        secondary=tuple(secondary),
        blocks=() if section else _blocks(snapshot, rows[shown:], names, language, words),
    )


def article_page(recommender: Recommender, article_id: str) -> ArticlePage | None:
    """The article with this id and its boxes; None where the index has no such article."""
    snapshot = recommender.snapshot
    row = snapshot.articles.row_of_id(article_id)
    if row is None:
        return None
    article = snapshot.articles.article(row)
    words = wording(article.language)
    return ArticlePage(
        words=words,
        masthead=_masthead(snapshot, row, article.language, words),
        story=_story(article, cards(snapshot, [row], words)[0]),
        boxes=boxes(recommender, row, words),
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """A body's paragraphs: between empty lines, or where there are none its lines."""
    parts = re.split(r"\n\s*\n", text)
    parts = parts if len(parts) > 1 else text.splitlines()
    return tuple(part.strip() for part in parts if part.strip())


def _masthead(snapshot: Snapshot, row: int, language: str | None, words: Wording) -> Masthead:
    built = datetime.fromisoformat(snapshot.manifest["built_at"])
    known = editions.languages(snapshot)
    return Masthead(
        name=site(snapshot.articles.cards([row])[0]["url"]) or NAMELESS,
        href=front_href(language),
        extent=words.extent.format(articles=f"{len(snapshot):,}", date=words.date(built)),
        languages=tuple(Choice(own_name(name), front_href(name), name, name == language) for name in known),
    )


def _sections(names: list[str], language: str | None, current: str | None) -> tuple[Choice, ...]:
    return tuple(Choice(name, front_href(language, name), language, name == current) for name in names)


def _blocks(
    snapshot: Snapshot, rows: Rows, names: list[str], language: str | None, words: Wording
) -> tuple[Block, ...]:
    found = ((name, editions.within(snapshot, rows, name)[:IN_SECTION]) for name in names)
    return tuple(
        Block(name, front_href(language, name), cards(snapshot, newest, words)) for name, newest in found if len(newest)
    )


def _story(article: Article, card: Card) -> Story:
    canonical, host = web_address(article.url), site(article.url)
    return Story(
        card=card,
        paragraphs=paragraphs(article.text),
        tags=article.tags,
        photograph=article.image.alt if article.image else None,
        canonical=canonical,
        original=None if _LEADS_NOWHERE.search(host or "") else canonical,
        host=host,
    )
