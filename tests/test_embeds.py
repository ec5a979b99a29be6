"""What a site takes in over HTTP: the fragment, the feed, the script and the page about them, and hostile articles."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient
from newsroom import NEWS, build_toy, row, write_jsonl
from service import ROOT, toy_texts

from recommender.api import create_app
from recommender.widget.rendering import feed, fragment

HTML, RSS, SCRIPT = "/v1/related.html", "/v1/related.rss", "/read-more.js"
HOSTILE = """<img src=x onerror="alert('flood')"> & </nav><script>alert(1)</script>"""
SHARED_CACHES = re.compile(r"public, max-age=\d{2,3}, stale-while-revalidate=600, stale-if-error=86400")


class Reader(HTMLParser):
    """The elements of a text, and the words in each `a`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.links, self.texts = list[str](), list[dict[str, str | None]](), list[str]()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [dict(attrs)] if tag == "a" else []

    def handle_data(self, data: str) -> None:
        self.texts += [data] if self.tags[-1:] == ["a"] and data.strip() else []


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("embeds")
    hostile = row("flood-town") | {
        "id": "hostile",
        "title": HOSTILE,
        "excerpt": "<b>bold</b>",
        "text": "A flood, again.",
    }
    hostile["url"] = "https://news.example/a?b=%22%3E&c='d'"
    build_toy(folder / "home", write_jsonl(folder / "news.jsonl", [*NEWS, hostile]))
    with pytest.MonkeyPatch.context() as patch:
        yield TestClient(create_app(folder / "home", texts=toy_texts(patch)))


def answer(*items: dict[str, Any], **source: Any) -> dict[str, Any]:
    known = {"published_at": None, "section": None, "language": None, "excerpt": None}
    page = {"title": "Page", "url": "https://news.example/page", "language": None}
    return {"index": {"built_at": "2026-11-24T03:15:00Z"}, "source": page | source, "items": [known | i for i in items]}


def parsed(text: bytes) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own


def test_the_fragment_is_a_named_list_of_the_same_links_as_the_json(client: TestClient) -> None:
    query = {"id": "harbour-walkout", "k": "2", "section": "politics"}
    items = client.get("/v1/related", params=query).json()["items"]
    assert [item["id"] for item in items] == ["minister-resigns", "minister-sworn-in"]
    response = client.get(HTML, params=query | {"heading": 'More "news"'})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    first, second = (f'<li><a href="{one["url"]}" dir="auto" lang="en">{one["title"]}</a></li>' for one in items)
    named = "More &#34;news&#34;"
    assert response.text.split("\n") == [
        *(f'<nav class="read-more" aria-label="{named}">', f"<h2>{named}</h2>", "<ul>", first, second),
        *("</ul>", "</nav>", ""),
    ]


def test_the_heading_is_in_the_language_of_the_page(client: TestClient) -> None:
    assert "<h2>Read more</h2>" in client.get(HTML, params={"id": "flood-town"}).text
    arabic = client.get(HTML, params={"id": "ar-flood"}).text
    assert "<h2>اقرأ المزيد</h2>" in arabic
    assert f'dir="auto" lang="ar">{row("ar-harbour")["title"]}</a>' in arabic


@pytest.mark.parametrize("name", ["id=unseen", "url=https://news.example/unseen"])
def test_a_page_that_is_not_stored_has_links_by_its_title(client: TestClient, name: str) -> None:
    query = f"{name}&title=Flood&heading=More&k=1"
    assert f">{row('flood-barrier')['title']}</a>" in client.get(f"{HTML}?{query}&exclude=hostile").text
    channel = parsed(client.get(f"{RSS}?{name}&title=Flood").content).find("channel")
    assert channel is not None
    assert channel.findtext("title") == "Read more: Flood"
    assert str(channel.findtext("link")).endswith("unseen")


def test_hostile_texts_stay_texts_in_the_fragment(client: TestClient) -> None:
    page = Reader(client.get(HTML, params={"id": "flood-barrier", "k": "2", "heading": HOSTILE}).text)
    assert page.tags == ["nav", "h2", "ul", "li", "a", "li", "a"]
    assert {"href": "https://news.example/a?b=%22%3E&c='d'", "dir": "auto", "lang": "en"} in page.links
    assert HOSTILE in page.texts


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//x.example", ""])
def test_only_web_addresses_are_linked(url: str) -> None:
    body = answer({"title": "Bad", "url": url})
    assert fragment(body) == ""
    assert parsed(feed(body)).find("channel/item") is None


def test_where_there_are_no_links_the_fragment_is_empty(client: TestClient) -> None:
    # The only article of the section has no address.
    response = client.get(HTML, params={"id": "flood-town", "section": "Sport"})
    assert (response.status_code, response.content) == (200, b"")
    assert client.get(HTML, params={"id": "flood-town", "section": "Sport"}).content == b""


@pytest.mark.parametrize(
    ("query", "status"), [("id=nope", 404), ("url=https://x.example/", 404), ("k=3", 422), ("id=flood-town&k=0", 422)]
)
def test_a_refused_fragment_is_empty_and_kept_by_nobody(client: TestClient, query: str, status: int) -> None:
    response = client.get(f"{HTML}?{query}")
    assert (response.status_code, response.content) == (status, b"")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "text/html; charset=utf-8"


def test_a_fragment_asked_for_too_often_is_empty_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise HTTPException(429)

    monkeypatch.setattr("recommender.api.rates.Rates.texts", refuse)
    response = client.get(f"{HTML}?id=too-often&title=Flood")
    assert (response.status_code, response.content) == (429, b"")


def test_refused_feeds_say_why(client: TestClient) -> None:
    assert client.get(f"{RSS}?id=nope").json()["detail"].startswith("no article with id 'nope'")
    assert client.get(RSS).headers["content-type"] == "application/problem+json"


def test_the_feed_is_well_formed_and_says_what_is_linked(client: TestClient) -> None:
    response = client.get(RSS, params={"id": "flood-barrier", "k": "2"})
    assert (response.status_code, response.headers["content-type"]) == (200, "application/rss+xml; charset=utf-8")
    rss = parsed(response.content)
    assert (rss.tag, rss.attrib) == ("rss", {"version": "2.0"})
    said = {one.tag: one.text for one in rss.find("channel") or [] if one.tag != "item"}
    assert said.pop("lastBuildDate", "").endswith(" GMT")
    assert said == {
        "title": "Read more: Why the flood barrier stayed open",
        "link": row("flood-barrier")["url"],
        "description": "Read more: Why the flood barrier stayed open",
        "language": "en",
    }
    hostile = next(item for item in rss.iter("item") if item.findtext("title") == HOSTILE)
    assert {one.tag: one.text for one in hostile} == {
        "title": HOSTILE,
        "link": "https://news.example/a?b=%22%3E&c='d'",
        "guid": "https://news.example/a?b=%22%3E&c='d'",
        "pubDate": "Sat, 05 Sep 2026 05:00:00 GMT",
        "category": "Weather",
        "description": "&lt;b&gt;bold&lt;/b&gt;",
    }


def test_what_xml_cannot_hold_is_replaced_and_what_is_unknown_left_out() -> None:
    rss = parsed(feed(answer({"title": "A\x0b\ufffe\U0001f30aB", "url": "https://news.example/a"})))
    (item,) = rss.iter("item")
    assert [(one.tag, one.text) for one in item] == [
        ("title", "A\ufffd\ufffd\U0001f30aB"),
        ("link", "https://news.example/a"),
        ("guid", "https://news.example/a"),
    ]


@pytest.mark.parametrize("path", [f"{HTML}?id=flood-town", f"{RSS}?id=flood-town", SCRIPT])
def test_answers_may_be_kept_by_caches_of_any_site_and_are_asked_for_again_cheaply(
    client: TestClient, path: str
) -> None:
    first, second = client.get(path), client.get(path)
    assert (first.content, first.headers) == (second.content, second.headers)
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["x-content-type-options"] == "nosniff"
    expected = re.compile("public, max-age=86400, .*") if path == SCRIPT else SHARED_CACHES
    assert expected.fullmatch(first.headers["cache-control"])
    assert "set-cookie" not in first.headers
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{path}{'?' if path == SCRIPT else '&'}k=1").status_code == 200


def test_each_form_and_heading_has_its_own_tag(client: TestClient) -> None:
    paths = [f"{form}?id=flood-town" for form in ("/v1/related", HTML, RSS)]
    tags = {client.get(path).headers["etag"] for path in [*paths, f"{HTML}?id=flood-town&heading=More"]}
    assert len(tags) == 4


def test_the_script_is_served_as_it_is_shipped_even_where_nothing_is_built(tmp_path: Path) -> None:
    client = TestClient(create_app(tmp_path))
    response = client.get(SCRIPT)
    assert response.content == (ROOT / "recommender" / "widget" / "read-more.js").read_bytes()
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert client.head(SCRIPT).headers["etag"] == response.headers["etag"]
    assert client.get(SCRIPT, headers={"if-none-match": response.headers["etag"]}).status_code == 304


def test_where_nothing_is_built_includes_stay_empty_and_the_page_says_so(tmp_path: Path) -> None:
    client = TestClient(create_app(tmp_path))
    refused, page = client.get(f"{HTML}?id=a"), client.get("/embed")
    assert (refused.status_code, refused.content) == (503, b"")
    assert (page.status_code, "Nothing is built yet" in page.text, "<read-more>" in page.text) == (200, True, False)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_page_shows_all_three_live_under_a_strict_policy(client: TestClient, language: str, direction: str) -> None:
    response = client.get("/embed", params={"language": language})
    assert f'<html lang="{language}" dir="{direction}">' in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; connect-src")
    tags = Reader(response.text).tags
    assert (tags.count("read-more"), tags.count("nav"), tags.count("script")) == (1, 2, 1)
    assert "&lt;rss version=" in response.text
    # The newest article in English has no address.
    asked = {"en": "id=goal-final", "ar": "url=https%3A//news.example/2026/09/05/ar-flood"}[language]
    assert f"<code>http://testserver{RSS}?{asked}</code>" in response.text
    assert client.get("/embed.css").headers["content-type"] == "text/css; charset=utf-8"


def test_where_no_article_has_links_the_page_says_so(tmp_path: Path) -> None:
    build_toy(tmp_path / "home", write_jsonl(tmp_path / "one.jsonl", [row("goal-final")]))
    page = TestClient(create_app(tmp_path / "home")).get("/embed")
    assert (page.status_code, "None of the newest articles has links" in page.text) == (200, True)


def test_the_script_is_small_and_keeps_nothing() -> None:
    script = (ROOT / "recommender" / "widget" / "read-more.js").read_bytes()
    assert len(gzip.compress(script)) < 3_000
    assert not re.search(rb"cookie\b(?!,)|localStorage|sessionStorage|indexedDB|innerHTML|eval\(", script)
