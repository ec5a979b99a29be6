"""Where articles come from: one module and one function a kind, each yielding items one by one.

A new kind is a new module with `read(place, reading) -> Iterator[Item | Unparsed]` and a line in `KINDS`; where it is
to be recognised without being named, also one in `kinds.kind_of`. What it reads of others is parsed by the reading's
workers: `Unparsed` is what they are still to do, and `reading.workers.run` does it at once.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module

from index.mishaps import mishap
from index.sources.items import Item, Rejected, SourceError
from index.sources.kinds import kind_of
from index.sources.parsing import Step, parsed
from index.sources.reading import Reading, Source
from index.workers import StartError

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
    with _unforeseen(reading):
        kind, place = kind_of(reading.source.place, KINDS)
        reading.workers.renew()
        steps: Iterable[Step] = import_module(f"index.sources.{KINDS[kind]}").read(place, reading)
    return _items(steps, reading)


def _items(steps: Iterable[Step], reading: Reading) -> Iterator[Item]:
    with _unforeseen(reading):
        yield from parsed(steps, reading.workers)


@contextmanager
def _unforeseen(reading: Reading) -> Iterator[None]:
    try:
        yield
    except (SourceError, sqlite3.Error):
        raise
    except StartError as error:
        raise SourceError(f"{reading.source.name}: {error}") from error
    except Exception as error:
        raise SourceError(f"{reading.source.name}: {mishap(error)}") from error


__all__ = ["KINDS", "Item", "Reading", "Rejected", "Source", "SourceError", "kind_of", "read_source"]
