"""What was pushed by hand: articles put and removed outside the nightly rebuild, in the order in which it happened.

What sources bring is served once it is published; what is pushed is served at once, and a removal by hand holds
against the sources until the article is pushed again.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.arrays import Vectors


@dataclass(frozen=True, slots=True)
class Push:
    """One article as it is after it was pushed last; `row` and `vector` (d,) are None where it was removed."""

    id: str
    sequence: int
    row: str | None
    vector: Vectors | None


@dataclass(frozen=True, slots=True)
class News:
    """That an article was put or removed by hand; `url_key` is of its address, empty where it is gone."""

    id: str
    sequence: int
    removed: bool
    url_key: str


class Pushed:
    """The pushes of a corpus, in its file; written inside its transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def note(self, article_id: str, sequence: int, *, removed: bool) -> None:
        """Remember that this article was pushed with this change of the corpus."""
        self._db.execute("insert or replace into pushed values (?, ?, ?)", (article_id, sequence, removed))

    def removed(self, article_id: str) -> bool:
        """Whether this article was removed by hand, and not put again."""
        row = self._db.execute("select removed from pushed where id = ?", (article_id,)).fetchone()
        return bool(row and row[0])

    def news(self, sequence: int) -> list[News]:
        """Articles pushed or removed by hand after a change of the corpus, oldest first."""
        rows = self._db.execute(
            """select pushed.id, pushed.seq, removed, url_key from pushed left join article on article.id = pushed.id
               where pushed.seq > ? order by pushed.seq""",
            (sequence,),
        )
        return [News(name, seq, bool(removed), key or "") for name, seq, removed, key in rows]

    def of(self, ids: Sequence[str], model: str) -> list[Push]:
        """These articles as they are now, with `model`'s vectors, oldest push first."""
        rows = self._db.execute(
            f"""select pushed.id, pushed.seq, body, data from pushed
                left join article on article.id = pushed.id
                left join vector on vector.model = ? and vector.content = article.content
                where pushed.id in ({",".join("?" * len(ids))}) order by pushed.seq""",
            (model, *ids),
        )
        return [Push(name, seq, body, _vector(data)) for name, seq, body, data in rows]


def _vector(data: bytes | None) -> Vectors | None:
    return None if data is None else np.frombuffer(data, "<f2").astype(np.float32)
