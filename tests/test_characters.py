"""Characters: normal forms in linear time, and what a terminal is shown."""

import sys
import unicodedata
from collections.abc import Callable

import pytest
from growth import LINEAR, exponent
from hypothesis import given
from hypothesis import strategies as st

from index.article import parse_article, to_row
from index.characters import MAX_MARKS, normalized, visible
from index.fields import clean
from index.headline import headline_keys
from index.page.labels import normal
from index.words import tokens

FORMS = ("NFC", "NFKC", "NFKD")
ACUTE, GRAVE_BELOW = "\u0301", "\u0316"

MARKS = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.combining(chr(code))]
HOSTILE = st.text(
    st.sampled_from(["a", "ệ", " ", "\u0344", "\u0327", ACUTE, GRAVE_BELOW, "\u0f73", "\uff9e", "\u202e"])
)
ANY = st.text(st.one_of(st.characters(), st.sampled_from(MARKS)), max_size=200)


def unlimited(form: str, text: str) -> str:
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "text",
    [
        "Tiếng Việt có nhiều dấu thanh: ngã, hỏi, nặng và sắc",
        "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ ﷺ",
        "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם",
        "हिन्दी में संयुक्ताक्षर क्षत्रिय ज़्यादा",
        "ภาษาไทยมีวรรณยุกต์และสระที่ซ้อนกันน้ำ",
        "བོད་སྐད་ ཀྵཱུྃ 한국어 ガギグ",
        "Z̸̢̛͉͚̈́̃ a̷̧̛̺͖͋̔l̴̨̯̈́͝g̵̛͓̀o",
    ],
)
def test_what_people_write_is_normalized_as_unicode_says(form: str, text: str) -> None:
    for written in (text * 20, unlimited("NFD", text) * 20):
        assert normalized(form, written) == unlimited(form, written)  # type: ignore[arg-type]


@given(ANY)
def test_only_what_has_a_run_of_marks_is_changed(text: str) -> None:
    run = longest = 0
    for mark in map(unicodedata.combining, unlimited("NFKD", text)):
        run = run + 1 if mark else 0
        longest = max(run, longest)
    for form in FORMS if longest <= MAX_MARKS else ():
        assert normalized(form, text) == unlimited(form, text)


@given(HOSTILE.map(lambda text: text * 12))
def test_normalizing_again_changes_nothing(text: str) -> None:
    for form in FORMS:
        once = normalized(form, text)
        assert normalized(form, once) == once
        assert unlimited(form, once) == once


@given(HOSTILE.map(lambda text: "T" + text * 12))
def test_an_article_that_was_stored_is_read_as_it_was(text: str) -> None:
    article = parse_article({"id": "a", "title": text[:300], "text": text, "section": text[:60]})
    again = parse_article(to_row(article))
    assert (again, again.content_key) == (article, article.content_key)


def test_the_first_marks_of_a_run_stay_and_so_does_what_is_around_it() -> None:
    text = f"x{ACUTE * 40}y{GRAVE_BELOW * 30}z{ACUTE * 31}"
    kept = f"x{ACUTE * 30}y{GRAVE_BELOW * 30}ź{ACUTE * 29}"
    assert normalized("NFC", text) == kept
    assert normalized("NFC", ACUTE * 50) == ACUTE * 30


def test_every_character_that_becomes_a_mark_is_counted_as_one() -> None:
    becoming = [
        chr(code) for code in range(sys.maxunicode + 1) if unicodedata.combining(unlimited("NFKD", chr(code))[0])
    ]
    assert len(becoming) > 900
    for mark in becoming:
        assert len(normalized("NFKD", "a" + mark * 200)) <= 2 * MAX_MARKS + 2, ascii(mark)


@pytest.mark.parametrize(
    "unit",
    [
        ACUTE + GRAVE_BELOW,
        "\u0344\u0f73\uff9e",
        "\U0001e94a\u064b",
        "a" + (ACUTE + GRAVE_BELOW) * 15,
        "\u1100\u1161\u11a8",
        "\u1100",
        "\u03b1\u0345",
        "\u202e\u200d\ufeff",
    ],
)
def test_normalizing_takes_linear_time(unit: str) -> None:
    def run(text: str) -> None:
        for _ in range(5):
            clean(text)

    assert exponent(lambda size: "a" + unit * (size // len(unit)), run, 20_000) < LINEAR


@pytest.mark.parametrize("run", [headline_keys, normal, lambda text: list(tokens(text))])
def test_so_does_whatever_else_normalizes(run: Callable[[str], object]) -> None:
    assert (
        exponent(lambda size: "a" + ACUTE * size + GRAVE_BELOW * size + "\ufdfa" * (size // 50), run, 25_000) < LINEAR
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe “a” — שלום \u200f.", "Größe “a” — שלום \u200f."),
        ("\x1b[31mred", r"\u001b[31mred"),
        ("\x9b31mred\x7f", r"\u009b31mred\u007f"),
        ("one\r\nerror: two\t", r"one\u000d\u000aerror: two\u0009"),
        ("\u202egnp.exe\u2066\u2028", r"\u202egnp.exe\u2066\u2028"),
        ("\udcf6", r"\udcf6"),
    ],
)
def test_what_would_steer_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_may_be_kept() -> None:
    assert visible("one\n\ttwo\r\x1b", lines=True) == "one\n\ttwo" + r"\u000d\u001b"
