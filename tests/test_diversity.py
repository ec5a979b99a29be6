"""Variety: maximal marginal relevance against a plain second implementation, and copies of one text."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.meaning import unit
from index.space import SIGNALS, Space
from recommender.diversity import CONSIDERED, VARIETY, diversify
from recommender.links import Candidates


def space_of(vectors: np.ndarray) -> Space:
    return cast("Space", SimpleNamespace(vectors=vectors.astype(np.float16)))


def ranked(scores: list[float]) -> Candidates:
    rows = np.arange(len(scores))
    return Candidates(rows, np.zeros((len(scores), len(SIGNALS)), np.float32), np.array(scores, np.float32))


def by_brute_force(scores: list[float], vectors: list[list[float]], groups: list[int], k: int, variety: float):
    """Carbonell and Goldstein as one reads it, over lists: always the best of those left, all pairs each time."""
    pool: list[int] = []
    for place, group in enumerate(groups):
        if group not in [groups[other] for other in pool]:
            pool.append(place)
    pool, chosen = pool[: CONSIDERED * k], []
    while pool and len(chosen) < k:
        worths = []
        for place in pool:
            alike = [sum(a * b for a, b in zip(vectors[place], vectors[one], strict=True)) for one in chosen]
            worth = (1 - variety) * scores[place] / scores[0]
            worths.append(worth - variety * max([0.0, *alike]))
        best = pool[worths.index(max(worths))]
        chosen.append(best)
        pool.remove(best)
    return chosen


@given(
    st.integers(0, 12).flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(1, 999), min_size=n, max_size=n),
            st.lists(st.lists(st.integers(-8, 8), min_size=4, max_size=4), min_size=n, max_size=n),
            st.lists(st.integers(0, 6), min_size=n, max_size=n),
        )
    ),
    st.integers(1, 6),
    st.sampled_from([0.0, 0.1, 0.5, 0.9]),
)
def test_the_choice_is_that_of_a_plain_second_implementation(
    drawn: tuple[list[int], list[list[int]], list[int]], k: int, variety: float
) -> None:
    scores = sorted((number / 1000 for number in drawn[0]), reverse=True)
    vectors = unit(np.array(drawn[1], np.float32).reshape(len(scores), 4)).astype(np.float16)
    chosen = diversify(ranked(scores), space_of(vectors), [np.array(drawn[2], np.int32)], k, variety).rows.tolist()
    expected = by_brute_force(scores, vectors.astype(float).tolist(), drawn[2], k, variety)
    if chosen != expected:
        # Rounding may settle a tie otherwise: then both orders are worth the same at every step.
        assert worth_of(chosen, scores, vectors, variety) == pytest.approx(
            worth_of(expected, scores, vectors, variety), abs=1e-5
        )


def worth_of(chosen: list[int], scores: list[float], vectors: np.ndarray, variety: float) -> list[float]:
    exact = vectors.astype(float)
    return [
        (1 - variety) * scores[place] / scores[0]
        - variety * max([0.0, *(float(exact[place] @ exact[one]) for one in chosen[:step])])
        for step, place in enumerate(chosen)
    ]


def test_a_second_view_of_the_same_thing_gives_way_to_another_thing() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    # 0.9 * 0.50/0.52 - 0.1 * 1 < 0.9 * 0.46/0.52 - 0.1 * 0: the third is worth more than the second.
    chosen = diversify(ranked([0.52, 0.50, 0.46]), space_of(vectors), [np.arange(3, dtype=np.int32)], 2)
    assert chosen.rows.tolist() == [0, 2]
    assert chosen.scores == pytest.approx([0.52, 0.46])


def test_variety_never_costs_more_than_its_weight() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    assert pytest.approx(0.1) == VARIETY
    chosen = diversify(ranked([0.52, 0.50, 0.43]), space_of(vectors), [np.arange(3, dtype=np.int32)], 2)
    assert chosen.rows.tolist() == [0, 1]


def test_of_copies_only_the_best_is_kept() -> None:
    vectors = np.eye(4, dtype=np.float32)
    chosen = diversify(ranked([0.9, 0.8, 0.7, 0.6]), space_of(vectors), [np.array([7, 5, 7, 5], np.int32)], 4)
    assert chosen.rows.tolist() == [0, 1]


def test_copies_do_not_use_up_the_places_of_those_that_are_considered() -> None:
    groups = np.array([0] * 10 + [10, 11], np.int32)
    chosen = diversify(ranked([0.9] * 10 + [0.2, 0.1]), space_of(np.eye(12, dtype=np.float32)), [groups], 3)
    assert chosen.rows.tolist() == [0, 10, 11]


@pytest.mark.parametrize(("unlike", "expected"), [(7, [0, 7]), (8, [0, 1])])
def test_no_more_than_four_times_k_are_weighed_against_each_other(unlike: int, expected: list[int]) -> None:
    vectors = np.array([[1, 0]] * 9, np.float32)
    vectors[unlike] = 0, 1
    chosen = diversify(ranked([0.9] * 9), space_of(vectors), [np.arange(9, dtype=np.int32)], 2, variety=0.9)
    assert chosen.rows.tolist() == expected


def test_nothing_to_choose_from_stays_nothing() -> None:
    assert diversify(ranked([]), space_of(np.empty((0, 2))), [np.empty(0, np.int32)], 3).rows.tolist() == []
