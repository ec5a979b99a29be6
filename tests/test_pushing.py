"""Pushing without a server: what `recommender add` and `remove` do, and the vectors that are known by heart."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from newsroom import NEWS, ToyModel, article, build_toy, row
from service import toy_texts

from index.corpus import Corpus, CorpusError
from index.live import LiveIndex
from index.snapshot import Snapshot
from recommender import cli, texts
from recommender.pushing import Pushes
from recommender.texts import TextEmbedder

Run = Callable[..., tuple[int, str, str]]
Source = Callable[[Iterable[object]], Path]
PUMPS = row("flood-town") | {"id": "pumps", "url": "https://news.example/pumps", "title": "Flood pumps arrive"}


@pytest.fixture
def run(home: Path, source: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    build_toy(home, source(NEWS))
    monkeypatch.setattr("recommender.texts.find_model", lambda _: ToyModel())
    monkeypatch.setattr(TextEmbedder.__init__, "__defaults__", (lambda toy: toy.load(),))

    def main(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["recommender", "--home", str(home), *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return main


def has(home: Path, article_id: str) -> bool:
    return LiveIndex(home).snapshot.articles.row_of_id(article_id) is not None


def test_articles_are_added_from_files_and_served_at_once(run: Run, home: Path, source: Source) -> None:
    running = LiveIndex(home)
    code, out, err = run("add", source([PUMPS, row("flood-town"), PUMPS]))
    assert (code, out) == (0, "3 added, 1 of them new; running servers show them now\n")
    assert "add" in err
    running.look()
    assert running.snapshot.articles.row_of_id("pumps") is not None
    assert has(home, "pumps")


def test_bad_rows_are_named_and_the_others_added(run: Run, home: Path, source: Source) -> None:
    code, out, err = run("add", source([PUMPS, {"id": "x"}]), "--json")
    assert (code, json.loads(out)["stored"], json.loads(out)["new"]) == (4, 1, 1)
    assert (
        "line 2, field title: None is missing or empty; every article needs a title" in json.loads(out)["rejected"][0]
    )
    assert "skipped: " in err
    assert "line 2" in (home / "rejected.txt").read_text()
    assert has(home, "pumps")


def test_a_file_that_is_not_there_and_a_home_without_a_version_are_told(run: Run, tmp_path: Path) -> None:
    assert "missing.jsonl: cannot be read" in run("add", tmp_path / "missing.jsonl")[2]
    code, _, err = run("--home", tmp_path / "empty", "add", tmp_path / "missing.jsonl")
    assert (code, "nothing is built" in err) == (1, True)


def test_articles_are_removed_by_id_or_by_address_in_any_spelling(run: Run, home: Path, source: Source) -> None:
    run("add", source([PUMPS, PUMPS | {"id": "pumps-2"}]))
    code, out, _ = run("remove", "http://www.news.example/pumps/?utm_source=x", "flood-town", "never-seen")
    assert (code, out) == (0, "3 removed; 4 kept out until added again\n")
    assert [has(home, name) for name in ("pumps", "pumps-2", "flood-town", "flood-barrier")] == [False] * 3 + [True]
    assert json.loads(run("remove", "flood-barrier", "--json")[1]) == {"removed": 1, "kept_out": 1}
    build_toy(home, source(NEWS))
    assert not has(home, "flood-town")
    run("add", source([row("flood-town")]))
    assert has(home, "flood-town")


def test_an_address_of_no_article_changes_nothing(run: Run, home: Path) -> None:
    code, _, err = run("remove", "flood-town", "https://news.example/nope")
    assert (code, err) == (5, "error: https://news.example/nope: no article there; nothing is removed\n")
    assert has(home, "flood-town")


def test_an_id_that_looks_like_an_address_is_an_id(home: Path, tmp_path: Path) -> None:
    corpus = Corpus((home / "corpus.sqlite") if home.mkdir() is None else tmp_path)
    corpus.upsert(
        [article(id="https://a.example/1", url="https://b.example/1"), article(id="b", url="https://a.example/1")]
    )
    corpus.close()
    pushes = Pushes(home, TextEmbedder())
    assert pushes.ids_of("https://a.example/1") == ["https://a.example/1"]
    assert pushes.ids_of("http://a.example/1/") == ["b"]
    assert pushes.ids_of("https://c.example/1") == []
    assert pushes.ids_of("anything") == ["anything"]


def test_of_one_id_given_twice_the_last_is_put(home: Path, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    build_toy(home, source(NEWS))
    live = LiveIndex(home)
    pushes = Pushes(home, toy_texts(monkeypatch))
    assert pushes.put([article(title="One"), article(title="Two")], live.snapshot) == 1
    live.look()
    row_of = live.snapshot.articles.row_of_id("a")
    assert row_of is not None
    assert live.snapshot.articles.cards([row_of])[0]["title"] == "Two"
    assert pushes.put([], live.snapshot) == 0
    pushes.warm(live.snapshot)
    assert live.snapshot.articles.row_of_id("warm") is None


def test_a_corpus_that_is_locked_is_told_as_one_that_cannot_be_written_now(home: Path) -> None:
    pushes = Pushes(home, TextEmbedder())
    with (
        pytest.raises(CorpusError, match=r"corpus.sqlite: cannot be read or written now \(locked\); try again"),
        pushes._corpus(),
    ):
        raise sqlite3.OperationalError("locked")


def test_a_text_is_embedded_once_and_the_longest_unused_is_forgotten(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "KEPT", 2)
    embedder, embedded = toy_texts(monkeypatch), list[str]()
    embedder.embedded = lambda: embedded.append("")
    floods = [article(title=f"Flood {number}") for number in range(3)]
    for one in (floods[0], floods[1], floods[0], floods[2], floods[0]):
        assert embedder.embed(one, snapshot) == pytest.approx(TextEmbedder.embed(embedder, one, snapshot))
    assert len(embedded) == 3
    embedder.embed(floods[1], snapshot)
    assert len(embedded) == 4
    assert len(embedder._kept) == 2
    embedder.embed(article(title="Flood 1", section="Other"), snapshot)
    assert len(embedded) == 4


def test_what_is_put_into_a_corpus_from_a_backup_is_newer_than_what_is_served(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_toy(home, source(NEWS))
    for path in home.glob("corpus.sqlite*"):
        path.unlink()
    pushes = Pushes(home, toy_texts(monkeypatch))
    assert pushes.put([article(id="pumps", title="Flood pumps")], LiveIndex(home).snapshot) == 1
    assert has(home, "pumps")
    assert pushes.remove(["flood-town"]) == 0
    assert not has(home, "flood-town")


def test_a_damaged_corpus_is_told_as_one_to_restore(home: Path) -> None:
    error = sqlite3.DatabaseError("malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    with (
        pytest.raises(CorpusError, match=r"\(malformed\); restore it from a backup"),
        Pushes(home, TextEmbedder())._corpus(),
    ):
        raise error
