"""Databases: what one SELECT gives becomes articles; nothing is written, and no password is told."""

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from readings import read, reading
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, make_url

from index.article import Article
from index.sources import Rejected, SourceError, sql
from index.sources.parsing import parsed
from index.workers import Workers

ROWS = (
    (1, "A <b>title</b>", b"bytes", "https://news.example/1", 1_789_371_900, "2026-09-15 08:00:00"),
    (2, "50 % more: see :x", "Text", "https://news.example/2", None, None),
    (3, "", "Text", "https://news.example/3", None, None),
    (4, "D", b"\xff", "https://news.example/4", None, None),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "the news.db"
    with sqlite3.connect(path) as news:
        news.execute("create table story (id integer, headline text, body blob, link text, created_at, modified)")
        news.executemany("insert into story values (?, ?, ?, ?, ?, ?)", ROWS)
    yield f"sqlite:///{path}"
    with sqlite3.connect(path) as news:
        assert news.execute("select count(*) from story").fetchone() == (4,)


def test_rows_become_articles_and_bad_ones_are_named_by_their_number(database: str, tmp_path: Path) -> None:
    first, second, third, fourth = read(tmp_path, f"{database} SELECT * FROM story ORDER BY id;")
    assert first == Article(
        id="1",
        url="https://news.example/1",
        title="A title",
        text="bytes",
        published=datetime(2026, 9, 14, 7, 45, tzinfo=UTC),
        updated=datetime(2026, 9, 15, 8, tzinfo=UTC),
    )
    assert second == Article("2", "https://news.example/2", "50 % more: see :x", "Text")
    assert isinstance(third, Rejected)
    assert str(third).startswith(f"{database}, line 3, field title: None is missing or empty")
    assert isinstance(fourth, Rejected)
    assert fourth.reason == "field text: b'\\xff' is not UTF-8; give text"


def test_the_query_can_stand_apart_and_columns_can_be_said(database: str, tmp_path: Path) -> None:
    query = "with s as (select * from story) select 'k-' || id as key, headline from s where headline like '50 %:x'"
    assert read(tmp_path, database, {"id": "key"}, query) == [Article("k-2", "urn:article:k-2", "50 % more: see :x")]


def test_a_place_can_say_that_it_is_a_database(database: str, tmp_path: Path) -> None:
    (article,) = read(tmp_path, f"sql:{database} select 'a' as id, 'A' as title")
    assert article == Article("a", "urn:article:a", "A")


def test_more_rows_than_a_batch_come_in_their_order(database: str, tmp_path: Path) -> None:
    query = (
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200) "
        "select i as id, 'T ' || i as title from n"
    )
    items = read(tmp_path, database, query=query)
    assert [item.title for item in items if isinstance(item, Article)] == [f"T {number}" for number in range(1, 1201)]


@pytest.mark.parametrize(
    "query",
    [
        "delete from story",
        "select 1; delete from story",
        "with s as (select 1) delete from story",
        "with gone as (delete from story returning *) select * from gone",
        "select * into copy from story",
        "drop table story",
        "pragma user_version = 3",
        "/* select */ update story set id = 1",
        "",
    ],
)
def test_all_but_one_statement_that_asks_is_refused(database: str, tmp_path: Path, query: str) -> None:
    reason = "databases are only read; give one statement that begins with SELECT or WITH" if query else "no query; "
    for place, apart in ((database.replace(" ", "+"), query), (f"{database.replace(' ', '+')} {query}", None)):
        with pytest.raises(SourceError) as caught:
            read(tmp_path, place, query=apart)
        assert reason in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        "select 'a' as id, 'drop; insert' as title -- ; delete",
        "-- what is new\nselect 'a' as id, 'drop; insert' as \"title\"",
        "(select 'a' as id, 'drop; insert' as title)"[1:-1] + " ;",
        "select 'a' as id, replace('drop- insert', '-', ';') as title",
    ],
)
def test_what_only_looks_like_writing_is_let_through(database: str, tmp_path: Path, query: str) -> None:
    assert read(tmp_path, database, query=query) == [Article("a", "urn:article:a", "drop; insert")]


def test_the_connection_itself_cannot_write(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "_checked", lambda _, query: query)
    with pytest.raises(SourceError, match="attempt to write a readonly database; check the address and the query"):
        read(tmp_path, database, query="insert into story (id) values (9) returning *")


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("postgresql+psycopg2://u:geheim@h/db?sslpassword=geheim select 1", "pip install 'psycopg2-binary'"),
        ("mysql://u:geheim@h/db select 1", "u:***@h/db: its driver is not installed: pip install 'mysqlclient'"),
        ("postgres://u:geheim@h/db select 1", "postgresql://u:***@h/db: its driver is not installed"),
        ("oracle+geheim://u:geheim@h/db select 1", "unknown kind of database"),
        ("sql:mysql+pymysql:u:geheim@h select 1", "this is no database URL; write one such as postgresql://"),
        ("mysql://u:geheim@h:port/db select 1", "this is no database URL"),
        ("mysql://u:geheim@h/db", "no query; write one SELECT after the URL"),
        ("mysql://u:geheim@h/db drop x", "databases are only read"),
        ("sqlite:///missing.db select 1", "sqlite:///missing.db: no such file; check the path"),
        ("sqlite:// select 1", "no such file"),
        ("sqlite:///file:missing.db?uri=true select 1", "no such file"),
    ],
)
def test_a_database_that_cannot_be_read_says_why_and_tells_no_password(
    tmp_path: Path, place: str, problem: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, place)
    assert problem in str(caught.value)
    assert "geheim" not in str(caught.value).replace("oracle+geheim", "")
    assert not Path("missing.db").exists()


def test_the_databases_own_sentence_says_what_is_wrong_with_a_query(database: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"news\.db: no such column: nope; check the address and the query"):
        read(tmp_path, database, query="select nope from story")
    with pytest.raises(SourceError, match=r"no column for the title; .*its columns are id, link"):
        read(tmp_path, database, query="select id, link from story")


class Elsewhere:
    """A connection to a database that has no pragmas."""

    dialect = SimpleNamespace(name="elsewhere")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execution_options(self, **options: object) -> Connection:
        assert options == {"postgresql_readonly": True}
        return self._connection


def test_other_databases_are_told_in_their_way_that_they_are_only_read(database: str, tmp_path: Path) -> None:
    with create_engine(database).connect() as connection:
        query = "select 'a' as id, 'A' as title"
        rows = sql._rows("news", cast("Connection", Elsewhere(connection)), query, reading(tmp_path, database))
        assert list(parsed(rows, Workers(0))) == [Article("a", "urn:article:a", "A")]


def test_a_file_that_is_no_database_is_a_source_error(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(SourceError, match="file is not a database"):
        read(tmp_path, f"sqlite:///{tmp_path / 'x.db'} select * from story")


def test_a_password_is_cut_out_of_what_the_driver_says() -> None:
    assert sql._sentence(ValueError("login as u with geheim failed\nmore"), make_url("mysql://u:geheim@h/db")) == (
        "login as u with *** failed"
    )


def test_without_the_library_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(SourceError, match=r"sql needs an extra: pip install 'related-articles\[sql\]'"):
        read(tmp_path, "mysql://u:geheim@h/db select 1")
