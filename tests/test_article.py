"""What an article is made of: ids, keys, and the way to a row and back."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from newsroom import NEWS, article

from index.article import Image, InvalidFieldError, Pick, clean, parse_article, parse_moment, to_row
from index.fields import MAX_TAGS

TEXTS = st.text(max_size=40) | st.sampled_from(["فيضان", "\u0958" * 600, "a\r\n\r\nb", "x\ud800y", "\x00", "é e\u0301"])
URLS = st.sampled_from(["https://a.example/x y?utm_id=1#z", "http://a.example/" + "ب" * 700, "urn:article:\ud8007"])
MOMENTS = st.datetimes(timezones=st.just(UTC) | st.none()).map(str) | st.datetimes(timezones=st.timezones()).map(str)
IMAGES = st.fixed_dictionaries({"src": URLS}, optional={"width": st.integers(), "height": st.none(), "alt": TEXTS})
ROWS = st.fixed_dictionaries(
    {"title": TEXTS.filter(str.strip), "id": TEXTS | st.integers() | st.just(10**600)},
    optional={
        "url": URLS,
        "text": TEXTS,
        "published": MOMENTS,
        "updated": MOMENTS,
        "section": TEXTS,
        "language": st.sampled_from(["en", "pt-BR", "AR", "zh_Hant_TW"]),
        "tags": st.lists(TEXTS, max_size=4) | TEXTS,
        "author": st.lists(TEXTS, max_size=4) | TEXTS | st.just(["n" * 90] * 45),
        "image": IMAGES | URLS,
        "excerpt": TEXTS,
        "access": st.sampled_from(["free", "registered", "paid"]),
        "picks": st.lists(TEXTS | URLS | st.fixed_dictionaries({}, optional={"title": TEXTS, "url": URLS}), max_size=4),
    },
)


@given(ROWS)
@example({"id": 1, "title": "x", "author": [f"{number:099}" for number in range(50)]})
@example({"id": 1, "title": "x", "url": "https://a.example/" + "ب" * 700})
@example({"id": 1, "title": "\u0958" * 600})
@example({"id": 10**600, "title": "x"})
@example({"id": 1, "title": "x", "url": "urn:article:\ud800"})
def test_every_article_that_is_taken_comes_back_from_its_row(row: dict[str, object]) -> None:
    try:
        taken = parse_article(row)
    except InvalidFieldError:
        return
    back = parse_article(json.loads(json.dumps(to_row(taken))))
    assert back == taken
    assert back.picks == taken.picks
    assert back.fingerprint == taken.fingerprint


@pytest.mark.parametrize("row", NEWS, ids=lambda row: row["id"])
def test_every_article_of_the_newsroom_comes_back_from_its_row(row: dict[str, object]) -> None:
    taken = parse_article(row)
    assert parse_article(to_row(taken)) == taken


def test_a_whole_row_becomes_a_whole_article() -> None:
    taken = article(
        id=17,
        url="https://WWW.news.example/a?utm_source=x",
        title="  Two\u00a0 lines\n here ",
        text=" First.\r\n\r\nSecond. ",
        published="2026-09-14T07:45:00+01:00",
        updated="2026-09-15",
        section="World",
        language="pt-BR",
        tags=["Ports", "Ports", " ", "Strikes"],
        author=["Ines Falk", "Tom Reyes"],
        image={"src": "https://img.example/a.jpg", "width": 640, "height": -1, "alt": " Ships "},
        excerpt="In short",
        access="paid",
        picks=["b", "https://news.example/c", {"title": " Ships  turn back", "url": "https://news.example/d#x"}],
        unknown="ignored",
    )
    assert (taken.id, taken.url) == ("17", "https://www.news.example/a")
    assert (taken.title, taken.text) == ("Two lines here", "First.\n\nSecond.")
    assert taken.published == datetime(2026, 9, 14, 6, 45, tzinfo=UTC)
    assert taken.updated == datetime(2026, 9, 15, tzinfo=UTC)
    assert (taken.section, taken.language, taken.tags) == ("World", "pt", ("Ports", "Strikes"))
    assert taken.author == "Ines Falk, Tom Reyes"
    assert taken.image == Image("https://img.example/a.jpg", 640, None, "Ships")
    assert (taken.excerpt, taken.access) == ("In short", "paid")
    assert taken.picks == (
        Pick(id="b"),
        Pick(url="https://news.example/c"),
        Pick("Ships turn back", "https://news.example/d"),
    )


def test_what_a_row_leaves_out_or_leaves_empty_is_empty() -> None:
    bare = article()
    assert (bare.text, bare.tags, bare.picks, bare.published, bare.image) == ("", (), (), None, None)
    empty = dict.fromkeys(to_row(bare), "")
    assert article(**(empty | {"id": "a", "title": "A title"})) == bare
    assert article(section=" ", author=[], tags=[]) == bare


def test_one_string_stands_for_a_list_of_one() -> None:
    taken = article(tags="Ports", picks="b", author="Ines Falk", image="https://img.example/a.jpg#x")
    assert (taken.tags, taken.picks, taken.author) == (("Ports",), (Pick(id="b"),), "Ines Falk")
    assert taken.image == Image("https://img.example/a.jpg")


@pytest.mark.parametrize(
    "spelling",
    [
        "https://news.example/walkout",
        "http://news.example/walkout/",
        "https://www.news.example/walkout",
        "https://news.example/walkout?utm_campaign=mail#top",
    ],
)
def test_a_missing_id_is_the_same_for_every_spelling_of_the_url(spelling: str) -> None:
    first = parse_article({"title": "x", "url": "https://news.example/walkout"})
    assert first.id == "u-9bc631548c0c63ab"
    assert parse_article({"title": "x", "url": spelling}).id == first.id
    assert parse_article({"title": "x", "url": "https://news.example/walkout?page=2"}).id != first.id


def test_a_missing_url_is_made_from_the_id() -> None:
    taken = article(id="harbour/7")
    assert taken.url == taken.url_key == "urn:article:harbour/7"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-09-14", datetime(2026, 9, 14, tzinfo=UTC)),
        ("20260914", datetime(2026, 9, 14, tzinfo=UTC)),
        ("2026-09-14T07:45:00Z", datetime(2026, 9, 14, 7, 45, tzinfo=UTC)),
        (" 2026-09-14 07:45 ", datetime(2026, 9, 14, 7, 45, tzinfo=UTC)),
        ("2026-09-14T00:30:00+05:30", datetime(2026, 9, 13, 19, tzinfo=UTC)),
        ("2016-08-11T18:32:10+00:00+00:00", datetime(2016, 8, 11, 18, 32, 10, tzinfo=UTC)),
        ("2016-08-11T18:32:10-04:00+00:00", datetime(2016, 8, 11, 22, 32, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_in_utc(written: str, moment: datetime) -> None:
    assert parse_moment(written) == moment
    assert parse_moment(written).tzinfo is UTC


def test_a_moment_without_a_zone_is_in_utc_as_text_and_as_an_object() -> None:
    noon = datetime(2026, 9, 14, 12)
    assert article(published=noon).published == noon.replace(tzinfo=UTC)
    assert article(published="2026-09-14T12:00").published == noon.replace(tzinfo=UTC)


@given(st.text() | st.text(alphabet="a\r\n\t \x00\x0b\x7f\ud800e\u0301é"))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once.encode().decode() == once
    assert not set(once) & set(map(chr, (*range(9), *range(11, 32), 127)))


@pytest.mark.parametrize("sign", ["\x80", "\x9b", "\x85", "\x1b", "\x7f", "\u2028"])
def test_a_line_holds_no_control_character(sign: str) -> None:
    fields = dict.fromkeys(("title", "section", "author", "excerpt"), f"A{sign}[31mB")
    row = to_row(parse_article({"id": "a", "tags": [f"A{sign}[31mB"], "picks": [f"A{sign}[31mB"], **fields}))
    held = [*(row[name] for name in fields), *row["tags"], row["picks"][0]["id"]]
    assert held == ["A [31mB"] * 6


def test_what_turns_the_direction_is_cut_from_lines_and_kept_in_a_text() -> None:
    turned = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
    found = parse_article({"id": "a", "title": f"photo{turned}gpj.exe", "text": f"a{turned}b", "tags": [f"{turned}x"]})
    assert (found.title, found.text, found.tags) == ("photogpj.exe", f"a{turned}b", ("x",))
    with pytest.raises(InvalidFieldError, match="odd spaces or control characters"):
        parse_article({"id": f"a{turned}", "title": "T"})


def test_marks_of_direction_that_turn_nothing_else_stay() -> None:
    title = "\u200fשלום\u200e (C++) \u061cعالم می\u200cخواهم"
    assert parse_article({"id": "a", "title": title}).title == title


def test_a_lone_surrogate_and_a_control_character_become_spaces() -> None:
    taken = article(title="a\ud800b\x00c", text="e\u0301\tx\x07y", tags=["\udfff"])
    assert (taken.title, taken.text, taken.tags) == ("a b c", "é\tx y", ())


@pytest.mark.parametrize("field", ["url", "section", "tags", "published", "picks", "excerpt"])
def test_only_title_and_text_change_the_content_key_but_every_field_changes_the_fingerprint(field: str) -> None:
    value = {"url": "https://a.example/", "published": "2026-09-14", "tags": ["x"], "picks": ["x"]}.get(field, "x")
    plain, other = article(), article(**{field: value})
    assert plain.content_key == other.content_key
    assert plain.fingerprint != other.fingerprint


def test_title_and_text_change_both_keys_and_do_not_run_together() -> None:
    keys = {article(title=title, text=text).content_key for title, text in [("ab", "c"), ("a", "bc"), ("abc", "")]}
    assert len(keys) == 3
    assert article(text="x").fingerprint != article().fingerprint
    assert {len(article().content_key), len(article().fingerprint)} == {16}


def test_as_many_tags_as_are_allowed_are_taken() -> None:
    assert len(article(tags=[str(number) for number in range(MAX_TAGS)]).tags) == MAX_TAGS
