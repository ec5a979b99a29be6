"""The rebuild: sources -> corpus -> vectors -> a snapshot -> `current`. Killed anywhere, the old version serves on.

What a killed build had read and embedded is in the corpus already, so the next one goes on from there.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import numpy as np

from index import DISTRIBUTION
from index.batches import batched
from index.clock import Clock, Progress
from index.corpus import Corpus
from index.duplicates import duplicate_groups
from index.fetching import Fetcher
from index.gatekeeper import Gatekeeper
from index.ingest import SourceReport, ingest
from index.inspection import check_weights
from index.languages import counted, unspoken
from index.meaning import Embedder, ModelStamp, embed_articles, vector_key
from index.models import ModelFiles
from index.neighbours import find_neighbours
from index.outcome import BuildError, BuildRefusedError, BuildReport
from index.politeness import Policy
from index.releases import Releases, new_version
from index.schema import remedy
from index.snapshot import (
    ARTICLES,
    WEIGHTS,
    SnapshotError,
    read_manifest,
    verify_snapshot,
    write_snapshot,
)
from index.sources import Item, Reading, Rejected, Source, SourceError, read_source
from index.space import make_space
from index.table import ArticleTable
from index.vectors import VectorIndex, recall_at
from index.workers import Workers

EMBEDDED_AT_ONCE = 64


def build(
    home: Path,
    sources: Sequence[str | Source],
    model: ModelFiles,
    *,
    strict: bool = False,
    policy: Policy = Policy(),  # noqa: B008 - immutable
    gates: Gatekeeper = Gatekeeper(),  # noqa: B008 - immutable
    report: BuildReport | None = None,
    progress: Progress = lambda *_: None,
    load: Callable[[ModelFiles], Embedder] = ModelFiles.load,
) -> BuildReport:
    """Read the sources into the home's corpus and publish a version of all of it, if the gates let it through.

    A `report` that is given is filled on the way, and so tells how far a build came that failed.
    Raises BuildRefusedError where `strict` and a row is bad, BuildGatedError, BuildError, BusyError,
    SourceError, CorpusError, ModelError.
    """
    started, report = time.perf_counter(), report or BuildReport()
    home.mkdir(parents=True, exist_ok=True)
    with Releases(home).locked():
        gates.before(Releases(home), model, report)
        corpus = Corpus(home / "corpus.sqlite")
        try:
            clock = Clock(report.timings, progress)
            named = [Source(source) if isinstance(source, str) else source for source in sources]
            _ingest(corpus, named, policy, strict, report, clock)
            if not len(corpus):
                raise BuildError(f"{home}: no article to build from; give a SOURCE with at least one good row")
            _embed_and_publish(home, corpus, model, load, gates, report, clock)
        except sqlite3.Error as error:
            raise BuildError(
                f"{home}: corpus.sqlite or the new version cannot be read or written ({error}); {remedy(error)}"
            ) from error
        finally:
            corpus.close()
    report.seconds = round(time.perf_counter() - started, 3)
    return report


def _ingest(
    corpus: Corpus, sources: Sequence[Source], policy: Policy, strict: bool, report: BuildReport, clock: Clock
) -> None:
    seen: set[str] = set()
    with clock.stage("read"), Workers() as workers:
        readings = [Reading(source, corpus, Fetcher(policy), workers) for source in sources]
        readers = [_read(reading) for reading in readings]
        for reading, items in zip(readings, _all_good(readers) if strict else readers, strict=True):
            told = SourceReport(reading.source.name)
            report.sources.append(told)
            try:
                _ = reading.started
                ingest(corpus, items, told, report.rejected, clock.advance, seen)
                corpus.marks.end(reading.source.name)
            except SourceError as error:
                # One source that fails tonight must not keep the others out.
                told.error = str(error)
                if len(readings) == 1:
                    raise
            finally:
                reading.fetcher.close()
    report.no_articles = [Rejected(mark.key, None, str(mark.rejected)) for mark in corpus.marks.rejected()]
    _add_up(report)


def _read(reading: Reading) -> Iterator[Item]:
    yield from read_source(reading)  # only when it is its turn: a file that is missing keeps no other source out


def _all_good(readers: Sequence[Iterator[Item]]) -> list[Iterator[Item]]:
    read = [list(items) for items in readers]
    if rejected := [item for items in read for item in items if isinstance(item, Rejected)]:
        raise BuildRefusedError(rejected)
    return [iter(items) for items in read]


def _add_up(report: BuildReport) -> None:
    more = ("duplicate_ids", "without_url", "languages_detected")
    for name in ("new", "changed", "unchanged", "not_due", "no_article", "removed", *more):
        setattr(report, name, sum(getattr(source, name) for source in report.sources))
    report.skipped = len(report.rejected)


def _embed_and_publish(
    home: Path,
    corpus: Corpus,
    model: ModelFiles,
    load: Callable[[ModelFiles], Embedder],
    gates: Gatekeeper,
    report: BuildReport,
    clock: Clock,
) -> None:
    while not report.version:
        stamp = _embed(corpus, model, load, report, clock)
        # What is pushed from here on is no part of this version, and is served beside it.
        with corpus.pinned():
            if not corpus.without_vector(stamp.key):
                report.articles = len(corpus)
                _publish(home, corpus, stamp, gates, report, clock)
    if report.published:
        with suppress(sqlite3.Error):  # they only cost room, and the new version is served
            corpus.forget_vectors()


def _embed(
    corpus: Corpus, model: ModelFiles, load: Callable[[ModelFiles], Embedder], report: BuildReport, clock: Clock
) -> ModelStamp:
    key = vector_key(model.weights())
    missing, known = corpus.without_vector(key), corpus.stamp(key)
    if known and not missing:
        return known
    with clock.stage("embed", len(missing)):
        embedder = load(model)
        for batch in batched(missing, EMBEDDED_AT_ONCE):
            contents = [content for content, _ in batch]
            vectors = embed_articles(embedder, corpus.with_contents(contents))
            corpus.add_vectors(embedder.stamp, contents, vectors)
            report.embedded += len(contents)
            clock.advance(len(contents))
    return embedder.stamp


def _publish(
    home: Path, corpus: Corpus, stamp: ModelStamp, gates: Gatekeeper, report: BuildReport, clock: Clock
) -> None:
    releases, state = Releases(home), _state(corpus, stamp)
    if (current := _unchanged(releases, state)) is not None:
        report.published = False
        report.version, report.copies = current["version"], current["copies"]
        report.recall_at_10 = current["recall_at_10"]
        report.warnings = unspoken(stamp.name, current.get("languages", {}), report.articles)
        return
    built_at = datetime.now(UTC)
    report.version = new_version(built_at, releases.versions())
    with releases.writing(report.version) as folder:
        with clock.stage("words", report.articles):
            space = make_space(corpus, corpus.vectors(stamp))
            table = ArticleTable.write(folder / ARTICLES, corpus, space.idf)
            languages = counted(space, table)
            report.warnings = unspoken(stamp.name, languages, report.articles)
        with clock.stage("index", report.articles):
            index = VectorIndex.build(space.vectors)
            report.recall_at_10 = round(recall_at(10, index, space.vectors), 4)
        with clock.stage("neighbours", report.articles):
            neighbours = find_neighbours(space, index, clock.advance)
        with clock.stage("copies", report.articles):
            duplicates = duplicate_groups(neighbours, table.article)
            report.copies = int((duplicates != np.arange(len(duplicates))).sum())
        with clock.stage("write"):
            _carry_weights(releases, folder)
            told = {"built_at": built_at.isoformat(timespec="seconds"), "languages": languages}
            write_snapshot(folder, state | told | _counted(report), space, neighbours, duplicates, index)
        with clock.stage("gates"):
            gates.after(releases, folder, report)
    with clock.stage("publish"):
        releases.use(report.version, inspected=True)
        releases.prune()


def _counted(report: BuildReport) -> dict[str, Any]:
    names = ("version", "articles", "copies", "recall_at_10", "timings")
    return {name: getattr(report, name) for name in names}


def _carry_weights(releases: Releases, folder: Path) -> None:
    # What was learned is left behind where it cannot be read: the package's own weights rank then.
    with suppress(SnapshotError, FileNotFoundError, ValueError):
        weights = releases.current_path() / WEIGHTS
        check_weights(weights)
        shutil.copyfile(weights, folder / WEIGHTS)


def _state(corpus: Corpus, stamp: ModelStamp) -> dict[str, Any]:
    # A version made from the same state would be the same again.
    return {
        "sequence": corpus.sequence,
        "corpus": corpus.digest,
        "model": stamp.as_dict(),
        "vectors": stamp.key,
        "software": installed_version(DISTRIBUTION),
    }


def _unchanged(releases: Releases, state: dict[str, Any]) -> dict[str, Any] | None:
    try:
        manifest = read_manifest(releases.current_path())
        verify_snapshot(releases.current_path())
    except SnapshotError:
        return None
    return manifest if all(manifest.get(name) == value for name, value in state.items()) else None
