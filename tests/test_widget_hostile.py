"""The element in a real browser, given answers that are broken or hostile: what is good in them is shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Site, chromium, needs_chromium, running
from playwright.sync_api import Browser, expect

from recommender.api import create_app

pytestmark = needs_chromium
SCRIPT = '<script type="module" src="/read-more.js"></script>'
ELEMENT = '<read-more article-id="a" count="3" images></read-more>'
LINK = {"id": "one", "url": "https://news.example/one", "title": "One", "language": "en"}
# As text, this raises an error: the object's own toString is no function.
NO_TEXT = {"toString": 1, "valueOf": 1}


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with running(create_app(built)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def site(browser: Browser, address: str) -> Iterator[Site]:
    with browser.new_context() as context:
        site = Site(context.new_page(), address)
        yield site
        assert site.errors == []


@pytest.mark.parametrize(
    "language", ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "", None, 7, ["ar"], NO_TEXT]
)
def test_a_language_that_is_none_has_the_heading_of_every_other(site: Site, language: Any) -> None:
    site.answers(json={"items": [LINK], "source": {"language": language}})
    site.open(ELEMENT, SCRIPT)
    expect(site.page.locator("read-more h2")).to_have_text("Read more")
    assert site.page.locator("nav").get_attribute("aria-label") == "Read more"


def test_an_arabic_page_has_its_own_heading(site: Site) -> None:
    site.answers(json={"items": [LINK], "source": {"language": "ar"}})
    site.open(ELEMENT, SCRIPT)
    expect(site.page.locator("read-more h2")).to_have_text("اقرأ المزيد")


@pytest.mark.parametrize(
    "bad",
    [
        {"url": "http://["},
        {"url": "https://"},
        {"url": "https://news.example:99999/"},
        {"url": NO_TEXT},
        {"url": ["https://news.example/list"]},
        {"url": None},
        {"title": NO_TEXT},
        {"title": ["<b>"]},
        {"title": ""},
    ],
    ids=str,
)
def test_a_link_that_cannot_be_made_is_left_out_and_the_others_are_shown(site: Site, bad: dict[str, Any]) -> None:
    good = [{**LINK, "id": str(number), "title": f"Title {number}"} for number in range(4)]
    site.answers(good[0], {**LINK, **bad}, *good[1:])
    site.open(ELEMENT, SCRIPT)
    expect(site.page.locator("read-more a")).to_have_text(["Title 0", "Title 1", "Title 2"])
    assert site.page.evaluate("seen") == [["0", "1", "2"]]


@pytest.mark.parametrize(
    "odd",
    [
        {"language": NO_TEXT},
        {"language": {"a": 1}},
        {"image": NO_TEXT},
        {"image": 7},
        {"image": {"src": NO_TEXT}},
        {"image": {"src": "javascript:alert(1)"}},
        {"image": {"src": "https://img.example/a.jpg", "alt": NO_TEXT}},
    ],
    ids=str,
)
def test_a_link_is_shown_without_what_is_odd_about_it(site: Site, odd: dict[str, Any]) -> None:
    site.answers({**LINK, **odd})
    site.open(ELEMENT, SCRIPT)
    expect(site.page.locator("read-more a")).to_have_text(["One"])
    assert site.page.locator("read-more [lang]").count() == ("language" not in odd)


@pytest.mark.parametrize("said", [None, "text", 7, [], {"items": None}, {"items": "text"}, {"items": [None, 1, "x"]}])
def test_an_answer_without_links_leaves_what_the_element_holds(site: Site, said: Any) -> None:
    site.answers(json=said)
    site.open('<read-more article-id="a"><a href="/archive">From the archive</a></read-more>', SCRIPT)
    site.settled()
    assert site.page.locator("read-more").inner_text() == "From the archive"
    assert site.page.evaluate("seen") == []
