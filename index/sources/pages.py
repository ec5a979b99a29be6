"""Saved pages: a folder of HTML and plain text files, or one of them."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import quote

from index.article import Article
from index.page import PageError, read_page
from index.sources.folder import read_files
from index.sources.items import SourceError
from index.sources.parsing import Step
from index.sources.reading import Reading
from index.workers import Call

ENDINGS = tuple(ending + packed for ending in (".html", ".htm", ".xhtml", ".txt") for packed in ("", ".gz"))
PATTERN = "https://site.example/{path}"
BRACES = re.compile(r"{(.*?)}")
_ENDING = re.compile(r"(?:\.(?:x?html?|txt))?(?:\.gz)?$", re.IGNORECASE)


def read(place: str, reading: Reading) -> Iterator[Step]:
    """The articles of saved pages. Raises SourceError.

    A page is where its canonical link says; else where the source's column `url` says, such as
    "https://site.example/{path}", in which {path} is the file's path without its ending and {name} its name.
    """
    pattern = reading.source.columns.get("url", "")
    names = set(BRACES.findall(pattern))
    if set(reading.source.columns) - {"url"} or names - {"path", "name"} or bool(pattern) != bool(names):
        raise SourceError(f'{place}: of pages only {{"url": "{PATTERN}"}} can be said, with {{path}} or {{name}}')
    return read_files(place, ENDINGS, pattern, lambda path, content: Call(_article, (path, content, pattern)), reading)


def address(pattern: str, path: PurePosixPath) -> str:
    """Where the file with this path is, without its ending."""
    bare = _ENDING.sub("", str(path))
    return pattern.replace("{path}", quote(bare)).replace("{name}", quote(PurePosixPath(bare).name))


def _article(path: PurePosixPath, content: bytes, pattern: str) -> Article:
    article = read_page(content)
    if not article.url.startswith("urn:"):
        return article
    if not pattern:
        raise PageError(f"the page does not say where it is; give --column url={PATTERN}")
    return read_page(content, address(pattern, path))
