"""Putting and removing articles between two builds: durable before it is answered, served at once."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.article import Article
from index.corpus import MOST_JOURNAL, Corpus, CorpusError
from index.languages import detected
from index.meaning import ModelStamp
from index.releases import Releases
from index.schema import remedy
from index.snapshot import Snapshot, SnapshotError, read_manifest
from recommender.texts import TextEmbedder

MOST_AT_ONCE = 1_000
"""So many articles at most in one push: more are what `build` is for."""


@dataclass(frozen=True, slots=True)
class Pushes:
    """What may be written to a home while it serves. Raises CorpusError where its corpus cannot be written."""

    home: Path
    texts: TextEmbedder

    def put(self, articles: Sequence[Article], snapshot: Snapshot) -> int:
        """Store articles and serve them at once; returns how many are new. Raises ModelError."""
        named = list({article.id: detected(article) for article in articles}.values())
        stamp = ModelStamp(**snapshot.manifest["model"])
        vectors = np.array([self.texts.embed(article, snapshot) for article in named], np.float32)
        with self._corpus() as corpus:
            return corpus.put(named, stamp, vectors.reshape(len(named), stamp.dimension)).new

    def remove(self, ids: Sequence[str]) -> int:
        """Remove articles, and keep them out whatever the sources say until they are put again; returns how many."""
        with self._corpus() as corpus:
            return corpus.withdraw(ids)

    def ids_of(self, name: str) -> list[str]:
        """The id itself, or the ids of all articles at this address; none where it is an address of none."""
        with self._corpus() as corpus:
            return [name] if "://" not in name or corpus.get(name) else corpus.ids_at(name)

    def shrink_journal(self) -> None:
        """Empty the corpus's write-ahead log where it has grown and nobody reads in an old state any more."""
        if self.journal.is_file() and self.journal.stat().st_size > MOST_JOURNAL:
            with self._corpus() as corpus:
                corpus.shrink_journal()

    @property
    def journal(self) -> Path:
        """The write-ahead log."""
        return self.home / "corpus.sqlite-wal"

    def warm(self, snapshot: Snapshot) -> None:
        """Load what embeds, so that the first to put does not wait for it. Raises ModelError."""
        self.texts.embed(detected(Article("warm", "", "The first text is slow.")), snapshot)

    @contextmanager
    def _corpus(self) -> Iterator[Corpus]:
        self.home.mkdir(parents=True, exist_ok=True)
        corpus = Corpus(path := self.home / "corpus.sqlite")
        try:
            with suppress(SnapshotError):
                # One restored from a backup may know of fewer changes than what is served: no push may look older.
                corpus.not_before(int(read_manifest(Releases(self.home).current_path()).get("sequence", 0)))
            yield corpus
        except sqlite3.Error as error:
            raise CorpusError(f"{path}: cannot be read or written now ({error}); {remedy(error)}") from error
        finally:
            corpus.close()
