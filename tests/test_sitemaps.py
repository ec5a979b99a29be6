"""Sitemaps: every form of them, what is read again and what is not, pages that vanish, and hostile ones."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

from website import Site, articles, page, visit

from index.fields import Image
from index.sources.items import Listing
from index.sources.sitemap_entries import sitemap_lines

NS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def urlset(*lines: str) -> str:
    entries = "".join(f"<url>{line if line.startswith('<') else f'<loc>{{site}}{line}</loc>'}</url>" for line in lines)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{NS}">{entries}</urlset>'


def dated(path: str, lastmod: str = "2026-11-01") -> str:
    return f"<loc>{{site}}{path}</loc><lastmod>{lastmod}</lastmod>"


def index(*lines: str) -> str:
    return f'<sitemapindex xmlns="{NS}">{"".join(f"<sitemap>{line}</sitemap>" for line in lines)}</sitemapindex>'


def stories(site: Site, *names: str) -> None:
    for name in names:
        site.put(f"/{name}", page(f"The whole story of {name}"), etag=f'"{name}"')


def test_pages_are_asked_for_again_only_where_their_date_is_another(site: Site, tmp_path: Path) -> None:
    stories(site, "one", "two", "three")
    place = site.put("/sitemap.xml", urlset(dated("/one"), dated("/two"), "/three"))
    assert visit(tmp_path, place).counts() == {"new": 3}
    site.forget()
    site.put("/sitemap.xml", urlset(dated("/one"), dated("/two", "2026-11-02T09:00:00+01:00"), "/three"))
    site.put("/two", page("The whole story of two, corrected"), etag='"two, corrected"')
    assert visit(tmp_path, place).counts() == {"changed": 1, "unchanged": 2}
    assert sorted(site.paths()) == ["/sitemap.xml", "/three", "/two"]
    assert all("if-none-match" in one.headers for one in site.asked if one.path in ("/two", "/three"))


def test_a_sitemap_that_is_unchanged_costs_one_short_answer(site: Site, tmp_path: Path) -> None:
    stories(site, "one", "two")
    place = site.put("/sitemap.xml", urlset("/one", "/two"), modified=1_790_000_000)
    visit(tmp_path, place)
    site.forget()
    assert visit(tmp_path, place).counts() == {"unchanged": 2}
    assert site.paths() == ["/sitemap.xml"]


def test_the_sitemaps_of_an_index_are_read_only_where_the_index_dates_them_anew(site: Site, tmp_path: Path) -> None:
    stories(site, "one", "two", "three")
    site.put("/s1.xml", urlset("/one"), etag='"s1"')
    site.put("/s2.xml", urlset("/two"), etag='"s2"')
    site.put("/s3.xml.gz", gzip.compress(urlset("/three").replace("{site}", site.root).encode()), "application/gzip")
    place = site.put("/sitemap.xml", index(dated("/s1.xml"), dated("/s2.xml"), "<loc>{site}/s3.xml.gz</loc>"))
    assert visit(tmp_path, place).counts() == {"new": 3}
    site.forget()
    site.put("/sitemap.xml", index(dated("/s1.xml"), dated("/s2.xml", "2026-11-02"), dated("/s3.xml.gz")))
    done = visit(tmp_path, place)
    assert done.counts() == {"unchanged": 3}
    assert sorted(site.paths()) == ["/s2.xml", "/s3.xml.gz", "/sitemap.xml", "/three"]
    site.forget()
    visit(tmp_path, place)
    assert site.paths() == ["/sitemap.xml"]


def test_a_sitemap_of_which_a_page_failed_is_read_again(site: Site, tmp_path: Path) -> None:
    stories(site, "one")
    site.take("/two", 403)
    site.put("/s1.xml", urlset(dated("/one"), dated("/two")), etag='"s1"')
    place = site.put("/sitemap.xml", index(dated("/s1.xml")))
    assert visit(tmp_path, place).rejected == [f"{site.url('/two')}: answered 403"]
    stories(site, "two")
    site.forget()
    assert visit(tmp_path, place).counts() == {"new": 1, "unchanged": 1}
    assert site.paths() == ["/sitemap.xml", "/s1.xml", "/two"]


def test_indexes_are_nested_three_deep_and_loops_are_left(site: Site, tmp_path: Path) -> None:
    stories(site, "one")
    site.put("/c.xml", urlset("/one"))
    site.put("/b.xml", index("<loc>{site}/a.xml</loc>", "<loc>{site}/b.xml</loc>", "<loc>{site}/c.xml</loc>"))
    place = site.put("/a.xml", index("<loc>{site}/b.xml</loc>", "<loc>{site}/b.xml</loc>"))
    assert visit(tmp_path, f"sitemap:{place}").counts() == {"new": 1}
    assert site.paths() == ["/a.xml", "/b.xml", "/c.xml", "/one"]
    site.put("/d1.xml", index("<loc>{site}/d2.xml</loc>"))
    site.put("/d2.xml", index("<loc>{site}/d3.xml</loc>"))
    site.put("/d3.xml", index("<loc>{site}/d4.xml</loc>"))
    site.put("/d4.xml", index("<loc>{site}/c.xml</loc>"))
    done = visit(tmp_path, f"sitemap:{site.url('/d1.xml')}")
    assert done.rejected == [f"{site.url('/d4.xml')}: is an index of sitemaps more than 3 levels deep"]


def test_a_broken_child_does_not_keep_the_others_out(site: Site, tmp_path: Path) -> None:
    stories(site, "one")
    site.put("/good.xml", urlset("/one"))
    site.put("/bad.xml", "<html><body>Not found</body></html>")
    children = (
        "<loc>{site}/none.xml</loc>",
        "<loc>{site}/bad.xml</loc>",
        "<loc>ftp://a.example/x</loc>",
        "<loc>//[x/</loc>",
    )
    place = site.put("/sitemap.xml", index(*children, "<loc>{site}/good.xml</loc>"))
    done = visit(tmp_path, place)
    assert done.counts() == {"new": 1, "failed": 4}
    assert done.rejected[0].startswith(f"{place}: {site.url('/none.xml')}: cannot be fetched: answered 404")
    assert done.rejected[1].startswith(f"{place}: {site.url('/bad.xml')}: is no sitemap that can be read")
    assert done.rejected[2] == f"{place}: names the sitemap 'ftp://a.example/x', which is no web address"


def test_google_news_tells_what_pages_do_not(site: Site, tmp_path: Path) -> None:
    stories(site, "one")
    news = (
        "<loc>{site}/one</loc><news:news><news:publication><news:name>Quay</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>2026-11-02T10:00:00+02:00</news:publication_date>"
        "<news:title>One &amp; all</news:title><news:keywords>bridges, council</news:keywords></news:news>"
        "<image:image><image:loc>{site}/b.jpg</image:loc><image:caption>A bridge</image:caption></image:image>"
    )
    spaces = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    place = site.put("/news.xml", urlset(news).replace("<urlset ", f"<urlset {spaces} "))
    visit(tmp_path, f"sitemap:{place}")
    article = articles(tmp_path)["The whole story of one"]
    assert article.published == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert (article.tags, article.language) == (("bridges", "council"), "en")
    assert article.image == Image(site.url("/b.jpg"), alt="A bridge")
    site.forget()
    visit(tmp_path, f"sitemap:{place}")
    assert site.paths() == ["/news.xml"]
    stories(site, "two")
    site.put("/news.xml", urlset(news.replace("/one", "/two")).replace("<urlset ", f"<urlset {spaces} "))
    visit(tmp_path, f"sitemap:{place}")
    assert "/one" not in site.paths()  # it is two days old now, and not missing


def test_a_page_that_is_named_no_more_is_looked_at_once_more(site: Site, tmp_path: Path) -> None:
    stories(site, "kept", "gone", "unlisted", "failing")
    place = site.put("/sitemap.xml", urlset("/kept", "/gone", "/unlisted", "/failing"), etag='"1"')
    visit(tmp_path, place)
    site.put("/sitemap.xml", urlset(dated("/kept")), etag='"2"')
    site.take("/gone", 410)
    site.take("/failing", 403)
    done = visit(tmp_path, place)
    assert done.counts() == {"unchanged": 2, "removed": 1, "failed": 1}
    assert articles(tmp_path).keys() == {f"The whole story of {name}" for name in ("kept", "unlisted", "failing")}
    assert not any(isinstance(item, Listing) for item in done.items)  # so that the failing one is looked at again
    site.forget()
    site.take("/failing", 404)
    assert visit(tmp_path, place).counts() == {"unchanged": 1, "removed": 1}
    assert site.paths() == ["/sitemap.xml", "/failing"]


def test_a_page_that_wanders_to_another_sitemap_is_not_missing(site: Site, tmp_path: Path) -> None:
    stories(site, "one", "two")
    site.put("/s1.xml", urlset(dated("/one"), dated("/two")))
    site.put("/s2.xml", urlset(dated("/three")))
    stories(site, "three")
    place = site.put("/sitemap.xml", index("<loc>{site}/s1.xml</loc>", "<loc>{site}/s2.xml</loc>"))
    visit(tmp_path, place)
    site.put("/s1.xml", urlset(dated("/one")))
    site.put("/s2.xml", urlset(dated("/two"), dated("/three")))
    site.forget()
    assert visit(tmp_path, place).counts() == {"unchanged": 3}
    assert site.paths() == ["/sitemap.xml", "/s1.xml", "/s2.xml"]


def test_bad_addresses_are_told_and_the_others_kept(site: Site, tmp_path: Path) -> None:
    stories(site, "one?a=1&b=2", "two?a=1&b=2", "three?a=1&b=2", "four")
    lines = (
        *("<loc>javascript:alert(1)</loc>", "<lastmod>2026-11-01</lastmod>", "<loc>http://[bad/</loc>"),
        *("<loc>{site}/one?a=1&b=2</loc>", "<loc>{site}/two?a=1&amp;b=2</loc>"),
        *("<loc><![CDATA[{site}/three?a=1&b=2]]></loc>", "<loc> {site}/four\n</loc>", "<loc>/four</loc>"),
    )
    place = site.put("/sitemap.xml", urlset(*lines))
    done = visit(tmp_path, place)
    assert done.counts() == {"new": 4, "failed": 3}
    assert done.rejected == [
        f"{place}: names 'javascript:alert(1)', which is no web address",
        f"{place}: names '', which is no web address",
        f"{place}: names 'http://[bad/', which is no web address",
    ]


def test_text_sitemaps_feeds_and_files_are_read(site: Site, tmp_path: Path) -> None:
    stories(site, "one", "two", "three")
    place = site.put("/sitemap.txt", "\ufeff{site}/one\r\n\r\n{site}/two\r\n", "text/plain")
    assert visit(tmp_path, place).counts() == {"new": 2}
    feed = "<rss version='2.0'><channel><item><title>3</title><link>{site}/three</link></item></channel></rss>"
    assert visit(tmp_path, f"sitemap:{site.put('/map', feed)}").counts() == {"new": 1}
    path = tmp_path / "sitemap.xml"
    path.write_text(urlset("/one").replace("{site}", site.root))
    assert visit(tmp_path, path).counts() == {"unchanged": 1}


def test_a_long_sitemap_is_read_line_by_line() -> None:
    count = 60_000  # the protocol's 50,000 are exceeded by some sites
    lines = b"".join(b"<url><loc>https://a.example/%d</loc></url>" % number for number in range(count))
    assert sum(1 for _ in sitemap_lines(b"<urlset>" + lines + b"</urlset>")) == count
