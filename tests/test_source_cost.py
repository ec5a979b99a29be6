"""What hostile listings and files cost to read: linear time each, and nothing is raised that is not told of."""

import gzip
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from growth import LINEAR, exponent
from hostile_sources import DATES, EXPORTS, FEEDS, HOMES, MARKDOWN, PACKED, SITEMAPS, Make

from index.fetching import Fetched
from index.inflate import gunzip, inflated
from index.sources import wxr
from index.sources.cells import moment_of
from index.sources.feed_entries import feed_entries
from index.sources.feeds import _is_whole
from index.sources.front_matter import MAX_LENGTH, front_matter, read_toml, read_yaml
from index.sources.markdown import _cells
from index.sources.markup import one_line
from index.sources.sitemap_entries import is_whole, sitemap_lines
from index.sources.sites import File
from recommender.discovery import _tree
from recommender.settings import SettingsError, read_settings

LIMIT = 50_000_000
LARGE = 1_000_000


def read_feed(content: bytes) -> None:
    for entry in feed_entries(content, "https://a.example/feed"):
        _is_whole(entry)


def read_sitemap(content: bytes) -> None:
    list(sitemap_lines(content))
    is_whole(content)


def unpack(content: bytes) -> None:
    gunzip(content, LIMIT)


def read_markdown(content: bytes) -> None:
    matter, body = front_matter(content.decode())
    _cells(File(PurePosixPath("a"), matter), body)


def read_export(content: bytes) -> None:
    for text in content.decode().split("]]>"):
        wxr._paragraphs(text)


def read_date(content: bytes) -> None:
    moment_of(content.decode())


def read_home(content: bytes) -> None:
    _tree(Fetched("https://a.example/", content, "text/html", None, None, {}))


READERS: list[tuple[Any, dict[str, Make], int]] = [
    (read_feed, FEEDS, 4_000),
    (read_sitemap, SITEMAPS, 16_000),
    (unpack, PACKED, 100_000),
    (read_markdown, MARKDOWN, 5_000),
    (read_export, EXPORTS, 20_000),
    (read_date, DATES, 20_000),
    (read_home, HOMES, 20_000),
]
CASES = [
    pytest.param(read, make, size, id=f"{read.__name__}: {name}")
    for read, cases, size in READERS
    for name, make in cases.items()
]


def _told(read: Any, content: bytes) -> None:
    with suppress(ValueError):
        read(content)


@pytest.mark.parametrize(("read", "make", "size"), CASES)
def test_reading_takes_linear_time(read: Any, make: Make, size: int) -> None:
    contents = {content_size: make(content_size) for content_size in (size, 4 * size)}
    _told(read, contents[size])
    assert exponent(contents.__getitem__, lambda content: _told(read, content), size) < LINEAR


@pytest.mark.parametrize(("cases", "read"), [(cases, read) for read, cases, _ in READERS])
def test_nothing_is_raised_that_is_not_told_of(cases: dict[str, Make], read: Any) -> None:
    for make in cases.values():
        for size in (0, 40, 2_000):
            _told(read, make(size))


@pytest.mark.parametrize("name", [name for name in FEEDS if name.startswith(("author", "contributor", "date", "tags"))])
def test_the_entry_of_a_hostile_feed_is_read(name: str) -> None:
    content = FEEDS[name](5_000).replace(b"</channel>", b"") + b"<item><title>B</title><link>/b</link></item>"
    entries = feed_entries(content, "https://a.example/feed")
    assert [(entry.title, entry.link) for entry in entries] == [
        ("A title", "https://a.example/1"),
        ("B", "https://a.example/b"),
    ]
    assert sum(map(len, entries[0].fields["author"])) <= 500  # type: ignore[arg-type]


def test_an_entry_has_as_many_categories_as_an_article_can_hold_and_the_next_has_its_own() -> None:
    more = b"</item><item><category>its own</category></item>"
    first, second = feed_entries(FEEDS["categories"](20_000).replace(b"</item>", more), "")
    assert first.fields["tags"] == [str(n) for n in range(100)]
    assert second.fields["tags"] == ["its own"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("elements in elements", "elements nested 251 deep"),
        ("namespaces, one each", "more than 100 namespaces"),
        ("prefixes", "more than 100 namespaces"),
        ("JSON in JSON", "nested too deeply"),
    ],
)
def test_what_no_feed_has_is_refused(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        feed_entries(FEEDS[name](20_000), "")


def test_the_pages_around_broken_markup_are_listed() -> None:
    for name in ("tags without an end", "values without an end", "ampersands", "elements in a text", "instructions"):
        addresses = [line.address for line in sitemap_lines(SITEMAPS[name](2_000))]
        assert addresses[0] == "https://a.example/1", name
    both = b"<urlset><url><loc>https://a/1</loc></url><a <url><loc>https://a/?b&c=<</loc></url></urlset>"
    assert [line.address for line in sitemap_lines(both)] == ["https://a/1", "https://a/?b&c=<"]
    utf16 = '<?xml version="1.0" encoding="UTF-16"?><urlset><url><loc>https://a/1</loc></url></urlset>'.encode("utf-16")
    assert [line.address for line in sitemap_lines(utf16)] == ["https://a/1"]
    assert is_whole(utf16)


@pytest.mark.parametrize("cut", [1, 2, 7, 4_095, 4_096, 4_097])
def test_a_packed_file_of_several_members_is_whole_however_it_arrives(cut: int) -> None:
    packed = b"".join(gzip.compress(text, mtime=0) for text in (b"", b"a" * 9_000, b"", b"b"))
    parts = [packed[start : start + cut] for start in range(0, len(packed), cut)]
    assert b"".join(inflated(parts, LIMIT)) == b"a" * 9_000 + b"b"
    assert gunzip(packed + b"\0" * 600, LIMIT) == b"a" * 9_000 + b"b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"a: {'[' * 100}", "nested more than 32 levels"),
        ("a: &b 1\nc: *b", "aliases are not taken"),
        ("a: !!bool x", "not of its kind"),
        ("a: !!timestamp x", "not of its kind"),
        ("a: b\n" * LARGE, "at most 100,000 are read"),
    ],
)
def test_yaml_that_is_not_read_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_yaml(text)


def test_yaml_has_no_numbers_in_base_60() -> None:
    digits = "1" * 200
    assert read_yaml(f"a: 12:30\nb: {digits}\nc: 7\nd: 1.5\ne: 1:2.5") == {
        "a": "12:30", "b": digits, "c": 7, "d": 1.5, "e": "1:2.5",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a." * 40 + "a = 1", "has more than 32 parts"),
        ("[" + "'a' . " * 40 + "a]", "has more than 32 parts"),
        ("[fetch]\nx = {" + "a." * 40 + "a = 1}", "has more than 32 parts"),
        ("a = " + "[" * 5_000, "nested too deeply"),
        ("a = " + "1" * 5_000, "digits"),
        ("#" * (MAX_LENGTH + 1), "at most 100,000 are read"),
    ],
)
def test_settings_that_are_not_read_are_told(text: str, said: str, tmp_path: Path) -> None:
    (path := tmp_path / "recommender.toml").write_text(text)
    with pytest.raises(SettingsError, match=said) as told:
        read_settings(path)
    assert str(told.value).startswith(f"{path}: not TOML (")


def test_dots_in_text_are_no_parts_of_a_key() -> None:
    assert read_toml(f"a = '{'. ' * 100}'\nb.c = 1.5") == {"a": ". " * 100, "b": {"c": 1.5}}


def test_a_heading_and_shortcodes_are_read_as_before() -> None:
    read = [_cells(File(PurePosixPath("a"), {}), text)["title"] for text in ("# A  b #", "# C# #\n", "## D\n#\tE")]
    assert read == ["A  b", "C", "E"]
    text = '{{< a b="c" >}}One {{% d %}}two {% e %}three {{ f }}four {{< g'
    assert _cells(File(PurePosixPath("a"), {}), text)["text"] == "<p>One two three four {{&lt; g</p>\n"
    caption = "A [caption id='1' width=\"2\"]<img> B[/caption]<b>C</b> [gallery ids='1,2'][caption]<i>D</i>"
    assert wxr._paragraphs(caption) == "<p>A <b>C</b> <i>D</i>"


def test_a_page_does_not_grow_by_uses_of_a_long_link() -> None:
    content = MARKDOWN["uses of a long link"](100_000).decode()
    assert len(str(_cells(File(PurePosixPath("a"), {}), content)["text"])) < 1_000_000
    used = _cells(File(PurePosixPath("a"), {}), "[a]: https://a.example/1 'b'\n\n[a]")["text"]
    assert used == '<p><a href="https://a.example/1" title="b">a</a></p>\n'


def test_long_numbers_of_characters_are_no_error() -> None:
    assert one_line(f"A &#{'1' * 5_000};&#{'0' * 5_000}65;&#x{'f' * 5_000}; B &#233;") == "A \ufffd\ufffd\ufffd B \xe9"
