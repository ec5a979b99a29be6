"""The tables of a corpus, as a list of migrations, how it is opened and written, and what helps where it cannot be."""

import os
import sqlite3
from pathlib import Path

from index.epoch import Epoch

MIGRATIONS = (
    """
    create table article (
        id text primary key,
        url_key text not null,
        published real,
        fingerprint blob not null,
        content blob not null,
        seq integer not null,
        body text not null
    );
    create index article_url on article (url_key);
    create index article_content on article (content);
    create index article_seq on article (seq);
    create table vector (model text, content blob, data blob not null, primary key (model, content)) without rowid;
    create table model (key text primary key, stamp text not null);
    create table tombstone (id text primary key, seq integer not null, at real not null);
    create table change (seq integer not null);
    insert into change values (0);
    """,
    """
    create table page (
        key text primary key,
        listing text,
        article text not null,
        etag text,
        last_modified text,
        listed text,
        at real not null
    ) without rowid;
    create index page_listing on page (listing);
    create index page_article on page (article);
    create table pushed (id text primary key, seq integer not null, removed integer not null) without rowid;
    create index pushed_seq on pushed (seq);
    create table reading (source text primary key, started real not null, ended real) without rowid;
    """,
    """
    alter table page add column changed real not null default 0;
    alter table page add column rejected text;
    create index page_rejected on page (listing) where rejected is not null;
    update page set changed = coalesce(
        (select min(article.published, page.at) from article where article.id = page.article), at
    );
    create table sitemap (parent text, place text, primary key (parent, place)) without rowid;
    """,
    # What was removed by hand is in `pushed`; nothing asked for the rest.
    "drop table tombstone;",
)


class Transaction:
    """All of it or nothing; takes the write lock at once, so that two writers wait instead of failing."""

    def __init__(self, db: sqlite3.Connection, epoch: Epoch) -> None:
        self._db, self._epoch = db, epoch

    def __enter__(self) -> None:
        self._inner = self._db.in_transaction
        if not self._inner:
            self._db.execute("begin immediate")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not self._inner:
            self._db.execute("commit" if kind is None else "rollback")
            self._epoch.signal()


_REMEDIES = {
    sqlite3.SQLITE_FULL: "make room on the disk",
    sqlite3.SQLITE_IOERR: "make room on the disk, or see whether it fails",
    sqlite3.SQLITE_READONLY: "see whether this user may write there and the disk is not mounted read-only",
    sqlite3.SQLITE_CANTOPEN: "see whether its folder is there and this user may read and write in it",
    sqlite3.SQLITE_BUSY: "try again",
    sqlite3.SQLITE_CORRUPT: "restore it from a backup",
    sqlite3.SQLITE_NOTADB: "restore it from a backup",
}


def remedy(error: sqlite3.Error) -> str:
    """What to do about an error of SQLite, as the end of a sentence."""
    return _REMEDIES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "try again, or restore it from a backup")


def address(path: Path) -> str:
    """What SQLite opens a corpus by."""
    # Where nothing can be written beside the file SQLite reads it only if it is told that nobody will write.
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1" if frozen(path) else str(path)


def frozen(path: Path) -> bool:
    """Whether a file is complete and on a disk on which nobody can write."""
    ahead = path.with_name(f"{path.name}-wal")
    if not path.is_file() or (ahead.is_file() and ahead.stat().st_size):
        return False
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
