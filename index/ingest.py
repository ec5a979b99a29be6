"""Sources into the corpus: what is new, changed, unchanged, failed and removed, written in short durable batches."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from index.article import Article
from index.corpus import BATCH, Changes, Corpus, CorpusError
from index.languages import detected
from index.marks import Mark
from index.mishaps import mishap
from index.sources.items import Found, Gone, Item, Listing, Rejected, Sitemaps, SourceError, Unchanged

OF_ONE = (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError)
"""What SQLite says of one value; all else it says of the file."""
BATCH_S = 1.0
"""What was read longer ago is written, so that a kill costs no more than that."""


@dataclass(slots=True)
class SourceReport:
    """What one source brought; `error` says why it was not read, or not to its end.

    `not_due` were not asked for, having long been unchanged; `no_article` are known to be none, and were told when that
    was found; `kept_out` were removed by hand.
    """

    source: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_due: int = 0
    failed: int = 0
    no_article: int = 0
    removed: int = 0
    kept_out: int = 0
    duplicate_ids: int = 0
    without_url: int = 0
    languages_detected: int = 0
    error: str | None = None

    def __str__(self) -> str:
        counts = (f"{getattr(self, name):,} {name.replace('_', ' ')}" for name in COUNTS if getattr(self, name))
        return ", ".join((self.source, *counts))


COUNTS = ("new", "changed", "unchanged", "not_due", "failed", "no_article", "removed")
"""What is told of each source."""


def ingest(
    corpus: Corpus,
    items: Iterable[Item],
    report: SourceReport,
    rejected: list[Rejected],
    advance: Callable[..., None],
    seen: set[str],
) -> None:
    """Write all items; counts go to `report`, rows that cannot be used to `rejected`, ids to `seen`."""
    for batch in _batches(items, advance):
        with corpus.batch():
            for item in batch:
                _contained(corpus, item, report, rejected, seen)
        advance(0, str(report))


def _batches(items: Iterable[Item], advance: Callable[..., None]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    began = time.monotonic()
    try:
        for item in items:
            advance(1)
            batch.append(item)
            if len(batch) >= BATCH or time.monotonic() - began > BATCH_S:
                yield batch
                batch, began = [], time.monotonic()
    except SourceError:
        yield batch  # what came before is good
        raise
    if batch:
        yield batch


def _contained(corpus: Corpus, item: Item, report: SourceReport, rejected: list[Rejected], seen: set[str]) -> None:
    try:
        _write(corpus, item, report, rejected, seen)
    except Exception as error:
        if isinstance(error, CorpusError | sqlite3.Error) and not isinstance(error, OF_ONE):
            raise
        rejected.append(Rejected(_name(item), None, mishap(error)))
        report.failed += 1


def _name(item: Item) -> str:
    match item:
        case Article(url=name) | Unchanged(key=name) | Gone(key=name) | Sitemaps(index=name) | Rejected(source=name):
            return name
        case Found(mark=mark) | Listing(mark=mark):
            return mark.key


def _write(corpus: Corpus, item: Item, report: SourceReport, rejected: list[Rejected], seen: set[str]) -> None:
    match item:
        case Article():
            _upsert(corpus, item, report, seen)
        case Found(article, mark, listing):
            changes = _upsert(corpus, article, report, seen)
            changed = _changed(article, corpus.marks.get(mark.key), changes, corpus.marks.clock())
            before = corpus.marks.remember(listing, article.id, replace(mark, changed=changed))
            report.removed += corpus.remove([before]) if before else 0
        case Unchanged(key, listed, listing, asked, due):
            reason = corpus.marks.touch(key, listed, listing, asked=asked)
            count = "no_article" if reason else "unchanged" if due else "not_due"
            setattr(report, count, getattr(report, count) + 1)
        case Gone(key):
            report.removed += corpus.vanish(key)
        case Listing(mark):
            corpus.marks.remember(None, "", mark)
        case Sitemaps(index, places):
            corpus.marks.name_sitemaps(index, places)
        case Rejected(mark=mark, listing=listing):
            if mark:
                corpus.marks.remember(listing, "", mark)
            rejected.append(item)
            report.failed += 1


def _changed(article: Article, before: Mark | None, changes: Changes, now: float) -> float:
    """When the page of an article last changed: as its own dates have it, until we see it change ourselves."""
    if before and not before.rejected:
        return before.changed if changes.unchanged else now
    told = article.updated or article.published
    return min(told.timestamp(), now) if told else now


def _upsert(corpus: Corpus, row: Article, report: SourceReport, seen: set[str]) -> Changes:
    report.duplicate_ids += row.id in seen
    seen.add(row.id)
    if corpus.pushed.removed(row.id):
        report.kept_out += 1
        return Changes(unchanged=1)
    article = detected(row)
    report.languages_detected += article.language != row.language
    report.without_url += article.url.startswith("urn:article:")
    changes: Changes = corpus.upsert([article])
    report.new, report.changed = report.new + changes.new, report.changed + changes.changed
    report.unchanged += changes.unchanged
    return changes
