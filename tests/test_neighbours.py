"""Neighbours: each article's nearest others, by exact meaning and words, in the languages its readers read."""

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from newsroom import ToyEmbedder, article, articles

from index import neighbours as neighbours_module
from index.article import Article
from index.meaning import embed_articles
from index.neighbours import NEIGHBOURS, Neighbours, closeness, closest, find_neighbours
from index.snapshot import Snapshot
from index.space import SIGNALS, Space, make_space
from index.vectors import VectorIndex


def space_of(given: list[Article]) -> Space:
    return make_space(given, embed_articles(ToyEmbedder(), given))


def neighbours_of(given: list[Article]) -> Neighbours:
    space = space_of(given)
    return find_neighbours(space, VectorIndex.build(space.vectors))


def names(given: list[Article], found: Neighbours, row: int) -> list[str]:
    return [given[int(other)].id for other in found.of(row)[0]]


@pytest.mark.parametrize(
    ("id_", "nearest"),
    [
        ("minister-sworn-in", "minister-resigns"),
        ("harbour-walkout", "harbour-walkout-wire"),
        ("harbour-walkout-wire", "harbour-walkout"),
        ("flood-town", "flood-barrier"),
        ("measles-vaccine", "measles-school"),
        ("moon-landing", "moon-dust"),
        ("moon-dust", "moon-landing"),
    ],
)
def test_the_nearest_article_is_the_one_on_the_same_thing(snapshot: Snapshot, id_: str, nearest: str) -> None:
    row = [one.id for one in articles()].index(id_)
    assert names(articles(), snapshot.neighbours, row)[0] == nearest


def test_articles_of_one_language_have_all_of_it_and_nothing_else_as_neighbours(snapshot: Snapshot) -> None:
    for row, one in enumerate(articles()):
        others = {other.id for other in articles() if other.language == one.language and other.id != one.id}
        assert set(names(articles(), snapshot.neighbours, row)) == others


def test_an_article_of_unknown_language_reaches_all_and_is_reached_by_all() -> None:
    given = [replace(one, language=None) if one.id == "flood-town" else one for one in articles()]
    found, unknown = neighbours_of(given), 7
    assert set(names(given, found, unknown)) == {one.id for one in given} - {"flood-town"}
    assert all("flood-town" in names(given, found, row) for row in range(14) if row != unknown)
    assert "flood-barrier" not in names(given, found, 8)


def test_neighbours_are_ordered_by_exact_closeness_and_carry_their_signals(snapshot: Snapshot) -> None:
    space = snapshot.space
    for row in range(14):
        rows, signals = snapshot.neighbours.of(row)
        exact = space.signals(space.probe(row), rows)
        assert np.allclose(signals, exact, atol=0.001)
        assert (np.diff(closeness(exact)) <= 0).all()
        assert row not in rows


def test_closeness_is_four_parts_meaning_and_six_parts_words() -> None:
    signals = np.zeros((3, len(SIGNALS)), np.float32)
    signals[:, 0], signals[:, 1], signals[:, 2] = [1, 0, 0.5], [0, 1, 0.5], 1
    assert closeness(signals).tolist() == pytest.approx([0.4, 0.6, 0.5])


def test_the_closest_of_a_pool_come_best_first_and_equals_by_row() -> None:
    twins = [article(id=id_, title="flood") for id_ in "abc"] + [article(id="d", title="moon")]
    space = space_of(twins)
    rows, signals = closest(space, space.probe(1), np.array([3, 2, 0]))
    assert rows.tolist() == [0, 2, 3]
    assert signals.shape == (3, len(SIGNALS))
    assert closest(space, space.probe(1), np.array([], np.int64))[0].tolist() == []


def test_no_more_than_64_are_kept_and_fewer_are_filled_with_nothing() -> None:
    found = neighbours_of([article(id=number, title=f"flood {number}") for number in range(80)])
    assert found.rows.shape == (80, NEIGHBOURS) == (80, 64)
    assert (found.rows >= 0).all()
    few = neighbours_of([article(id=number, title=f"flood {number}") for number in range(3)])
    assert (few.rows[:, 2:] == -1).all()
    assert not few.signals[:, 2:].any()
    assert len(few.of(0)[0]) == len(few.of(0)[1]) == 2


def test_one_article_alone_has_no_neighbours() -> None:
    found = neighbours_of([article()])
    assert [part.shape for part in found.of(0)] == [(0,), (0, len(SIGNALS))]


def test_progress_counts_every_article_once_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours_module, "BLOCK", 4)
    space = space_of(articles())
    steps: list[int] = []
    found = find_neighbours(space, VectorIndex.build(space.vectors), steps.append)
    assert sorted(steps) == [3, 3, 4, 4]
    monkeypatch.undo()
    assert np.array_equal(found.rows, neighbours_of(articles()).rows)


def test_all_articles_of_a_language_are_found_even_among_many_of_another() -> None:
    english = [article(id=number, title=f"flood moon {number}", language="en") for number in range(300)]
    arabic = [replace(one, language="ar") for one in articles()[:3]]
    given = list(chain(english, arabic))
    found = neighbours_of(given)
    for row in range(300, 303):
        assert set(names(given, found, row)) == {one.id for one in arabic} - {given[row].id}
