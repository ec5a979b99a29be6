"""Fresh articles beside a snapshot: they stand among the stored ones, and what is removed is nowhere."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import NEWS, ToyEmbedder, articles, row

from index.article import parse_article
from index.fresh import Stacked
from index.meaning import embed_articles
from index.shelf import Shelf, copy_in, freshen
from index.snapshot import Snapshot
from recommender.links import Rules
from recommender.related import Recommender

FLOOD = {
    "id": "flood-pumps",
    "url": "https://news.example/2026/09/20/flood-pumps",
    "title": "Flood pumps arrive in the lower town",
    "text": "Two pumps reached the flood in the lower town at dawn. The flood had stood in its cellars for a week.",
    "published": "2026-09-20T06:00:00Z",
    "language": "en",
    "section": "Region",
    "tags": ["Floods"],
}


def live(snapshot: Snapshot, *put: dict[str, Any], removed: tuple[str, ...] = ()) -> Snapshot:
    shelf = Shelf(snapshot)
    for one in map(parse_article, put):
        shelf.put(freshen(one, embed_articles(ToyEmbedder(), [one])[0], snapshot))
    for name in removed:
        shelf.remove(name)
    now = shelf.beside(99)
    for at in range(len(snapshot), len(now)):
        if (copy := copy_in(now, at)) is not None:
            now.duplicates[at] = shelf.group(now.articles.article(at).id, int(now.duplicates[copy]))
    return now


def links(snapshot: Snapshot, page: str, **rules: Any) -> list[str]:
    return [link.card["id"] for link in Recommender(snapshot).by_id(page, Rules(**({"k": 5} | rules))).links]


def test_a_fresh_article_is_a_page_and_a_link_on_old_pages_at_once(snapshot: Snapshot) -> None:
    now = live(snapshot, FLOOD)
    assert "flood-pumps" in links(now, "flood-town")
    assert links(now, "flood-pumps")[0] in [*links(snapshot, "flood-town"), "flood-town"]
    assert (now.state, snapshot.state) == (f"{snapshot.version}+99", snapshot.version)
    assert "flood-pumps" not in links(snapshot, "flood-town")


def test_it_is_found_by_id_and_address_and_shown_as_it_was_put(snapshot: Snapshot) -> None:
    table = live(snapshot, FLOOD).articles
    assert table.row_of_id("flood-pumps") == table.row_of_url("http://www.news.example/2026/09/20/flood-pumps/") == 14
    assert table.article(14) == parse_article(FLOOD)
    assert table.cards([14, 7])[0]["title"] == FLOOD["title"]
    assert table.cards([14, 7])[1] == snapshot.articles.cards([7])[0]
    assert "flood" in table.cards([14])[0]["terms"]


def test_what_is_removed_is_no_page_and_no_link(snapshot: Snapshot) -> None:
    before = links(snapshot, "flood-town")
    now = live(snapshot, removed=(before[0], "never-was"))
    assert now.articles.row_of_id(before[0]) is None
    assert now.articles.row_of_url(row(before[0])["url"]) is None
    assert before[0] not in links(now, "flood-town")
    assert before[0] not in links(now, "flood-town", language="*", section=row(before[0])["section"])


def test_an_article_put_again_takes_the_place_of_the_stored_one(snapshot: Snapshot) -> None:
    again = row("flood-town") | {"title": "Flood leaves the town", "text": FLOOD["text"]}
    now = live(snapshot, again)
    assert now.articles.row_of_id("flood-town") == 14
    answer = Recommender(now).by_id("flood-town", Rules(k=5))
    assert answer.page.title == "Flood leaves the town"
    assert "flood-town" not in [link.card["id"] for link in answer.links]
    for page in links(snapshot, "flood-town"):
        assert links(now, page).count("flood-town") <= 1


def test_a_copy_of_a_stored_text_is_never_beside_it(snapshot: Snapshot) -> None:
    wire = row("flood-town") | {"id": "wire", "url": "https://wire.example/1", "published": "2026-09-21T00:00:00Z"}
    now = live(snapshot, wire)
    assert now.duplicates[14] == now.duplicates[7]
    assert "wire" not in links(now, "flood-town")
    assert "flood-town" not in links(now, "wire")


def test_two_fresh_copies_of_one_text_are_one_link(snapshot: Snapshot) -> None:
    now = live(snapshot, FLOOD, FLOOD | {"id": "wire", "url": "https://wire.example/1"})
    assert now.duplicates[14] == now.duplicates[15]
    assert len({"flood-pumps", "wire"} & set(links(now, "flood-town"))) == 1


def test_a_fresh_article_obeys_the_rules(snapshot: Snapshot) -> None:
    now = live(snapshot, FLOOD, FLOOD | {"id": "hochwasser", "url": "https://news.example/h", "language": "de"})
    assert "hochwasser" not in links(now, "flood-town")
    assert "flood-pumps" not in links(now, "flood-town", section="Sport")
    assert "flood-pumps" not in links(now, "flood-town", before=parse_article(FLOOD).published.timestamp())  # type: ignore[union-attr] # it has a date
    assert "flood-pumps" not in links(now, "flood-town", exclude=frozenset(["flood-pumps"]))


def test_its_place_is_where_its_date_would_put_it(snapshot: Snapshot) -> None:
    old = FLOOD | {"id": "old", "url": "https://news.example/old", "published": "1999-01-01"}
    now = live(snapshot, FLOOD, old)
    undated = sum(one.published is None for one in articles())
    assert now.space.places(np.array([3, 14, 15])).tolist() == [3.0, 14.0, float(undated)]


def test_with_nothing_put_and_nothing_removed_every_answer_is_the_stored_one(snapshot: Snapshot) -> None:
    now = live(snapshot)
    for one in NEWS:
        assert links(now, one["id"]) == links(snapshot, one["id"])


def test_an_article_put_as_it_is_stored_gets_the_links_it_had(snapshot: Snapshot) -> None:
    for one in NEWS:
        assert set(links(live(snapshot, one), one["id"])) == set(links(snapshot, one["id"]))


@given(st.lists(st.integers(0, 13), max_size=6, unique=True), st.lists(st.integers(0, 13), max_size=6, unique=True))
def test_no_answer_ever_holds_the_page_a_copy_or_what_is_removed(
    snapshot: Snapshot, put: list[int], removed: list[int]
) -> None:
    stored = articles()
    away = {stored[place].id for place in removed} - {stored[place].id for place in put}
    rows = [row(stored[place].id) | {"title": f"Again: {stored[place].title}"} for place in put]
    now = live(snapshot, *rows, removed=tuple(away))
    for one in stored:
        if one.id in away:
            assert now.articles.row_of_id(one.id) is None
            continue
        answer = Recommender(now).by_id(one.id, Rules(k=14, language="*"))
        ids = [link.card["id"] for link in answer.links]
        assert one.id not in ids
        assert len(ids) == len(set(ids))
        assert not away & set(ids)


@pytest.mark.parametrize("key", [0, 2, 3, np.array([0, 4, 2]), np.array([1, 0]), np.array([3]), np.array([], np.int64)])
def test_two_stacked_matrices_are_indexed_like_one(key: Any) -> None:
    upper, lower = np.arange(6, dtype=np.float16).reshape(3, 2), np.arange(10, 14, dtype=np.float16).reshape(2, 2)
    whole, stacked = np.concatenate([upper, lower]), Stacked(upper, lower)
    assert stacked.shape == whole.shape
    assert np.array_equal(stacked[key], whole[key])
    assert np.array_equal(stacked[key, :1], whole[key, :1])


def test_what_was_made_earlier_stays_as_it_was_while_the_shelf_grows(snapshot: Snapshot) -> None:
    shelf, states = Shelf(snapshot), []
    for number in range(150):
        one = parse_article(
            FLOOD | {"id": str(number), "url": f"https://news.example/{number}", "title": f"No. {number}"}
        )
        shelf.put(freshen(one, embed_articles(ToyEmbedder(), [one])[0], snapshot))
        states.append(shelf.beside(number))
    for number, state in enumerate(states):
        assert (len(state), len(state.space), len(state.index)) == (15 + number,) * 3
        assert state.articles.row_of_id(str(number)) == 14 + number
        assert state.articles.row_of_id(str(number + 1)) is None
        assert (
            state.space.probe(14 + number).words.values.tolist()
            == states[-1].space.probe(14 + number).words.values.tolist()
        )


def test_the_oldest_gives_way_and_what_it_had_replaced_shows_again(snapshot: Snapshot) -> None:
    shelf = Shelf(snapshot)
    for one in map(parse_article, (row("flood-town") | {"title": "Flood leaves the town"}, FLOOD)):
        shelf.put(freshen(one, embed_articles(ToyEmbedder(), [one])[0], snapshot))
    shelf.evict_oldest()
    now = shelf.beside(1)
    assert (len(shelf), now.articles.row_of_id("flood-town"), now.articles.row_of_id("flood-pumps")) == (1, 7, 15)
    assert now.articles.cards([7])[0]["title"] == row("flood-town")["title"]
    assert "flood-pumps" in links(now, "flood-town")


def test_of_two_articles_put_at_one_address_the_later_is_found_there_until_it_goes(snapshot: Snapshot) -> None:
    shelf = Shelf(snapshot)
    for name in ("one", "two"):
        one = parse_article(FLOOD | {"id": name})
        shelf.put(freshen(one, embed_articles(ToyEmbedder(), [one])[0], snapshot))
    assert shelf.beside(1).articles.row_of_url(str(FLOOD["url"])) == 15
    shelf.remove("two")
    assert shelf.beside(2).articles.row_of_url(str(FLOOD["url"])) == 14
    shelf.remove("one")
    assert shelf.beside(3).articles.row_of_url(str(FLOOD["url"])) is None
