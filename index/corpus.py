"""The corpus: every article, its cached vectors and every change, in one SQLite file; what must not be lost."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from index.address import url_key
from index.arrays import Vectors
from index.article import Article, clean, parse_article, to_row
from index.batches import batched
from index.epoch import Epoch, file_at
from index.marks import Marks
from index.meaning import ModelStamp
from index.pushed import Pushed
from index.schema import MIGRATIONS, Transaction, address, frozen, remedy

BATCH = 500
MOST_JOURNAL = 8 * 1024 * 1024
"""Bytes that the write-ahead log keeps of the disk while nobody needs them."""


class CorpusError(Exception):
    """A corpus file that cannot be used: says which, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many of the articles given to `Corpus.upsert` were new, changed, and as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


class Corpus:
    """The articles of one home, by id. One writer at a time; any number of readers. Raises CorpusError."""

    def __init__(self, path: Path, wait_s: float = 30) -> None:
        self.path, self._epoch = path, Epoch(path.with_suffix(".epoch"))
        try:
            # One thread at a time is the caller's word: a service hands it from one to another.
            self._db = sqlite3.connect(
                address(path), uri=True, isolation_level=None, timeout=wait_s, check_same_thread=False
            )
            self._file, self._frozen = file_at(path), frozen(path)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            self._db.execute(f"pragma journal_size_limit = {MOST_JOURNAL}")
            self._migrate()
            self.marks, self.pushed = Marks(self._db), Pushed(self._db)
        except sqlite3.Error as error:
            raise CorpusError(f"{path}: cannot be opened as a corpus ({error}); {remedy(error)}") from error

    def close(self) -> None:
        """Give the file back; what was written is already durable."""
        self._db.close()

    def shrink_journal(self) -> bool:
        """Empty the write-ahead log; returns whether that could be done.

        It grows as long as anybody reads on in an old state, and would stay so large. Nobody is waited for.
        """
        self._db.execute("pragma busy_timeout = 0")
        return not self._db.execute("pragma wal_checkpoint(truncate)").fetchone()[0]

    @property
    def replaced(self) -> bool:
        """Whether it must be opened again: the file was deleted, restored from a backup, or can be written at last."""
        return file_at(self.path) != self._file or frozen(self.path) != self._frozen

    @property
    def digest(self) -> str:
        """What all articles are together: another where any field of any article is another."""
        whole = blake2b(digest_size=16)
        for (fingerprint,) in self._db.execute("select fingerprint from article order by id"):
            whole.update(fingerprint)
        return whole.hexdigest()

    @property
    def sequence(self) -> int:
        """How many changes this corpus has seen: grows by one with every article written or removed."""
        return int(self._db.execute("select seq from change").fetchone()[0])

    def __len__(self) -> int:
        return int(self._db.execute("select count(*) from article").fetchone()[0])

    def get(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        row = self._db.execute("select body from article where id = ?", (article_id,)).fetchone()
        return row and _article(row[0])

    def ids_at(self, url: str) -> list[str]:
        """The ids of all articles at this address, in any spelling."""
        query = "select id from article where url_key = ? order by id"
        return [name for (name,) in self._db.execute(query, (url_key(clean(url)),))]

    def __iter__(self) -> Iterator[Article]:
        """All articles, undated ones first, then oldest first, then by id."""
        for (body,) in self._db.execute("select body from article order by published, id"):
            yield _article(body)

    def upsert(self, articles: Iterable[Article]) -> Changes:
        """Write articles by id, in durable batches: what was written before a kill stays written."""
        total = Changes()
        for batch in batched(articles, BATCH):
            with self._transaction():
                for article in batch:
                    total += self._upsert(article)
        return total

    def remove(self, ids: Iterable[str]) -> int:
        """Remove articles; returns how many there were."""
        removed = 0
        with self._transaction():
            for article_id in ids:
                if self._db.execute("delete from article where id = ?", (article_id,)).rowcount:
                    removed += 1
                    self._next_sequence()
        return removed

    def not_before(self, sequence: int) -> None:
        """Let the next change be one after this one at least."""
        if self.sequence < sequence:
            with self._transaction():
                self._db.execute("update change set seq = max(seq, ?)", (sequence,))

    def batch(self) -> Transaction:
        """All that is written inside is durable together at its end, or not at all."""
        return self._transaction()

    def put(self, articles: Sequence[Article], stamp: ModelStamp, vectors: Vectors) -> Changes:
        """Push articles with their embeddings, (n, dimension): durable together, and served at once."""
        with self._transaction():
            changes = self.upsert(articles)
            self.add_vectors(stamp, [article.content_key for article in articles], vectors)
            for article in articles:
                self.pushed.note(article.id, self._next_sequence(), removed=False)
        return changes

    def withdraw(self, ids: Sequence[str]) -> int:
        """Remove articles by hand: gone at once, and whatever the sources say, until they are put again.

        Returns how many there were; an id that is not here is kept out all the same.
        """
        with self._transaction():
            removed = self.remove(ids)
            for article_id in ids:
                self.pushed.note(article_id, self._next_sequence(), removed=True)
        return removed

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Inside, everything is read as it is at the beginning, whatever is written meanwhile."""
        self._db.execute("begin")
        try:
            _ = self.sequence  # the first look is what pins it
            yield
        finally:
            self._db.execute("rollback")

    def vanish(self, key: str) -> int:
        """Forget a page, and remove its article unless another page became it too; returns how many were removed."""
        with self._transaction():
            article_id = self.marks.forget(key)
            return self.remove([article_id]) if article_id else 0

    def without_vector(self, model: str) -> list[tuple[bytes, int]]:
        """(content key, length of the body) of all that `model` has not embedded yet, shortest first."""
        return self._db.execute(
            """select content, min(length(body)) as size from article where not exists
               (select 1 from vector where vector.model = ? and vector.content = article.content)
               group by content order by size, content""",
            (model,),
        ).fetchall()

    def with_contents(self, contents: Sequence[bytes]) -> list[Article]:
        """One article for each content key, in the order of the keys."""
        return [
            _article(self._db.execute("select body from article where content = ?", (content,)).fetchone()[0])
            for content in contents
        ]

    def stamp(self, model: str) -> ModelStamp | None:
        """The stamp of the model whose vectors are kept under this key, or None where it never embedded anything."""
        row = self._db.execute("select stamp from model where key = ?", (model,)).fetchone()
        return row and ModelStamp(**json.loads(row[0]))

    def add_vectors(self, stamp: ModelStamp, contents: Sequence[bytes], vectors: Vectors) -> None:
        """Keep vectors, (n, d), durably as 16-bit floats under the model and the content they were made from."""
        model, halves = stamp.key, vectors.astype("<f2")
        rows = [(model, key, vector.tobytes()) for key, vector in zip(contents, halves, strict=True)]
        with self._transaction():
            self._db.execute("insert or replace into model values (?, ?)", (model, json.dumps(stamp.as_dict())))
            self._db.executemany("insert or replace into vector values (?, ?, ?)", rows)

    def vectors(self, stamp: ModelStamp) -> Vectors:
        """One vector an article, (n, dimension) float32, in the order of the articles; all must be embedded."""
        matrix = np.empty((len(self), stamp.dimension), dtype=np.float32)
        rows = self._db.execute(
            """select data from article left join vector on vector.model = ? and vector.content = article.content
               order by published, id""",
            (stamp.key,),
        )
        for number, (data,) in enumerate(rows):
            matrix[number] = np.frombuffer(data, dtype="<f2")
        return matrix

    def forget_vectors(self) -> int:
        """Drop the vectors of texts that no article has any more; returns how many."""
        with self._transaction():
            return self._db.execute("delete from vector where content not in (select content from article)").rowcount

    def _migrate(self) -> None:
        if self._schema() == len(MIGRATIONS):
            return  # also where nothing can be written
        with self._transaction():  # asked again inside, so that two that open a new file do not both make it
            done = self._schema()
            if done > len(MIGRATIONS):
                raise CorpusError(f"{self.path}: written by a newer version (schema {done}); upgrade this installation")
            for statement in ";".join(MIGRATIONS[done:]).split(";"):
                self._db.execute(statement)
            self._db.execute(f"pragma user_version = {len(MIGRATIONS)}")

    def _schema(self) -> int:
        return int(self._db.execute("pragma user_version").fetchone()[0])

    def _transaction(self) -> Transaction:
        return Transaction(self._db, self._epoch)

    def _next_sequence(self) -> int:
        return int(self._db.execute("update change set seq = seq + 1 returning seq").fetchone()[0])

    def _upsert(self, article: Article) -> Changes:
        known = self._db.execute("select fingerprint from article where id = ?", (article.id,)).fetchone()
        fingerprint = article.fingerprint
        if known and known[0] == fingerprint:
            return Changes(unchanged=1)
        published = article.published and article.published.timestamp()
        body = json.dumps(to_row(article), ensure_ascii=False)
        row = (article.id, article.url_key, published, fingerprint, article.content_key, self._next_sequence(), body)
        self._db.execute("insert or replace into article values (?, ?, ?, ?, ?, ?, ?)", row)
        return Changes(changed=1) if known else Changes(new=1)


def _article(body: str) -> Article:
    try:
        return parse_article(json.loads(body))
    except (ValueError, TypeError, LookupError) as error:
        raise CorpusError(f"an article is damaged ({error}: {body[:80]!r}); restore a backup of the corpus") from error
