"""What is remembered of each page and file that was read, so that it is not read again for nothing."""

import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a page or a file, by its address or path, so that it is not read again for nothing.

    `at` is when it was last asked for, `changed` when it changed as far as is known, `rejected` why it is no article.
    """

    key: str
    etag: str | None = None
    last_modified: str | None = None
    listed: str | None = None
    at: float = 0.0
    changed: float = 0.0
    rejected: str | None = None


_MARK = "select key, etag, last_modified, listed, at, changed, rejected from page"


class Marks:
    """The marks of a corpus, in its file; written inside its transactions. `clock` gives seconds since 1970."""

    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float] = time.time) -> None:
        self._db, self.clock = db, clock

    def get(self, key: str) -> Mark | None:
        """What is remembered of a page, or None where it was never read."""
        row = self._db.execute(f"{_MARK} where key = ?", (key,)).fetchone()
        return row and Mark(*row)

    def remember(self, listing: str | None, article_id: str, mark: Mark) -> str | None:
        """Remember a page as it was read now, which article it became, and who lists it.

        Returns the id of the article that it was before, where that was another and no page is it any more.
        """
        left, now = self.forget(mark.key), self.clock()
        row = (mark.key, listing, article_id, mark.etag, mark.last_modified, mark.listed, now)
        more = (mark.changed or now, mark.rejected)
        self._db.execute("insert into page values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row + more)
        return left if left != article_id else None

    def touch(
        self, key: str, listed: str | None = None, listing: str | None = None, *, asked: bool = True
    ) -> str | None:
        """Remember that a page has not changed, and was `asked` for now; None leaves what is remembered.

        Returns why it is no article, where it is none.
        """
        query = """update page set at = coalesce(?, at), listed = coalesce(?, listed), listing = coalesce(?, listing)
                   where key = ? returning rejected"""
        row = self._db.execute(query, (self.clock() if asked else None, listed, listing, key)).fetchone()
        return str(row[0]) if row and row[0] else None

    def forget(self, key: str) -> str | None:
        """Forget a page; returns the id of its article where no other page became the same."""
        gone = self._db.execute("delete from page where key = ? returning article", (key,)).fetchone()
        if gone is None or not gone[0] or self._db.execute("select 1 from page where article = ?", gone).fetchone():
            return None
        return str(gone[0])

    def of(self, listing: str) -> list[str]:
        """The keys of all pages that this listing has named."""
        return [key for (key,) in self._db.execute("select key from page where listing = ? order by key", (listing,))]

    def rejected(self, listing: str | None = None) -> list[Mark]:
        """The pages that are no articles: all of them, or those that this listing has named."""
        of, named = ("", ()) if listing is None else ("and listing = ?", (listing,))
        rows = self._db.execute(f"{_MARK} where rejected is not null {of} order by key", named)
        return [Mark(*row) for row in rows]

    def name_sitemaps(self, index: str, places: Iterable[str]) -> None:
        """Remember the sitemaps that an index names now, and that one it has left is to be read anew if it comes back.

        Those it has left are kept among its own as long as they have pages.
        """
        named = set(places)
        left = set(self.sitemaps(index)) - named
        forget = "delete from page where key = ? and article = '' and rejected is null"
        self._db.executemany(forget, ((place,) for place in left))
        without_pages = "parent = ? and not exists (select 1 from page where page.listing = sitemap.place)"
        self._db.execute(f"delete from sitemap where {without_pages}", (index,))
        self._db.executemany("insert or ignore into sitemap values (?, ?)", ((index, place) for place in named))

    def sitemaps(self, index: str) -> list[str]:
        """The sitemaps that an index names or has named."""
        query = "select place from sitemap where parent = ? order by place"
        return [place for (place,) in self._db.execute(query, (index,))]

    def begin(self, source: str) -> float:
        """When the reading of this source began: now, or earlier where that one was killed before its end."""
        row = self._db.execute("select started from reading where source = ? and ended is null", (source,)).fetchone()
        started = row[0] if row else self.clock()
        self._db.execute("insert or replace into reading values (?, ?, null)", (source, started))
        return float(started)

    def end(self, source: str) -> None:
        """This source was read to its end."""
        self._db.execute("update reading set ended = ? where source = ?", (self.clock(), source))
