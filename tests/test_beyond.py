"""What labels cannot see, worked out by hand for a few pages of the newsroom."""

import numpy as np
import pytest
from service import row_of

from index.snapshot import Snapshot
from recommender.evaluation.beyond import Shown, beyond
from recommender.evaluation.protocol import Question


def shown(snapshot: Snapshot, page: str, *links: str) -> Shown:
    question = Question(row_of(snapshot, page), np.ones(14, np.bool_), {}, None)
    return Shown(question, np.array([row_of(snapshot, link) for link in links], np.int64))


def test_coverage_is_the_share_of_the_catalogue_that_is_shown_at_all(snapshot: Snapshot) -> None:
    lists = [shown(snapshot, "flood-town", "ar-flood", "moon-dust"), shown(snapshot, "goal-final", "moon-dust")]
    assert beyond(snapshot, lists, 3)["coverage"] == pytest.approx(2 / 14)


def test_lists_are_empty_short_or_full(snapshot: Snapshot) -> None:
    lists = [
        shown(snapshot, "flood-town", "ar-flood", "moon-dust"),
        shown(snapshot, "goal-final", "moon-dust"),
        shown(snapshot, "moon-dust"),
        shown(snapshot, "ar-flood"),
    ]
    found = beyond(snapshot, lists, 2)
    assert (found["empty"], found["short"]) == (0.5, 0.75)


def test_copies_are_counted_of_the_page_and_within_a_list(snapshot: Snapshot) -> None:
    lists = [
        shown(snapshot, "harbour-walkout", "harbour-walkout-wire", "moon-dust"),
        shown(snapshot, "goal-final", "harbour-walkout", "moon-dust", "harbour-walkout-wire"),
        shown(snapshot, "flood-town", "harbour-walkout", "moon-dust"),
    ]
    assert beyond(snapshot, lists, 3)["copies"] == 2


def test_similarity_is_the_mean_cosine_of_the_pairs_of_a_list(snapshot: Snapshot) -> None:
    names = ("flood-town", "flood-barrier", "moon-dust")
    rows = [row_of(snapshot, name) for name in names]
    one, two, three = (np.asarray(snapshot.space.vectors[row], np.float64) for row in rows)
    pairs = [one @ two, one @ three, two @ three]
    lists = [
        shown(snapshot, "goal-final", *names),
        shown(snapshot, "goal-final", *names[:2]),
        shown(snapshot, "ar-flood"),
    ]
    expected = (sum(pairs) / 3 + pairs[0]) / 2
    assert beyond(snapshot, lists, 3)["similarity"] == pytest.approx(expected, abs=1e-3)
    # A list of one has no pairs, and copies are as alike as can be.
    alone = [shown(snapshot, "goal-final", "moon-dust"), shown(snapshot, "goal-final", "flood-town", "flood-town")]
    assert beyond(snapshot, alone, 3)["similarity"] == pytest.approx(1, abs=1e-3)


def test_ages_are_the_days_between_page_and_link_on_either_side_and_none_without_a_date(snapshot: Snapshot) -> None:
    # minister-resigns is eleven and a half days before goal-final, flood-town four, moon-dust has no date.
    lists = [
        shown(snapshot, "minister-resigns", "goal-final", "flood-town", "moon-dust"),
        shown(snapshot, "goal-final", "minister-resigns"),
    ]
    found = beyond(snapshot, lists, 3)
    assert [found[f"within {age}"] for age in ("a week", "a month", "a year")] == pytest.approx([1 / 3, 1, 1])
    undated = beyond(snapshot, [shown(snapshot, "moon-dust", "goal-final")], 3)
    assert [undated[f"within {age}"] for age in ("a week", "a month", "a year")] == [0, 0, 0]


def test_of_the_same_story_are_the_links_that_readers_are_told_belong_to_it(snapshot: Snapshot) -> None:
    lists = [
        shown(snapshot, "harbour-walkout", "harbour-walkout-wire", "moon-landing", "goal-final"),
        shown(snapshot, "goal-final", "moon-landing"),
    ]
    assert beyond(snapshot, lists, 3)["same_story"] == 1 / 4


@pytest.mark.parametrize("lists", [0, 2])
def test_where_nothing_is_shown_everything_is_nothing(snapshot: Snapshot, lists: int) -> None:
    found = beyond(snapshot, [shown(snapshot, "flood-town")] * lists, 3)
    nothing = dict.fromkeys(found, 0.0)
    assert found == nothing | {"empty": 1.0, "short": float(lists > 0)}
