"""The table of a snapshot: what is shown of each article, and beside it the rest, by row, id, URL or headline."""

import json
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.address import url_key
from index.arrays import Vectors
from index.article import Article, Pick, clean, parse_article, to_row
from index.headline import headline_keys
from index.table_schema import INDEXES, TABLES, connect
from index.terms import telling_terms

CARD = ("id", "url", "title", "published", "section", "language", "image", "excerpt", "tags", "author")


class ArticleTable:
    """The articles of a snapshot by row, id or URL; read-only, a connection a thread."""

    def __init__(self, path: Path) -> None:
        self._path, self._local = path, local()
        self._shared: sqlite3.Connection | None = None

    @classmethod
    def write(cls, path: Path, articles: Iterable[Article], idf: Vectors) -> "ArticleTable":
        """Make the file; row i is the i-th article. `idf` says which of an article's terms are telling."""
        with sqlite3.connect(path) as db:
            db.executescript(f"pragma journal_mode = off; pragma synchronous = off; {TABLES}")
            for row, article in enumerate(articles):
                card = card_of(article, telling_terms(article, idf))
                db.execute("insert into article values (?, ?, ?, ?)", (row, article.id, article.url_key, _json(card)))
                # Apart, so that what is shown of many articles stands close together.
                db.execute("insert into rest values (?, ?)", (row, _json(_without(to_row(article), card))))
                keys = [(key, row, not place) for place, key in enumerate(headline_keys(article.title))]
                db.executemany("insert into headline values (?, ?, ?)", keys)
            db.executescript(f"{INDEXES} analyze;")
        db.close()
        return cls(path)

    @property
    def _db(self) -> sqlite3.Connection:
        if not hasattr(self._local, "db"):
            self._local.db = self._opened()
        db: sqlite3.Connection = self._local.db
        return db

    def _opened(self) -> sqlite3.Connection:
        try:
            db = connect(self._path)
        except sqlite3.OperationalError:
            if self._shared is None:
                raise
            return self._shared  # the file was deleted under a service: what is open reads on, if threads share it
        self._shared = self._shared or db
        return db

    def row_of_id(self, article_id: str) -> int | None:
        """The row of the article with this id, or None."""
        found = self._db.execute("select row from article where id = ?", (clean(article_id),)).fetchone()
        return found and int(found[0])

    def row_of_url(self, url: str) -> int | None:
        """The row of the newest article at this address in any spelling, or None."""
        return next(self.rows_at_url(url), None)

    def rows_at_url(self, url: str) -> Iterator[int]:
        """The rows of all articles at this address in any spelling, newest first."""
        query = "select row from article where url_key = ? order by row desc"
        return (int(row) for (row,) in self._db.execute(query, (url_key(clean(url)),)))

    @cached_property
    def addresses(self) -> NDArray[np.int32]:
        """For each article the first row at its address, (n,); its own row where no other is there."""
        (count,) = self._db.execute("select count(*) from article").fetchone()
        first = np.arange(count, dtype=np.int32)
        shared = "select url_key, min(row) as first from article group by url_key having count(*) > 1"
        for row, other in self._db.execute(f"select row, first from article join ({shared}) using (url_key)"):
            first[row] = other
        return first

    def cards(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """What is shown of each article: the fields of CARD, and its `terms`, the most telling ones first."""
        get = self._db.execute
        return [json.loads(get("select card from article where row = ?", (int(row),)).fetchone()[0]) for row in rows]

    def article(self, row: int) -> Article:
        """The whole article in this row."""
        (rest,) = self._db.execute("select fields from rest where row = ?", (int(row),)).fetchone()
        return parse_article(_without(self.cards([row])[0], ["terms"]) | json.loads(rest))

    def picks(self, row: int) -> list[tuple[Pick, int | None]]:
        """The links that the article's editors picked, in their order, each with its row where it is held here."""
        return [(pick, self._row_of_pick(pick, row)) for pick in self.article(row).picks]

    def rows_of_picks(self, row: int) -> list[int]:
        """Rows of the links that the article's editors picked, in their order, where they are in this snapshot."""
        return list(dict.fromkeys(other for _, other in self.picks(row) if other not in (None, row)))

    def _row_of_pick(self, pick: Pick, page: int) -> int | None:
        found = None if pick.id is None else self.row_of_id(pick.id)
        if found is None and pick.url:
            found = self.row_of_url(pick.url)
        return self.row_of_headline(pick.title or pick.id or "", page) if found is None else found

    def row_of_headline(self, title: str, page: int) -> int | None:
        """The row of the article with this headline, however it is typed; of several the last before `page`."""
        before = "row < ? order by row desc limit 1"
        after = "row > ? order by row limit 1"
        for key in headline_keys(title):
            for whole, near in ((1, before), (1, after), (0, before), (0, after)):
                query = f"select row from headline where key = ? and whole = ? and {near}"
                if held := self._db.execute(query, (key, whole, page)).fetchone():
                    return int(held[0])
        return None


def card_of(article: Article, terms: Sequence[str]) -> dict[str, Any]:
    """What is shown of an article that has these telling terms."""
    fields = to_row(article)
    return {name: fields[name] for name in CARD} | {"terms": terms}


def _without(fields: Mapping[str, Any], names: Container[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
