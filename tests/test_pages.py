"""The demo pages: what a visitor reads, what hostile text cannot do, and how a real browser shows it."""

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from browsing import chromium, needs_chromium, running
from fastapi import FastAPI
from fastapi.testclient import TestClient

from index.arrays import Vectors
from index.build import build
from index.live import LiveIndex
from index.meaning import ModelStamp, unit
from index.models import ModelFiles
from recommender.pages import pages_router
from recommender.pages.cards import web_address
from recommender.pages.pictures import picture

HOSTILE = "<script>alert(1)</script>"
HARBOUR = "The harbour ferry strike stopped every crossing, and the dockers' union and the port met about pay. "
ROWS = [
    {"id": "bare", "title": "Only a headline", "language": "en"},
    {"id": "ferry-1", "title": "Ferry strike begins", "text": HARBOUR + "Monday. " * 9, "published": "2026-05-01"},
    {"id": "ferry-2", "title": "Ferry strike ends", "text": HARBOUR + "Deal at dawn. " * 7, "published": "2026-05-03"},
    {"id": "ferry-3", "title": "What the ferry strike cost", "text": HARBOUR + "Bill. " * 9, "published": "2026-05-04"},
    {"id": "recipe", "title": "Lentil soup", "text": "Lentils, onions, cumin and lemon.", "published": "2026-04-01"},
    {"id": "a/b?c#d", "title": HOSTILE, "text": HOSTILE, "author": HOSTILE, "excerpt": '"><b>', "tags": [HOSTILE]},
    {"id": "ar-1", "title": "إضراب العبارات", "text": "توقفت العبارات.", "language": "ar", "section": "المدينة"},
    {"id": "newest", "title": "Ferries sail again", "text": HARBOUR + "First boat at six.\n\nFull by seven."}
    | {"published": "2026-05-05T23:30:00Z", "section": "City", "author": "Ada Quill", "excerpt": "Crossings resume."}
    | {"url": "https://paper.test/sail?a=1&b=2", "picks": ["recipe", "ferry-3", "not-here"], "tags": ["Ferries"]}
    | {"image": {"src": "https://paper.test/boat.jpg", "alt": "A white boat"}},
]


class FakeEmbedder:
    stamp = ModelStamp("fake", None, "0" * 64, 64, 256)

    def embed(self, texts: Sequence[str]) -> Vectors:
        buckets = ([crc32(word.encode()) % 64 for word in text.lower().split()] for text in texts)
        return unit(np.array([np.bincount(words, minlength=64) for words in buckets], np.float32))


class Html(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[tuple[str, str]] = []
        self.feed(text)
        self.addresses = [str(attrs[name]) for _, attrs in self.elements for name in ("href", "src") if name in attrs]
        self.stories = [link for link in self.links if link[0].startswith("/read/")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "a" and data.strip():
            self.links.append((str(self.elements[-1][1]["href"]), data))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "model.safetensors").write_bytes(b"fake")
    source = folder / "rows.jsonl"
    source.write_text("\n".join(json.dumps({"section": "News", "language": "en"} | row) for row in ROWS), "utf-8")
    build(folder / "home", [str(source)], ModelFiles("fake", folder), load=lambda _: FakeEmbedder())
    return _serving(folder / "home")


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


def _serving(home: Path) -> FastAPI:
    app = FastAPI()
    app.include_router(pages_router(LiveIndex(home)))
    return app


def test_the_newest_article_leads_the_undated_come_last_and_a_section_shows_its_own(client: TestClient) -> None:
    titles = [title for _, title in Html(client.get("/").text).stories]
    assert titles[:3] == ["Ferries sail again", "What the ferry strike cost", "Ferry strike ends"]
    assert titles[-2:] == ["Only a headline", HOSTILE]
    page = Html(client.get("/", params={"section": "City"}).text)
    assert page.stories == [("/read/newest", "Ferries sail again")]
    assert [attrs["href"] for _, attrs in page.elements if "aria-current" in attrs][-1] == "/?language=en&section=City"


def test_both_boxes_show_their_links_in_order_and_mark_agreement(client: TestClient) -> None:
    text = client.get("/read/newest").text
    _, chosen, picked, _ = re.split('id="(?:chosen|picked)"|<footer', text)
    assert [title for _, title in Html(picked).links] == ["Lentil soup", "What the ferry strike cost"]
    assert {href for href, _ in Html(chosen).links} == {"/read/ferry-1", "/read/ferry-2", "/read/ferry-3"}
    assert Html(chosen[chosen.index("The editors picked it too") :]).links[0][0] == "/read/ferry-3"
    assert Html(picked[picked.index("The recommender chose it too") :]).links[0][0] == "/read/ferry-3"
    assert "They agree on 1 of 3 links." in text


def test_an_article_is_shown_whole(client: TestClient) -> None:
    text = client.get("/read/newest").text
    assert '<time datetime="2026-05-05T23:30:00+00:00">5 May 2026</time>' in text
    assert '<link rel="canonical" href="https://paper.test/sail?a=1&amp;b=2">' in text
    for shown in ("<p>Full by seven.</p>", "By Ada Quill", "Instead of the photograph: A white boat"):
        assert shown in text


def test_an_article_with_only_a_headline_still_has_a_page(client: TestClient) -> None:
    text = client.get("/read/bare").text
    assert "The index holds no text for this article." in text
    assert "The index holds no links that editors picked for this article" in text
    assert "<time" not in text[: text.index('id="chosen"')]


@pytest.mark.parametrize("path", ["/", "/read/a%2Fb%3Fc%23d", "/read/newest"])
def test_hostile_text_stays_text_and_nothing_points_elsewhere(client: TestClient, path: str) -> None:
    response = client.get(path)
    page = Html(response.text)
    assert response.status_code == 200
    assert not {"script", "b", "style", "iframe", "object"} & {tag for tag, _ in page.elements}
    outside = [address for address in page.addresses if not re.match(r"/(?!/)|#", address)]
    assert outside == (["https://paper.test/sail?a=1&b=2"] if path == "/read/newest" else [])
    policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    assert response.headers["content-security-policy"] == policy + "frame-ancestors 'none'"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "urn:article:1", "//elsewhere.test"])
def test_only_web_addresses_become_links(url: str) -> None:
    assert web_address(url) is None


def test_arabic_pages_run_from_right_to_left(client: TestClient) -> None:
    front, read = client.get("/?language=ar").text, client.get("/read/ar-1").text
    assert ("html", {"lang": "ar", "dir": "rtl"}) == Html(front).elements[0] == Html(read).elements[0]
    assert "اقرأ المزيد" in read


@pytest.mark.parametrize("path", ["/read/none", "/?language=xx", "/?section=none", "/pages/picture/none.svg"])
def test_what_the_index_does_not_hold_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_before_the_first_build_the_pages_say_so(tmp_path: Path) -> None:
    response = TestClient(_serving(tmp_path)).get("/")
    assert (response.status_code, response.headers["retry-after"]) == (503, "10")
    assert "The paper is still being printed" in response.text


def test_a_picture_is_always_the_same_and_may_be_kept(client: TestClient) -> None:
    response = client.get("/pages/picture/newest.svg")
    assert response.text == picture("newest", "City") != picture("ferry-1", "City")
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.headers["cache-control"] == "public, max-age=3600"


@needs_chromium
def test_a_browser_shows_both_boxes_without_errors_or_outside_requests(app: FastAPI) -> None:
    with running(app) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 375, "height": 800})
        problems, requests = [], []
        page.on("console", lambda message: problems.append(message.text))
        page.on("request", lambda request: requests.append(request.url))
        for path in ("/", "/?language=ar", "/read/newest"):
            page.goto(address + path, wait_until="networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") == 375
        page.set_viewport_size({"width": 1280, "height": 800})
        chosen, picked = (page.locator(f"section.{name}").bounding_box() for name in ("chosen", "picked"))
        assert page.evaluate("[...document.images].every(image => image.naturalWidth === 600)")
    assert chosen["y"] == picked["y"] < 800
    assert chosen["x"] + chosen["width"] < picked["x"]
    assert problems == []
    assert all(url.startswith(address) for url in requests)
