"""HTML inside a row or a file: bodies are read like pages, so that picks and furniture go; short texts become plain."""

import re
from dataclasses import dataclass
from html import escape

from index.fields import Pick
from index.page import read_page
from index.page.references import unescape

NOWHERE = "https://nowhere.invalid/"
"""Where a body is whose article has no address: links that only lead on from there lead nowhere."""

_INLINE = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|"
    "wbr"
)
_BLOCK = (
    "article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|h[1-6]|hr|iframe|img|li|main|ol|p|pre|script|section|"
    "style|table|td|th|tr|ul|html|head|body"
)
_TAG = re.compile(rf"</?(?:{_INLINE}|{_BLOCK})\b[^<>]*>", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})\b[^<>]*>", re.IGNORECASE)
_FRAME = re.compile(r"</?(?:html|head|body|article|main)\b[^<>]*>", re.IGNORECASE)
_UNREAD = re.compile(r"<(script|style)\b[^<>]*>[^<]{0,10000}</\1>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article, and the links that editors put into it."""

    text: str
    picks: tuple[Pick, ...] = ()


def is_markup(text: str) -> bool:
    """Whether a text looks like HTML."""
    return _TAG.search(text) is not None


def one_line(text: str) -> str:
    """A headline, name or excerpt without tags and with its entities resolved."""
    if "<" in text:
        text = _TAG.sub("", _BLOCK_TAG.sub(" ", _UNREAD.sub(" ", text)))
    return " ".join((unescape(text) if "&" in text else text).split())


def read_body(markup: str, title: str, url: str | None) -> Body:
    """What readers see of an HTML body, of the article with this title at this address. Raises PageError."""
    heading = escape(re.sub("[<>]", " ", title))
    # A date is stated so that none is searched for; a whole page in a body is one frame too many.
    page = (
        f"<!doctype html><html><head><title>{heading}</title><meta name=date content=2000-01-01></head>"
        f"<body><article><h1>{heading}</h1>\n{_FRAME.sub(' ', markup)}\n</article></body></html>"
    )
    article = read_page(page, url if url and url.startswith("http") else NOWHERE)
    return Body(article.text, tuple(pick for pick in map(_reachable, article.picks) if pick != Pick()))


def _reachable(pick: Pick) -> Pick:
    return Pick(pick.title) if pick.url and pick.url.startswith(NOWHERE) else pick
