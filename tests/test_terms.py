"""Telling terms: the names and words by which a reader would know an article, and those that two share."""

import numpy as np
import pytest
from growth import LINEAR, exponent
from hypothesis import given
from hypothesis import strategies as st
from newsroom import article, articles

from index.arrays import Vectors
from index.terms import TERMS, shared_terms, telling_terms
from index.words import count, inverse_document_frequency

EVEN = np.ones(1 << 20, np.float32)
"""An idf for which every word is as rare as any other."""


def terms(text: str, title: str = "-", idf: Vectors = EVEN) -> list[str]:
    return telling_terms(article(title=title, text=text), idf)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Later the minister Ines Falk resigned.", ["Ines Falk"]),
        ("Falk resigned.", []),
        ("Ines Falk resigned.", ["Ines Falk"]),
        ("But Falk stayed, and so did Reyes.", ["Falk", "Reyes"]),
        ("The Harbour Museum opened in Calderport.", ["Calderport", "Harbour Museum"]),
        ("They met Dr Okoro at Calderport’s museum.", ["Calderport", "Okoro"]),
        ("they fished near Ørsted, then Αθήνα and Москва", ["Αθήνα", "Москва", "Ørsted"]),
        ("What is known so far\nPolice saw Okoro\nReyes Falk left", ["Okoro", "Reyes Falk"]),
        ("nothing has a capital here", []),
        ("", []),
    ],
)
def test_names_are_capitalised_words_inside_a_sentence(text: str, found: list[str]) -> None:
    assert sorted(terms(text)) == sorted(found)


def test_words_count_in_the_title_or_where_they_come_again() -> None:
    assert terms("the dockers met the dockers once", title="Stoppage 2026 at it") == ["dockers", "stoppage", "the"]
    assert terms("أضرب عمال الميناء", title="إضراب في الميناء") == ["الميناء", "إضراب"]


def test_a_term_weighs_more_the_rarer_and_the_more_often_it_is_there_and_a_name_weighs_half_as_much_again() -> None:
    texts = ["the port", "the port", "the moon", "the measles"]
    idf = inverse_document_frequency(count(texts))
    assert terms("port port moon moon the the", idf=idf) == ["moon", "port", "the"]
    assert terms("port port port port moon moon measles measles measles", idf=idf) == ["measles", "moon", "port"]
    assert terms("harbour harbour, seen by Falk, and Falk", idf=EVEN)[:2] == ["Falk", "harbour"]


def test_no_term_stands_inside_another() -> None:
    assert terms("falk, with Ines Falk and later Ines Falk") == ["Ines Falk"]


def test_no_more_terms_are_kept_than_24() -> None:
    text = " ".join(f"{letter * 4} {letter * 4}" for letter in "abcdefghijklmnopqrstuvwxyzäöüé")
    assert len(terms(text)) == TERMS == 24
    assert terms(text)[0] == "aaaa"


@pytest.mark.parametrize(
    ("ours", "theirs", "shared"),
    [
        (["moon", "port"], ["port", "moon"], ["moon", "port"]),
        (["Ines Falk", "port"], ["Falk"], ["Ines Falk"]),
        (["Falk"], ["Ines Falk"], ["Ines Falk"]),
        (["FALK"], ["Falk"], ["FALK"]),
        (["Ines Falk"], ["Ines Okoro"], []),
        (["Falk", "Ines"], ["Ines Falk"], ["Ines Falk"]),
        (["Harbour"], ["Harbour Museum", "Harbour Workers"], ["Harbour Museum", "Harbour Workers"]),
        (["White House"], ["White Sox", "Green House", "White House"], ["White House"]),
        (["الميناء", "إضراب"], ["إضراب", "فيضان"], ["إضراب"]),
        (["moon"], [], []),
        ([], ["moon"], []),
    ],
)
def test_terms_are_shared_in_the_order_of_ours_and_by_their_whole_name(
    ours: list[str], theirs: list[str], shared: list[str]
) -> None:
    assert shared_terms(ours, theirs) == shared


@given(st.text(alphabet="ab AB.,'’é\n", max_size=80), st.text(alphabet="abAB ", min_size=1, max_size=20))
def test_terms_are_different_and_share_all_with_themselves(text: str, title: str) -> None:
    if not title.strip():
        return
    found = telling_terms(article(title=title, text=text), EVEN)
    assert len(found) <= TERMS
    assert len({term.casefold() for term in found}) == len(found)
    assert all(term == term.strip() != "" for term in found)


@given(st.text(max_size=200) | st.text("Aa é\n\t’'", max_size=60), st.text(max_size=40))
def test_any_text_has_terms_that_can_be_shown(text: str, title: str) -> None:
    found = terms(text, f"t {title}")
    assert all(term.strip() and "\n" not in term for term in found)
    assert shared_terms(found, found) == found


NAMED = st.lists(st.lists(st.sampled_from(["ines", "Falk", "port", "ميناء"]), min_size=1, max_size=3).map(" ".join))


@given(NAMED, NAMED)
def test_a_term_is_shared_where_its_words_are_all_in_one_of_theirs_or_the_other_way_round(
    ours: list[str], theirs: list[str]
) -> None:
    def within(one: str, other: str) -> bool:
        return set(one.casefold().split()) <= set(other.casefold().split())

    pairs = [(one, other) for one in ours for other in theirs if within(one, other) or within(other, one)]
    assert shared_terms(ours, theirs) == list(dict.fromkeys(max(pair, key=len) for pair in pairs))


@pytest.mark.parametrize("unit", ["A’", "A-", "A_", "T00", "Aa ", "a, Aa", "Aa\n", "a" * 99 + " ", "É’"])
def test_terms_take_linear_time_and_stay_short(unit: str) -> None:
    assert exponent(lambda size: unit * (size // len(unit)) + "!", terms, 10_000) < LINEAR
    assert all(len(term) < 700 for term in terms(unit * 5_000, unit * 5))


def test_the_newsroom_is_known_by_its_topics() -> None:
    idf = inverse_document_frequency(count(f"{one.title} {one.text}" for one in articles()))
    first = {one.id: telling_terms(one, idf)[0] for one in articles()}
    assert first["goal-final"] == "goal"
    assert first["moon-landing"] == "Kite"
    assert first["flood-barrier"] == "barrier"
