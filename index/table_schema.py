"""The schema of a version's table of articles, and whether a file has that one and nothing else."""

import sqlite3
from functools import cache
from pathlib import Path

TABLES = """create table article (row integer primary key, id text, url_key text, card text);
    create table rest (row integer primary key, fields text);
    create table headline (key text, row integer, whole integer);"""
INDEXES = """create unique index by_id on article (id); create index by_url on article (url_key);
    create index by_headline on headline (key, whole, row);"""
_OLDER_INDEXES = INDEXES.replace("(key, whole, row)", "(key)")
MOST_CHARACTERS = 32 << 20
"""More than the longest text has with every character escaped."""

Schema = frozenset[tuple[str, str, str]]


def connect(path: Path) -> sqlite3.Connection:
    """A connection that only reads, and runs nothing that stands in the file. Raises sqlite3.Error."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    db = sqlite3.connect(address, uri=True, check_same_thread=False)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_CHARACTERS)
    db.execute("pragma trusted_schema = off")
    return db


def check_schema(path: Path) -> None:
    """Refuse a file with other tables or indexes than ours, a view or a trigger. Raises ValueError, sqlite3.Error."""
    db = connect(path)
    try:
        found = _schema(db)
    finally:
        db.close()
    if found not in (_of(INDEXES), _of(_OLDER_INDEXES)):
        other = min(found ^ _of(INDEXES))
        raise ValueError(f"{path.name}: another schema than ours, at the {other[0]} {other[1]!r}")


def _schema(db: sqlite3.Connection) -> Schema:
    # SQLite's own statistics are made by `analyze`, in a form that only SQLite writes.
    query = "select type, name, coalesce(sql, '') from sqlite_master where name not in (?, ?) or sql not like ?"
    own = ("sqlite_stat1", "sqlite_stat4", "CREATE TABLE sqlite_stat%")
    return frozenset(db.execute(query, own))


@cache
def _of(indexes: str) -> Schema:
    db = sqlite3.connect(":memory:")
    try:
        db.executescript(TABLES + indexes)
        return _schema(db)
    finally:
        db.close()
