"""What a place looks like: its name, its address, its ending or its beginning tells its kind."""

import gzip
import os
from pathlib import Path

import pytest

from index.sources import KINDS, SourceError, kind_of, listings
from index.sources.kinds import kind_of_content


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("-", "jsonl"),
        ("https://a.example/feed/", "feed"),
        ("https://a.example/news.rss", "feed"),
        ("https://a.example/index.rdf?x=1", "feed"),
        ("https://a.example/atom.xml", "feed"),
        ("https://a.example/feed.json", "feed"),
        ("https://a.example/rss", "feed"),
        ("https://a.example/sitemap.xml", "sitemap"),
        ("https://a.example/sitemap_index.xml.gz", "sitemap"),
        ("HTTPS://A.example/news-sitemap-2026.xml", "sitemap"),
        ("https://a.example/sitemap.txt", "sitemap"),
        ("https://a.example/wp-json/", "wordpress"),
        ("https://a.example/blog/wp-json/wp/v2/posts", "wordpress"),
        ("https://a.example/", "address"),
        ("https://a.example/2026/the-feed-that-failed", "address"),
        ("http://a.example/sitemaps/how-to", "address"),
        ("postgresql+psycopg://u:p@host/db", "sql"),
        ("sqlite:///news.db", "sql"),
    ],
)
def test_an_address_tells_its_kind(place: str, kind: str) -> None:
    assert kind_of(place, KINDS) == (kind, place)


@pytest.mark.parametrize("kind", ["feed", "sitemap", "urls", "address", "wordpress", "jsonl"])
def test_a_kind_can_be_named(kind: str) -> None:
    assert kind_of(f"{kind}:https://a.example/x", KINDS) == (kind, "https://a.example/x")
    assert kind_of(f"{kind}:some file.xml", KINDS) == (kind, "some file.xml")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.jsonl", b"", "jsonl"),
        ("a.jsonl.gz", b"", "jsonl"),
        ("A.CSV", b"", "csv"),
        ("a.txt", b"", "urls"),
        ("a.rss", b"", "feed"),
        ("a.html", b"", "pages"),
        ("a.xml", b'<?xml version="1.0"?>\n<!-- x --><urlset xmlns="x">', "sitemap"),
        ("b.xml", b"<sm:sitemapindex>", "sitemap"),
        ("c.xml", b'<rss version="2.0"><channel>', "feed"),
        ("d.xml", b'<rdf:RDF xmlns="x">', "feed"),
        ("e.xml", b'<feed xmlns="http://www.w3.org/2005/Atom">', "feed"),
        ("f.xml", b'<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>', "wxr"),
        ("g.xml.gz", gzip.compress(b"<urlset>"), "sitemap"),
    ],
)
def test_a_file_tells_its_kind(name: str, content: bytes, kind: str, tmp_path: Path) -> None:
    (path := tmp_path / name).write_bytes(content)
    assert kind_of(str(path), KINDS) == (kind, str(path))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'\n {"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed"),
        (b'{"version": "https:\\/\\/jsonfeed.org\\/version\\/1"}', "feed"),
        (b'{"a": 1}', None),
        (b"<!doctype html><p>jsonfeed.org and feeds", None),
        (b"", None),
    ],
)
def test_what_was_fetched_tells_its_kind(content: bytes, kind: str | None) -> None:
    assert kind_of_content(content) == kind


def test_what_does_not_tell_its_kind_is_refused_with_a_way_on(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<svg>")
    (tmp_path / "a.docx").write_bytes(b"PK")
    (tmp_path / "empty").mkdir()
    for name, said in (
        ("a.xml", "name the kind, as in feed:FILE"),
        ("a.docx", r"known endings are \.jsonl"),
        ("none.csv", "no such file or folder"),
        ("empty", "no Markdown and no HTML page in this folder"),
    ):
        with pytest.raises(SourceError, match=said):
            kind_of(str(tmp_path / name), KINDS)


@pytest.mark.parametrize("kind", [*sorted(set(KINDS) - {"sql"}), ""])
def test_what_has_no_end_is_no_source_whatever_it_is_called(tmp_path: Path, kind: str) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.jsonl").symlink_to("/dev/zero")
    for path in ("/dev/zero", "/dev/random", tmp_path / "pipe.csv", tmp_path / "link.jsonl"):
        with pytest.raises(SourceError, match=f"^{path}: a device or a pipe; give a file, or - to read JSON Lines"):
            kind_of(f"{kind}:{path}" if kind else str(path), KINDS)


@pytest.mark.parametrize("kind", ["feed:", "csv:", "pages:", "parquet:", ""])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x" * 5_000, r"'x+\.\.\.: File name too long; check the path"),
        ("/".join(["deep"] * 5_000), r"'deep/[/dep]+\.\.\.: File name too long"),
        ("a\0b", r"'a\\x00b': embedded null byte; check the path"),
        ("loop.csv", r"'.*': Too many levels of symbolic links; check the path"),
    ],
)
def test_what_can_be_no_path_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loop.csv").symlink_to("loop.csv")
    with pytest.raises(SourceError, match=f"^{said}") as told:
        kind_of(kind + name, KINDS)
    assert len(str(told.value)) < 200


def test_a_listing_that_never_ends_is_read_as_far_as_one_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "MAX_LISTING", 10_000_000)  # a file may grow, or say that it is empty
    with pytest.raises(ValueError, match="larger than 10,000,000 bytes"):
        listings._file("/dev/zero")
