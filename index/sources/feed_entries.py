"""The entries of RSS, Atom and JSON feeds, all in one form."""

import calendar
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from typing import Any

import feedparser

from index.address import urljoin
from index.sources.feed_markup import tidied
from index.sources.markup import is_markup, one_line

MAX_EXCERPT = 2_000
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_AROUND = re.compile(r"[\s()<>]+")
_MARKUP = re.compile(r"<[/!?A-Za-z][^<>]*>")
_SCHEME = re.compile(r"https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: where its page is, its title as text, its body and summary as HTML, and what else it says."""

    link: str
    title: str
    body: str = ""
    summary: str = ""
    updated: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


def feed_entries(content: bytes, base: str) -> list[FeedEntry]:
    """The entries of a feed, in its order, as far as it can be read. Raises ValueError for what is no feed."""
    return list(_of_json(content, base) if _JSON.match(content) else _of_xml(content, base))


def _of_xml(content: bytes, base: str) -> Iterator[FeedEntry]:
    # As a stream: what is given bytes alone looks for a file of that name first.
    try:
        parsed = feedparser.parse(
            BytesIO(tidied(content)),
            response_headers={"content-location": base, "content-type": "application/xml; charset=utf-8"},
            # Bodies are read like pages anyway, and both take quadratic time.
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except ValueError:
        raise
    except Exception as error:  # whatever hostile markup makes it raise: it is no feed
        raise ValueError(f"{type(error).__name__}: {error}") from error
    if not (version := parsed.get("version", "")) and not parsed.entries:
        raise ValueError(str(parsed.get("bozo_exception") or "it has neither RSS nor Atom elements"))
    literal, language = version.startswith("atom"), parsed.feed.get("language")
    for entry in parsed.entries:
        yield _xml_entry(entry, base, literal, language)


def _xml_entry(entry: Any, base: str, literal: bool, language: str | None) -> FeedEntry:
    contents = entry.get("content", [])
    body = max((_markup(part, _text(part.get("value"))) for part in contents), key=len, default="")
    summary = _markup(entry.get("summary_detail", {}), _text(entry.get("summary")))
    updated = _moment(entry, "updated")
    title = _text(entry.get("title"))
    if not literal or entry.get("title_detail", {}).get("type") != "text/plain":
        title = _line(title)
    return FeedEntry(
        link=_link(entry, base),
        title=" ".join(title.split()),
        body=body,
        summary=summary if summary != body else "",
        updated=updated or "",
        fields={
            "published": _moment(entry, "published") or updated,
            "updated": updated,
            "author": _authors(entry),
            "tags": _tags(tag.get("label") or tag.get("term") for tag in entry.get("tags", ())),
            "language": next((part.language for part in contents if part.get("language")), language),
            "image": _picture(entry, base),
            "excerpt": _line(summary)[:MAX_EXCERPT] if summary != body else "",
        },
    )


def _line(markup: str) -> str:
    # Comments and tags that HTML does not know are no text of a headline either.
    return one_line(_MARKUP.sub(lambda found: found[0] if is_markup(found[0]) else "", markup))


def _markup(detail: Mapping[str, Any], value: str) -> str:
    # Many a feed calls HTML plain text; real plain text has paragraphs that blank lines part.
    return _paragraphs(escape(value)) if detail.get("type") == "text/plain" and "<" not in value else value


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{part}</p>" for part in re.split(r"\n\s*\n", text) if part.strip())


def _link(entry: Any, base: str) -> str:
    guid = _text(entry.get("id"))
    link = entry.get("feedburner_origlink") or entry.get("link") or (guid if _SCHEME.match(guid) else "")
    return _joined(base, link)


def _authors(entry: Any) -> list[str]:
    if "@" in (raw := _text(entry.get("author"))):  # RSS writes "address (name)", others "name <address>"
        name = " ".join(word for word in _AROUND.split(raw) if "@" not in word).strip(' ",;')
        return [name] if name else []
    return [author["name"] for author in entry.get("authors", ()) if author.get("name")][:20]


def _moment(entry: Any, name: str) -> str | None:
    parsed = entry.get(f"{name}_parsed") if f"{name}_parsed" in entry else None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _tags(names: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(filter(None, (one_line(_text(name)) for name in names))))[:100]


def _picture(entry: Any, base: str) -> dict[str, object] | None:
    pictures = [media for media in entry.get("media_content", ()) if _is_picture(media)]
    pictures += entry.get("media_thumbnail", [])
    pictures += [link for link in entry.get("enclosures", ()) if _is_picture(link)]
    widest: Mapping[str, str] = max(pictures, key=lambda picture: _pixels(picture.get("width")) or 0, default={})
    if not (src := widest.get("url") or widest.get("href")):
        return None
    return {"src": _joined(base, src), "width": _pixels(widest.get("width")), "height": _pixels(widest.get("height"))}


def _is_picture(media: Mapping[str, str]) -> bool:
    return media.get("medium") == "image" or media.get("type", "").startswith("image/")


def _pixels(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 6 else None


def _joined(base: str, link: object) -> str:
    try:
        return urljoin(base, str(link).strip()) if link else ""
    except ValueError:
        return str(link)


def _of_json(content: bytes, base: str) -> Iterator[FeedEntry]:
    try:
        feed = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    items = feed.get("items")
    if "jsonfeed.org" not in _text(feed.get("version")) or not isinstance(items, list):
        raise ValueError("it is JSON, but no JSON Feed")
    for item in items:
        if isinstance(item, dict):
            yield _json_entry(item, feed, base)


def _json_entry(item: dict[str, Any], feed: Mapping[str, Any], base: str) -> FeedEntry:
    guid, updated = _text(item.get("id")), _text(item.get("date_modified"))
    picture = _text(item.get("image") or item.get("banner_image"))
    authors = item["authors"] if isinstance(item.get("authors"), list) else [item.get("author")]
    return FeedEntry(
        link=_joined(base, _text(item.get("url") or item.get("external_url")) or (guid if _SCHEME.match(guid) else "")),
        title=one_line(_text(item.get("title"))),
        body=_text(item.get("content_html")) or _paragraphs(escape(_text(item.get("content_text")))),
        summary=_text(item.get("summary")),
        updated=updated,
        fields={
            "published": _text(item.get("date_published")) or updated,
            "updated": updated,
            "author": [name for author in authors if isinstance(author, dict) and (name := _text(author.get("name")))][
                :20
            ],
            "tags": _tags(item["tags"] if isinstance(item.get("tags"), list) else ()),
            "language": _text(item.get("language") or feed.get("language")),
            "image": {"src": _joined(base, picture)} if picture else None,
            "excerpt": one_line(_text(item.get("summary")))[:MAX_EXCERPT],
        },
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
