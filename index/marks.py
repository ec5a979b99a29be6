"""What is remembered of each page and file that was read, so that it is not read again for nothing."""

import sqlite3
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a page or a file, by its address or path, so that it is not read again for nothing."""

    key: str
    etag: str | None = None
    last_modified: str | None = None
    listed: str | None = None
    at: float = 0.0


class Marks:
    """The marks of a corpus, in its file; written inside its transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, key: str) -> Mark | None:
        """What is remembered of a page, or None where it was never read."""
        row = self._db.execute("select key, etag, last_modified, listed, at from page where key = ?", (key,)).fetchone()
        return row and Mark(*row)

    def remember(self, listing: str | None, article_id: str, mark: Mark) -> str | None:
        """Remember a page as it was read now, which article it became, and who lists it.

        Returns the id of the article that it was before, where that was another and no page is it any more.
        """
        left = self.forget(mark.key)
        row = (mark.key, listing, article_id, mark.etag, mark.last_modified, mark.listed, time.time())
        self._db.execute("insert into page values (?, ?, ?, ?, ?, ?, ?)", row)
        return left if left != article_id else None

    def touch(self, key: str, listed: str | None = None, listing: str | None = None) -> None:
        """Remember that a page was looked at now and had not changed; None leaves what is remembered."""
        query = "update page set at = ?, listed = coalesce(?, listed), listing = coalesce(?, listing) where key = ?"
        self._db.execute(query, (time.time(), listed, listing, key))

    def forget(self, key: str) -> str | None:
        """Forget a page; returns the id of its article where no other page became the same."""
        gone = self._db.execute("delete from page where key = ? returning article", (key,)).fetchone()
        if gone is None or not gone[0] or self._db.execute("select 1 from page where article = ?", gone).fetchone():
            return None
        return str(gone[0])

    def of(self, listing: str) -> list[str]:
        """The keys of all pages that this listing has named."""
        return [key for (key,) in self._db.execute("select key from page where listing = ? order by key", (listing,))]

    def begin(self, source: str) -> float:
        """When the reading of this source began: now, or earlier where that one was killed before its end."""
        row = self._db.execute("select started from reading where source = ? and ended is null", (source,)).fetchone()
        started = row[0] if row else time.time()
        self._db.execute("insert or replace into reading values (?, ?, null)", (source, started))
        return float(started)

    def end(self, source: str) -> None:
        """This source was read to its end."""
        self._db.execute("update reading set ended = ? where source = ?", (time.time(), source))
