"""The element in a real browser: who can use it, what it survives, what it refuses, and that nothing moves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Site, chromium, needs_chromium, running
from newsroom import row
from playwright.sync_api import Browser, Route, expect

from recommender.api import create_app

pytestmark = needs_chromium
SCRIPT = '<script type="module" src="/read-more.js"></script>'
FLOOD = '<read-more article-id="flood-town" count="2"></read-more>'
KEPT = '<read-more article-id="flood-town"><a href="/archive">From the archive</a></read-more>'
RESERVED = "<style>read-more { display: flow-root } read-more:not([data-settled]) { min-block-size: 10lh }</style>"
STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'"
LINK = {"id": "one", "url": "https://news.example/one", "title": "One", "language": "en"}


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
    with browser.new_context(viewport={"width": 800, "height": 600}) as context:
        site = Site(context.new_page(), address)
        yield site
        assert site.errors == []


def test_a_screen_reader_finds_a_named_landmark_with_a_heading_and_a_list(site: Site) -> None:
    site.open(FLOOD, SCRIPT)
    expect(site.page.locator("read-more li")).to_have_count(2)
    assert site.page.locator("body").aria_snapshot() == "\n".join(
        [
            '- navigation "Read more":',
            '  - heading "Read more" [level=2]',
            "  - list:",
            "    - listitem:",
            '      - link "Why the flood barrier stayed open":',
            f"        - /url: {row('flood-barrier')['url']}",
            "    - listitem:",
            '      - link "Probe sets down on the moon":',
            f"        - /url: {row('moon-landing')['url']}",
        ]
    )
    assert site.page.evaluate("seen") == [["flood-barrier", "moon-landing"]]


def test_the_keyboard_reaches_every_link_and_follows_one(site: Site) -> None:
    site.page.route("https://news.example/**", lambda route: route.fulfill(body="The story"))
    site.open(FLOOD, SCRIPT)
    expect(site.page.locator("read-more li")).to_have_count(2)
    for name in ("flood-barrier", "moon-landing"):
        site.page.keyboard.press("Tab")
        assert site.page.evaluate("document.activeElement.href") == row(name)["url"]
    site.page.keyboard.press("Enter")
    site.page.wait_for_url(row("moon-landing")["url"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_are_the_pages_own_in_light_and_dark(site: Site, scheme: Any) -> None:
    site.page.emulate_media(color_scheme=scheme)
    site.open(f'{FLOOD}<h2>Other</h2><a href="#">Other</a>', f'<meta name="color-scheme" content="light dark">{SCRIPT}')
    expect(site.page.locator("read-more li")).to_have_count(2)
    colours = site.page.evaluate("[...document.querySelectorAll('h2, a')].map(one => getComputedStyle(one).color)")
    ink, link = {"light": ("rgb(0, 0, 0)", "rgb(0, 0, 238)"), "dark": ("rgb(255, 255, 255)", "rgb(158, 158, 255)")}[
        scheme
    ]
    assert colours == [ink, link, link, ink, link]
    assert site.page.evaluate("getComputedStyle(document.querySelector('read-more')).backgroundColor") == (
        "rgba(0, 0, 0, 0)"
    )


def test_an_answer_that_does_not_come_in_time_leaves_what_the_element_holds(site: Site) -> None:
    waiting = site.holds_answers()
    site.page.clock.install(time=0)
    site.page.clock.pause_at(1)
    with site.page.expect_request("**/v1/related?*"):
        site.open(f'<style>body {{ line-height: 20px }}</style>{KEPT}<p id="after">After', SCRIPT)
    assert site.page.locator("#after").bounding_box()["y"] >= 4 * 20 + 3 * 2 * 20
    site.page.clock.run_for(2_900)
    assert site.page.locator("read-more[data-settled]").count() == 0
    site.page.clock.run_for(200)
    site.settled()
    expect(site.page.locator("read-more > a")).to_have_text("From the archive")
    assert (len(waiting), site.page.evaluate("seen")) == (1, [])


@pytest.mark.parametrize(
    "response",
    [
        {"status": 500, "body": "{}"},
        {"status": 404, "json": {"title": "Not Found"}},
        {"body": "<html>"},
        {"json": None},
        {"json": {"items": {}}},
        {"json": {"items": []}},
        {"json": {"items": [None, {"title": "No address"}, {"url": "https://news.example/untitled"}]}},
    ],
    ids=str,
)
def test_a_useless_answer_leaves_what_the_element_holds(site: Site, response: dict[str, Any]) -> None:
    site.answers(**response)
    site.open(KEPT, SCRIPT)
    site.settled()
    assert site.page.locator("read-more").inner_html() == '<a href="/archive">From the archive</a>'
    assert site.page.evaluate("seen") == []


def test_no_server_and_no_address_leave_what_the_element_holds(site: Site) -> None:
    site.page.route("**/v1/related?*", lambda route: route.abort("connectionrefused"))
    site.open(KEPT + KEPT.replace("article-id", 'api="http://[" article-id'), SCRIPT)
    site.settled()
    assert [one.inner_text() for one in site.page.locator("read-more").all()] == ["From the archive"] * 2
    assert len(site.asked) == 1


def test_links_are_not_replaced_under_the_keyboard(site: Site) -> None:
    waiting = site.holds_answers()
    with site.page.expect_request("**/v1/related?*"):
        site.open(KEPT, SCRIPT)
    site.page.keyboard.press("Tab")
    waiting[0].fulfill(json={"items": [LINK]})
    site.settled()
    assert site.page.evaluate("document.activeElement.textContent") == "From the archive"


def test_hostile_answers_make_no_element_and_run_no_script(site: Site) -> None:
    title = """<img src=x onerror="alert(1)"><script>alert(2)</script>"""
    urls = ["javascript:alert(3)", " javascript:alert(4)", "data:text/html,<script>alert(5)</script>", "//x.example", 7]
    site.answers({**LINK, "title": title, "language": '"><b>'}, *({**LINK, "url": url} for url in urls))
    site.open('<read-more article-id="a" count="9" heading="<i>More</i>" images></read-more>', SCRIPT)
    expect(site.page.locator("read-more a")).to_have_text([title])
    assert site.page.locator("read-more h2").inner_text() == "<i>More</i>"
    assert site.page.locator("read-more").locator("img, script, b, i").count() == 0


def test_a_strict_policy_refuses_nothing(site: Site) -> None:
    site.answers({**LINK, "image": {"src": f"{site.address}/pages/boat.svg", "alt": "A boat"}})
    site.open(FLOOD.replace("count", "images count"), SCRIPT, STRICT)
    expect(site.page.locator("read-more img")).to_have_count(1)
    site.two_frames()
    assert site.page.evaluate("refused") == []
    assert site.page.evaluate("getComputedStyle(document.querySelector('read-more')).display") == "flow-root"


def test_nothing_is_asked_until_the_element_is_near_the_window(site: Site) -> None:
    site.open(f'<div style="height: 5000px">Long</div>{FLOOD}', SCRIPT)
    site.two_frames()
    assert site.asked == []
    site.page.evaluate("scrollTo(0, 4000)")
    expect(site.page.locator("read-more li")).to_have_count(2)
    assert len(site.asked) == 1


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("found", [True, False])
def test_nothing_moves_when_the_answer_comes_in_view(site: Site, width: int, found: bool) -> None:
    site.page.set_viewport_size({"width": width, "height": 600})
    waiting: list[Route] = site.holds_answers()
    with site.page.expect_request("**/v1/related?*"):
        site.open(f"<h1>Story</h1>{FLOOD}<p>After the links", RESERVED + SCRIPT)
    site.two_frames()
    items = [{**LINK, "title": "A title that is as long as titles of news stories usually are"}] * 2
    waiting[0].fulfill(json={"items": items if found else []})
    site.settled()
    site.two_frames()
    assert site.page.locator("read-more li").count() == 2 * found
    assert site.page.evaluate("shifted") == 0


def test_space_to_spare_is_given_back_below_what_is_in_view(site: Site) -> None:
    site.answers()
    site.open(f'<div style="height: 620px">Long</div>{FLOOD}', SCRIPT)
    site.settled()
    assert site.page.locator("read-more").bounding_box()["height"] == 0


def test_elements_work_with_the_script_twice_and_when_they_come_later(site: Site) -> None:
    site.open(FLOOD + FLOOD, SCRIPT + SCRIPT.replace(".js", ".js?again"))
    expect(site.page.locator("read-more li")).to_have_count(4)
    site.page.evaluate(f"document.body.insertAdjacentHTML('beforeend', `{FLOOD}`)")
    expect(site.page.locator("read-more li")).to_have_count(6)
    site.page.evaluate("document.body.prepend(document.querySelector('read-more:last-of-type'))")
    site.two_frames()
    assert (len(site.page.evaluate("seen")), len(site.asked)) == (3, 3)


def test_another_site_asks_the_server_that_the_script_came_from_about_its_canonical_address(site: Site) -> None:
    canonical = f'<link rel="canonical" href="{row("flood-town")["url"]}">'
    script = SCRIPT.replace("/read", f"{site.address}/read")
    site.open(
        '<read-more section="Weather" language="en" page-title="Flood"></read-more>',
        canonical + script,
        host="localhost",
    )
    expect(site.page.locator("read-more li")).to_have_count(1)
    asked = "k=3&url=https%3A%2F%2Fnews.example%2F2026%2F09%2F05%2Fflood-town&title=Flood&language=en&section=Weather"
    assert site.asked == [f"{site.address}/v1/related?{asked}"]
    assert site.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def test_arabic_titles_run_from_right_to_left_on_any_page_and_pictures_have_a_place(site: Site) -> None:
    image = {"src": "https://img.example/a.jpg", "width": 1200, "height": 800, "alt": "سفن"}
    site.answers({**LINK, "title": "إضراب في ميناء المدينة", "language": "ar", "image": image}, LINK)
    site.open(FLOOD.replace("count", "images count"), SCRIPT)
    link = site.page.locator("read-more a").first
    assert link.evaluate("one => [one.lang, getComputedStyle(one).direction]") == ["ar", "rtl"]
    picture = link.locator("img").evaluate("one => [one.src, one.alt, one.loading, one.width > 0, one.height > 0]")
    assert picture == ["https://img.example/a.jpg", "سفن", "lazy", True, True]
    assert site.page.locator("read-more img").count() == 1


def test_the_page_that_shows_all_runs_under_its_own_policy(site: Site) -> None:
    said = list[str]()
    site.page.on("console", lambda message: said.append(message.text))
    for path in ("/embed", "/embed?language=ar"):
        site.page.set_viewport_size({"width": 360, "height": 640})
        site.page.goto(site.address + path)
        site.page.locator("read-more").scroll_into_view_if_needed()
        site.settled()
        assert site.page.locator("nav.read-more").count() == 2
        assert site.page.evaluate("document.documentElement.scrollWidth") == 360
    assert said == []
