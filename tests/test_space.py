"""The space: every signal by hand, for stored articles and for one that is not."""

from math import log, sqrt

import numpy as np
import pytest
from newsroom import TOY_STAMP, ToyEmbedder, article, articles

from index import space as space_module
from index.article import Article
from index.meaning import embed_articles
from index.space import SIGNALS, UNKNOWN, Space, code, fuse, make_space
from index.words import SKETCH, sketch

# Every word of four articles can be counted: "flood" is in three of them, "moon" in two, the others in one.
TINY = [
    article(id="a", title="flood", text="moon", tags=["X", "Y"], section="News", author="Falk", language="en"),
    article(id="b", title="flood", text="goal", tags=["y", "Z"], section="news", author="falk", published="1970-01-02"),
    article(id="c", title="moon", text="flood flood", tags=["Z"], section="Sport", language="AR"),
    article(id="d", title="measles"),
]


def space_of(given: list[Article]) -> Space:
    return make_space(given, embed_articles(ToyEmbedder(), given))


def signals(space: Space, row: int, rows: list[int]) -> dict[str, list[float]]:
    found = space.signals(space.probe(row), np.array(rows))
    return dict(zip(SIGNALS, found.T.round(3).tolist(), strict=True))


@pytest.fixture(scope="module")
def tiny() -> Space:
    return space_of(TINY)


def words_by_hand() -> list[dict[str, float]]:
    """The tf-idf rows of TINY, a title counted twice."""
    flood, moon, goal, measles = log(5 / 4), log(5 / 3), log(5 / 2), log(5 / 2)
    twice = 1 + log(2)
    rows = [
        {"flood": twice * flood, "moon": moon},
        {"flood": twice * flood, "goal": goal},
        {"moon": twice * moon, "flood": twice * flood},
        {"measles": twice * measles},
    ]
    return [{word: weight / sqrt(sum(w * w for w in row.values())) for word, weight in row.items()} for row in rows]


def test_every_signal_of_a_stored_article_can_be_worked_out_by_hand(tiny: Space) -> None:
    words = words_by_hand()
    cosines = [sum(words[0].get(word, 0) * weight for word, weight in row.items()) for row in words]
    found = signals(tiny, 0, [0, 1, 2, 3])
    # Meaning: flood + moon; flood + goal; moon and twice flood; measles.
    assert found["meaning"] == pytest.approx([1, 0.5, 3 / sqrt(10), 0], abs=0.002)
    assert found["words"] == pytest.approx(cosines, abs=0.002)
    assert found["title"] == pytest.approx([1, 1, 0, 0], abs=0.002)
    assert found["tags"] == pytest.approx([1, 0.5, 0, 0], abs=0.002)
    assert found["section"] == [1, 1, 0, 0]
    assert found["author"] == [1, 1, 0, 0]
    assert found["mention"] == pytest.approx([words[0]["flood"]] * 2 + [words[0]["moon"], 0], abs=0.002)


def test_what_is_unknown_is_like_nothing_not_even_itself(tiny: Space) -> None:
    found = signals(tiny, 3, [2, 3])
    assert (found["section"], found["author"], found["tags"]) == ([0, 0], [0, 0], [0, 0])
    assert found["words"] == pytest.approx([0, 1], abs=0.002)


def test_signals_of_no_articles_are_none(tiny: Space) -> None:
    assert tiny.signals(tiny.probe(0), np.array([], np.int64)).shape == (0, len(SIGNALS))


@pytest.mark.parametrize("row", range(14))
def test_an_article_that_is_not_stored_is_compared_as_if_it_were(row: int) -> None:
    space, stored = space_of(articles()), articles()[row]
    meaning = embed_articles(ToyEmbedder(), [stored])[0]
    everything = np.arange(14)
    found = space.signals(space.probe_of(stored, meaning), everything)
    assert np.allclose(found, space.signals(space.probe(row), everything), atol=0.002)


def test_a_word_that_the_collection_has_never_seen_tells_nothing_of_the_others(tiny: Space) -> None:
    unseen = article(title="xylophone", section="Unseen", tags=["new"])
    probe = tiny.probe_of(unseen, np.zeros(TOY_STAMP.dimension, np.float32))
    assert not tiny.signals(probe, np.arange(4)).any()


def test_fused_vectors_have_length_one_and_their_products_weigh_meaning_and_words(tiny: Space) -> None:
    vectors = np.asarray(tiny.vectors, np.float32)
    assert vectors.shape == (4, TOY_STAMP.dimension + SKETCH)
    assert tiny.meaning_width == TOY_STAMP.dimension
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.001)
    meaning, words = embed_articles(ToyEmbedder(), TINY), sketch(tiny.words)
    wanted = 0.4 * meaning @ meaning.T + 0.6 * words @ words.T
    assert np.allclose(vectors @ vectors.T, wanted, atol=0.002)
    assert np.allclose(fuse(meaning, tiny.words), vectors, atol=0.001)


def test_dates_and_codes_are_kept_by_row(tiny: Space) -> None:
    assert len(tiny) == 4
    assert tiny.published[1] == 86_400
    assert np.isnan(tiny.published[[0, 2, 3]]).all()
    assert tiny.language.tolist() == [code("en"), UNKNOWN, code("ar"), UNKNOWN]
    assert tiny.section.tolist() == [code("news"), code("news"), code("sport"), UNKNOWN]
    assert tiny.author.tolist() == [code("falk"), code("falk"), UNKNOWN, UNKNOWN]


def test_the_place_of_a_moment_is_how_many_articles_are_older() -> None:
    space = space_of(articles())
    dated = [(one.published and one.published.timestamp()) or np.nan for one in articles()]
    assert [space.place(moment) for moment in dated[1:]] == list(range(1, 14))
    # What has no date is taken for just published, and counted as older than all that has one.
    assert [space.place(moment) for moment in (np.nan, 0.0, 4e9)] == [14, 1, 14]


def test_a_code_is_the_same_in_every_release_and_ignores_case() -> None:
    assert (code("News"), code("NEWS"), code(None)) == (500406608, 500406608, -1)
    assert code("سياسة") != code("رياضة")


def test_arrays_describe_a_space_wholly(tiny: Space) -> None:
    arrays = tiny.arrays()
    assert sorted(arrays) == sorted(
        ["vectors", "idf", "published", "language", "section", "author"]
        + [f"{rows}.{part}" for rows in ("words", "titles", "tags") for part in ("starts", "buckets", "values")]
    )
    again = Space.of(arrays)
    for row in range(4):
        assert signals(again, row, [0, 1, 2, 3]) == signals(tiny, row, [0, 1, 2, 3])


def test_fusing_in_blocks_changes_nothing() -> None:
    space = space_of(articles())
    meaning = embed_articles(ToyEmbedder(), articles())
    for block in (1, 5, 14):
        assert np.array_equal(space_module._fuse_in_blocks(meaning, space.words, block), space.vectors)


def test_an_empty_space_has_no_rows() -> None:
    space = space_of([])
    assert len(space) == 0
    assert space.vectors.shape == (0, TOY_STAMP.dimension + SKETCH)
    assert len(space.words) == len(space.tags) == 0
