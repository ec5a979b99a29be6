"""The score by hand: features, the logistic formula, missing dates, ties."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.article import Article
from index.space import SIGNALS, Space, make_space
from recommender.links import Candidates, Page
from recommender.ranking import FEATURES, NEARNESS, Weights, default_weights, features, rank, score, weights_in
from recommender.ranking import WEIGHTS as WEIGHTS_FILE

DAYS = (1, 1, 4, None)
KNOWN = {"meaning": 1, "words": 2, "title": 0.5, "tags": 0.25, "section": 0.75, "author": 0.1} | {
    "meaning_short_of_best": 3,
    "words_short_of_best": 4,
    "within_a_year": 0.4,
    "within_30_articles": 0.3,
    "within_300_articles": 0.2,
}
WEIGHTS = Weights.of(
    {
        "intercept": -2,
        "coefficients": dict.fromkeys(FEATURES, 0) | KNOWN,
        "provenance": {"learned_from": ["by hand"]},
    }
)


@pytest.fixture(scope="module")
def space() -> Space:
    articles = [
        Article(f"a{row}", f"urn:article:a{row}", f"Title {row}", published=day and datetime(2026, 9, day, tzinfo=UTC))
        for row, day in enumerate(DAYS)
    ]
    return make_space(articles, np.eye(4, 8, dtype=np.float32))


def page_of(day: int | None, place: float = 0) -> Page:
    """A page of a day, with so many stored articles before it."""
    published = datetime(2026, 9, day, tzinfo=UTC).timestamp() if day else math.nan
    place = place if day else math.nan
    return Page("page", None, "A page", None, published, place, probe=lambda: pytest.fail("ranking needs no probe"))


def signals(**named: float) -> list[float]:
    return [named.get(name, 0.0) for name in SIGNALS]


def candidates(*each: list[float]) -> Candidates:
    return Candidates(np.arange(len(each)), np.array(each, np.float32).reshape(len(each), len(SIGNALS)))


def by_name(row: np.ndarray) -> dict[str, float]:
    return {name: float(value) for name, value in zip(FEATURES, row, strict=True) if value}


def test_a_score_is_the_logistic_formula_worked_out_by_hand(space: Space) -> None:
    offered = candidates(
        signals(meaning=0.5, words=0.2, tags=1, section=1), signals(meaning=0.8, words=0.1, title=0.3, author=1)
    )
    ranked = rank(page_of(2, place=4), offered, space, WEIGHTS)

    def near(articles: int) -> float:
        return 0.4 * math.exp(-1 / 365) + 0.3 * math.exp(-articles / 30) + 0.2 * math.exp(-articles / 300)

    # The best meaning on offer is 0.8 and the best words are 0.2, of different candidates.
    first = -2 + 0.5 * 1 + 0.2 * 2 + 1 * 0.25 + 1 * 0.75 + (0.5 - 0.8) * 3 + (0.2 - 0.2) * 4 + near(4)
    second = -2 + 0.8 * 1 + 0.1 * 2 + 0.3 * 0.5 + 1 * 0.1 + (0.8 - 0.8) * 3 + (0.1 - 0.2) * 4 + near(3)
    assert ranked.rows.tolist() == [0, 1]
    assert ranked.scores == pytest.approx([1 / (1 + math.exp(-first)), 1 / (1 + math.exp(-second))], rel=1e-5)


def test_the_features_of_a_candidate_are_these_numbers(space: Space) -> None:
    offered = candidates(
        signals(meaning=0.5, words=0.25, title=0.125, tags=1, section=1), signals(words=0.5), signals(author=1)
    )
    rows = features(page_of(1), offered, space)
    assert by_name(rows[0]) == dict.fromkeys(NEARNESS, 1) | {
        "meaning": 0.5,
        "words": 0.25,
        "title": 0.125,
        "tags": 1,
        "section": 1,
        "words_short_of_best": -0.25,
    }
    assert by_name(rows[2]) == pytest.approx(
        {
            "author": 1,
            "meaning_short_of_best": -0.5,
            "words_short_of_best": -0.5,
            "within_a_year": math.exp(-3 / 365),
            "within_30_articles": math.exp(-2 / 30),
            "within_300_articles": math.exp(-2 / 300),
            "within_3000_articles": math.exp(-2 / 3000),
        }
    )


@pytest.mark.parametrize("day", [1, None])
def test_a_missing_date_counts_as_far_away_on_either_side(space: Space, day: int | None) -> None:
    rows = features(page_of(day), candidates(*[signals(meaning=0.5)] * 4), space)
    assert by_name(rows[3]) == {"meaning": 0.5}
    assert [by_name(rows[0]).get(name, 0) for name in NEARNESS] == [day or 0] * len(NEARNESS)
    assert np.isfinite(rows).all()


def test_a_link_before_the_page_is_as_near_as_one_after_it(space: Space) -> None:
    before, after = (
        features(page_of(day, place), candidates(*[signals()] * 3), space) for day, place in ((4, 2), (1, 0))
    )
    assert by_name(before[0]) == by_name(after[2])


def test_the_best_come_first_and_ties_are_settled_by_row(space: Space) -> None:
    poor, good = signals(meaning=0.1, words=0.1), signals(meaning=0.9, words=0.5)
    unsorted = Candidates(np.array([1, 2, 0]), np.array([poor, good, poor], np.float32))
    ranked = rank(page_of(None), unsorted, space, WEIGHTS)
    assert ranked.rows.tolist() == [2, 0, 1]
    assert ranked.scores[1] == ranked.scores[2] < ranked.scores[0]
    assert ranked.signals == pytest.approx(np.array([good, poor, poor], np.float32))


def test_nothing_to_rank_stays_nothing(space: Space) -> None:
    assert len(rank(page_of(1), candidates(), space, WEIGHTS)) == 0


def test_scores_are_probabilities_even_for_extreme_features() -> None:
    scores = score(np.array([[-5.0] * len(FEATURES), [5.0] * len(FEATURES)], np.float32), WEIGHTS)
    assert scores == pytest.approx([0, 1], abs=1e-6)


def test_the_weights_of_the_package_cover_every_feature_and_say_where_they_were_learned() -> None:
    weights = default_weights()
    assert weights.coefficients.shape == (len(FEATURES),)
    assert weights is default_weights()
    assert weights.provenance["learned_from"]


def test_meaning_and_words_in_common_count_for_a_link_with_the_weights_of_the_package() -> None:
    learned = dict(zip(FEATURES, default_weights().coefficients.tolist(), strict=True))
    assert min(learned[name] for name in ("meaning", "words", "meaning_short_of_best", "words_short_of_best")) > 0
    assert default_weights().intercept < 0


def test_weights_are_written_as_they_are_read() -> None:
    again = Weights.of(WEIGHTS.document())
    assert (again.intercept, again.coefficients.tolist()) == (WEIGHTS.intercept, WEIGHTS.coefficients.tolist())
    assert again.provenance == WEIGHTS.provenance


def test_a_version_with_weights_of_its_own_is_ranked_by_them(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS_FILE).write_text(json.dumps(WEIGHTS.document()), "utf-8")
    assert weights_in(tmp_path).document() == WEIGHTS.document()


def test_a_version_without_weights_is_ranked_by_those_of_the_package(tmp_path: Path) -> None:
    assert weights_in(tmp_path) is default_weights()


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"intercept": 0, "coefficients": {}, "provenance": {}}'])
def test_weights_that_cannot_be_used_are_told_of_and_those_of_the_package_are_used(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / WEIGHTS_FILE).write_text(content, "utf-8")
    assert weights_in(tmp_path) is default_weights()
    assert f"{tmp_path}: weights of another release" in caplog.text


def test_weights_without_a_feature_are_refused_by_its_name() -> None:
    coefficients = dict.fromkeys(FEATURES, 1.0)
    del coefficients["title"]
    with pytest.raises(KeyError, match="title"):
        Weights.of({"intercept": 0, "coefficients": coefficients, "provenance": {}})
