"""Markdown files with front matter, as Hugo and Jekyll keep them."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from index.article import Article, parse_moment
from index.sources.cells import article_of, moment_of
from index.sources.folder import read_files, root_of
from index.sources.front_matter import front_matter
from index.sources.items import SourceError
from index.sources.pages import BRACES
from index.sources.parsing import Step
from index.sources.reading import Reading
from index.sources.sites import File, Site, site_of
from index.workers import Call

ENDINGS = (".md", ".markdown")
MAX_TEXT = 2_000_000
MAX_GROWTH = 10

# Each looks no further than to the next that begins.
_SHORTCODE = re.compile(r"(?:\{\{[<%]?|\{%)(?:(?!\{[{%]).){0,500}?(?:[>%]?\}\}|%\})", re.DOTALL)
_HEADING = re.compile(r"^#[ \t]++(\S.*)$", re.MULTILINE)


def _forget_long_references(state: StateCore) -> None:
    """Forget the definitions of links that would make the page many times as long as its file."""
    references = state.env.get("references", {})
    longest = (MAX_GROWTH * len(state.src) + 100_000) / (state.src.count("]") + 1)
    for name in [name for name, link in references.items() if len(link["href"] + link["title"]) > longest]:
        del references[name]


_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_MARKDOWN.core.ruler.after("block", "forget_long_references", _forget_long_references)


def read(place: str, reading: Reading) -> Iterator[Step]:
    """The articles of Markdown files; drafts and what is dated in the future are left out. Raises SourceError.

    Where the site is, its configuration says, or the source's column `url`: "https://site.example", or a pattern
    such as "https://site.example/{path}/", as for saved pages. Where nothing does, articles have no address.
    """
    said, others = reading.source.columns.get("url", ""), set(reading.source.columns) - {"url"}
    if others or not re.match("https?://|$", said) or set(BRACES.findall(said)) - {"path", "name"}:
        raise SourceError(
            f'{place}: of Markdown files only {{"url": "https://site.example"}} can be said, or a pattern with '
            '{path} or {name}, as in "https://site.example/{path}/"'
        )
    root = root_of(place)
    site = site_of(root, said)
    known_as = blake2b(repr(site).encode(), digest_size=8).hexdigest()
    return read_files(
        place, ENDINGS, known_as, lambda path, content: Call(_article, (root, path, content, site)), reading
    )


def _article(root: Path, path: PurePosixPath, content: bytes, site: Site) -> Article | None:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start:,}; save the file as UTF-8") from None
    if len(text) > MAX_TEXT:
        raise ValueError(f"has {len(text):,} characters; at most {MAX_TEXT:,} are read")
    inside = site.inside(root, path)
    matter, body = front_matter(text) if inside else ({}, "")
    file = File(inside or path, matter)
    if not inside or not _is_article(file, site) or not _is_public(file):
        return None
    url = site.address(file)
    return article_of({**_cells(file, body), "url": url, "id": None if url else str(file.path)})


def _is_article(file: File, site: Site) -> bool:
    return file.path.name != "_index" and (file.is_post or site.kind != "jekyll") and "_drafts" not in file.path.parts


def _is_public(file: File) -> bool:
    matter = file.matter
    if matter.get("draft") is True or matter.get("published") is False:
        return False
    dates = (moment_of(value) for value in (matter.get("publishDate"), matter.get("date"), file.day) if value)
    return all(_is_past(str(value)) for value in dates)


def _is_past(moment: str) -> bool:
    try:
        return parse_moment(moment) <= datetime.now(UTC)
    except (ValueError, OverflowError):
        return True  # and the article is rejected for it


def _cells(file: File, body: str) -> dict[str, object]:
    matter = file.matter
    heading = _HEADING.search(body)
    published = matter.get("published")
    return {
        "title": matter.get("title") or (heading and heading[1].rstrip(" \t#")),
        "text": str(_MARKDOWN.render(_SHORTCODE.sub("", body))),
        "published": matter.get("date")
        or (None if published is True else published)
        or matter.get("publishDate")
        or file.day,
        "updated": _first(matter, "lastmod", "last_modified_at", "updated", "modified"),
        "section": _words(file, _first(matter, "categories", "category", "section")),
        "tags": _words(file, _first(matter, "tags", "keywords")),
        "author": _first(matter, "authors", "author"),
        "image": _picture(_first(matter, "image", "featured_image", "cover", "images", "thumbnail")),
        "excerpt": _first(matter, "description", "summary", "excerpt"),
        "language": _first(matter, "language", "lang"),
    }


def _first(matter: Mapping[str, Any], *names: str) -> object:
    return next((matter[name] for name in names if matter.get(name)), None)


def _words(file: File, value: object) -> object:
    # Jekyll takes words as names, unlike others.
    return value.split() if isinstance(value, str) and file.is_post and not re.search("[,;|]", value) else value


def _picture(value: object) -> object:
    if isinstance(value, list):
        value = next(iter(value), None)
    return _first(value, "url", "src", "image", "path") if isinstance(value, Mapping) else value
