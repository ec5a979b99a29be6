"""Where articles come from: one module and one function a kind, each yielding items one by one.

A new kind is a new module with `read(place, reading) -> Iterator[Item]` and a line in `KINDS`; where it is to be
recognised without being named, also one in `kinds.kind_of`.
"""

from collections.abc import Iterator
from importlib import import_module

from index.sources.items import Item, Rejected, SourceError
from index.sources.kinds import kind_of
from index.sources.reading import Reading, Source

KINDS = {
    "jsonl": "jsonl",
    "feed": "feeds",
    "sitemap": "sitemaps",
    "urls": "urls",
    "address": "address",
    "wordpress": "wordpress",
    "csv": "tables",
    "parquet": "parquet",
    "pages": "pages",
    "markdown": "markdown",
    "wxr": "wxr",
    "sql": "sql",
}
"""Each kind's module, imported when it is needed: what reads pages and feeds takes a while to load."""


def read_source(reading: Reading) -> Iterator[Item]:
    """The items of a source. Raises SourceError, at once where nothing tells what kind it is."""
    kind, place = kind_of(reading.source.place, KINDS)
    items: Iterator[Item] = import_module(f"index.sources.{KINDS[kind]}").read(place, reading)
    return items


__all__ = ["KINDS", "Item", "Reading", "Rejected", "Source", "SourceError", "kind_of", "read_source"]
