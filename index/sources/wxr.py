"""WordPress exports (WXR): posts that are published, one after another, however large the file is."""

import codecs
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any

from lxml import etree

from index.article import Article
from index.inflate import inflated, is_gzip
from index.sources.cells import article_of
from index.sources.items import Rejected, SourceError
from index.sources.parsing import Unparsed
from index.sources.reading import Reading
from index.workers import Call

AT_ONCE = 256 * 1024

_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,30})["']""")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BLANK = re.compile(r"\n[ \t\r]*\n")
# Each looks no further than to the next that begins.
_CAPTION = re.compile(r"\[caption[^\[\]]{0,1000}\](?:(?!\[caption).){0,5000}?\[/caption\]", re.DOTALL)
_SHORTCODE = re.compile(
    r"\[/?(?:gallery|embed|audio|video|playlist|caption)\b[^\[\]<]{0,1000}\]|\[/?[\w-]+\s+[\w-]+=[^\[\]<]{0,1000}\]"
)
_WORDPRESS = "http://wordpress.org/export/"


def read(place: str, reading: Reading) -> Iterator[Unparsed]:  # noqa: ARG001 - a file needs no more
    """Articles and rejected posts of an export, `.xml` or `.xml.gz`. Raises SourceError."""
    number = 0
    try:
        with Path(place).open("rb") as stream:
            for number, item in enumerate(_items(place, stream), 1):
                if _is_post(item):
                    yield _unparsed(place, number, item)
    except (OSError, ValueError, LookupError, etree.XMLSyntaxError) as error:
        after = f" after item {number:,}" if number else ""
        raise SourceError(f"{place}: cannot be read{after} ({error}); check that the file is whole") from error
    if not number:
        raise SourceError(f"{place}: no item in it; is this an export of WordPress?")


def _items(place: str, stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What each item of the channel holds; the parser forgets it at once."""
    parser = etree.XMLPullParser(("end",), encoding="utf-8", resolve_entities="internal", no_network=True)
    names: dict[str, str] = {}
    for part in _parts(place, stream):
        parser.feed(part)
        for _, element in parser.read_events():
            match _local(element):
                case "comment":  # of readers, thousands below some posts
                    element.clear()
                case "author":
                    fields = _fields(element)
                    names[fields.get("author_login", "")] = fields.get("author_display_name", "")
                case "item":
                    fields = _fields(element)
                    yield fields | {"creator": names.get(fields.get("creator", "")) or fields.get("creator")}
                    _forget(element)
    parser.close()


def _parts(place: str, stream: IO[bytes]) -> Iterator[bytes]:
    """The file as well-formed UTF-8: what editors paste has control characters, which XML has not."""
    decoder, begun = None, False
    for part in _unpacked(stream):
        text = (decoder := decoder or _decoder(part)).decode(part)
        before, rss, _ = text.partition("<rss")
        begun, above = begun or bool(rss), not begun
        if above and "<!DOCTYPE" in before:  # below, it may be what a post is about
            raise SourceError(f"{place}: declares a document type, which no export does; export the site again")
        yield _CONTROL.sub(" ", text).encode(errors="replace")


def _decoder(beginning: bytes) -> codecs.IncrementalDecoder:
    declared = _ENCODING.match(beginning.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode() if declared else "utf-8"
    b" ".decode(name)  # some codecs are not for text
    return codecs.getincrementaldecoder(name)("replace")


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    first = stream.read(AT_ONCE)
    parts = chain([first], iter(lambda: stream.read(AT_ONCE), b""))
    return inflated(parts, AT_ONCE) if is_gzip(first) else parts


def _local(element: Any) -> str:
    tag = str(element.tag)
    return tag.rpartition("}")[2] if tag.startswith(("{" + _WORDPRESS, "item")) else ""


def _fields(element: Any) -> dict[str, Any]:
    """The texts of an element's children by name, those of categories by domain."""
    fields: dict[str, Any] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        namespace, _, name = child.tag.rpartition("}")
        text = "".join(child.itertext()).strip()
        if name == "category":
            if child.get("nicename") != "uncategorized":
                fields.setdefault(f"category {child.get('domain')}", []).append(text)
        elif name != "encoded":
            fields.setdefault(name, text)
        else:
            fields.setdefault("excerpt" if "/excerpt/" in namespace else "content", text)
    return fields


def _forget(item: Any) -> None:
    parent = item.getparent()
    item.clear()
    while parent is not None and len(parent) > 1:
        del parent[0]


def _is_post(item: dict[str, Any]) -> bool:
    return (item.get("post_type"), item.get("status")) == ("post", "publish") and not item.get("post_password")


def _unparsed(place: str, number: int, item: dict[str, Any]) -> Unparsed:
    return Unparsed(
        Call(_article, (item,)), lambda article: article, partial(Rejected, f"{place}, item {number:,}", None)
    )


def _article(item: dict[str, Any]) -> Article:
    dates = (item.get(name) for name in ("post_date_gmt", "pubDate", "post_date"))
    cells = {
        "url": item.get("link"),
        "title": item.get("title"),
        "text": _paragraphs(item.get("content") or ""),
        "published": next((date for date in dates if date and not date.startswith("0000")), None),
        "updated": item.get("post_modified_gmt"),
        "section": item.get("category category"),
        "tags": item.get("category post_tag"),
        "author": item.get("creator"),
        "excerpt": item.get("excerpt"),
    }
    return article_of(cells)


def _paragraphs(content: str) -> str:
    """A body as WordPress shows it: blank lines part paragraphs, and shortcodes are no text."""
    bare = _SHORTCODE.sub("", _CAPTION.sub("", content)) if "[" in content else content
    return "<p>" + _BLANK.sub("\n\n<p>", bare) if "<" in bare or "&" in bare else bare
