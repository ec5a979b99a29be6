"""What a page says of itself for machines: schema.org objects (JSON-LD) and meta elements."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from index.page.references import unescape

Node = dict[str, Any]

MAX_SCRIPT, MAX_NODES = 2_000_000, 2_000
_ARTICLE = re.compile(r"(?:\w*Article|\w*Posting|Report|Review|\w*NewsArticle)$")
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_BREAK = re.compile(r"</p>|<br[^<>]*>|</(?:div|h\d|li)>", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class Statements:
    """All that a page states, looked up by name: articles first, every value in the page's order."""

    articles: tuple[Node, ...]
    nodes: tuple[Node, ...]
    metas: dict[str, list[str]] = field(default_factory=dict)

    def of_article(self, *names: str) -> Iterator[Any]:
        """The values that the page's article has under these names, the first name's first."""
        return (node[name] for name in names for node in self.articles if node.get(name) not in (None, "", [], {}))

    def meta(self, *names: str) -> Iterator[str]:
        """The contents of the meta elements of these names, the first name's first."""
        return (content for name in names for content in self.metas.get(name, ()))


def body_stated(stated: Statements) -> str:
    """The article's text as the page states it, line by line; empty where it does not."""
    body = next((value for value in stated.of_article("articleBody") if isinstance(value, str)), "")
    return "\n".join(filter(None, map(plain, _BREAK.sub("\n", unescape(body)).split("\n"))))


def statements(tree: HtmlElement) -> Statements:
    """What the page states."""
    nodes = tuple(_nodes(tree))
    articles = tuple(node for node in nodes if any(_ARTICLE.fullmatch(kind) for kind in texts(node.get("@type"))))
    return Statements(articles, nodes, _metas(tree))


def plain(value: object) -> str:
    """One line of text without markup, of a value that should be a string; empty where it is none."""
    if not isinstance(value, str):
        return ""
    # Twice: what is escaped for JSON or for an attribute is often escaped for HTML already.
    return _SPACE.sub(" ", _TAG.sub(" ", unescape(unescape(value)))).strip()


def texts(value: object, *names: str) -> list[str]:
    """The strings of a value, of a list of values, or of objects' first given property among `names`."""
    parts = value if isinstance(value, list) else [value]
    return [text for part in parts if (text := plain(_named(part, names)))]


def _named(part: object, names: Iterable[str]) -> object:
    while isinstance(part, dict):
        part = next((part[name] for name in names if part.get(name)), None)
        part = part[0] if isinstance(part, list) and part else part
    return part


def _nodes(tree: HtmlElement) -> Iterator[Node]:
    # Breadth first, so that a page's own object comes before what is inside it; bounded, so that nothing is endless.
    waiting = [value for script in tree.iter("script") for value in _scripted(script)]
    for seen, value in enumerate(waiting):
        if seen >= MAX_NODES:
            return
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            yield value
            waiting += [value[name] for name in _NESTED if isinstance(value.get(name), dict | list)]


def _scripted(script: HtmlElement) -> Iterator[object]:
    written = script.text or ""
    if "ld+json" not in script.get("type", "").lower() or len(written) > MAX_SCRIPT:
        return
    written = _WRAPPING.sub("", written)
    for attempt in (written, _TRAILING_COMMA.sub(r"\1", written)):
        try:
            yield json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = plain(element.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                metas.setdefault(name.strip().lower(), []).append(content)
    return metas
