"""What kind of source a place is: what it is called, or else what it looks like."""

import os
import re
import stat
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path

from index.address import urlsplit
from index.inflate import gunzip, is_gzip
from index.shown import shown
from index.sources.items import SourceError

NOT_READ = ("node_modules",)
LOOKED_AT = 4_096
"""So many bytes at the beginning of an XML file tell what it is."""

_NAMED = re.compile(r"([a-z]+):(?!//)(.+)", re.DOTALL)
_DATABASE = re.compile(r"(?!https?:)[a-z0-9]+(?:\+[a-z0-9]+)?://", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_ADDRESSES = (
    ("wordpress", re.compile(r"/wp-json(?:/|$)")),
    ("sitemap", re.compile(r"sitemap[^/]*\.(?:xml|txt)(?:\.gz)?$", re.IGNORECASE)),
    ("feed", re.compile(r"(?:\.(?:rss|atom|rdf)|/(?:feed|rss|atom)(?:\.(?:xml|json))?/?)$", re.IGNORECASE)),
)
_ENDINGS = {
    "jsonl": (".jsonl", ".jsonl.gz", ".ndjson"),
    "csv": (".csv", ".tsv", ".csv.gz", ".tsv.gz"),
    "parquet": (".parquet",),
    "markdown": (".md", ".markdown"),
    "pages": (".html", ".htm", ".html.gz", ".htm.gz"),
    "urls": (".txt",),
    "feed": (".rss", ".atom", ".json"),
}
_CONTENTS = (
    ("wxr", re.compile(rb"wordpress\.org/export/|<wp:wxr_version")),
    ("sitemap", re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")),
    ("feed", re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]|\A\s*\{.*jsonfeed\.org", re.DOTALL)),
)


def kind_of(place: str, names: Container[str]) -> tuple[str, str]:
    """(kind, place) of a source, `kind:place` or a place that tells. Raises SourceError."""
    if place == "-":
        return "jsonl", place
    if (named := _NAMED.fullmatch(place)) and named[1] in names:
        if named[1] != "sql" and named[2] != "-" and not _WEB.match(named[2]):
            _check_path(Path(named[2]))
        return named[1], named[2]
    if _WEB.match(place):
        path = urlsplit(place).path
        return next((kind for kind, form in _ADDRESSES if form.search(path)), "address"), place
    if _DATABASE.match(place):
        return "sql", place
    return _of_file(Path(place)), place


def kind_of_content(content: bytes) -> str | None:
    """feed, sitemap or wxr, as the beginning of an XML document or of a JSON Feed says; None for others."""
    return next((kind for kind, form in _CONTENTS if form.search(content[:LOOKED_AT])), None)


def walk(folder: Path, problem: Callable[[OSError], object] = lambda _: None) -> Iterator[Path]:
    """The files below a folder in order, hidden ones left out; no link to a folder is followed, as it may be a circle.

    A folder that cannot be looked into is a `problem`.
    """
    for inner, folders, names in os.walk(folder, onerror=problem):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOT_READ)
        yield from (Path(inner, name) for name in sorted(names) if not name.startswith("."))


def _check_path(path: Path) -> None:
    """Raises SourceError for what is there but has no end, as a device, and for what can be no path."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return  # which each kind tells in its own words
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SourceError(f"{shown(str(path))}: {reason}; check the path") from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise SourceError(f"{path}: a device or a pipe; give a file, or - to read JSON Lines from standard input")


def _of_file(path: Path) -> str:
    _check_path(path)
    if path.is_dir():
        return _of_folder(path)
    name = path.name.lower()
    if not path.is_file():
        raise SourceError(f"{path}: no such file or folder; check the path, or give - to read standard input")
    kind = next((kind for kind, endings in _ENDINGS.items() if name.endswith(endings)), None)
    if kind is None and name.endswith((".xml", ".xml.gz")):
        kind = kind_of_content(_beginning(path))
    if kind is None:
        raise SourceError(
            f"{path}: unknown kind of source; known endings are {', '.join(_all_endings())} and .xml of a feed, a "
            "sitemap or a WordPress export; or name the kind, as in feed:FILE"
        )
    return kind


def _of_folder(path: Path) -> str:
    for file in walk(path):
        for kind in ("markdown", "pages"):
            if file.name.lower().endswith(_ENDINGS[kind]):
                return kind
    raise SourceError(f"{path}: no Markdown and no HTML page in this folder; check the path")


def _beginning(path: Path) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(LOOKED_AT)
    return gunzip(content, LOOKED_AT * 100) if is_gzip(content) else content


def _all_endings() -> Iterable[str]:
    return (ending for endings in _ENDINGS.values() for ending in endings)
