"""Meaning: which passages of an article are embedded, and how they become one vector."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from newsroom import TOPICS, TOY_STAMP, ToyEmbedder, article, articles

from index.meaning import PASSAGES, ModelStamp, embed_articles, passages, unit, vector_key

WORDS = "one two three four five six seven eight nine ten"


def test_an_article_without_text_is_its_title() -> None:
    assert passages("Late goal", "", 256) == ["Late goal"]


def test_a_short_article_is_one_passage() -> None:
    assert passages("Late goal", WORDS, 256) == [f"Late goal\n{WORDS}"]


def test_a_longer_one_is_cut_between_words_and_every_passage_carries_the_title() -> None:
    # 16 tokens are taken for 64 characters: 44 are left beside a title of 20.
    title = "t" * 20
    assert passages(title, f"{WORDS} {WORDS}", 16) == [
        f"{title}\none two three four five six seven eight",
        f"{title}\nnine ten one two three four five six seven",
        f"{title}\neight nine ten",
    ]


def test_a_tail_of_less_than_a_quarter_is_no_passage_of_its_own() -> None:
    text = "word " * 8
    assert passages("t" * 24, text + "tail", 16) == ["t" * 24 + "\n" + text.strip()]
    assert passages("t" * 24, text + "a longer tail", 16)[1:] == ["t" * 24 + "\na longer tail"]


def test_no_more_passages_are_made_than_are_averaged() -> None:
    parts = passages("t", "word " * 500, 16)
    assert len(parts) == PASSAGES == 3


def test_a_title_that_fills_the_encoder_still_leaves_room_for_some_text() -> None:
    title = "t" * 1000
    assert passages(title, "x" * 100, 256)[0] == f"{title}\n" + "x" * 40


def test_text_without_spaces_is_cut_where_the_room_ends() -> None:
    assert passages("t" * 24, "号" * 90, 16) == [f"{'t' * 24}\n{'号' * size}" for size in (40, 40)]


@given(st.text(max_size=80), st.text(alphabet="ab ", max_size=900), st.integers(1, 64))
def test_passages_are_the_text_in_order_and_each_has_the_title(title: str, text: str, tokens: int) -> None:
    parts = passages(title, text, tokens)
    assert 1 <= len(parts) <= PASSAGES
    room = max(40, tokens * 4 - len(title))
    stretches = [part.removeprefix(f"{title}\n") for part in parts] if text else []
    assert all(part.startswith(title) for part in parts)
    assert all(len(stretch) <= room for stretch in stretches)
    assert text.replace(" ", "").startswith("".join(stretches).replace(" ", ""))


def test_an_article_is_the_mean_of_its_passages(toy_embedder: ToyEmbedder) -> None:
    # The title's topic is in both passages; the flood only in the first and the moon only in the second.
    one = article(title="measles " + "t" * 984, text="flood " + "x" * 34 + "moon " + "y" * 35)
    assert len(passages(one.title, one.text, TOY_STAMP.max_tokens)) == 2
    (vector,) = embed_articles(toy_embedder, [one])
    weights = {words[0]: round(float(number), 2) for words, number in zip(TOPICS, vector, strict=False)}
    assert weights == {"minister": 0, "harbour": 0, "flood": 0.41, "measles": 0.82, "moon": 0.41, "goal": 0}


def test_each_article_gets_its_own_vector_whatever_is_embedded_with_it(toy_embedder: ToyEmbedder) -> None:
    long = article(title="Moon", text="flood " * 500)
    batch = [articles()[0], long, article(title="goal"), *articles()[1:]]
    together = embed_articles(toy_embedder, batch)
    alone = [embed_articles(toy_embedder, [one])[0] for one in batch]
    assert np.allclose(together, alone, atol=1e-6)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    assert together.dtype == np.float32


def test_the_topics_of_the_newsroom_can_be_seen_in_its_vectors(toy_embedder: ToyEmbedder) -> None:
    topics = [TOPICS[axis][0] for axis in embed_articles(toy_embedder, articles()).argmax(axis=1)]
    # The article on the minister and the harbour contract names both twice.
    assert topics == [
        *("moon", "minister", "minister", "minister", "harbour", "harbour", "harbour"),
        *("flood", "flood", "flood", "measles", "measles", "moon", "goal"),
    ]


def test_no_articles_are_no_vectors(toy_embedder: ToyEmbedder) -> None:
    assert embed_articles(toy_embedder, []).shape == (0, TOY_STAMP.dimension)


def test_a_unit_vector_has_length_one_and_a_zero_vector_stays_zero() -> None:
    assert unit(np.array([[3, 4], [0, 0], [0, -2]], np.float32)).tolist() == pytest.approx(
        np.array([[0.6, 0.8], [0, 0], [0, -1]])
    )
    assert unit(np.array([3, 4])).dtype == np.float32


@given(arrays(np.float32, (3, 4), elements=st.floats(-100, 100, width=32).filter(lambda x: x == 0 or abs(x) > 0.01)))
def test_unit_keeps_the_direction(vectors: np.ndarray) -> None:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    assert np.allclose(unit(vectors) * lengths, vectors, rtol=1e-4, atol=1e-4)
    assert all(length == pytest.approx(1, abs=1e-5) or length == 0 for length in np.linalg.norm(unit(vectors), axis=1))


def test_the_key_of_a_models_vectors_is_known_before_it_is_loaded_and_follows_its_weights() -> None:
    stamp = ModelStamp("a", None, "ab" * 32, 384, 256)
    assert stamp.key == vector_key("ab" * 32) == "abababababababab/mean-of-3"
    assert ModelStamp("b", "main", "ab" * 32, 384, 256).key == stamp.key
    assert ModelStamp("a", None, "cd" * 32, 384, 256).key != stamp.key
    assert ModelStamp(**stamp.as_dict()) == stamp
