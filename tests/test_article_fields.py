"""Fields that cannot be used: the error names the field, shows the value, and says what to do next."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import article

from index.article import InvalidFieldError, parse_article, to_row
from index.fields import MAX_ID, MAX_TEXT, MAX_TITLE

REMEDIES = {
    "string": "give a string",
    "list": "give a JSON list of at most",
    "date": "write ISO 8601, for example 2026-09-14T07:45:00+01:00",
    "url": "give an absolute http or https URL",
    "title": "every article needs a title",
    "id": "give a plain identifier",
    "language": "write BCP 47, for example en, ar or pt-BR",
    "access": "write one of free, registered, paid",
    "image": 'give a URL or {"src", "width", "height", "alt"}',
    "body": "give the body as one string",
    "shorter": "are taken",
}


@pytest.mark.parametrize(
    ("field", "value", "shown", "remedy"),
    [
        ("id", 1.5, "1.5 is a number", "string"),
        ("id", True, "True is true or false", "string"),
        ("id", ["a"], "['a'] is a list", "string"),
        ("id", " a", "' a' is blank or has odd spaces", "id"),
        ("id", "a\x00b", r"'a\x00b' is blank or has odd spaces or control characters", "id"),
        ("id", "\n", r"'\n' is blank", "id"),
        ("id", "e\u0301", "'e\u0301' is blank or has odd", "id"),
        ("id", "x" * (MAX_ID + 1), "has 513 characters; at most 512", "shorter"),
        ("id", 10**600, "has 601 characters; at most 512", "shorter"),
        ("url", 7, "7 is a number", "string"),
        ("url", {"href": "x"}, "is an object", "string"),
        (
            "url",
            "javascript:alert(1)",
            "'javascript:alert(1)' is no web address (scheme javascript, host missing)",
            "url",
        ),
        ("url", "//news.example/a", "is no web address (scheme missing", "url"),
        ("url", "http://[broken", "is no web address", "url"),
        ("url", "http://a.example:x/", "is no web address", "url"),
        ("url", "  ", "'  ' is no web address", "url"),
        ("url", "http://a.example/" + "ب" * 700, "has 4,217 characters; at most 4,000", "shorter"),
        ("title", None, "None is missing or empty", "title"),
        ("title", "", "'' is missing or empty", "title"),
        ("title", " \t\u00a0", r"' \t\xa0' is blank", "title"),
        ("title", "\x00\ud800", r"'\x00\ud800' is blank", "title"),
        ("title", 5, "5 is a number", "string"),
        ("title", "x" * (MAX_TITLE + 1), "has 1,001 characters; at most 1,000", "shorter"),
        ("title", "\u0958" * 600, "has 1,200 characters; at most 1,000", "shorter"),
        ("text", ["a", "b"], "['a', 'b'] is a list", "body"),
        ("text", "x" * (MAX_TEXT + 1), "has 1,000,001 characters; at most 1,000,000", "shorter"),
        ("published", "yesterday", "'yesterday' is no date", "date"),
        ("published", "2026-02-30", "'2026-02-30' is no date", "date"),
        ("published", "0001-01-01T00:00:00+05:00", "is no date", "date"),
        ("published", 1789372800, "1789372800 is no date", "date"),
        ("published", 1711121101234, "1711121101234 is no date", "date"),
        ("updated", "1711121101234", "'1711121101234' is no date", "date"),
        ("updated", {}, "{} is no date", "date"),
        ("section", ["World"], "['World'] is a list", "string"),
        ("section", "x" * 201, "has 201 characters; at most 200", "shorter"),
        ("language", "english", "'english' is no language tag", "language"),
        ("language", "en ", "'en ' is no language tag", "language"),
        ("language", ["en"], "['en'] is no language tag", "language"),
        ("tags", {"a": 1}, "{'a': 1} is no list of strings", "list"),
        ("tags", ["x"] * 101, "is no list of strings", "list"),
        ("tags", ["a", 1], "['a', 1] is a number", "string"),
        ("tags", [None], "[None] is null", "string"),
        ("author", 7, "7 is no list of strings", "list"),
        ("author", [f"{number:099}" for number in range(50)], "has 5,048 characters; at most 4,000", "shorter"),
        ("image", 7, "7 is no picture with an address", "image"),
        ("image", {"alt": "x"}, "{'alt': 'x'} is no picture with an address", "image"),
        ("image", {"src": "/a.jpg"}, "is no web address", "url"),
        ("image", "javascript:alert(1)", "is no web address", "url"),
        ("image", "urn:article:7", "is no web address", "url"),
        ("image", {"src": "https://a.example/", "alt": 7}, "is a number", "string"),
        ("excerpt", False, "False is true or false", "string"),
        ("access", "gratis", "'gratis' is no kind of access", "access"),
        ("access", ["free"], "['free'] is no kind of access", "access"),
        ("picks", 3, "3 is no list of picks", "list"),
        ("picks", ["a", 3], "is a number", "string"),
        ("picks", [{"title": "x", "url": "javascript:alert(1)"}], "is no web address", "url"),
    ],
)
def test_a_bad_value_is_named_shown_and_given_a_remedy(field: str, value: object, shown: str, remedy: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        article(**{field: value})
    message = str(caught.value)
    assert message.startswith(f"field {field}: ")
    assert shown in message
    assert REMEDIES[remedy] in message.partition("; ")[2]
    assert (caught.value.field, caught.value.value) == (field, value)
    assert message.encode()


def test_neither_id_nor_url_is_an_error_that_names_both() -> None:
    with pytest.raises(
        InvalidFieldError, match="field id: None is missing and so is url; give at least one of the two"
    ):
        parse_article({"title": "x"})


def test_a_long_value_is_shown_by_its_beginning() -> None:
    with pytest.raises(InvalidFieldError) as caught:
        article(language="x" * 500)
    shown = str(caught.value).removeprefix("field language: ").partition(" is no")[0]
    assert shown == repr("x" * 500)[:77] + "..."


@pytest.mark.parametrize(
    ("width", "kept"), [(1, 1), (99_999, 99_999), (0, None), (-5, None), (100_000, None), ("640", None), (640.5, None)]
)
def test_a_size_that_cannot_be_is_left_out(width: object, kept: int | None) -> None:
    image = article(image={"src": "https://a.example/", "width": width, "height": width}).image
    assert image is not None
    assert (image.width, image.height) == (kept, kept)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*to_row(article()), "other"]), JSON, max_size=6), st.booleans())
def test_any_json_object_is_an_article_or_one_named_field(row: dict[str, object], named: bool) -> None:
    try:
        taken = parse_article({"id": "a", "title": "x"} | row if named else row)
    except InvalidFieldError as error:
        problem = error
    else:
        assert parse_article(to_row(taken)) == taken
        return
    assert re.match(rf"field {problem.field}: .+; .+", str(problem), re.DOTALL)


@pytest.mark.parametrize("digits", [700, 5_000, 1_000_000])
def test_a_number_too_large_to_be_written_is_no_id(digits: int) -> None:
    with pytest.raises(InvalidFieldError, match=r"^field id: \S.* is too large; give a plain identifier$"):
        parse_article({"id": 1 << digits * 10 // 3, "title": "T"})
