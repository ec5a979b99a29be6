"""The corpus as a file: how it is made, opened by several, and refused."""

import os
import shutil
import sqlite3
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from newsroom import article, articles

from index import corpus as corpus_module
from index.corpus import MIGRATIONS, Changes, Corpus, CorpusError
from index.schema import remedy


def version(path: Path) -> int:
    with sqlite3.connect(path) as db:
        found = db.execute("pragma user_version").fetchone()[0]
    db.close()
    return int(found)


def test_a_new_file_has_the_newest_schema_and_writes_ahead(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus.sqlite")
    assert corpus._db.execute("pragma journal_mode").fetchone() == ("wal",)
    assert corpus._db.execute("pragma synchronous").fetchone() == (2,)
    corpus.close()
    assert version(tmp_path / "corpus.sqlite") == len(MIGRATIONS)


def test_what_was_written_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    for changes in (Changes(new=14), Changes(unchanged=14)):
        corpus = Corpus(tmp_path / "corpus.sqlite")
        assert corpus.upsert(articles()) == changes
        assert corpus.sequence == 14
        corpus.close()


def test_an_older_file_is_brought_up_to_date_and_keeps_its_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "corpus.sqlite"
    corpus = Corpus(path)
    corpus.upsert(articles())
    corpus.close()
    steps = ("create table note (id text); create index note_id on note (id);", "insert into note values ('hello')")
    monkeypatch.setattr(corpus_module, "MIGRATIONS", (*MIGRATIONS, *steps))
    corpus = Corpus(path)
    assert list(corpus) == articles()
    assert corpus._db.execute("select id from note").fetchall() == [("hello",)]
    corpus.close()
    assert version(path) == len(MIGRATIONS) + 2


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "corpus.sqlite"
    Corpus(path).close()
    with monkeypatch.context() as patch:
        patch.setattr(corpus_module, "MIGRATIONS", (*MIGRATIONS, "create table note (id text); nonsense"))
        with pytest.raises(CorpusError, match=r"corpus\.sqlite: cannot be opened as a corpus \(near \"nonsense\""):
            Corpus(path)
    assert version(path) == len(MIGRATIONS)
    corpus = Corpus(path)
    assert corpus._db.execute("select name from sqlite_schema where name = 'note'").fetchall() == []
    corpus.close()


def test_a_file_of_a_newer_release_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    Corpus(path).close()
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(CorpusError, match=r"written by a newer version \(schema 99\); upgrade this installation"):
        Corpus(path)
    assert version(path) == 99


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"not a database, but long enough to be read as one " * 40, "file is not a database"),
        (b"SQLite format 3\0" + b"\xff" * 4080, "file is not a database"),
    ],
)
def test_a_file_that_is_no_database_is_a_corpus_error_that_names_it(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "corpus.sqlite"
    path.write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        Corpus(path)
    assert str(caught.value).startswith(f"{path}: cannot be opened as a corpus ({problem}")
    assert str(caught.value).endswith("restore it from a backup")
    assert path.read_bytes() == content


def test_a_folder_that_does_not_exist_is_a_corpus_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="unable to open database file"):
        Corpus(tmp_path / "missing" / "corpus.sqlite")


def test_two_connections_see_what_the_other_wrote(tmp_path: Path) -> None:
    one, other = Corpus(tmp_path / "corpus.sqlite"), Corpus(tmp_path / "corpus.sqlite")
    assert one.upsert([article()]) == Changes(new=1)
    assert other.get("a") == article()
    assert other.upsert([article(text="x")]) == Changes(changed=1)
    assert one.get("a") == article(text="x")
    assert (one.sequence, other.sequence) == (2, 2)
    one.close()
    other.close()


def test_a_reader_sees_the_articles_of_the_moment_it_began(tmp_path: Path) -> None:
    reader, writer = Corpus(tmp_path / "corpus.sqlite"), Corpus(tmp_path / "corpus.sqlite")
    writer.upsert(articles())
    reading = iter(reader)
    first = next(reading)
    writer.remove(one.id for one in articles())
    assert [first, *reading] == articles()
    assert len(reader) == 0
    reader.close()
    writer.close()


def together(work: list[threading.Thread]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()


def test_two_writers_wait_for_each_other_and_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_module, "BATCH", 5)
    path = tmp_path / "corpus.sqlite"
    Corpus(path).close()

    def write(name: str) -> None:
        corpus = Corpus(path)
        corpus.upsert(article(id=f"{name}{number}") for number in range(20))
        corpus.close()

    together([threading.Thread(target=write, args=(name,)) for name in "ab"])
    corpus = Corpus(path)
    assert {one.id for one in corpus} == {f"{name}{number}" for name in "ab" for number in range(20)}
    assert corpus.sequence == 40
    corpus.close()


def test_two_that_open_a_new_file_at_once_make_it_once(tmp_path: Path) -> None:
    failures: list[Exception] = []

    def make(path: Path, barrier: threading.Barrier) -> None:
        barrier.wait()
        try:
            Corpus(path).close()
        except CorpusError as error:
            failures.append(error)

    for attempt in range(5):
        path, barrier = tmp_path / f"{attempt}.sqlite", threading.Barrier(2)
        db = sqlite3.connect(path)
        db.execute("pragma journal_mode = wal")
        db.close()
        together([threading.Thread(target=make, args=(path, barrier)) for _ in range(2)])
        assert version(path) == len(MIGRATIONS)
    assert failures == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_FULL, "make room on the disk"),
        (sqlite3.SQLITE_IOERR | 10 << 8, "make room on the disk, or see whether it fails"),
        (sqlite3.SQLITE_READONLY, "see whether this user may write there and the disk is not mounted read-only"),
        (sqlite3.SQLITE_CORRUPT, "restore it from a backup"),
        (sqlite3.SQLITE_ERROR, "try again, or restore it from a backup"),
    ],
)
def test_every_error_of_the_file_says_what_helps(code: int, said: str) -> None:
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    assert remedy(error) == said


def test_a_file_that_is_deleted_or_restored_from_a_backup_is_to_be_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    corpus = Corpus(path)
    assert not corpus.replaced
    path.rename(tmp_path / "moved")
    assert corpus.replaced
    shutil.copyfile(tmp_path / "moved", path)
    assert corpus.replaced
    corpus.close()


def test_on_a_disk_that_only_can_be_read_articles_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "corpus.sqlite"
    corpus = Corpus(path)
    corpus.upsert(articles())
    corpus.close()
    monkeypatch.setattr("os.statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    corpus = Corpus(path)
    assert list(corpus) == articles()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        corpus.upsert([article()])
    monkeypatch.undo()
    assert corpus.replaced  # it can be written at last
    corpus.close()


def test_a_damaged_article_is_a_corpus_error_that_shows_it(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus.sqlite")
    corpus.upsert([article()])
    corpus._db.execute("""update article set body = replace(body, '"title": "', '"title": ~')""")
    for look in (lambda: list(corpus), lambda: corpus.get("a")):
        with pytest.raises(CorpusError, match=r"an article is damaged \(Expecting value.*; restore a backup"):
            look()
    corpus.close()


def test_changes_are_counted_from_a_given_one_on(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus.sqlite")
    for sequence in (7, 3):
        corpus.not_before(sequence)
        assert corpus.sequence == 7
    corpus.upsert([article()])
    assert corpus.sequence == 8
    corpus.close()


def test_a_file_from_before_opens_without_the_table_that_nobody_read(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with sqlite3.connect(path) as db:
        for statement in MIGRATIONS[0].split(";"):
            db.execute(statement)
        db.execute("pragma user_version = 1")
        db.execute("insert into tombstone values ('flood-town', 1, 0.0)")
        db.execute("update change set seq = 1")
    db.close()
    corpus = Corpus(path)
    assert corpus.sequence == 1
    assert corpus.upsert(articles()) == Changes(new=14)
    assert corpus._db.execute("select name from sqlite_schema where name = 'tombstone'").fetchall() == []
    corpus.close()
