"""Why a link is there: the relation by hand and on the labelled newsroom, labels, and signals by name."""

import json

import numpy as np
import pytest
from service import LABELS, bundled, row_of

from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from index.space import SIGNALS
from recommender.links import Page, Relation
from recommender.reasons import STORY_CLOSENESS, STORY_WORDS, label, named, relation, shared

DAY = 86_400
LABELLED = json.loads(LABELS.read_text("utf-8"))


def page(section: str | None = None, tags: tuple[str, ...] = (), terms: tuple[str, ...] = ()) -> Page:
    return Page(
        "page", None, "A page", "en", 0, 0, lambda: pytest.fail("asked"), section=section, tags=tags, terms=terms
    )


def signals(**known: float) -> np.ndarray:
    return np.array([known.get(name, 0) for name in SIGNALS], np.float32)


ALIKE = signals(meaning=0.8, words=0.3)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "same_story"),
        (0.99, "same_story"),
        (1, "follow_up"),
        (30, "follow_up"),
        (30.01, "background"),
        (-1, "same_story"),
        (-30, "same_story"),
        (-30.01, "background"),
        (np.nan, "background"),  # where a date is missing
    ],
)
def test_what_came_a_day_or_more_later_follows_up_and_a_month_ends_a_story(days: float, expected: Relation) -> None:
    assert relation(days, ALIKE) == expected


def test_one_story_needs_some_words_in_common_however_close_the_meaning() -> None:
    assert relation(0, signals(meaning=1, words=STORY_WORDS + 0.001)) == "same_story"
    assert relation(0, signals(meaning=1, words=STORY_WORDS - 0.001)) == "background"


def test_fewer_words_in_common_ask_for_a_closer_meaning() -> None:
    for words in (STORY_WORDS + 0.01, 0.25):
        enough = STORY_CLOSENESS - 2 * words
        assert relation(0, signals(meaning=enough + 0.001, words=words)) == "same_story"
        assert relation(0, signals(meaning=enough - 0.001, words=words)) == "background"


def test_tags_sections_and_authors_alone_make_no_story() -> None:
    assert relation(0, signals(title=1, tags=1, section=1, author=1)) == "background"


@pytest.mark.parametrize(
    ("tags", "terms", "expected"),
    [
        (["Vesland", "Skerry Bank"], [], ("Vesland", "Skerry Bank")),
        (["SKERRY bank", "Fishing"], [], ("SKERRY bank",)),
        (["Fishing"], ["Leila Marchetti"], ("Leila Marchetti",)),
        (["Fishing"], ["Marchetti", "trawler"], ("Leila Marchetti", "trawler")),
        (["Law"], ["trawler", "law"], ("Law", "trawler")),
        (["Vesland"], ["Veslandic", "trawler"], ("Vesland", "trawler")),
        (["Fishing"], ["whales"], ()),
        ([], [], ()),
    ],
)
def test_shared_are_tags_as_the_link_spells_them_then_names_and_words_that_say_more(
    tags: list[str], terms: list[str], expected: tuple[str, ...]
) -> None:
    asked = page(tags=("Skerry Bank", "Vesland", "Law"), terms=("Leila Marchetti", "trawler", "Veslandic", "law"))
    assert shared(asked, tags, terms) == expected


def test_no_more_than_eight_shared_things_are_named() -> None:
    words = tuple(f"{letter * 6}" for letter in "abcdefghij")
    assert shared(page(terms=words), [], words) == words[:8]


@pytest.mark.parametrize(
    ("common", "section", "expected"),
    [
        (["Vesland"], "World", "Also about: Vesland"),
        (["Vesland", "trawler", "Law", "crew"], "World", "Also about: Vesland, trawler, Law"),
        ([], "World", "Also in World"),
        ([], "Sport", None),
        ([], None, None),
    ],
)
def test_a_label_names_up_to_three_shared_things_or_else_the_shared_section(
    common: list[str], section: str | None, expected: str | None
) -> None:
    assert label(page(section="World"), common, section) == expected


def test_a_page_without_a_section_shares_none() -> None:
    assert label(page(), [], "World") is None
    assert label(page(), [], None) is None


def test_signals_are_named_rounded_and_left_out_where_they_say_nothing() -> None:
    told = named(signals(meaning=0.12345, words=-0.0006, title=0.0004, section=1))
    assert told == {"meaning": 0.123, "words": -0.001, "section": 1.0}
    assert list(told) == ["meaning", "words", "section"]


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return open_snapshot(Releases(bundled(tmp_path_factory)).current_path())


def relations(post: Snapshot, kind: str) -> list[Relation]:
    """Of every labelled pair, in both directions."""
    found: list[Relation] = []
    for one, other, *_ in LABELLED[kind]:
        for start, end in ((one, other), (other, one)):
            page, link = row_of(post, start), row_of(post, end)
            alike = post.space.signals(post.space.probe(page), np.array([link]))[0]
            found.append(relation(float(post.space.published[link] - post.space.published[page]) / DAY, alike))
    return found


@pytest.mark.real_model
def test_pairs_that_people_called_one_story_are_one_story(post: Snapshot) -> None:
    found = relations(post, "same_story")
    assert len(found) == 60
    assert sum(one != "background" for one in found) / len(found) >= 0.85


@pytest.mark.real_model
def test_pairs_that_only_share_a_word_are_never_one_story(post: Snapshot) -> None:
    assert relations(post, "confusable") == ["background"] * 38


@pytest.mark.real_model
def test_pairs_that_only_share_an_idea_are_hardly_ever_one_story(post: Snapshot) -> None:
    found = relations(post, "same_meaning")
    assert sum(one != "background" for one in found) / len(found) <= 0.1


@pytest.mark.real_model
def test_copies_and_corrections_are_one_text_and_no_other_labelled_pair_is(post: Snapshot) -> None:
    def groups(kind: str) -> set[bool]:
        pairs = [(row_of(post, one), row_of(post, other)) for one, other, *_ in LABELLED[kind]]
        return {bool(post.duplicates[one] == post.duplicates[other]) for one, other in pairs}

    assert groups("near_duplicates") == {True}
    assert groups("same_story") == groups("confusable") == groups("same_meaning") == {False}
