"""What was pushed by hand: articles put and removed outside the nightly rebuild, in the order in which it happened.

What sources bring is served once it is published; what is pushed is served at once, and a removal by hand holds
against the sources until the article is pushed again.
"""

import sqlite3
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

    def removed_since(self, sequence: int) -> list[str]:
        """The ids of all articles removed by hand after a change of the corpus, and not put again."""
        query = "select id from pushed where seq > ? and removed order by seq"
        return [name for (name,) in self._db.execute(query, (sequence,))]

    def since(self, sequence: int, model: str, limit: int) -> list[Push]:
        """Articles pushed after a change of the corpus, oldest push first, at most `limit`, with `model`'s vectors."""
        rows = self._db.execute(
            """select pushed.id, pushed.seq, body, data from pushed
               left join article on article.id = pushed.id
               left join vector on vector.model = ? and vector.content = article.content
               where pushed.seq > ? order by pushed.seq limit ?""",
            (model, sequence, limit),
        )
        return [Push(name, seq, body, _vector(data)) for name, seq, body, data in rows]


def _vector(data: bytes | None) -> Vectors | None:
    return None if data is None else np.frombuffer(data, "<f2").astype(np.float32)
