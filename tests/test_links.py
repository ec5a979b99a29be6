"""Languages in turn, as they are written."""

import pytest

from recommender.links import Rules, in_turn


@pytest.mark.parametrize(
    ("written", "first", "then"),
    [
        (None, None, ()),
        ("", None, ()),
        ("en", "en", ()),
        ("EN,fr,*", "en", ("fr", "*")),
        ("*", "*", ()),
        (" en, ar ", "en", ("ar",)),
        ("en,,ar,", "en", ("ar",)),
        (" , ", None, ()),
    ],
)
def test_languages_are_asked_for_in_the_order_they_are_written(
    written: str | None, first: str | None, then: tuple[str, ...]
) -> None:
    assert in_turn(written) == (first, then)


def test_what_is_in_any_language_is_taken_to_be_in_none() -> None:
    assert [Rules(language=one).one_language for one in (None, "*", "ar")] == [None, None, "ar"]
