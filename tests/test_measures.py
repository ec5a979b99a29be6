"""Measures of a ranked list: worked out by hand, within their bounds, and the same as trec_eval's."""

from math import log2

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.measures import DEPTH, measure

GOLD = {1: 3.0, 2: 1.0, 9: 2.0}
NAMES = ("nDCG@5", "recall@50", "precision@3", "hit@3", "MRR")
TREC = dict(zip(NAMES, ("ndcg_cut_5", "recall_50", "P_3", "success_3", "recip_rank"), strict=True))
GRADED = st.dictionaries(st.integers(0, 30), st.integers(1, 4).map(float), min_size=1, max_size=12)
RANKED = st.permutations(range(31)).flatmap(lambda rows: st.integers(1, 31).map(lambda size: rows[:size]))


def value(name: str, ranked: list[int], gold: dict[int, float] = GOLD) -> float:
    return measure(name)[0](ranked, gold)


@pytest.mark.parametrize(
    ("name", "ranked", "worth"),
    [
        # Grades 1, 0, 3 on ranks 1 to 3; the best order is 3, 2, 1.
        ("nDCG@5", [2, 7, 1], (1 + 3 / log2(4)) / (3 + 2 / log2(3) + 1 / log2(4))),
        ("nDCG@1", [2, 7, 1], 1 / 3),
        ("nDCG@2", [7, 9], (2 / log2(3)) / (3 + 2 / log2(3))),
        ("nDCG@5", [1, 9, 2], 1),
        ("nDCG@5", [7, 8], 0),
        ("nDCG@5", [], 0),
        ("recall@2", [2, 7, 1], 1 / 3),
        ("recall@3", [2, 7, 1], 2 / 3),
        ("recall@50", [], 0),
        ("precision@3", [2, 7, 1], 2 / 3),
        ("precision@3", [2], 1 / 3),
        ("precision@1", [7, 1], 0),
        ("hit@3", [7, 8, 9], 1),
        ("hit@3", [7, 8, 6, 9], 0),
        ("MRR", [7, 8, 6, 9], 1 / 4),
        ("MRR@3", [7, 8, 6, 9], 0),
        ("MRR", [1], 1),
        ("MRR", [], 0),
    ],
)
def test_each_measure_is_what_it_is_by_hand(name: str, ranked: list[int], worth: float) -> None:
    assert value(name, ranked) == pytest.approx(worth)


def test_a_page_without_a_judged_link_is_worth_nothing() -> None:
    assert value("nDCG@5", [1, 2], {}) == 0


@given(RANKED, GRADED)
def test_no_list_is_worth_less_than_nothing_or_more_than_a_perfect_one(
    ranked: list[int], gold: dict[int, float]
) -> None:
    perfect = sorted(gold, key=lambda row: -gold[row])
    for name in NAMES:
        assert 0 <= value(name, ranked, gold) <= value(name, perfect, gold) + 1e-12
    assert [value(name, perfect, gold) for name in ("nDCG@5", "recall@50", "hit@3", "MRR")] == pytest.approx([1] * 4)
    assert value("precision@3", perfect, gold) == min(len(gold), 3) / 3


@given(RANKED, GRADED)
def test_each_measure_is_what_trec_eval_says(ranked: list[int], gold: dict[int, float]) -> None:
    qrels = {"page": {str(row): int(grade) for row, grade in gold.items()}}
    run = {"page": {str(row): -float(rank) for rank, row in enumerate(ranked)}}
    reference = pytrec_eval.RelevanceEvaluator(qrels, set(TREC.values())).evaluate(run)["page"]
    for name, theirs in TREC.items():
        assert value(name, ranked, gold) == pytest.approx(reference[theirs], abs=1e-6), name


@pytest.mark.parametrize(("name", "depth"), [("nDCG@10", 10), ("MRR", DEPTH), (f"recall@{DEPTH}", DEPTH)])
def test_a_measure_says_how_many_links_it_looks_at(name: str, depth: int) -> None:
    assert measure(name)[1] == depth


@pytest.mark.parametrize("name", ["", "ndcg@5", "nDCG@", "nDCG@0", "nDCG@-1", "nDCG@5 ", "recall@1.5", "F1"])
def test_an_unknown_measure_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name!r} is no measure; write one of nDCG, recall, precision, hit, MRR, "):
        measure(name)


def test_a_measure_that_looks_beyond_the_lists_is_refused() -> None:
    with pytest.raises(ValueError, match="'recall@100' looks too far; lists of 50 links are measured"):
        measure("recall@100")
