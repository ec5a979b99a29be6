"""Protocols: what may be linked from which page, and which judged links count there."""

from collections.abc import Sequence

import numpy as np
import pytest
from newsroom import articles
from service import ids_of, row_of

from index.snapshot import Snapshot
from recommender.evaluation.judgements import Judgements
from recommender.evaluation.protocol import Protocol, Question, split
from recommender.links import Rules
from recommender.related import Recommender

EVERY = [one.id for one in articles()]


def judged(snapshot: Snapshot, **links: str) -> Judgements:
    rows = {page.replace("_", "-"): names.split() for page, names in links.items()}
    gold = {row_of(snapshot, page): {row_of(snapshot, x): 1.0 for x in names} for page, names in rows.items()}
    return Judgements("here", gold)


def all_to_all(snapshot: Snapshot) -> Judgements:
    rows = range(len(snapshot))
    return Judgements("here", {page: dict.fromkeys(set(rows) - {page}, 1.0) for page in rows})


def asked(snapshot: Snapshot, protocol: Protocol, judgements: Judgements) -> Sequence[str]:
    return ids_of(snapshot, [one.row for one in protocol.questions(snapshot.space, judgements)])


def allowed(snapshot: Snapshot, protocol: Protocol, page: str) -> list[str]:
    found = protocol.questions(snapshot.space, all_to_all(snapshot))
    (question,) = (one for one in found if one.row == row_of(snapshot, page))
    assert set(question.gold) == set(np.flatnonzero(question.allowed))
    return ids_of(snapshot, np.flatnonzero(question.allowed))


def test_a_page_may_lead_to_what_was_published_up_to_a_day_after_it(snapshot: Snapshot) -> None:
    # flood-barrier came out exactly a day after flood-town; moon-dust has no date.
    assert allowed(snapshot, Protocol(), "flood-town") == [*EVERY[1:7], "ar-flood", "flood-barrier"]
    assert allowed(snapshot, Protocol(), "minister-resigns") == ["ar-minister"]
    assert allowed(snapshot, Protocol(), "goal-final") == EVERY[1:-1]


def test_as_the_rule_that_readers_have_the_day_of_grace_ends_just_after_it(snapshot: Snapshot) -> None:
    (question,) = Protocol().questions(snapshot.space, judged(snapshot, flood_town="flood-barrier"))
    barrier = snapshot.space.published[row_of(snapshot, "flood-barrier")]
    assert question.before is not None
    assert barrier < question.before < barrier + 1e-3


def test_judged_links_that_came_later_or_have_no_date_do_not_count(snapshot: Snapshot) -> None:
    judgements = judged(snapshot, flood_town="flood-barrier moon-dust goal-final", minister_resigns="minister-sworn-in")
    (question,) = Protocol().questions(snapshot.space, judgements)
    assert (question.row, question.gold) == (row_of(snapshot, "flood-town"), {row_of(snapshot, "flood-barrier"): 1})


def test_a_page_without_a_date_is_asked_about_only_in_the_whole_pool(snapshot: Snapshot) -> None:
    judgements = judged(snapshot, moon_dust="moon-landing")
    assert asked(snapshot, Protocol(), judgements) == []
    assert asked(snapshot, Protocol("whole"), judgements) == ["moon-dust"]


def test_the_whole_pool_is_everything_but_the_page(snapshot: Snapshot) -> None:
    assert allowed(snapshot, Protocol("whole"), "flood-town") == [one for one in EVERY if one != "flood-town"]
    (question,) = Protocol("whole").questions(snapshot.space, judged(snapshot, flood_town="moon-dust"))
    assert question.before is None


def test_the_same_section_and_the_same_language_are_kept_to(snapshot: Snapshot) -> None:
    assert allowed(snapshot, Protocol("whole", same_section=True), "moon-landing") == ["moon-dust"]
    assert allowed(snapshot, Protocol(same_language=True), "ar-flood") == ["ar-minister", "ar-harbour"]
    both = Protocol("whole", same_section=True, same_language=True)
    assert allowed(snapshot, both, "harbour-walkout") == ["harbour-walkout-wire"]


def test_our_own_system_is_asked_within_the_same_limits(snapshot: Snapshot) -> None:
    page = Recommender(snapshot).stored(row_of(snapshot, "ar-flood"))
    question = Question(page.row or 0, np.ones(14, np.bool_), {}, 5.0)
    assert Protocol().rules(page, question, 4) == Rules(k=4, before=5.0)
    assert Protocol(same_section=True).rules(page, question, 4) == Rules(k=4, before=5.0, section="طقس")
    assert Protocol(same_language=True).rules(page, question, 4) == Rules(k=4, before=5.0, language="ar")


def test_pages_are_asked_about_in_the_order_of_publication(snapshot: Snapshot) -> None:
    judgements = judged(snapshot, goal_final="flood-town", flood_town="ar-flood", measles_school="flood-town")
    assert asked(snapshot, Protocol(), judgements) == ["flood-town", "measles-school", "goal-final"]


def test_the_later_pages_are_the_last_two_fifths(snapshot: Snapshot) -> None:
    every = Protocol("whole").questions(snapshot.space, all_to_all(snapshot))
    earlier, later = split(every[:10])
    assert ids_of(snapshot, [one.row for one in earlier]) == EVERY[:6]
    assert ids_of(snapshot, [one.row for one in later]) == EVERY[6:10]
    assert asked(snapshot, Protocol("whole", later=True), all_to_all(snapshot)) == EVERY[8:]


@pytest.mark.parametrize("later", [False, True])
def test_a_sample_is_a_part_of_the_pages_and_the_same_every_time(snapshot: Snapshot, later: bool) -> None:
    judgements = all_to_all(snapshot)
    every = asked(snapshot, Protocol("whole", later=later), judgements)
    some = asked(snapshot, Protocol("whole", later=later, sample=4), judgements)
    assert len(some) == 4
    assert some == [page for page in every if page in some]
    assert some == asked(snapshot, Protocol("whole", later=later, sample=4), judgements)
    assert some != every[:4]
    for size in (len(every), 100):
        assert asked(snapshot, Protocol("whole", later=later, sample=size), judgements) == every
