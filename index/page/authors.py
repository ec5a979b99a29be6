"""Who wrote a page's article: as it states for machines, otherwise as its byline shows to readers."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from index.page.bylines import Bylines
from index.page.people import is_beside, split_names
from index.page.structured import Statements, texts
from index.page.title import letters, site_names

MAX_AUTHORS, MAX_STATED = 20, 100
_METAS = (
    *("article:author", "author", "og:article:author", "dc.creator", "dcterms.creator", "parsely-author"),
    *("sailthru.author", "cxenseparse:author"),
)
_BY = re.compile(r"^(?:by|von|par|por)\s*:?\s+(?=\S)", re.IGNORECASE)
_NO_NAME = re.compile(r"https?://|www\.|^[\w.]+@|/|^[\d\W_]*$")


def authors_of(tree: HtmlElement, stated: Statements, title: str, address: str) -> list[str]:
    """The names of the article's authors; empty where the page has none."""
    sites, sources = site_names(stated, address), [names for names in map(_named, _sources(stated)) if names]
    for names in sources:
        if not sites.issuperset(map(letters, names)):
            return names
    # A site that names nothing but itself for machines may still name a person to readers.
    bylines = Bylines(tree, title)
    shown = (bylines.stated_names() if sources else bylines.names())[:MAX_AUTHORS]
    return shown if not sources or _are_people(shown, sites) else sources[0]


def _sources(stated: Statements) -> Iterator[list[str]]:
    yield [name for value in stated.of_article("author") for name in texts(value, "name")]
    yield from (list(stated.meta(name)) for name in _METAS)


def _named(texts: list[str]) -> list[str]:
    names = (_BY.sub("", text) for text in texts if not _NO_NAME.search(text) and len(text) <= MAX_STATED)
    return list(dict.fromkeys(part for name in names for part in split_names(name)))[:MAX_AUTHORS]


def _are_people(names: list[str], sites: set[str]) -> bool:
    return bool(names) and all(" " in name and letters(name) not in sites and not is_beside(name) for name in names)
