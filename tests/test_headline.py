"""Headlines: two spellings of one meet, two headlines do not."""

import pytest
from growth import LINEAR, exponent
from hypothesis import given
from hypothesis import strategies as st

from index.headline import headline_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Won’t make “special” arrangements", 'Won\'t make "special" arrangements'),
        ("Harbour  strike\u00a0ends", "HARBOUR STRIKE ENDS"),
        ("Budget — what now?", "Budget: what now"),
        ("Élection: le maire réélu", "Election : le maire reelu"),
        ("إضراب الميناء ينتهي", "إضراب المينَاء ينتهي"),
        ("ﬁre in the old town", "Fire in the Old Town"),
        ("罢工结束：港口重开", "罢工结束 港口重开"),
    ],
)
def test_spellings_of_one_headline_have_one_key(one: str, other: str) -> None:
    assert headline_keys(one) == headline_keys(other)


@pytest.mark.parametrize(
    "title",
    [
        "Harbour strike ends | The Calder Post",
        "Harbour strike ends - Calder Post",
        "Harbour strike ends – calderpost.example",
        "Harbour strike ends :: Post",
    ],
)
def test_a_source_s_name_at_the_end_is_left_out_of_the_second_key(title: str) -> None:
    assert len(headline_keys(title)) == 2
    assert headline_keys(title)[1] == headline_keys("Harbour strike ends")[0]


@pytest.mark.parametrize("title", ["Strike - Post", "Mid-week storm", "Harbour strike ends: report", "Well-known face"])
def test_what_is_no_source_s_name_stays(title: str) -> None:
    assert len(headline_keys(title)) == 1


def test_different_headlines_have_different_keys() -> None:
    assert headline_keys("Ten dead in fire") != headline_keys("Two dead in fire")
    assert headline_keys("…!") == []


@given(st.text())
def test_any_title_has_at_most_two_keys_and_case_makes_no_difference(title: str) -> None:
    keys = headline_keys(title)
    assert len(keys) <= 2
    assert len(set(keys)) == len(keys)
    assert all(key.isalnum() for key in keys)


@pytest.mark.parametrize("unit", [" ", "\t\u2028", " -", " - ", "- a ", "a | ", ":: ", "\u0301"])
def test_keys_take_linear_time(unit: str) -> None:
    assert exponent(lambda size: f"a b c {unit * (size // len(unit))}!", headline_keys, 10_000) < LINEAR
