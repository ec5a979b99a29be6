"""Readings of a source in tests: what it yields, and what a build would make of it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from index.corpus import Corpus
from index.fetching import Fetcher, Policy
from index.ingest import SourceReport, ingest
from index.sources import Item, Reading, Rejected, Source, read_source

LOOPBACK = Policy(allow_private=True, delay_s=0)
_corpus = cache(Corpus)  # properties read hundreds of times


@cache
def _fetcher() -> Fetcher:
    return Fetcher(LOOPBACK)


def reading(
    folder: Path, place: str | Path, columns: Mapping[str, str] | None = None, query: str | None = None
) -> Reading:
    """A reading that remembers what earlier ones of the same folder saw."""
    return Reading(Source(str(place), columns or {}, query), _corpus(folder / "corpus.sqlite"), _fetcher())


def read(
    folder: Path, place: str | Path, columns: Mapping[str, str] | None = None, query: str | None = None
) -> list[Item]:
    """All that a source yields."""
    return list(read_source(reading(folder, place, columns, query)))


def take(
    folder: Path, place: str | Path, columns: Mapping[str, str] | None = None
) -> tuple[SourceReport, list[Rejected]]:
    """Read a source into the corpus of the folder, as a build does."""
    one, report, rejected = reading(folder, place, columns), SourceReport(str(place)), list[Rejected]()
    _ = one.started
    ingest(one.corpus, read_source(one), report, rejected, lambda *_: None, set())
    one.corpus.marks.end(str(place))
    return report, rejected
