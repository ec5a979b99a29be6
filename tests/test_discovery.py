"""What a site offers is found where its pages and its robots.txt name it, and the settings file says so."""

import gzip
import tomllib
from collections.abc import Iterator

import pytest
from readings import LOOPBACK
from website import Site, website

from index.fetching import Fetcher
from index.sources import SourceError
from recommender.discovery import Discovery, Offer, discover
from recommender.initial import chosen, written

RSS = "<rss version='2.0'><channel>{}</channel></rss>"
MAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>"


@pytest.fixture
def site() -> Iterator[Site]:
    with website() as up:
        up.put("/", "<html><head><title>Post</title></head><body>News</body></html>")
        yield up


def look(address: str) -> Discovery:
    with Fetcher(LOOPBACK) as fetcher:
        return discover(address, fetcher)


def found(site: Site) -> list[tuple[str, str, str]]:
    offers = look(site.root).offers
    return [(offer.kind, offer.url.removeprefix(site.root), offer.found) for offer in offers]


def test_what_the_home_page_names_is_found(site: Site) -> None:
    site.put(
        "/",
        """<html><head><meta property="og:site_name" content=" The Calder
        Post "><link rel=alternate type="application/rss+xml" href="/news.rss">
        <link rel=alternate type="application/feed+json" href="news.json"></head></html>""",
    )
    site.put("/news.rss", RSS.format("<item/><item/>"), "application/rss+xml")
    site.put("/news.json", '{"version": "https://jsonfeed.org/version/1.1", "items": [{"content_html": ""}]}')
    assert found(site) == [("feed", "/news.rss", "2 entries"), ("feed", "/news.json", "JSON Feed, 1 entries")]
    assert look(site.root).site == "The Calder Post"


def test_what_robots_txt_names_is_found_instead_of_the_usual_places(site: Site) -> None:
    site.put("/robots.txt", "Sitemap: {site}/maps/all.xml.gz\nSitemap: {site}/gone.xml\n", "text/plain")
    site.put("/maps/all.xml.gz", gzip.compress(MAP.format("<url><loc>x</loc></url>" * 3).encode()))
    site.put("/sitemap.xml", MAP.format(""))
    assert found(site) == [("sitemap", "/maps/all.xml.gz", "3 pages")]


def test_the_usual_places_are_tried_where_nothing_is_named(site: Site) -> None:
    site.put("/sitemap_index.xml", "<sitemapindex><sitemap><loc>a</loc></sitemap></sitemapindex>")
    site.put("/feed/", RSS.format("<item/>"))
    site.put("/rss.xml", "<html>not a feed</html>")
    assert found(site) == [("sitemap", "/sitemap_index.xml", "1 sitemaps"), ("feed", "/feed/", "1 entries")]


def test_wordpress_is_asked_how_many_posts_it_has(site: Site) -> None:
    site.put("/", "<link rel='https://api.w.org/' href='{site}/wp-json/'>")
    site.put("/wp-json/wp/v2/posts?per_page=1&_fields=id", "[]", "application/json", headers={"X-WP-Total": "1234"})
    assert found(site) == [("wordpress", "/wp-json/", "1,234 posts")]
    site.put("/", "<img src='/wp-content/a.png'>")
    assert found(site) == [("wordpress", "/wp-json/", "1,234 posts")]
    site.take("/wp-json/wp/v2/posts?per_page=1&_fields=id", 401)
    assert found(site) == []


def test_a_site_that_names_hundreds_is_not_asked_for_all(site: Site) -> None:
    site.put("/robots.txt", "".join(f"Sitemap: {site.root}/{number}.xml\n" for number in range(50)), "text/plain")
    for number in range(50):
        site.put(f"/{number}.xml", MAP.format(""))
    assert len(found(site)) == 5


def test_a_site_that_names_what_is_not_there_is_not_asked_for_all(site: Site) -> None:
    site.put("/robots.txt", "".join(f"Sitemap: {site.root}/{number}.xml\n" for number in range(500)), "text/plain")
    assert found(site) == []
    assert len([path for path in site.paths() if path.endswith(".xml")]) < 40


def test_what_is_no_address_is_passed_over(site: Site) -> None:
    link = "<link rel=alternate type='application/rss+xml' href='{}'>"
    site.put("/", "".join(link.format(href) for href in ("http://[x", "http://a:b/", "", "/feed")))
    site.put("/robots.txt", "Sitemap: http://[x\nSitemap: {site}/map.xml\n", "text/plain")
    site.put("/feed", RSS.format("<item/>"))
    site.put("/map.xml", MAP.format(""))
    assert found(site) == [("sitemap", "/map.xml", "0 pages"), ("feed", "/feed", "1 entries")]


@pytest.mark.parametrize("total", ["9" * 5_000, "\u0663", "-1", "1e9"])
def test_a_count_of_thousands_of_digits_is_bounded(site: Site, total: str) -> None:
    site.put("/", "<link rel='https://api.w.org/' href='{site}/wp-json/'>")
    path = "/wp-json/wp/v2/posts?per_page=1&_fields=id"
    site.put(path, "[]", "application/json", headers={"X-WP-Total": total.encode().decode("latin-1")})
    assert all(len(said) < 30 for _, _, said in found(site))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://a.example", "ftp://a.example: no web address (scheme ftp, host a.example); give the address of"),
        ("{site}/gone", "answered 404; give the address of your site's home page"),
    ],
)
def test_a_site_that_cannot_be_looked_at_is_named(site: Site, address: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        look(address.format(site=site.root))
    assert said in str(caught.value)


def test_bytes_that_are_no_page_are_a_site_without_a_name(site: Site) -> None:
    site.put("/", b"")
    assert look(site.root) == Discovery("127.0.0.1", f"{site.root}/", ())


WORDPRESS = Offer("wordpress", "https://a.example/wp-json/", "12 posts")
SITEMAP = Offer("sitemap", "https://a.example/sitemap.xml", "12 pages")
FEED = Offer("feed", "https://a.example/feed", "3\nentries")


def test_the_whole_site_is_read_once_by_the_richest_way() -> None:
    assert chosen([WORDPRESS, SITEMAP, FEED]) == [WORDPRESS]
    assert chosen([FEED, SITEMAP]) == [SITEMAP]
    assert chosen([FEED]) == [FEED]


def test_the_file_reads_what_was_chosen_and_shows_what_else_there_is() -> None:
    text = written(Discovery('The "Post"\x7f\n[[source]]', "https://a.example/", (SITEMAP, FEED)), allow_private=True)
    read = tomllib.loads(text)
    assert read["site"] == 'The "Post"\x7f\n[[source]]'
    assert read["source"] == [{"place": "sitemap:https://a.example/sitemap.xml"}]
    assert read["fetch"] == {"allow_private": True}
    assert '# 3 entries\n# [[source]]\n# place = "feed:https://a.example/feed"' in text
    text = written(Discovery("x", "https://a.example/", (FEED,)), allow_private=False, proxy="http://u:${PW}@p:1")
    assert tomllib.loads(text)["fetch"] == {"proxy": "http://u:${PW}@p:1"}
    assert "fetch" not in written(Discovery("x", "https://a.example/", (FEED,)), allow_private=False)
