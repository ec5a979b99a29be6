"""Words: which they are, what they weigh, and how well the sketch stands for them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import articles
from sklearn.feature_extraction.text import TfidfVectorizer

from index.words import (
    BUCKETS,
    SKETCH,
    SparseRows,
    _scratch,
    count,
    inverse_document_frequency,
    sketch,
    tokens,
    weigh,
)

ROWS = st.lists(
    st.dictionaries(st.sampled_from([0, 1, 2, 7, 1000, BUCKETS - 1]), st.floats(-1, 1, width=16)), max_size=6
)


def sparse(rows: list[dict[int, float]]) -> SparseRows:
    starts = np.cumsum([0, *map(len, rows)])
    pairs = [pair for row in rows for pair in sorted(row.items())]
    return SparseRows(
        starts, np.array([key for key, _ in pairs], np.int32), np.array([value for _, value in pairs], np.float16)
    )


def dense(rows: SparseRows) -> np.ndarray:
    """The rows as a matrix of all the buckets they use."""
    used = np.unique(rows.buckets)
    matrix = np.zeros((len(rows), len(used)), np.float32)
    for number, (start, stop) in enumerate(pairwise(rows.starts)):
        matrix[number, np.searchsorted(used, rows.buckets[start:stop])] = rows.values[start:stop]
    return matrix


def weighed(texts: list[str]) -> SparseRows:
    counts = count(texts)
    return weigh(counts, inverse_document_frequency(counts))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Minister's 2nd visit, 10:30", "the minister s 2nd visit 10 30"),
        ("Ｆｕｌｌ ＷＩＤＴＨ Straße", "full width straße"),
        ("naïve cafe\u0301", "naïve café"),
        ("خَبَر عاجِل", "خَبَر عاجِل"),
        ("हिन्दी में", "हिन्दी में"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("❤️ \u0301", ""),
        ("", ""),
    ],
)
def test_words_are_in_lower_case_and_keep_their_marks(text: str, words: str) -> None:
    assert list(tokens(text)) == words.split()


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("月球探测", ["月球", "球探", "探测"]),
        ("月", ["月"]),
        ("น้ำท่วม", ["น\u0e49", "\u0e49\u0e4d", "\u0e4dา", "าท", "ท\u0e48", "\u0e48ว", "วม"]),
        ("カイト号", ["カイ", "イト", "ト号"]),
        ("NASA 月球 2026", ["月球", "nasa", "2026"]),
    ],
)
def test_scripts_without_spaces_are_taken_by_pairs_of_characters(text: str, pairs: list[str]) -> None:
    assert list(tokens(text)) == pairs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الوزير", "وزير"),
        ("والوزير", "وزير"),
        ("بالميناء", "ميناء"),
        ("كالميناء", "ميناء"),
        ("للميناء", "ميناء"),
        ("إضراب", "اضراب"),
        ("مدرسة", "مدرسه"),
        ("مُعَلِّم", "معلم"),
        ("المدرســة", "مدرسه"),
        ("الفَيَضَانُ", "فيضان"),
    ],
)
def test_arabic_words_meet_without_article_marks_and_spelling_variants(one: str, other: str) -> None:
    a, b = count([one]), count([other])
    assert a.buckets.tolist() == b.buckets.tolist()


@pytest.mark.parametrize(("one", "other"), [("الله", "له"), ("ولد", "لد"), ("وزير", "سفير")])
def test_other_arabic_words_stay_apart(one: str, other: str) -> None:
    assert count([one]).buckets.tolist() != count([other]).buckets.tolist()


def test_a_count_is_damped_and_kept_by_ascending_bucket() -> None:
    counts = count(["flood flood flood moon", "", "moon"])
    assert counts.starts.tolist() == [0, 2, 2, 3]
    assert sorted(counts.values[:2].tolist()) == pytest.approx([1, 1 + np.log(3)], abs=1e-3)
    assert np.diff(counts.buckets[:2]) > 0
    moon = count(["moon"]).buckets
    assert counts.buckets[2] == moon
    assert counts.values[counts.buckets == moon].tolist() == [1, 1]


def test_a_word_that_is_everywhere_weighs_least_and_a_rare_one_most() -> None:
    texts = ["the flood", "the flood", "the moon", "the goal"]
    counts = count(texts)
    idf = inverse_document_frequency(counts)
    found = {word: float(idf[count([word]).buckets[0]]) for word in ("the", "flood", "moon", "unseen")}
    everywhere = np.log(5 / 4.5)
    assert found == pytest.approx(
        {"the": everywhere, "flood": np.log(5 / 3), "moon": np.log(5 / 2), "unseen": np.log(5)}
    )
    rows = weigh(counts, idf)
    whole = np.hypot(everywhere, np.log(5 / 3))
    weights = {count(["the"]).buckets[0]: everywhere / whole, count(["flood"]).buckets[0]: np.log(5 / 3) / whole}
    assert dict(zip(rows.row(0).buckets, rows.row(0).values.tolist(), strict=True)) == pytest.approx(weights, abs=1e-3)


def test_among_many_texts_a_word_that_is_everywhere_weighs_next_to_nothing() -> None:
    idf = inverse_document_frequency(count(["the"] * 10_000))
    assert 0 < idf[count(["the"]).buckets[0]] < 1e-4


@pytest.mark.parametrize("texts", [["the", "the"], ["the flood"] * 500, ["the", "", "the"], ["the"]])
def test_texts_that_are_all_the_same_are_alike(texts: list[str]) -> None:
    rows = weighed(texts)
    norms = np.linalg.norm(dense(rows), axis=1)
    assert norms.tolist() == pytest.approx([1.0 if text else 0.0 for text in texts], abs=1e-3)
    assert np.linalg.norm(sketch(rows), axis=1).tolist() == pytest.approx(norms.tolist(), abs=1e-3)


def test_weights_are_those_of_sklearn_without_its_added_one() -> None:
    texts = [f"{one.title}\n{one.text}" for one in articles()] + ["the the the", ""]
    reference = TfidfVectorizer(token_pattern=r"\w+", sublinear_tf=True, norm=None)  # noqa: S106
    reference.fit(texts)
    reference.idf_ = reference.idf_ - 1
    wanted = reference.transform(texts).toarray()
    wanted /= np.maximum(np.linalg.norm(wanted, axis=1, keepdims=True), 1e-12)
    # Arabic words are brought together here and not there.
    english = [number for number, text in enumerate(texts) if text.isascii()]
    rows = weighed(texts)
    found = np.array([rows.dot(rows.row(number), np.arange(len(texts))) for number in english])
    assert np.abs(found[:, english] - (wanted @ wanted.T)[np.ix_(english, english)]).max() < 0.002


def test_an_empty_collection_has_no_rows() -> None:
    rows = weighed([])
    assert len(rows) == 0
    assert rows.buckets.dtype == np.int32
    assert sketch(rows).shape == (0, SKETCH)
    assert rows.dot(sparse([{1: 1.0}]), np.array([], np.int64)).tolist() == []


@given(ROWS.filter(bool), st.data())
def test_dot_is_the_dot_product_of_the_dense_rows(rows: list[dict[int, float]], data: st.DataObject) -> None:
    matrix = sparse(rows)
    numbers = st.integers(0, len(rows) - 1)
    one, several = data.draw(numbers), np.array(data.draw(st.lists(numbers)), np.int64)
    wanted = dense(matrix)[several] @ dense(matrix)[one]
    assert np.allclose(matrix.dot(matrix.row(one), several), wanted, atol=1e-3)
    assert not _scratch.dense.any()


@given(ROWS.filter(bool), st.data())
def test_a_part_holds_the_same_rows(rows: list[dict[int, float]], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(rows)))
    stop = data.draw(st.integers(first, len(rows)))
    part, wanted = sparse(rows).part(first, stop), sparse(rows[first:stop])
    assert len(part) == stop - first
    for name in ("starts", "buckets", "values"):
        assert np.array_equal(getattr(part, name), getattr(wanted, name))


def test_a_sketch_is_signed_sums_in_512_places_scaled_to_length_one() -> None:
    (one,) = sketch(sparse([{5: 3.0, 1000: -4.0}]))
    wanted = np.zeros(SKETCH)
    for bucket, value in [(5, 3.0), (1000, -4.0)]:
        spread = bucket * 2654435761 % 2**32
        wanted[spread >> 23] += value * (1 if spread >> 22 & 1 else -1)
    assert one.tolist() == pytest.approx((wanted / 5).tolist())


def test_sketches_estimate_the_cosines_of_the_words() -> None:
    rng = np.random.default_rng(1)
    vocabulary = [f"word{number}" for number in range(3000)]
    texts = [
        " ".join(rng.choice(vocabulary[topic * 200 : topic * 200 + 600], 150)) for topic in range(12) for _ in "abcde"
    ]
    rows = weighed(texts)
    exact = np.array([rows.dot(rows.row(number), np.arange(len(texts))) for number in range(len(texts))])
    off = ~np.eye(len(texts), dtype=bool)
    error = (sketch(rows) @ sketch(rows).T - exact)[off]
    # Their standard deviation is about 1 / sqrt(512) = 0.044, and they are not biased.
    assert abs(error.mean()) < 0.005
    assert 0.03 < error.std() < 0.05
    assert np.allclose(np.linalg.norm(sketch(rows), axis=1), 1, atol=1e-5)
