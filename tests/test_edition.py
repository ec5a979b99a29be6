"""What waits beside a version: asked for by id or address it is ready at once, whatever else waits before it."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from newsroom import NEWS, TOY_STAMP, ToyEmbedder, build_toy, row

from index import edition, shelf
from index.article import parse_article
from index.corpus import Corpus
from index.edition import Waiting
from index.live import LiveIndex
from index.meaning import embed_articles
from index.releases import Releases
from index.shelf import Shelf, freshen
from index.snapshot import Snapshot
from recommender.links import Rules
from recommender.related import Recommender

Source = Callable[[Iterable[object]], Path]


def pumps(number: int, **more: Any) -> dict[str, Any]:
    given = {"id": f"pumps-{number}", "url": f"https://news.example/pumps/{number}", "title": f"Pumps, {number}"}
    return row("flood-town") | given | more


@pytest.fixture
def corpus(home: Path, source: Source) -> Iterable[Corpus]:
    build_toy(home, source(NEWS))
    corpus = Corpus(home / "corpus.sqlite")
    yield corpus
    corpus.close()


@pytest.fixture
def live(home: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> LiveIndex:
    _ = corpus
    monkeypatch.setattr(edition, "AT_ONCE", 2)
    return LiveIndex(home)


def put(corpus: Corpus, *rows: dict[str, Any]) -> None:
    given = [parse_article(one) for one in rows]
    corpus.put(given, TOY_STAMP, embed_articles(ToyEmbedder(), given))


def title(live: LiveIndex, name: str) -> str | None:
    """The title of the article with this id, or at this address, as a request would be answered."""
    if live.is_behind:
        live.look()
    table = (live.settled or live.settle((None, name) if "://" in name else (name, None))).articles
    found = table.row_of_url(name) if "://" in name else table.row_of_id(name)
    return None if found is None else str(table.cards([found])[0]["title"])


def test_who_asks_for_a_pushed_article_does_not_wait_for_those_before_it(live: LiveIndex, corpus: Corpus) -> None:
    put(corpus, *(pumps(number) for number in range(20)))
    assert title(live, "pumps-19") == "Pumps, 19"
    assert live.fresh == 3
    assert title(live, "http://www.news.example/pumps/15/?utm_source=x") == "Pumps, 15"
    assert title(live, "pumps-7") == "Pumps, 7"
    assert (live.fresh, title(live, "nobody"), title(live, "https://nobody.example/")) == (5, None, None)
    live.refresh()
    assert (live.fresh, live.settled is live.snapshot) == (20, True)


def test_what_is_put_again_behind_a_bulk_is_answered_as_it_was_put_last(live: LiveIndex, corpus: Corpus) -> None:
    put(corpus, *(pumps(number) for number in range(10)))
    put(corpus, row("flood-town") | {"title": "The water falls"})
    assert title(live, "flood-town") == title(live, row("flood-town")["url"]) == "The water falls"
    corpus.withdraw(["pumps-9", "flood-town"])
    assert title(live, "pumps-9") is title(live, "flood-town") is title(live, row("flood-town")["url"]) is None
    live.refresh()
    assert title(live, "pumps-9") is None
    put(corpus, pumps(9, title="Again"))
    assert title(live, "pumps-9") == "Again"


def test_an_article_that_goes_to_another_address_is_found_there_and_no_longer_at_its_old_one(
    live: LiveIndex, corpus: Corpus
) -> None:
    old = row("flood-town")["url"]
    put(corpus, *(pumps(number) for number in range(10)), row("flood-town") | {"url": "https://news.example/moved"})
    assert title(live, old) is None
    assert title(live, "https://news.example/moved") == row("flood-town")["title"]
    put(corpus, pumps(20, url=old), pumps(21, url=old), *(pumps(number) for number in range(30, 40)))
    put(corpus, pumps(21, url="https://news.example/elsewhere"))
    assert title(live, old) == "Pumps, 20"


def test_of_two_at_one_address_the_later_is_found_whichever_was_ready_first(live: LiveIndex, corpus: Corpus) -> None:
    address = "https://news.example/both"
    put(corpus, *(pumps(number, url=address) for number in range(10)))
    assert title(live, address) == "Pumps, 9"
    live.refresh()
    assert title(live, address) == "Pumps, 9"


def test_every_state_between_two_has_a_name_of_its_own(live: LiveIndex, corpus: Corpus) -> None:
    states = [live.snapshot.state]
    put(corpus, *(pumps(number) for number in range(8)))
    for name in ("pumps-7", "pumps-5"):
        title(live, name)
        states.append(live.snapshot.state)
    live.refresh()
    states.append(live.snapshot.state)
    corpus.withdraw(["pumps-1"])
    live.look()
    states.append(live.snapshot.state)
    assert len(set(states)) == len(states)


def test_a_removal_between_the_filling_of_a_version_and_its_serving_holds(
    live: LiveIndex, corpus: Corpus, home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_toy(home, source([*NEWS, pumps(1)]))
    fill = LiveIndex._fill

    def interrupted(self: LiveIndex, opened: edition.Edition) -> None:
        fill(self, opened)
        if opened is not self._edition:
            corpus.withdraw(["flood-town"])
            self.look()  # as a request does, of the version that still serves

    monkeypatch.setattr(LiveIndex, "_fill", interrupted)
    assert live.refresh() is True
    assert not live.is_behind
    assert live.snapshot.articles.row_of_id("flood-town") is None


def test_a_version_serves_once_it_knows_what_was_pushed_and_not_before(
    live: LiveIndex, corpus: Corpus, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(corpus, pumps(1))
    old, new = live.snapshot.version, Releases(home).revise({}, {})
    look, serving, behind = edition.Edition.look, list[str](), list[bool]()

    def watched(self: edition.Edition, given: Corpus) -> None:
        if self.base.version == new:
            serving.append(live.snapshot.version)
            behind.append(live.is_behind)
        look(self, given)

    monkeypatch.setattr(edition.Edition, "look", watched)
    assert live.is_behind
    assert live.refresh() is True
    assert serving[:2] == [old, old]  # when it is filled, and when it is its turn
    assert behind[:2] == [True, True]
    assert (live.snapshot.version, live.is_behind, title(live, "pumps-1")) == (new, False, "Pumps, 1")


def test_what_is_being_made_ready_counts_as_waiting_until_it_can_be_asked(
    live: LiveIndex, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(corpus, pumps(1))
    seen: list[Snapshot | None] = []
    beside = Shelf.beside

    def watched(self: Shelf, state: int | str) -> Snapshot:
        seen.append(live.settled)
        return beside(self, state)

    monkeypatch.setattr(Shelf, "beside", watched)
    live.look()
    assert seen[1:] == [None]  # the first is of the look, before anything is known to wait
    assert live.settled is live.snapshot


def test_one_row_that_cannot_be_read_keeps_no_other_from_being_shown(
    live: LiveIndex, corpus: Corpus, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(corpus, pumps(1), pumps(2))
    with sqlite3.connect(home / "corpus.sqlite") as db:
        db.execute("update article set body = ? where id = 'pumps-1'", (json.dumps({"id": "pumps-1"}),))
    live.refresh()
    assert (title(live, "pumps-1"), title(live, "pumps-2")) == (None, "Pumps, 2")
    assert "the pushed article 'pumps-1' cannot be shown" in caplog.text


def test_of_too_many_the_oldest_leave_even_where_they_were_ready_last(
    live: LiveIndex, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition, "MOST_FRESH", 4)
    put(corpus, *(pumps(number) for number in range(4)))
    assert title(live, "pumps-3") == "Pumps, 3"
    live.refresh()
    put(corpus, pumps(4), pumps(5))
    live.refresh()
    assert [title(live, f"pumps-{number}") is not None for number in range(6)] == [False] * 2 + [True] * 4


def test_a_shelf_forgets_what_was_replaced(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_DEAD", 3)
    full, held = Shelf(snapshot), []
    for number in range(40):
        one = parse_article(pumps(number % 4, title=f"Pumps as of {number}"))
        full.put(freshen(one, embed_articles(ToyEmbedder(), [one])[0], snapshot), number)
        held.append(full.beside(number))
        if (first := held[-1].articles.row_of_id("pumps-0")) is not None:
            full.group(one.id, int(held[-1].duplicates[first]))
        full = full.compacted()
        assert len(full.beside(0)) <= len(snapshot) + 4 + 4 + 3
    full.remove("flood-barrier")
    now = full.compacted().beside(40)
    for number in range(36, 40):
        found = now.articles.row_of_id(f"pumps-{number % 4}")
        assert found is not None
        assert now.articles.article(found).title == f"Pumps as of {number}"
        assert now.articles.row_of_url(f"https://news.example/pumps/{number % 4}") == found
    assert now.gone is not None
    assert len(set(now.duplicates[len(snapshot) :][~now.gone[len(snapshot) :]].tolist())) == 1
    assert now.articles.row_of_id("flood-barrier") is None
    assert held[5].articles.article(held[5].articles.row_of_id("pumps-1") or 0).title == "Pumps as of 5"
    links = Recommender(now).by_id("flood-town", Rules(k=14)).links
    assert "flood-barrier" not in {link.card["id"] for link in links}


def test_what_waits_is_known_by_its_last_address_only() -> None:
    waiting = Waiting()
    waiting.add("a", 1, "x.example")
    waiting.add("b", 2, "x.example")
    waiting.add("b", 3, "y.example")
    assert (list(waiting), len(waiting), "b" in waiting) == (["a", "b"], 2, True)
    assert (waiting.last_at("https://x.example/"), waiting.last_at("http://www.y.example")) == ("a", "b")
    before = waiting.digest()
    assert (waiting.take("a"), waiting.take("a"), waiting.last_at("https://x.example")) == (1, None, None)
    assert waiting.digest() != before


def test_a_version_chosen_again_has_what_was_pushed_since(live: LiveIndex, corpus: Corpus, home: Path) -> None:
    first = live.snapshot.version
    Releases(home).revise({}, {})
    live.refresh()
    put(corpus, pumps(1))
    corpus.withdraw(["flood-town"])
    Releases(home).use(first)
    live.refresh()
    assert (live.snapshot.version, title(live, "pumps-1"), title(live, "flood-town")) == (first, "Pumps, 1", None)
