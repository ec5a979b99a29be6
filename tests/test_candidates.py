"""The wide net: stored neighbours where they are enough, else a filtered search; and what rules let through."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from newsroom import NEWS, build_toy, write_jsonl
from service import edition, ids_of, row_of

from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.candidates import NOTHING, Hidden, find_candidates
from recommender.links import Page, Rules
from recommender.related import Recommender

ENGLISH = {row["id"] for row in NEWS if row["language"] == "en"}
ARABIC = {"ar-minister", "ar-harbour", "ar-flood"}


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return edition(tmp_path_factory.mktemp("candidates"))


def page(snapshot: Snapshot, article_id: str) -> Page:
    return Recommender(snapshot).stored(row_of(snapshot, article_id))


def found(snapshot: Snapshot, article_id: str, rules: Rules, hidden: Hidden = NOTHING) -> set[str]:
    return set(ids_of(snapshot, find_candidates(snapshot, page(snapshot, article_id), rules, hidden).rows))


def with_search(snapshot: Snapshot, search: Callable[..., Any]) -> Snapshot:
    return replace(snapshot, index=SimpleNamespace(search=search))  # type: ignore[arg-type]


def day(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def test_where_the_stored_neighbours_are_enough_nothing_is_searched(paper: Snapshot) -> None:
    lazy = with_search(paper, lambda *_: pytest.fail("searched"))
    candidates = find_candidates(lazy, page(paper, "flood-town"), Rules(k=3), NOTHING)
    rows, signals = paper.neighbours.of(row_of(paper, "flood-town"))
    assert candidates.rows.tolist() == rows.tolist()
    assert candidates.signals.tolist() == signals.tolist()
    assert set(ids_of(paper, candidates.rows)) == ENGLISH - {"flood-town"} | {"note"}


def test_neighbours_that_the_rules_forbid_are_left_out_of_the_stored_ones(paper: Snapshot) -> None:
    lazy = with_search(paper, lambda *_: pytest.fail("searched"))
    rules = Rules(k=3, after=day("2026-09-02"))
    assert found(lazy, "flood-town", rules) == ENGLISH - {"flood-town", "minister-resigns", "moon-dust"} | {"note"}


@pytest.mark.parametrize(
    ("k", "after", "searched"),
    [
        (3, "2026-09-02", False),  # nine of eleven neighbours are left: three for each link, and most of them
        (4, "2026-09-02", True),  # fewer than three for each link
        (1, "2026-09-03", True),  # eight of eleven: enough, but not most of what the page has
    ],
)
def test_stored_neighbours_are_enough_where_rules_leave_three_for_each_link_and_most_of_all(
    paper: Snapshot, k: int, after: str, searched: bool
) -> None:
    asked: list[np.ndarray] = []

    def search(vector: np.ndarray, pool: int, allowed: np.ndarray) -> np.ndarray:
        asked.append(allowed)
        return paper.index.search(vector, pool, allowed)

    left = found(with_search(paper, search), "flood-town", Rules(k=k, after=day(after)))
    assert len(left) == (9 if after == "2026-09-02" else 8)
    assert [set(ids_of(paper, np.flatnonzero(mask))) for mask in asked] == [left] * searched


def test_the_search_finds_what_the_rules_allow_beyond_the_stored_neighbours(home: Path, tmp_path: Path) -> None:
    near = [{"id": f"near-{n}", "title": "Harbour news", "text": f"harbour quay crane {n}"} for n in range(80)]
    far = [{"id": f"far-{n}", "title": "Poem", "text": f"moon river {n}", "section": "Rare"} for n in range(3)]
    build_toy(home, write_jsonl(tmp_path / "many.jsonl", near + far))
    snapshot = open_snapshot(Releases(home).current_path())
    stored = snapshot.neighbours.of(row_of(snapshot, "near-0"))[0]
    assert len(stored) == 64
    assert not set(ids_of(snapshot, stored)) & {"far-0", "far-1", "far-2"}
    assert found(snapshot, "near-0", Rules(k=3, section="Rare")) == {"far-0", "far-1", "far-2"}


def test_searched_candidates_carry_the_signals_of_the_stored_ones(paper: Snapshot) -> None:
    stored = find_candidates(paper, page(paper, "flood-town"), Rules(k=1), NOTHING)
    searched = find_candidates(paper, page(paper, "flood-town"), Rules(k=50), NOTHING)
    assert searched.rows.tolist() == stored.rows.tolist()
    assert searched.signals == pytest.approx(stored.signals, abs=1e-3)


@pytest.mark.parametrize("k", [1, 50])
def test_a_page_keeps_to_its_own_language_and_to_what_has_none(paper: Snapshot, k: int) -> None:
    assert found(paper, "moon-dust", Rules(k=k)) == ENGLISH - {"moon-dust"} | {"note"}
    assert found(paper, "ar-flood", Rules(k=k)) == ARABIC - {"ar-flood"} | {"note"}
    assert found(paper, "hafen", Rules(k=k)) == {"note"}


def test_a_page_in_no_stated_language_reaches_every_language(paper: Snapshot) -> None:
    assert found(paper, "note", Rules()) == ENGLISH | ARABIC | {"hafen"}


def test_a_language_that_is_asked_for_is_that_language_and_nothing_else(paper: Snapshot) -> None:
    assert found(paper, "flood-town", Rules(language="ar")) == ARABIC
    assert found(paper, "flood-town", Rules(language="en")) == ENGLISH - {"flood-town"}
    assert found(paper, "note", Rules(language="de")) == {"hafen"}
    assert found(paper, "flood-town", Rules(language="fr")) == set()


@pytest.mark.parametrize("section", ["Health", "health", "HEALTH"])
def test_a_section_is_the_same_in_capitals_and_small_letters(paper: Snapshot, section: str) -> None:
    assert found(paper, "flood-town", Rules(section=section)) == {"measles-school", "measles-vaccine"}


def test_after_includes_its_moment_before_does_not_and_what_has_no_date_is_in_neither(paper: Snapshot) -> None:
    assert found(paper, "flood-town", Rules(after=day("2026-09-10T04:00"))) == {"moon-landing", "goal-final"}
    assert found(paper, "flood-town", Rules(before=day("2026-09-02T12:00"))) == {"minister-resigns"}
    assert found(paper, "flood-town", Rules(after=day("2026-09-02T12:00"), before=day("2026-09-03T07:30"))) == {
        "minister-sworn-in",
        "harbour-walkout",
    }


def test_all_rules_hold_at_once(paper: Snapshot) -> None:
    rules = Rules(section="Politics", language="en", after=day("2026-09-02"), before=day("2026-10-01"))
    assert found(paper, "flood-town", rules) == {"minister-sworn-in"}


@pytest.mark.parametrize("k", [1, 50])
@pytest.mark.parametrize("article_id", ["harbour-walkout", "harbour-walkout-wire"])
def test_neither_the_page_nor_its_copy_is_a_candidate(paper: Snapshot, k: int, article_id: str) -> None:
    assert found(paper, article_id, Rules(k=k)) == ENGLISH - {"harbour-walkout", "harbour-walkout-wire"} | {"note"}


@pytest.mark.parametrize("k", [1, 50])
def test_a_hidden_text_is_hidden_with_its_copies(paper: Snapshot, k: int) -> None:
    hidden = NOTHING.with_rows(paper, [row_of(paper, "harbour-walkout-wire")])
    left = ENGLISH - {"flood-town", "harbour-walkout", "harbour-walkout-wire"} | {"note"}
    assert found(paper, "flood-town", Rules(k=k), hidden) == left


def test_a_page_that_is_not_stored_is_always_searched_for(paper: Snapshot) -> None:
    stranger = replace(page(paper, "flood-town"), row=None, copies=frozenset())
    candidates = find_candidates(paper, stranger, Rules(k=1), NOTHING)
    assert ids_of(paper, candidates.rows)[0] == "flood-town"
    assert set(ids_of(paper, candidates.rows)) == ENGLISH | {"note"}


def test_where_everything_is_forbidden_there_is_nothing(paper: Snapshot) -> None:
    candidates = find_candidates(paper, page(paper, "flood-town"), Rules(section="Nowhere"), NOTHING)
    assert (len(candidates), candidates.signals.shape[0]) == (0, 0)
