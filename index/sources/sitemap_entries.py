"""What a sitemap says: its pages, or the sitemaps that it names, one by one however long it is."""

import codecs
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO

from lxml.etree import XMLSyntaxError, _Element, iterparse

from index.page.moments import moment_of
from index.sources.markup import one_line

Fields = dict[str, object]
_ROOTS, _LINES = ("urlset", "sitemapindex"), ("url", "sitemap")
_SPECIAL = re.compile(
    # Where no tag is complete up to the next "<", the parser would look to the end of the file, each time.
    rb"(?P<open><!\[CDATA\[|<!--)|<(?![!?]|(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>)"
    # The parser would drop the parameter that a bare ampersand begins.
    rb"|&(?!#?\w{1,10};)"
)
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]*>")
_END = re.compile(rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>")


@dataclass(frozen=True, slots=True)
class Line:
    """An address that a sitemap names: of a page, or of another sitemap. `hints` are an article's fields."""

    address: str
    lastmod: str | None = None
    is_sitemap: bool = False
    is_news: bool = False
    hints: Fields = field(default_factory=dict)


def sitemap_lines(content: bytes) -> Iterator[Line]:
    """All lines of an XML or text sitemap, as far as it can be read. Raises ValueError for what is no sitemap."""
    yield from _of_xml(content) if _is_xml(content) else _of_text(content)


def is_whole(content: bytes) -> bool:
    """Whether a sitemap does not break off, so that what it does not name is not in it."""
    return not _is_xml(content) or _END.search(_utf8(content)) is not None


def _utf8(content: bytes) -> bytes:
    if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content
    return _DECLARATION.sub("", content.decode("utf-16", "replace")).encode()


def _is_xml(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"<", b"\xff", b"\xfe")


def _of_text(content: bytes) -> Iterator[Line]:
    lines = [line.strip() for line in content.decode("utf-8-sig", "replace").splitlines() if line.strip()]
    if not any(line.lower().startswith(("http://", "https://")) for line in lines):
        raise ValueError("it names no address")
    yield from map(Line, lines)


def _of_xml(content: bytes) -> Iterator[Line]:
    # No entity of the document's own is expanded and nothing is loaded, so that no sitemap can be a bomb.
    stream = BytesIO(b"".join(_mended(_utf8(content).lstrip())))
    # What is told of every element takes quadratic time to forget.
    tags = [f"{{*}}{name}" for name in (*_ROOTS, *_LINES)]
    events = iterparse(stream, ("start", "end"), tag=tags, recover=True, resolve_entities=False, no_network=True)
    try:
        _, root = next(events, ("", None))
    except XMLSyntaxError as error:
        raise ValueError(f"it is no XML: {error}") from error
    if root is None or _name(root) not in _ROOTS or root.getparent() is not None:
        raise ValueError("its first element is neither <urlset> nor <sitemapindex>")
    with suppress(XMLSyntaxError):  # what comes before the break is good
        for event, element in events:
            if event == "end" and _name(element) in _LINES:
                yield _line(element)
                _drop(element)


def _mended(content: bytes) -> Iterator[bytes]:
    """The pieces of a document with what should have been escaped escaped, outside of comments and CDATA."""
    end = 0
    while found := _SPECIAL.search(content, end):
        yield content[end : found.start()]
        end = found.end()
        if mark := found["open"]:
            closed = content.find(_ENDS[mark], end)
            end = closed if closed >= 0 else len(content)
            yield content[found.start() : end]
        else:
            yield b"&amp;" if found[0] == b"&" else b"&lt;"
    yield content[end:]


def _drop(element: _Element) -> None:
    element.clear()
    while (parent := element.getparent()) is not None and element.getprevious() is not None:
        del parent[0]


def _name(element: _Element) -> str:
    # By the name alone: many a sitemap has its namespace wrong.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _line(element: _Element) -> Line:
    parts = _parts(element)
    hints = _news(parts["news"]) if "news" in parts else {}
    if "image" in parts and (src := _text(pictured := _parts(parts["image"]), "loc")):
        hints["image"] = {"src": src, "alt": _text(pictured, "caption") or _text(pictured, "title")}
    listed = _moment(_text(parts, "lastmod"))
    if "news" in parts and not listed:  # what it says of a story changes when its headline does
        listed = f"{hints['published']} {hints['title']}"
    return Line(_text(parts, "loc"), listed, _name(element) == "sitemap", "news" in parts, hints)


def _news(news: _Element) -> Fields:
    parts = _parts(news)
    return {
        "title": one_line(_text(parts, "title")),
        "published": _moment(_text(parts, "publication_date")),
        "tags": [tag.strip() for tag in _text(parts, "keywords").split(",") if tag.strip()][:100],
        "language": _text(_parts(parts["publication"]), "language") if "publication" in parts else None,
    }


def _moment(text: str) -> str | None:
    moment = moment_of(text) if text else None
    return moment.isoformat() if moment else text or None


def _parts(element: _Element) -> dict[str, _Element]:
    """The elements inside one, the first of each name."""
    return {_name(child): child for child in reversed(element)}


def _text(parts: Mapping[str, _Element], name: str) -> str:
    return " ".join("".join(parts[name].itertext()).split()) if name in parts else ""
