"""Sitemaps that leave their index: what only they named is looked at again; a broken index makes nothing missing."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from website import Site, articles, page, visit

from index.sources import SourceError
from index.sources.due import DAY_S

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC).timestamp()
DATE = "<lastmod>2026-11-01</lastmod>"


def night(number: int) -> float:
    return NOW + number * DAY_S


def stories(site: Site, *names: str) -> None:
    for name in names:
        site.put(f"/{name}", page(f"The whole story of {name}"), etag=f'"{name}"')


def child(site: Site, place: str, *names: str, etag: str = '"s"') -> None:
    lines = "".join(f"<url><loc>{{site}}/{name}</loc>{DATE}</url>" for name in names)
    site.put(place, f"<urlset>{lines}</urlset>", etag=etag)


def index(site: Site, *places: str, at: str = "/sitemap.xml", end: str = "</sitemapindex>") -> str:
    lines = "".join(f"<sitemap><loc>{{site}}{place}</loc>{DATE}</sitemap>" for place in places)
    return site.put(at, f"<sitemapindex>{lines}{end}")


def two_sitemaps(site: Site, folder: Path) -> str:
    """An index of two sitemaps of two pages each, read; of the second's pages one is gone since."""
    stories(site, "one", "two", "three", "four")
    child(site, "/s1.xml", "one", "two")
    child(site, "/s2.xml", "three", "four")
    place = index(site, "/s1.xml", "/s2.xml")
    assert visit(folder, place, now=NOW).counts() == {"new": 4}
    site.take("/four")
    site.forget()
    return place


def test_pages_of_a_sitemap_that_left_are_looked_at_once_and_those_gone_are_removed(site: Site, tmp_path: Path) -> None:
    place = two_sitemaps(site, tmp_path)
    index(site, "/s1.xml")
    site.take("/s2.xml")
    assert visit(tmp_path, place, now=night(1)).counts() == {"unchanged": 3, "removed": 1}
    assert sorted(site.paths()) == ["/four", "/sitemap.xml", "/three"]
    assert articles(tmp_path).keys() == {f"The whole story of {name}" for name in ("one", "two", "three")}
    site.forget()
    assert visit(tmp_path, place, now=night(2)).counts() == {"unchanged": 2}
    assert site.paths() == ["/sitemap.xml"]


def test_pages_that_another_sitemap_names_now_cost_nothing(site: Site, tmp_path: Path) -> None:
    place = two_sitemaps(site, tmp_path)
    index(site, "/s1.xml", "/s3.xml")
    child(site, "/s3.xml", "three", "four")
    assert visit(tmp_path, place, now=night(1)).counts() == {"unchanged": 4}
    assert site.paths() == ["/sitemap.xml", "/s3.xml"]


def test_a_page_that_cannot_be_asked_is_asked_the_next_night(site: Site, tmp_path: Path) -> None:
    place = two_sitemaps(site, tmp_path)
    index(site, "/s1.xml")
    site.take("/three", 500)
    assert visit(tmp_path, place, now=night(1)).counts() == {"unchanged": 2, "failed": 1, "removed": 1}
    site.take("/three", 410)
    assert visit(tmp_path, place, now=night(2)).counts() == {"unchanged": 2, "removed": 1}


def test_a_sitemap_that_comes_back_is_read_as_a_new_one(site: Site, tmp_path: Path) -> None:
    place = two_sitemaps(site, tmp_path)
    index(site, "/s1.xml")
    visit(tmp_path, place, now=night(1))
    index(site, "/s1.xml", "/s2.xml")
    stories(site, "four")
    assert visit(tmp_path, place, now=night(2)).counts() == {"new": 1, "unchanged": 3}
    site.take("/three")
    child(site, "/s2.xml", "four", etag='"s2"')
    index(site, "/s1.xml")  # and goes again
    assert visit(tmp_path, place, now=night(3)).counts() == {"unchanged": 3, "removed": 1}


def test_an_index_that_leaves_takes_its_sitemaps_along(site: Site, tmp_path: Path) -> None:
    stories(site, "one", "two")
    child(site, "/s1.xml", "one")
    child(site, "/s2.xml", "two")
    index(site, "/s2.xml", at="/inner.xml")
    place = index(site, "/s1.xml", "/inner.xml")
    visit(tmp_path, place, now=NOW)
    index(site, "/s1.xml")
    site.take("/two")
    site.forget()
    assert visit(tmp_path, place, now=night(1)).counts() == {"unchanged": 1, "removed": 1}
    assert site.paths() == ["/sitemap.xml", "/two"]


@pytest.mark.parametrize("content", ["", "<html>busy</html>", "<sitemapindex/>", "<sitemapindex></sitemapindex>"])
def test_an_index_that_names_nothing_loses_nothing(content: str, site: Site, tmp_path: Path) -> None:
    place = two_sitemaps(site, tmp_path)
    site.put("/sitemap.xml", content)
    with suppress(SourceError):
        visit(tmp_path, f"sitemap:{place}", now=night(1))
    assert (site.paths(), len(articles(tmp_path))) == (["/sitemap.xml"], 4)


@pytest.mark.parametrize(
    "broken",
    [
        lambda site: index(site, "/s1.xml", end=""),  # breaks off
        lambda site: index(site, "/s1.xml", end="<sitemap><loc>{site}/s2."),
        lambda site: index(site, "/s1.xml", end="<sitemap><loc>s2 . xml:</loc></sitemap>"),
        lambda site: index(site, "/s1.xml", end="<sitemap><loc>tel:2</loc></sitemap></sitemapindex>"),
        lambda site: index(site, "/s1.xml", "/none.xml"),  # what could not be read may name them
        lambda site: (index(site, "/s3.xml"), site.put("/s3.xml", "<urlset><url><loc>{site}/one</loc></url>")),
    ],
    ids=[
        "breaks off",
        "breaks off in a name",
        "ends without its end",
        "names no address",
        "names what is gone",
        "half",
    ],
)
def test_where_an_index_is_broken_or_half_read_no_page_is_missing(broken: object, site: Site, tmp_path: Path) -> None:
    place = two_sitemaps(site, tmp_path)
    assert callable(broken)
    broken(site)
    visit(tmp_path, place, now=night(1))
    assert "/four" not in site.paths()
    assert len(articles(tmp_path)) == 4
    index(site, "/s1.xml")
    assert visit(tmp_path, place, now=night(2)).counts() == {"unchanged": 3, "removed": 1}


def test_a_sitemap_that_breaks_off_names_no_page_less(site: Site, tmp_path: Path) -> None:
    place = two_sitemaps(site, tmp_path)
    index(site, "/s1.xml", "/s2.xml")
    site.put("/s1.xml", "<urlset><url><loc>{site}/one</loc></url>", etag='"half"')
    site.put("/s2.xml", "", status=503)
    site.put("/sitemap.xml", "<sitemapindex><sitemap><loc>{site}/s1.xml</loc></sitemap></sitemapindex>")
    visit(tmp_path, place, now=night(1))
    assert sorted(site.paths()) == ["/one", "/s1.xml", "/sitemap.xml"]
    assert len(articles(tmp_path)) == 4


def test_where_many_sitemaps_left_at_once_only_pages_that_are_gone_are_removed(site: Site, tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(12)]
    stories(site, *names)
    places = [f"/s{number}.xml" for number in range(6)]
    for number, place in enumerate(places):
        child(site, place, *names[2 * number : 2 * number + 2])
    top = index(site, *places)
    visit(tmp_path, top, now=NOW)
    index(site, places[0])
    assert visit(tmp_path, top, now=night(1)).counts() == {"unchanged": 12}
    assert len(articles(tmp_path)) == 12
