"""The rebuild: sources -> corpus -> vectors -> a snapshot -> `current`. Killed anywhere, the old version serves on.

What a killed build had read and embedded is in the corpus already, so the next one goes on from there.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import numpy as np

from index.article import Article
from index.batches import batched
from index.clock import Clock, Progress
from index.corpus import Corpus
from index.duplicates import duplicate_groups
from index.languages import counted, detected, unspoken
from index.meaning import Embedder, ModelStamp, embed_articles, vector_key
from index.models import ModelFiles
from index.neighbours import find_neighbours
from index.releases import Releases, new_version
from index.snapshot import (
    ARTICLES,
    WEIGHTS,
    ArticleTable,
    SnapshotError,
    read_manifest,
    verify_snapshot,
    write_snapshot,
)
from index.sources import Rejected, read_source
from index.space import make_space
from index.vectors import VectorIndex, recall_at

EMBEDDED_AT_ONCE = 64
DISTRIBUTION = "related-articles"


class BuildError(Exception):
    """A build that published nothing: says why, and what to do next."""


class BuildRefusedError(BuildError):
    """A build that was asked to be strict and met rows it could not use."""

    def __init__(self, rejected: Sequence[Rejected]) -> None:
        self.rejected = rejected
        super().__init__(f"{len(rejected):,} rows cannot be used and --strict was given; first: {rejected[0]}")


@dataclass(slots=True)
class BuildReport:
    """What a build did. `seconds` is the whole time, `timings` its parts by stage."""

    version: str = ""
    articles: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    embedded: int = 0
    skipped: int = 0
    duplicate_ids: int = 0
    without_url: int = 0
    languages_detected: int = 0
    copies: int = 0
    recall_at_10: float = 0.0
    seconds: float = 0.0
    published: bool = True
    timings: dict[str, float] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; rejected rows as sentences."""
        return asdict(self) | {"rejected": [str(row) for row in self.rejected]}


def build(
    home: Path,
    sources: Sequence[str],
    model: ModelFiles,
    *,
    strict: bool = False,
    progress: Progress = lambda *_: None,
    load: Callable[[ModelFiles], Embedder] = ModelFiles.load,
) -> BuildReport:
    """Read the sources into the home's corpus and publish a version of all of it.

    Raises BuildRefusedError where `strict` and a row is bad, BuildError, BusyError,
    SourceError, CorpusError, ModelError.
    """
    started, report = time.perf_counter(), BuildReport()
    home.mkdir(parents=True, exist_ok=True)
    with Releases(home).locked():
        corpus = Corpus(home / "corpus.sqlite")
        try:
            clock = Clock(report.timings, progress)
            _ingest(corpus, sources, strict, report, clock)
            report.articles = len(corpus)
            if not report.articles:
                raise BuildError(f"{home}: no article to build from; give a SOURCE with at least one good row")
            stamp = _embed(corpus, model, load, report, clock)
            _publish(home, corpus, stamp, report, clock)
        except sqlite3.Error as error:
            raise BuildError(
                f"{home}: corpus.sqlite or the new version cannot be read or written ({error}); look at the disk, or "
                "restore corpus.sqlite from a backup"
            ) from error
        finally:
            corpus.close()
    report.seconds = round(time.perf_counter() - started, 3)
    return report


def _ingest(corpus: Corpus, sources: Sequence[str], strict: bool, report: BuildReport, clock: Clock) -> None:
    with clock.stage("read"):
        rows = _good(sources, report, clock)
        if strict:
            rows = iter(list(rows))
            if report.rejected:
                raise BuildRefusedError(report.rejected)
        changes = corpus.upsert(rows)
    report.new, report.changed, report.unchanged = changes.new, changes.changed, changes.unchanged
    report.skipped = len(report.rejected)


def _good(sources: Sequence[str], report: BuildReport, clock: Clock) -> Iterator[Article]:
    seen: set[str] = set()
    for source in sources:
        for row in read_source(source):
            if isinstance(row, Rejected):
                report.rejected.append(row)
                continue
            report.duplicate_ids += row.id in seen
            report.without_url += row.url.startswith("urn:article:")
            seen.add(row.id)
            clock.advance(1)
            article = detected(row)
            report.languages_detected += article.language != row.language
            yield article


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


def _publish(home: Path, corpus: Corpus, stamp: ModelStamp, report: BuildReport, clock: Clock) -> None:
    releases, state = Releases(home), _state(corpus, stamp)
    if (current := _unchanged(releases, state)) is not None:
        report.published = False
        report.version, report.copies = current["version"], current["copies"]
        report.recall_at_10 = current["recall_at_10"]
        report.warnings = unspoken(stamp.name, current.get("languages", {}), report.articles)
        return
    built_at = datetime.now(UTC)
    report.version = new_version(built_at)
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
            manifest = state | {
                "version": report.version,
                "built_at": built_at.isoformat(timespec="seconds"),
                "articles": report.articles,
                "languages": languages,
                "copies": report.copies,
                "recall_at_10": report.recall_at_10,
                "timings": report.timings,
            }
            write_snapshot(folder, manifest, space, neighbours, duplicates, index)
    with clock.stage("publish"):
        releases.use(report.version)
        releases.prune()
        corpus.forget_vectors()


def _carry_weights(releases: Releases, folder: Path) -> None:
    with suppress(SnapshotError, FileNotFoundError):
        shutil.copyfile(releases.current_path() / WEIGHTS, folder / WEIGHTS)


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
