"""Politeness: one identity, robots.txt, a pause between requests and few of them at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from website import Site

from index.fetching import Fetcher, FetchError, Policy
from index.politeness import Robots

pytestmark = pytest.mark.usefixtures("waits")


def test_one_identity_asks_for_robots_txt_once_and_first(site: Site, fetchers: Callable[..., Fetcher]) -> None:
    site.put("/a")
    fetcher = fetchers(Policy(user_agent="quay-reader (+https://quay.example)", allow_private=True, delay_s=0))
    fetcher.get(site.url("/a"))
    fetcher.get(site.url("/a"))
    assert [one.path for one in site.asked] == ["/robots.txt", "/a", "/a"]
    assert {one.headers["user-agent"] for one in site.asked} == {"quay-reader (+https://quay.example)"}


def test_what_robots_txt_forbids_is_not_asked_for(site: Site, fetcher: Fetcher) -> None:
    rules = "User-agent: *\nDisallow: /all\n\nUser-agent: related-articles\nDisallow: /ours\n"
    site.put("/robots.txt", rules, "text/plain")
    site.put("/all")
    site.redirect("/way", "/ours/x")
    fetcher.get(site.url("/all"))
    for path in ("/ours/x", "/way"):
        with pytest.raises(FetchError, match=r"robots\.txt forbids it"):
            fetcher.get(site.url(path))
    assert site.paths() == ["/all", "/way"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_rules_may_be_read(status: int, site: Site, fetcher: Fetcher) -> None:
    site.take("/robots.txt", status)
    site.put("/a", "hello")
    assert fetcher.get(site.url("/a")).content == b"hello"


@pytest.mark.parametrize("status", [429, 500, 503, 520])
def test_a_site_that_cannot_tell_its_rules_is_left_alone(status: int, site: Site, fetcher: Fetcher) -> None:
    site.take("/robots.txt", status)
    site.put("/a")
    for _ in range(2):
        with pytest.raises(FetchError, match=f"robots.txt cannot be read .answered {status}"):
            fetcher.get(site.url("/a"))
    assert site.paths() == []


def test_robots_txt_may_be_a_redirect_or_rubbish(site: Site, fetchers: Callable[..., Fetcher]) -> None:
    site.redirect("/robots.txt", "/rules.txt")
    site.put("/rules.txt", "User-agent: *\nDisallow: /a", "text/plain")
    site.put("/a")
    with pytest.raises(FetchError, match="forbids"):
        fetchers().get(site.url("/a"))
    site.put("/robots.txt", b"\xff\xfe\x00<html>" * 99)
    fetchers().get(site.url("/a"))
    site.redirect("/robots.txt", "/robots.txt")
    fetchers().get(site.url("/a"))


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.monotonic: Callable[[], float] = lambda: self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("rules", "pause"),
    [("", 0.5), ("User-agent: *\nCrawl-delay: 3", 3), ("User-agent: *\nCrawl-delay: 999", 30)],
)
def test_a_pause_lies_between_two_requests_as_the_site_asks(
    rules: str, pause: float, site: Site, fetchers: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, times = Clock(), list[float]()
    monkeypatch.setattr("index.politeness.time", clock)
    site.put("/robots.txt", rules, "text/plain")
    site.put("/a", before=lambda: times.append(clock.now))
    fetcher = fetchers(Policy(allow_private=True, delay_s=0.5), clock.sleep)
    for _ in range(3):
        fetcher.get(site.url("/a"))
    assert times == pytest.approx([100.5, 100.5 + pause, 100.5 + 2 * pause])


def test_no_more_requests_at_once_than_the_policy_says(site: Site, fetchers: Callable[..., Fetcher]) -> None:
    together = threading.Barrier(2)  # broken, and the test with it, were there ever one alone
    site.put("/a", before=lambda: together.wait(20) and None)
    fetcher = fetchers(Policy(allow_private=True, delay_s=0, concurrency=2))
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(fetcher.get, [site.url("/a")] * 8))) == 8
    assert site.busiest == 2


def test_the_sitemaps_that_a_site_names_are_known() -> None:
    rules = "Sitemap: https://a.example/one.xml\nUser-agent: *\nDisallow:\nSitemap: https://a.example/two.xml"
    assert Robots(rules, "x").sitemaps == ["https://a.example/one.xml", "https://a.example/two.xml"]
