"""Pages of the web, end to end: read once, looked at again politely, removed when gone, and taken up after a kill."""

import gzip
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from website import PARAGRAPH, Site, articles, page, visit

from index.article import parse_article
from index.fields import Image
from index.sources import SourceError
from index.sources.items import Found, Gone
from index.sources.web import with_hints

CHILD = """
import sys
from pathlib import Path
import index.ingest
from website import visit

index.ingest.BATCH = 1
visit(Path(sys.argv[1]), sys.argv[2])
"""


def listed(site: Site, folder: Path, *names: str) -> Path:
    """A list of these pages, each of which is put on the site."""
    for name in names:
        site.put(f"/{name}", page(f"The whole story of {name}"), etag=f'"{name}"')
    (path := folder / "pages.txt").write_text("".join(f"{site.url(f'/{name}')}\n" for name in names))
    return path


def test_pages_become_articles_and_a_second_reading_fetches_none_anew(site: Site, tmp_path: Path) -> None:
    place = listed(site, tmp_path, "one", "two")
    assert visit(tmp_path, place).counts() == {"new": 2}
    article = articles(tmp_path)["The whole story of one"]
    assert (article.url, article.language) == (site.url("/one"), "en")
    assert article.text == (PARAGRAPH * 4).strip()
    site.forget()
    assert visit(tmp_path, place).counts() == {"unchanged": 2}
    asked = {(one.path, one.headers.get("if-none-match")) for one in site.asked if one.path != "/robots.txt"}
    assert asked == {("/one", '"one"'), ("/two", '"two"')}


def test_a_page_that_is_gone_takes_its_article_with_it_and_one_that_fails_does_not(site: Site, tmp_path: Path) -> None:
    place = listed(site, tmp_path, "kept", "gone", "away", "broken", "forbidden", "empty")
    visit(tmp_path, place)
    site.take("/gone", 404)
    site.take("/away", 410)
    site.take("/broken", 500)
    site.take("/forbidden", 403)
    site.put("/empty", "")
    done = visit(tmp_path, place)
    assert done.counts() == {"unchanged": 1, "removed": 2, "failed": 3}
    assert [item.reason for item in done.items if isinstance(item, Gone)] == ["answered 404", "answered 410"]
    assert done.rejected[:2] == [
        f"{site.url('/broken')}: answered 500",
        f"{site.url('/forbidden')}: answered 403",
    ]
    left = ("kept", "broken", "forbidden", "empty")
    assert articles(tmp_path).keys() == {f"The whole story of {name}" for name in left}


def test_a_page_that_never_was_is_told_and_removes_nothing(site: Site, tmp_path: Path) -> None:
    (place := tmp_path / "pages.txt").write_text(site.url("/none"))
    assert visit(tmp_path, place).rejected == [f"{site.url('/none')}: answered 404"]


def test_a_changed_page_is_read_again(site: Site, tmp_path: Path) -> None:
    place = listed(site, tmp_path, "one", "two")
    visit(tmp_path, place)
    site.put("/one", page("The whole story of one, corrected"), etag='"other"')
    assert visit(tmp_path, place).counts() == {"changed": 1, "unchanged": 1}
    assert articles(tmp_path).keys() == {"The whole story of one, corrected", "The whole story of two"}


def test_a_page_that_leads_to_the_home_page_or_is_no_page_is_told(site: Site, tmp_path: Path) -> None:
    site.put("/", page("The home page of the paper"))
    site.redirect("/old", "/")
    site.put("/report", b"%PDF-1.7", "application/pdf")
    (place := tmp_path / "pages.txt").write_text(f"{site.url('/old')}\n{site.url('/report')}\n")
    assert visit(tmp_path, place).rejected == [
        f"{site.url('/old')}: redirects to the home page",
        f"{site.url('/report')}: is application/pdf, not a page",
    ]


def test_two_addresses_of_one_page_are_one_article_until_both_are_gone(site: Site, tmp_path: Path) -> None:
    place = listed(site, tmp_path, "one", "copy")
    canonical = f'<link rel="canonical" href="{site.url("/one")}">'
    site.put("/copy", page("The whole story of one", head=canonical))
    visit(tmp_path, place)
    assert list(articles(tmp_path)) == ["The whole story of one"]
    site.take("/copy")
    assert visit(tmp_path, place).counts() == {"unchanged": 1}
    site.take("/one")
    assert visit(tmp_path, place).counts()["removed"] == 1
    assert articles(tmp_path) == {}


def test_many_pages_keep_their_order(site: Site, tmp_path: Path) -> None:
    names = [f"p{number:02d}" for number in range(40)]
    done = visit(tmp_path, listed(site, tmp_path, *names))
    assert [item.article.title[-3:] for item in done.items if isinstance(item, Found)] == names


def test_hints_fill_gaps_only_and_bad_ones_are_left_out() -> None:
    article = parse_article({"url": "https://a.example/1", "title": "One", "author": "Ada"})
    hints = {"title": "Other", "author": "Bo", "tags": ["x"], "image": {"src": "nowhere"}, "published": "no date"}
    filled = with_hints(article, hints)
    assert (filled.title, filled.author, filled.tags, filled.image) == ("One", "Ada", ("x",), None)
    assert with_hints(article, {"image": {"src": "https://a.example/i.jpg"}}).image == Image("https://a.example/i.jpg")


def test_a_killed_reading_is_taken_up_where_it_was(site: Site, tmp_path: Path) -> None:
    names = [f"p{number:02d}" for number in range(12)]
    lines = "".join(f"<url><loc>{site.url(f'/{name}')}</loc></url>" for name in names)
    place = site.put("/sitemap.xml", f"<urlset>{lines}</urlset>")
    listed(site, tmp_path, *names)

    def kill() -> None:
        for _ in range(2_000):
            if len(articles(tmp_path)) >= 3:
                break
            threading.Event().wait(0.01)
        child.send_signal(signal.SIGKILL)

    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), place], env=environment)
    site.put("/p06", page("The whole story of p06"), before=kill)
    assert child.wait(60) == -signal.SIGKILL
    had = {name for name in names if f"The whole story of {name}" in articles(tmp_path)}
    assert 3 <= len(had) < 12
    site.forget()
    site.put("/p06", page("The whole story of p06"))
    done = visit(tmp_path, place)
    assert set(site.paths()) == {"/sitemap.xml"} | {f"/{name}" for name in names if name not in had}
    assert done.counts().get("unchanged", 0) == len(had)
    assert len(articles(tmp_path)) == 12
    site.forget()
    assert visit(tmp_path, place).counts() == {"unchanged": 12}  # a new reading, which looks at all again
    assert len(site.paths()) == 13


def test_an_address_that_does_not_tell_what_is_there_is_looked_at(site: Site, tmp_path: Path) -> None:
    listed(site, tmp_path, "one", "two", "three", "four")
    feed = "<rss version='2.0'><channel><item><title>1</title><link>{site}/one</link></item></channel></rss>"
    places = [
        site.put("/news", feed, "application/octet-stream"),
        site.put("/map", "<urlset><url><loc>{site}/two</loc></url></urlset>", "text/html"),
        site.put(
            "/json", f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"url": "{site.url("/three")}"}}]}}'
        ),
        site.url("/four"),
    ]
    for place in places:
        assert visit(tmp_path, place).counts() == {"new": 1}
        site.forget()
        assert visit(tmp_path, place).counts() == {"unchanged": 1}
        assert site.paths()[0] == place.removeprefix(site.root)
    site.take("/four")
    assert visit(tmp_path, places[3]).counts() == {"removed": 1}
    with pytest.raises(SourceError, match="answered 404; check the address"):
        visit(tmp_path, places[3])
    site.put("/pdf", b"%PDF-1.7", "application/pdf")
    assert visit(tmp_path, site.url("/pdf")).rejected == [f"{site.url('/pdf')}: is application/pdf, not a page"]
    broken = site.put("/broken", gzip.compress(b"<urlset/>" * 99)[:10] + b"\xff" * 20)
    with pytest.raises(SourceError, match="damaged compression"):
        visit(tmp_path, broken)
    with pytest.raises(SourceError, match=r"robots\.txt cannot be read"):
        visit(tmp_path, "http://127.0.0.1:9/")
