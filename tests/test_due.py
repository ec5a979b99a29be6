"""When a page that nobody dates is asked for again: each night while it is young, ever more seldom as it settles."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from website import Site, articles, page, visit

from index.marks import Mark
from index.sources.due import DAY_S, LONGEST_S, is_due, sent_with

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC).timestamp()
URL = "https://a.example/1"


def mark(looked_days: float, changed_days: float, rejected: str | None = None, key: str = URL) -> Mark:
    """A page that was asked for and that changed so many days ago."""
    return Mark(key, '"1"', at=NOW - looked_days * DAY_S, changed=NOW - changed_days * DAY_S, rejected=rejected)


@pytest.mark.parametrize(
    ("looked", "changed", "due"),
    [(1, 1, True), (1, 10, True), (1, 60, False), (6, 60, True), (14, 4_000, False), (30, 4_000, True), (0, 0, True)],
)
def test_a_page_is_due_after_a_tenth_of_its_age_and_a_month_at_most(looked: float, changed: float, due: bool) -> None:
    assert is_due(mark(looked, changed), NOW, vouched=False) == due
    assert not is_due(mark(looked, changed), NOW, vouched=True)


def test_a_date_vouches_a_month_at_most_for_a_page_that_is_no_article() -> None:
    assert [is_due(mark(days, 4_000, "no headline"), NOW, vouched=True) for days in (1, 14, 30)] == [False, False, True]


def test_a_clock_that_was_set_back_keeps_no_page_waiting() -> None:
    assert is_due(mark(-9, -9), NOW, vouched=False)
    assert is_due(mark(-9, 400), NOW, vouched=False)


def test_what_has_long_been_no_article_is_had_in_full() -> None:
    assert sent_with(young := mark(1, 9, "no headline"), NOW) == young
    assert sent_with(mark(1, 11, "no headline"), NOW) is None
    assert sent_with(old := mark(1, 400), NOW) == old
    assert sent_with(None, NOW) is None


def test_an_archive_that_was_read_in_one_night_is_spread_over_the_nights_of_a_month() -> None:
    pages = [mark(0, 4_000, key=f"https://a.example/{number}") for number in range(5_000)]
    asked = Counter[int]()
    last = [0.0] * len(pages)
    for night in range(1, 121):
        for number, one in enumerate(pages):
            then = Mark(one.key, at=NOW + last[number] * DAY_S, changed=one.changed)
            if is_due(then, NOW + night * DAY_S, vouched=False):
                asked[night] += 1
                assert night - last[number] <= LONGEST_S / DAY_S
                last[number] = night
    assert min(last) > 90
    assert sum(asked.values()) / 120 == pytest.approx(210, abs=15)
    assert max(asked.values()) < 500


def test_a_page_without_lastmod_is_asked_for_by_its_age_and_what_it_has_become_is_seen(
    site: Site, tmp_path: Path
) -> None:
    dates = {"old": "2016-01-01", "gone": "2016-01-01", "new": "2026-11-23"}
    for name, date in dates.items():
        head = f'<meta property="article:published_time" content="{date}T08:00:00Z">'
        site.put(f"/{name}", page(f"The whole story of {name}", head=head), etag='"1"')
    site.put("/undated", page("The whole story of undated"), etag='"1"')
    names = (*dates, "undated")
    place = site.put(
        "/sitemap.xml", f"<urlset>{''.join(f'<url><loc>{{site}}/{name}</loc></url>' for name in names)}</urlset>"
    )
    assert visit(tmp_path, place, now=NOW).counts() == {"new": 4}
    site.forget()
    site.take("/gone")
    assert visit(tmp_path, place, now=NOW + DAY_S).counts() == {"unchanged": 2, "not_due": 2}
    assert sorted(site.paths()) == ["/new", "/sitemap.xml", "/undated"]
    site.forget()
    site.put("/old", page("The whole story of old, corrected"), etag='"2"')
    assert visit(tmp_path, place, now=NOW + 30 * DAY_S).counts() == {"unchanged": 2, "changed": 1, "removed": 1}
    site.forget()
    visit(tmp_path, place, now=NOW + 31 * DAY_S)  # what has changed may change again
    assert "/old" in site.paths()
    assert "The whole story of old, corrected" in articles(tmp_path)


def test_a_site_that_answers_in_full_does_not_make_its_pages_young(site: Site, tmp_path: Path) -> None:
    site.put("/old", page("The whole story of old", head='<meta name="date" content="2016-01-01">'))
    place = site.put("/sitemap.xml", "<urlset><url><loc>{site}/old</loc></url></urlset>")
    visit(tmp_path, place, now=NOW)
    assert visit(tmp_path, place, now=NOW + 30 * DAY_S).counts() == {"unchanged": 1}
    assert visit(tmp_path, place, now=NOW + 31 * DAY_S).counts() == {"not_due": 1}


def test_a_list_of_addresses_has_no_dates_either(site: Site, tmp_path: Path) -> None:
    site.put("/old", page("The whole story of old", head='<meta name="date" content="2016-01-01">'))
    (place := tmp_path / "pages.txt").write_text(site.url("/old"))
    visit(tmp_path, place, now=NOW)
    assert visit(tmp_path, place, now=NOW + DAY_S).counts() == {"not_due": 1}


def test_a_new_date_in_the_sitemap_is_followed_whatever_the_age(site: Site, tmp_path: Path) -> None:
    site.put("/old", page("The whole story of old", head='<meta name="date" content="2016-01-01">'), etag='"1"')
    line = "<urlset><url><loc>{site}/old</loc>%s</url></urlset>"
    place = site.put("/sitemap.xml", line % "")
    visit(tmp_path, place, now=NOW)
    site.put("/sitemap.xml", line % "<lastmod>2026-11-24</lastmod>")
    assert visit(tmp_path, place, now=NOW + DAY_S).counts() == {"unchanged": 1}
    site.put("/sitemap.xml", line % "<lastmod>2026-11-25</lastmod>")
    site.forget()
    assert visit(tmp_path, place, now=NOW + 2 * DAY_S).counts() == {"unchanged": 1}
    assert site.paths() == ["/sitemap.xml", "/old"]


def test_all_is_read_again_where_the_operator_wants_it(site: Site, tmp_path: Path) -> None:
    head = '<meta name="date" content="2016-01-01">'
    site.put("/old", page("The whole story of old", head=head), etag='"1"')
    site.put("/dated", page("The whole story of dated", head=head), etag='"1"')
    lines = "<url><loc>{site}/old</loc></url><url><loc>{site}/dated</loc><lastmod>2026-11-01</lastmod></url>"
    place = site.put("/sitemap.xml", f"<urlset>{lines}</urlset>", etag='"s1"')
    visit(tmp_path, place, now=NOW)
    site.forget()
    assert visit(tmp_path, place, now=NOW + DAY_S).counts() == {"unchanged": 2}
    assert site.paths() == ["/sitemap.xml"]
    site.forget()
    assert visit(tmp_path, place, now=NOW + 2 * DAY_S, reread=True).counts() == {"unchanged": 2}
    assert sorted(site.paths()) == ["/dated", "/old", "/sitemap.xml"]
    assert not [one for one in site.asked if "if-none-match" in one.headers]
    site.forget()
    visit(tmp_path, place, now=NOW + 3 * DAY_S)
    assert site.paths() == ["/sitemap.xml"]
