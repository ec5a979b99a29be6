"""Pages that are no articles: told once, remembered, and read again when they change or may be understood better."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from website import PARAGRAPH, Site, articles, page, visit

from index.corpus import Corpus
from index.sources.due import DAY_S

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC).timestamp()
EMPTY = "<html><body><img src='/a.png'></body></html>"


def night(number: float) -> float:
    return NOW + number * DAY_S


def sitemap(site: Site, *names: str, lastmod: str | None = "2026-11-01", etag: str | None = None) -> str:
    date = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    lines = "".join(f"<url><loc>{site.url(f'/{name}')}</loc>{date}</url>" for name in names)
    return site.put("/sitemap.xml", f"<urlset>{lines}</urlset>", etag=etag)


def known(folder: Path) -> dict[str, str | None]:
    with closing(Corpus(folder / "corpus.sqlite")) as corpus:
        return {mark.key.rpartition("/")[2]: mark.rejected for mark in corpus.marks.rejected()}


@pytest.mark.parametrize("etag", ['"1"', None])
def test_each_is_told_once_and_then_counted(etag: str | None, site: Site, tmp_path: Path) -> None:
    site.put("/story", page("The whole story"), etag=etag)
    site.put("/tag", EMPTY, etag=etag)
    site.put("/report", b"%PDF-1.7", "application/pdf", etag=etag)
    site.put("/large", PARAGRAPH * 110_000, etag=etag)
    site.put("/", page("The home page"), etag=etag)
    site.redirect("/old", "/")
    names = ("story", "tag", "report", "large", "old")
    place = sitemap(site, *names)
    done = visit(tmp_path, place, now=NOW)
    assert done.counts() == {"new": 1, "failed": 4}
    assert done.rejected == [
        f"{site.url('/tag')}: the page has neither a headline nor a text; give the saved page of one article",
        f"{site.url('/report')}: is application/pdf, not a page",
        f"{site.url('/large')}: larger than 10,485,760 bytes",
        f"{site.url('/old')}: redirects to the home page",
    ]
    assert known(tmp_path) == {name: row.partition(": ")[2] for name, row in zip(names[1:], done.rejected, strict=True)}
    site.forget()
    done = visit(tmp_path, place, now=night(1))  # dated as before
    assert (done.counts(), done.rejected) == ({"unchanged": 1, "no_article": 4}, [])
    assert site.paths() == ["/sitemap.xml"]
    sitemap(site, *names, lastmod="2026-11-25")
    done = visit(tmp_path, place, now=night(2))  # dated anew, and the same as before
    assert (done.counts(), done.rejected) == ({"unchanged": 1, "no_article": 4}, [])
    assert sorted(site.paths()[-6:]) == ["/", "/large", "/old", "/report", "/story", "/tag"]
    assert ("if-none-match" in next(one for one in site.asked if one.path == "/tag").headers) == bool(etag)


def test_one_that_has_become_an_article_is_read(site: Site, tmp_path: Path) -> None:
    site.put("/dated", EMPTY, etag='"1"')
    place = sitemap(site, "dated")
    visit(tmp_path, place, now=NOW)
    site.put("/dated", page("The story is told at last"), etag='"2"')
    sitemap(site, "dated", lastmod="2026-11-02")
    assert visit(tmp_path, place, now=night(1)).counts() == {"new": 1}
    assert (list(articles(tmp_path)), known(tmp_path)) == (["The story is told at last"], {})


def test_one_that_nobody_dates_is_asked_for_as_other_pages_are(site: Site, tmp_path: Path) -> None:
    site.put("/tag", EMPTY, etag='"1"')
    place = sitemap(site, "tag", lastmod=None)
    visit(tmp_path, place, now=NOW)
    for number, asked in ((1, ["/sitemap.xml", "/tag"]), (1.001, ["/sitemap.xml"])):
        site.forget()
        assert visit(tmp_path, place, now=night(number)).counts() == {"no_article": 1}
        assert site.paths() == asked
    site.put("/tag", page("The story is told at last"), etag='"2"')
    assert visit(tmp_path, place, now=night(2)).counts() == {"new": 1}


def test_another_reason_is_told_again(site: Site, tmp_path: Path) -> None:
    site.put("/one", EMPTY)
    place = sitemap(site, "one", lastmod=None)
    visit(tmp_path, place, now=NOW)
    site.put("/one", b"%PDF-1.7", "application/pdf")
    assert visit(tmp_path, place, now=night(1)).rejected == [f"{site.url('/one')}: is application/pdf, not a page"]
    assert visit(tmp_path, place, now=night(2)).counts() == {"no_article": 1}


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_what_failed_is_not_remembered_as_none(status: int, site: Site, tmp_path: Path) -> None:
    site.put("/one", "busy", status=status)
    place = sitemap(site, "one", etag='"s1"')
    for number in range(2):
        done = visit(tmp_path, place, now=night(number))
        assert (done.counts(), done.rejected) == ({"failed": 1}, [f"{site.url('/one')}: answered {status}"])
        assert known(tmp_path) == {}
    site.put("/one", page("The story is told at last"))
    assert visit(tmp_path, place, now=night(2)).counts() == {"new": 1}


def test_a_site_that_does_not_tell_its_rules_or_hangs_up_makes_nothing_none(site: Site, tmp_path: Path) -> None:
    def hang_up() -> None:
        raise ConnectionResetError

    site.put("/one", page("The whole story"), before=hang_up)
    (place := tmp_path / "pages.txt").write_text(f"{site.url('/one')}\nhttp://127.0.0.1:9/two\n")
    assert visit(tmp_path, place, now=NOW).counts() == {"failed": 2}
    assert known(tmp_path) == {}


def test_what_was_an_article_is_kept_and_told_until_somebody_sees_to_it(site: Site, tmp_path: Path) -> None:
    site.put("/one", page("The whole story"), etag='"1"')
    place = sitemap(site, "one")
    visit(tmp_path, place, now=NOW)
    site.put("/one", EMPTY, etag='"2"')
    sitemap(site, "one", lastmod="2026-11-02")
    for number in (1, 2):
        assert visit(tmp_path, place, now=night(number)).counts() == {"failed": 1}
    assert list(articles(tmp_path)) == ["The whole story"]
    site.put("/one", page("The whole story, corrected"), etag='"3"')
    assert visit(tmp_path, place, now=night(3)).counts() == {"changed": 1}


def test_a_better_reader_meets_it_within_a_month_though_nothing_has_changed(site: Site, tmp_path: Path) -> None:
    site.put("/dated", EMPTY, etag='"1"')
    place = sitemap(site, "dated", etag='"s1"')
    visit(tmp_path, place, now=NOW)
    site.put("/dated", page("The story as a better reader sees it"), etag='"1"')
    for number in (1, 14):
        site.forget()
        assert visit(tmp_path, place, now=night(number)).counts() == {"no_article": 1}
        assert site.paths() == ["/sitemap.xml"]
        assert "if-none-match" in site.asked[-1].headers
    assert visit(tmp_path, place, now=night(30)).counts() == {"new": 1}
    assert not [one for one in site.asked if one.path == "/dated" and "if-none-match" in one.headers]


def test_one_that_its_sitemap_names_no_more_is_forgotten_unasked(site: Site, tmp_path: Path) -> None:
    site.put("/tag", EMPTY)
    site.put("/one", page("The whole story"))
    place = sitemap(site, "tag", "one")
    visit(tmp_path, place, now=NOW)
    sitemap(site, "one")
    site.forget()
    assert visit(tmp_path, place, now=night(1)).counts() == {"unchanged": 1}
    assert (site.paths(), known(tmp_path)) == (["/sitemap.xml"], {})


def test_of_a_feed_an_entry_that_is_none_is_told_once(site: Site, tmp_path: Path) -> None:
    rubbish = {"url": "/a", "title": "Rubbish", "content_html": "\x01" * 2_000}
    items = [rubbish, {"url": "/b", "title": "B"}]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    site.put("/b", b"%PDF-1.7", "application/pdf")
    place = "feed:" + site.put("/feed.json", feed, "application/feed+json")
    assert visit(tmp_path, place, now=NOW).counts() == {"failed": 2}
    site.forget()
    assert visit(tmp_path, place, now=night(1)).counts() == {"no_article": 2}
    assert site.paths() == ["/feed.json"]


def test_one_page_that_was_named_by_itself_is_told_each_time(site: Site, tmp_path: Path) -> None:
    place = site.put("/report", b"%PDF-1.7", "application/pdf", etag='"1"')
    for number in range(2):
        assert visit(tmp_path, place, now=night(number)).counts() == {"failed": 1}
