"""Rivals, each beside its formula worked out in plain Python, and all of them within what a question allows."""

import re
from collections import Counter
from math import log
from pathlib import Path
from random import Random

import numpy as np
import pytest
from bm25s.stopwords import STOPWORDS_EN
from hypothesis import given
from hypothesis import strategies as st
from newsroom import articles
from service import edition, ids_of, row_of
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from index.snapshot import Snapshot
from recommender.evaluation.judgements import Judgements
from recommender.evaluation.protocol import Question
from recommender.evaluation.rivals import DEFAULT_RIVALS, MORE_LIKE_THIS_TERMS, RIVALS, Scores, best, rival

NONE = Judgements("here", {})
ROWS = range(14)


def scores(name: str, snapshot: Snapshot, page: str, judgements: Judgements = NONE) -> Scores:
    return RIVALS[name](snapshot, judgements)(row_of(snapshot, page))


def answer(name: str, snapshot: Snapshot, page: str, k: int, judgements: Judgements = NONE) -> list[str]:
    allowed = np.ones(len(snapshot), np.bool_)
    allowed[row_of(snapshot, page)] = False
    question = Question(row_of(snapshot, page), allowed, {}, None)
    return ids_of(snapshot, rival(name, snapshot, judgements)(question, k))


def words(stop_words: object) -> list[list[str]]:
    assert isinstance(stop_words, tuple | frozenset)
    texts = (f"{one.title}\n{one.text}".lower() for one in articles())
    return [[word for word in re.findall(r"\b\w\w+\b", text) if word not in stop_words] for text in texts]


def frequencies(texts: list[list[str]]) -> Counter[str]:
    return Counter(word for text in texts for word in set(text))


def bm25(query: list[str], texts: list[list[str]], k1: float = 1.5, b: float = 0.75) -> list[float]:
    # Robertson and Zaragoza (2009), with Lucene's idf.
    df, average = frequencies(texts), sum(map(len, texts)) / len(texts)
    counts = [Counter(text) for text in texts]

    def one(word: str, tf: Counter[str], length: int) -> float:
        idf = log(1 + (len(texts) - df[word] + 0.5) / (df[word] + 0.5))
        return idf * tf[word] / (tf[word] + k1 * (1 - b + b * length / average))

    return [sum(one(word, tf, tf.total()) for word in query) for tf in counts]


@pytest.mark.parametrize("page", ["flood-town", "harbour-walkout", "ar-minister"])
def test_tfidf_is_the_cosine_of_damped_counts_and_smoothed_idf(snapshot: Snapshot, page: str) -> None:
    texts = words(ENGLISH_STOP_WORDS)
    df = frequencies(texts)
    weights = [{w: (1 + log(n)) * (1 + log(15 / (1 + df[w]))) for w, n in Counter(text).items()} for text in texts]
    lengths = [sum(value**2 for value in one.values()) ** 0.5 for one in weights]
    own = row_of(snapshot, page)
    cosines = [
        sum(value * one.get(word, 0) for word, value in weights[own].items()) / lengths[own] / length
        for one, length in zip(weights, lengths, strict=True)
    ]
    assert scores("tfidf", snapshot, page) == pytest.approx(cosines, abs=1e-6)
    assert cosines[own] == pytest.approx(1)


@pytest.mark.parametrize("page", ["flood-town", "harbour-walkout", "ar-minister"])
def test_bm25_asks_with_every_word_of_the_article(snapshot: Snapshot, page: str) -> None:
    texts = words(STOPWORDS_EN)
    query = texts[row_of(snapshot, page)]
    assert scores("bm25", snapshot, page) == pytest.approx(bm25(query, texts), rel=1e-5)


@pytest.mark.parametrize("page", ["harbour-walkout", "moon-dust"])
def test_more_like_this_asks_with_the_most_telling_words_once_each(snapshot: Snapshot, page: str) -> None:
    texts = words(STOPWORDS_EN)
    df, own = frequencies(texts), Counter(texts[row_of(snapshot, page)])
    telling = sorted(own, key=lambda word: (-own[word] * log(14 / df[word]), word))[:MORE_LIKE_THIS_TERMS]
    assert (len(own) > len(telling) == 25) == (page == "harbour-walkout")
    assert scores("bm25-mlt", snapshot, page) == pytest.approx(bm25(telling, texts), rel=1e-5)


def test_embedding_compares_what_the_encoder_made(snapshot: Snapshot) -> None:
    # flood-town is two floods and flood-barrier two; minister-resigns has two harbours and two ministers.
    found = scores("embedding", snapshot, "flood-town") / 0.4
    one, other = row_of(snapshot, "flood-barrier"), row_of(snapshot, "goal-final")
    assert found[[one, other]] == pytest.approx([1, 0], abs=2e-3)
    mixed = scores("embedding", snapshot, "minister-resigns")[row_of(snapshot, "minister-sworn-in")] / 0.4
    assert mixed == pytest.approx(0.5**0.5, abs=2e-3)


def test_our_words_are_the_words_half_of_our_own_vectors(snapshot: Snapshot) -> None:
    row = row_of(snapshot, "harbour-walkout")
    ours = snapshot.space.words.dot(snapshot.space.words.row(row), np.array(ROWS))
    assert scores("our-words", snapshot, "harbour-walkout") == pytest.approx(ours, abs=1e-5)
    assert "our-words" not in DEFAULT_RIVALS
    assert len(DEFAULT_RIVALS) == len(RIVALS) - 1


def test_tags_and_the_section_are_counted_alike(snapshot: Snapshot) -> None:
    # Weather and Flood are two of the three labels that flood-town and flood-barrier have together.
    found = dict(zip([one.id for one in articles()], scores("tags", snapshot, "flood-town"), strict=True))
    assert found["flood-barrier"] == pytest.approx(2 / 3)
    assert {name for name, value in found.items() if value} == {"flood-town", "flood-barrier"}
    assert answer("tags", snapshot, "harbour-walkout-wire", 2) == ["harbour-walkout", "minister-resigns"]


def test_newest_are_the_last_published_and_what_has_no_date_comes_last(snapshot: Snapshot) -> None:
    assert answer("newest", snapshot, "flood-town", 3) == ["goal-final", "moon-landing", "measles-vaccine"]
    assert answer("newest", snapshot, "goal-final", 50)[-1] == "moon-dust"


def test_most_linked_counts_the_judged_links_of_older_pages(snapshot: Snapshot) -> None:
    gold = {
        row_of(snapshot, page): {row_of(snapshot, link): 1.0 for link in links}
        for page, links in {
            "minister-sworn-in": ["minister-resigns", "ar-minister"],
            "flood-town": ["ar-minister", "moon-dust"],
            "flood-barrier": ["flood-town"],
            "goal-final": ["moon-dust", "moon-landing"],
        }.items()
    }
    judgements = Judgements("here", gold)
    assert answer("most-linked", snapshot, "flood-barrier", 3, judgements) == [
        "ar-minister",
        "moon-dust",
        "minister-resigns",
    ]
    assert scores("most-linked", snapshot, "flood-barrier", judgements).sum() == 4
    assert not scores("most-linked", snapshot, "moon-dust", judgements).any()


def test_random_links_are_the_same_every_time_and_others_for_another_page(snapshot: Snapshot) -> None:
    first = answer("random", snapshot, "flood-town", 13)
    assert first == answer("random", snapshot, "flood-town", 13)
    assert sorted(first) == sorted({one.id for one in articles()} - {"flood-town"})
    assert first[:5] != answer("random", snapshot, "goal-final", 13)[:5]


@pytest.mark.parametrize("name", RIVALS)
def test_every_rival_keeps_to_what_is_allowed(snapshot: Snapshot, name: str) -> None:
    system, random = rival(name, snapshot, NONE), np.random.default_rng(5)
    for k in (1, 3, 50):
        for row in ROWS:
            allowed = random.random(14) < random.random()
            allowed[row] = False
            found = system(Question(row, allowed, {}, None), k).tolist()
            assert len(found) == min(k, allowed.sum()) == len(set(found))
            assert allowed[found].all()


def test_there_is_no_rival_of_another_name(snapshot: Snapshot) -> None:
    with pytest.raises(KeyError, match="oracle"):
        rival("oracle", snapshot, NONE)


@pytest.mark.parametrize("name", ["bm25", "bm25-mlt", "tfidf", "our-words"])
def test_a_page_without_a_word_is_like_no_other(tmp_path: Path, name: str) -> None:
    paper = edition(tmp_path, {"id": "dash", "title": "—"})
    assert not scores(name, paper, "dash").any()


@given(
    st.lists(st.integers(0, 3).map(float) | st.just(-np.inf), min_size=1, max_size=60).map(np.array),
    st.integers(1, 70),
    st.randoms(),
)
def test_the_best_are_the_first_of_all_that_are_allowed(values: Scores, k: int, random: Random) -> None:
    allowed = np.array([random.random() < 0.7 for _ in values])
    rows = sorted(np.flatnonzero(allowed).tolist(), key=lambda row: (-values[row], row))
    assert best(values, allowed, k).tolist() == rows[:k]
