"""Copies of one text: by hand, and on the labelled newsroom that comes with the project."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import ToyEmbedder, article, articles

import recommender
from index.article import Article, parse_article
from index.duplicates import SAME_WORDS, SOME_WORDS, duplicate_groups, resemblance, same_text, shingles
from index.meaning import embed_articles
from index.neighbours import Neighbours, find_neighbours
from index.snapshot import Snapshot
from index.space import SIGNALS, make_space
from index.vectors import VectorIndex

BODY = " ".join(f"word{number}" for number in range(24))
TEXTS = st.lists(st.sampled_from("abc"), max_size=30).map(" ".join)


def groups(found: list[Article]) -> list[int]:
    space = make_space(found, embed_articles(ToyEmbedder(), found))
    neighbours = find_neighbours(space, VectorIndex.build(space.vectors))
    return duplicate_groups(neighbours, found.__getitem__).tolist()


def between(*pairs: tuple[int, int, float]) -> Neighbours:
    """Neighbours of four articles, of which only the words of the given pairs are alike."""
    rows, signals = np.full((4, 4), -1, np.int32), np.zeros((4, 4, len(SIGNALS)), np.float16)
    for place, (row, other, words) in enumerate(pairs):
        rows[row, place], signals[row, place, SIGNALS.index("words")] = other, words
    return Neighbours(rows, signals)


@pytest.mark.parametrize("many", [2, 3, 40])
def test_where_all_articles_are_the_same_all_are_copies(many: int) -> None:
    assert groups([article(id=str(number), text=BODY) for number in range(many)]) == [0] * many


def test_an_article_and_its_correction_are_copies_where_there_is_no_other() -> None:
    assert groups([article(id="a", text=BODY), article(id="b", text=f"{BODY} corrected")]) == [0, 0]


@given(TEXTS, TEXTS)
def test_resemblance_is_symmetric_between_nothing_and_all(one: str, other: str) -> None:
    a, b = shingles(article(text=one)), shingles(article(text=other))
    assert resemblance(a, b) == resemblance(b, a)
    assert 0 <= resemblance(a, b) <= 1
    assert resemblance(a, a) == 1
    assert resemblance(a, b) == pytest.approx(len({*a} & {*b}) / len({*a} | {*b}))


def test_a_shingle_is_four_words_in_a_row_whatever_their_case() -> None:
    assert len(shingles(article(text=BODY))) == 21
    assert np.array_equal(shingles(article(text=BODY.upper() + "!")), shingles(article(text=BODY)))
    assert (np.diff(shingles(article(text=BODY))) > 0).all()


def test_one_word_changed_in_the_middle_changes_four_shingles() -> None:
    changed = BODY.replace("word12 ", "other ")
    assert resemblance(shingles(article(text=BODY)), shingles(article(text=changed))) == pytest.approx(17 / 25)


def test_the_headline_counts_only_where_the_body_is_short() -> None:
    twenty, nineteen = BODY.rpartition(" word20")[0], BODY.rpartition(" word19")[0]
    for text, same in [(BODY, True), (twenty, True), (nineteen, False)]:
        one, other = article(title="One", text=text), article(title="Other", text=text)
        assert np.array_equal(shingles(one), shingles(other)) is same


@pytest.mark.parametrize("text", ["", "one", "one two three"])
def test_a_text_of_fewer_words_is_one_shingle_with_its_title(text: str) -> None:
    assert len(shingles(article(title="!", text=text))) == 1


def test_the_wire_copy_of_the_newsroom_is_found_and_nothing_else(snapshot: Snapshot) -> None:
    assert snapshot.duplicates.tolist() == [0, 1, 2, 3, 4, 4, 6, 7, 8, 9, 10, 11, 12, 13]
    assert [articles()[row].id for row in (4, 5)] == ["harbour-walkout", "harbour-walkout-wire"]


def test_a_chain_of_copies_is_one_group_named_by_its_first_row() -> None:
    texts = {row: article(id=row, text=BODY) for row in range(4)}
    neighbours = between((3, 2, 0.9), (2, 1, 0.9))
    assert duplicate_groups(neighbours, texts.__getitem__).tolist() == [0, 1, 1, 1]
    assert duplicate_groups(between((1, 0, 0.9), (3, 2, 0.9), (3, 1, 0.9)), texts.__getitem__).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("words", "other", "together"),
    [
        (SAME_WORDS, BODY, True),
        (SOME_WORDS, BODY, True),
        (SOME_WORDS - 0.01, BODY, False),
        (SAME_WORDS - 0.01, " ".join(BODY.split()[:16]) + " q r s t u v w x", False),
        (1.0, " ".join(reversed(BODY.split())), False),
        (1.0, " ".join(BODY.split()[:16]) + " q r s t u v w x", True),
        (1.0, " ".join(BODY.split()[:12]) + " m n o p q r s t u v w x", False),
    ],
    ids=[
        "both alike",
        "another headline",
        "other words",
        "some of both",
        "another order",
        "13 of 29 phrases",
        "9 of 33 phrases",
    ],
)
def test_neither_words_nor_phrases_alone_make_a_copy(words: float, other: str, together: bool) -> None:
    texts = {0: article(id="a", text=BODY), 1: article(id="b", text=other)}
    assert (duplicate_groups(between((1, 0, words)), texts.__getitem__).tolist()[:2] == [0, 0]) is together
    alike = same_text(words, shingles(texts[0]), shingles(texts[1]))
    assert alike is (together or words < SOME_WORDS)


def test_articles_that_are_not_alike_are_never_read() -> None:
    def fail(row: int) -> Article:
        raise AssertionError(row)

    assert duplicate_groups(between((1, 0, SOME_WORDS - 0.01)), fail).tolist() == [0, 1, 2, 3]


def test_a_copy_in_another_language_field_is_none_but_one_without_language_is() -> None:
    copy = replace(articles()[4], id="copy")
    assert groups([*articles(), replace(copy, language="ar")])[14] == 14
    assert groups([*articles(), replace(copy, language=None)])[14] == 4


@pytest.fixture(scope="module")
def bundled() -> list[Article]:
    path = Path(recommender.__file__).parent / "newsroom" / "articles.jsonl"
    return [parse_article(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def test_every_labelled_copy_of_the_bundled_newsroom_is_found_and_nothing_else(bundled: list[Article]) -> None:
    labels = json.loads((Path(__file__).parent / "cases" / "newsroom-labels.json").read_text("utf-8"))
    pairs = [{bundled[first].id, one.id} for first, one in zip(groups(bundled), bundled, strict=True)]
    found = sorted(sorted(pair) for pair in pairs if len(pair) == 2)
    assert found == sorted(sorted(pair) for pair in labels["near_duplicates"])
