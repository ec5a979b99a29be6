"""Feeds that are broken, hostile or none: told in a sentence, or read as far as they go."""

from pathlib import Path

import pytest
from website import visit, website

from index.sources import SourceError
from index.sources.feed_entries import feed_entries

RSS = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>The Quay</title>%s</channel></rss>'


def rss_item(title: str, link: str) -> str:
    return f"<item><title>{title}</title><link>{link}</link></item>"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no feed"),
        (b"<html><body><h1>Not here</h1></body></html>", "is no feed"),
        (b"\x00\x01\x02" * 50, "is no feed"),
        (b'{"a": 1}', "no JSON Feed"),
        (b'{"a": ', "is no feed"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"<rss><channel><item>" + b"<a>" * 1_000, "nested 251 deep"),
    ],
)
def test_what_is_no_feed_is_told(content: bytes, said: str, tmp_path: Path) -> None:
    with website() as site, pytest.raises(SourceError, match=said) as told:
        visit(tmp_path, site.put("/feed", content))
    assert str(told.value).startswith("http://127.0.0.1:")


def test_bytes_that_are_a_path_open_no_file(tmp_path: Path) -> None:
    (secret := tmp_path / "secret").write_text(RSS % rss_item("Secret", "https://a.example/"))
    with pytest.raises(ValueError, match="not well-formed"):
        feed_entries(str(secret).encode(), "")


def test_what_can_be_read_of_a_broken_feed_is_read() -> None:
    cut = (RSS % (rss_item("One", "https://a.example/1") + rss_item("Two", "https://a.example/2")))[:-60].encode()
    assert next(entry.title for entry in feed_entries(cut, "")) == "One"
    bare = b"<rss version='2.0'><channel><item><title>A & B</title><link>https://a.example/1</link></item></channel>"
    assert [entry.title for entry in feed_entries(bare, "")] == ["A & B"]
    latin = '<?xml version="1.0" encoding="utf-8"?>' + RSS.partition("?>")[2] % rss_item("Café", "https://a.example/1")
    assert [entry.title for entry in feed_entries(latin.encode("latin-1"), "")] == ["Café"]


def test_entities_of_a_feed_are_no_bomb_and_no_way_to_files() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    dtd = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    item = rss_item("A &l9; &f;", "https://a.example/1")
    bomb = f'<?xml version="1.0"?>{dtd}<rss version="2.0"><channel>{item}</channel></rss>'
    titles = [entry.title for entry in feed_entries(bomb.encode(), "")]
    assert sum(map(len, titles)) < 100
    assert "root:" not in "".join(titles)
