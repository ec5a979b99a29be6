"""Sitemaps that are broken, hostile or none: told in a sentence, or read as far as they go."""

import gzip
import os
from pathlib import Path

import pytest
from website import Site, visit

from index.sources import SourceError
from index.sources.sitemap_entries import is_whole, sitemap_lines


def test_a_missing_file_or_sitemap_and_a_bomb_are_told(site: Site, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="answered 404; check the address"):
        visit(tmp_path, site.url("/sitemap.xml"))
    (huge := tmp_path / "huge.xml").touch()
    os.truncate(huge, 60_000_000)
    for path, said in ((tmp_path / "none.xml", "cannot be read"), (huge, "larger than 52,428,800 bytes")):
        with pytest.raises(SourceError, match=said):
            visit(tmp_path, f"sitemap:{path}")
    bomb = site.put("/sitemap.xml.gz", gzip.compress(b" " * 60_000_000), "application/gzip")
    with pytest.raises(SourceError, match="larger than 52,428,800 bytes"):
        visit(tmp_path, bomb)
    broken = site.put("/sitemap.xml.gz", gzip.compress(b"<urlset/>" * 99)[:10] + b"\xff" * 20, "application/gzip")
    with pytest.raises(SourceError, match="damaged compression"):
        visit(tmp_path, broken)


@pytest.mark.parametrize("content", [b"", b"nothing here", b"<html><body>x</body></html>", b"<", b"\x00" * 9, b"<!-- "])
def test_what_is_no_sitemap_is_told(content: bytes, site: Site, tmp_path: Path) -> None:
    place = site.put("/sitemap.xml", content)
    with pytest.raises(SourceError, match="is no sitemap that can be read") as told:
        visit(tmp_path, place)
    assert str(told.value).startswith(place)


def test_entities_are_not_expanded_and_nothing_is_loaded() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    dtd = f'<!DOCTYPE urlset [<!ENTITY l0 "ha">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    bomb = f"{dtd}<urlset><url><loc>https://a.example/&l9;</loc></url><url><loc>&f;</loc></url></urlset>"
    assert sum(len(line.address) for line in sitemap_lines(bomb.encode())) < 100


def test_a_cut_a_wrongly_encoded_and_a_deep_sitemap_are_read_as_far_as_they_go() -> None:
    cut = b"<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.exam"
    assert next(line.address for line in sitemap_lines(cut)) == "https://a.example/1"
    wide = "<urlset><url><loc>https://a.example/é</loc></url></urlset>".encode("utf-16")
    assert [line.address for line in sitemap_lines(wide)] == ["https://a.example/é"]
    for rest in (b"<x>" * 100_000, b"<url><loc>" + b"x" * 12_000_000, b"<![CDATA[", b"</a></b>&c;"):
        broken = b"<urlset><url><loc>https://a.example/1</loc></url>" + rest
        assert next(line.address for line in sitemap_lines(broken)) == "https://a.example/1"
        assert len(list(sitemap_lines(broken))) <= 2


def test_a_sitemap_that_breaks_off_is_known_by_its_missing_end() -> None:
    whole = (
        b"<urlset></urlset>",
        b"\xef\xbb\xbf<s:sitemapindex></s:sitemapindex >\n<!-- by a plugin -->",
        b"https://a/",
        "<urlset></urlset>".encode("utf-16"),
    )
    cut = (b"<urlset/>", b"<urlset><url><loc>https://a.example/1</loc></url>", "<urlset><url>".encode("utf-16"))
    assert [is_whole(content) for content in whole + cut] == [True] * 4 + [False] * 3
