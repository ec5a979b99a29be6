"""What is pushed is seen by the next request, survives builds and roll-backs, and a removal holds against sources."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from newsroom import NEWS, TOY_STAMP, ToyEmbedder, build_toy, row, write_jsonl

from index import edition
from index.article import parse_article
from index.corpus import Corpus
from index.epoch import Epoch
from index.live import LiveIndex
from index.meaning import embed_articles
from index.pushed import Push, Pushed
from index.releases import Releases
from recommender.links import Rules
from recommender.related import Recommender

Source = Callable[[Iterable[object]], Path]

PUMPS = row("flood-town") | {
    "id": "flood-pumps",
    "url": "https://news.example/2026/09/20/flood-pumps",
    "title": "Flood pumps arrive in the lower town",
    "text": "Two pumps reached the flood in the lower town at dawn. The flood had stood in its cellars for a week.",
}


def put(home: Path, *rows: dict[str, Any]) -> None:
    corpus, given = Corpus(home / "corpus.sqlite"), [parse_article(one) for one in rows]
    corpus.put(given, TOY_STAMP, embed_articles(ToyEmbedder(), given))
    corpus.close()


def withdraw(home: Path, *ids: str) -> None:
    corpus = Corpus(home / "corpus.sqlite")
    corpus.withdraw(ids)
    corpus.close()


def links(live: LiveIndex, page: str) -> list[str]:
    live.look()
    return [link.card["id"] for link in Recommender(live.snapshot).by_id(page, Rules(k=14)).links]


@pytest.fixture
def live(home: Path, source: Source) -> LiveIndex:
    build_toy(home, source(NEWS))
    return LiveIndex(home)


def test_a_push_is_seen_without_a_refresh(live: LiveIndex, home: Path) -> None:
    assert "flood-pumps" not in links(live, "flood-town")
    put(home, PUMPS)
    assert "flood-pumps" in links(live, "flood-town")
    assert live.fresh == 1
    withdraw(home, "flood-pumps")
    assert "flood-pumps" not in links(live, "flood-town")
    assert live.snapshot.articles.row_of_id("flood-pumps") is None


def test_a_push_by_another_process_is_seen_by_the_next_question(live: LiveIndex, home: Path) -> None:
    stored = live.snapshot
    code = f"from pathlib import Path; from index.corpus import Corpus; Corpus(Path({str(home / 'corpus.sqlite')!r}))"
    subprocess.run([sys.executable, "-c", code + ".withdraw(['flood-town'])"], check=True)
    assert live.is_behind
    live.look()
    assert live.snapshot.articles.row_of_id("flood-town") is None
    assert stored.articles.row_of_id("flood-town") == 7


def test_nothing_pushed_is_nothing_made(live: LiveIndex) -> None:
    snapshot = live.snapshot
    assert snapshot.gone is None
    assert live.snapshot is snapshot
    assert live.refresh() is False
    assert live.snapshot is snapshot


def test_a_build_folds_pushes_in_and_what_sources_bring_waits_for_it(
    live: LiveIndex, home: Path, source: Source
) -> None:
    put(home, PUMPS)
    withdraw(home, "goal")
    build_toy(home, source([one for one in NEWS if one["id"] != "flood-town"]))
    assert live.refresh() is True
    assert (live.fresh, live.snapshot.gone) == (0, None)
    assert live.snapshot.articles.row_of_id("flood-pumps") is not None


def test_what_a_killed_build_has_read_is_not_served(live: LiveIndex, home: Path) -> None:
    corpus = Corpus(home / "corpus.sqlite")
    read = parse_article(PUMPS)
    corpus.upsert([read])
    corpus.add_vectors(TOY_STAMP, [read.content_key], embed_articles(ToyEmbedder(), [read]))
    corpus.remove(["flood-town"])
    assert live.snapshot.articles.row_of_id("flood-pumps") is None
    assert live.snapshot.articles.row_of_id("flood-town") == 7


def test_a_removal_by_hand_holds_against_the_sources_until_it_is_put_again(
    live: LiveIndex, home: Path, source: Source
) -> None:
    withdraw(home, "flood-town")
    report = build_toy(home, source(NEWS))
    assert report.sources[0].kept_out == 1
    live.refresh()
    assert live.snapshot.articles.row_of_id("flood-town") is None
    put(home, row("flood-town"))
    assert build_toy(home, source(NEWS)).sources[0].kept_out == 0
    live.refresh()
    assert live.snapshot.articles.row_of_id("flood-town") is not None


def test_a_roll_back_does_not_bring_back_what_was_removed_since(live: LiveIndex, home: Path, source: Source) -> None:
    first = live.snapshot.version
    withdraw(home, "flood-town")
    build_toy(home, source(NEWS))
    Releases(home).use(first)
    live.refresh()
    assert live.snapshot.version == first
    assert live.snapshot.articles.row_of_id("flood-town") is None
    assert LiveIndex(home).snapshot.articles.row_of_id("flood-town") is None


def test_a_push_while_a_build_runs_is_served_before_and_after_it(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS[:-1]))
    live = LiveIndex(home)

    def push_in_the_middle(stage: str, *_: object) -> None:
        if stage == "write" and live.snapshot.articles.row_of_id("flood-pumps") is None:
            put(home, PUMPS)
            withdraw(home, "flood-town")

    build_toy(home, source(NEWS), progress=push_in_the_middle)
    assert live.refresh() is True
    assert live.snapshot.articles.row_of_id("flood-pumps") is not None
    assert live.snapshot.articles.row_of_id("flood-town") is None
    build_toy(home, source(NEWS))
    live.refresh()
    assert (live.snapshot.gone, live.snapshot.articles.row_of_id("flood-town")) == (None, None)


def test_many_pushes_are_taken_in_a_few_at_a_time_but_removals_at_once(
    live: LiveIndex, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition, "AT_ONCE", 2)
    put(home, *(PUMPS | {"id": str(number), "url": f"https://news.example/{number}"} for number in range(5)))
    withdraw(home, "flood-town")
    live.look()
    assert live.snapshot.articles.row_of_id("flood-town") is None
    assert (live.fresh, live.settled, live.woken.is_set()) == (2, None, True)
    live.refresh()
    assert live.settled
    assert live.fresh == 5
    assert live.snapshot.articles.row_of_id("flood-town") is None


def test_of_too_many_the_oldest_wait_for_the_next_build(
    live: LiveIndex, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition, "MOST_FRESH", 2)
    put(home, *(PUMPS | {"id": str(number), "url": f"https://news.example/{number}"} for number in range(3)))
    live.refresh()
    assert [live.snapshot.articles.row_of_id(str(number)) is not None for number in range(3)] == [False, True, True]


def test_a_push_embedded_by_another_model_waits_for_the_next_build(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    put(home, PUMPS)
    with sqlite3.connect(home / "corpus.sqlite") as db:
        db.execute("update vector set model = 'other' where content = ?", (parse_article(PUMPS).content_key,))
    again = LiveIndex(home)
    assert again.snapshot.articles.row_of_id("flood-pumps") is None
    assert len(again.snapshot) == 14


def test_a_corpus_that_cannot_be_read_leaves_what_is_open(
    live: LiveIndex, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(home, PUMPS)
    assert live.fresh == 1 or links(live, "flood-town")
    with sqlite3.connect(home / "corpus.sqlite") as db:
        db.execute("drop table pushed")
    Epoch(home / "corpus.epoch").signal()
    assert "flood-pumps" in links(live, "flood-town")
    assert "what was pushed cannot be read" in caplog.text


def test_a_home_without_a_corpus_is_served_as_it_was_built(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    for path in home.glob("corpus.*"):
        path.unlink()
    live = LiveIndex(home)
    assert len(live.snapshot) == 14
    assert not (home / "corpus.sqlite").exists()


def test_an_epoch_is_another_after_every_signal_and_the_same_for_all(tmp_path: Path) -> None:
    one, other = Epoch(tmp_path / "e"), Epoch(tmp_path / "e")
    values = {one.value}
    for _ in range(100):
        other.signal()
        assert one.value == other.value
        values.add(one.value)
    assert len(values) == 101


def test_an_epoch_where_nothing_can_be_written_never_changes(tmp_path: Path) -> None:
    epoch = Epoch(tmp_path / "missing" / "e")
    epoch.signal()
    assert (epoch.shared, epoch.value) == (False, bytes(8))


def test_articles_pushed_without_a_source_are_built_with_the_rest(home: Path, tmp_path: Path) -> None:
    build_toy(home, write_jsonl(tmp_path / "one.jsonl", NEWS[:3]))
    put(home, PUMPS)
    assert build_toy(home, write_jsonl(tmp_path / "one.jsonl", NEWS[:3])).articles == 4
    assert json.loads((home / "current" / "manifest.json").read_text())["articles"] == 4


def test_what_is_removed_while_pushes_are_made_ready_is_gone_in_the_next_answer(
    live: LiveIndex, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, PUMPS)
    assert "flood-pumps" in links(live, "flood-town")
    read = Pushed.of

    def interrupted(pushed: Pushed, *asked: Any) -> list[Push]:
        monkeypatch.setattr(Pushed, "of", read)
        withdraw(home, "flood-pumps", "flood-barrier")  # after the look, before what waits is read
        return read(pushed, *asked)

    monkeypatch.setattr(Pushed, "of", interrupted)
    put(home, PUMPS | {"title": "Flood pumps run"})
    live.refresh()
    assert not {"flood-pumps", "flood-barrier"} & {*links(live, "flood-town")}
    assert live.snapshot.articles.row_of_id("flood-pumps") is None
