"""Questions over HTTP: answers as documented, caching, what other sites may do, single articles, and health."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from newsroom import NEWS, row
from service import toy_texts

from index.snapshot import Snapshot
from recommender.api import create_app
from recommender.api.messages import ArticleCard, BatchAnswers, Health, Related
from recommender.api.stored import cache_control
from recommender.links import Rules
from recommender.related import Recommender
from recommender.responses import answer_body, encode

RELATED = "/v1/related"
FLOOD = f"{RELATED}?id=flood-town"
SITE = {"origin": "https://paper.example"}


@pytest.fixture(scope="module")
def app(built: Path) -> Iterator[FastAPI]:
    with pytest.MonkeyPatch.context() as patch:
        yield create_app(built, texts=toy_texts(patch))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def post(client: TestClient, body: Any) -> Any:
    response = client.post(RELATED, json=body)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.headers["cache-control"] == "no-store"
    return response.json()


def ids(body: dict[str, Any]) -> list[str]:
    return [item["id"] for item in body["items"]]


@pytest.mark.parametrize("article_id", [one["id"] for one in NEWS])
def test_an_answer_is_what_the_recommender_says_in_the_documented_form(
    client: TestClient, snapshot: Snapshot, article_id: str
) -> None:
    response = client.get(RELATED, params={"id": article_id})
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    rules = Rules()
    assert response.content == encode(answer_body(snapshot, Recommender(snapshot).by_id(article_id, rules), rules))
    assert Related.model_validate(response.json()).model_dump(exclude_unset=True) == response.json()


@pytest.mark.parametrize("spelling", ["http://www.news.example/2026/09/05/flood-town/", row("flood-town")["url"]])
def test_a_page_is_found_by_its_address_in_another_spelling(client: TestClient, spelling: str) -> None:
    assert client.get(RELATED, params={"url": spelling}).json() == client.get(FLOOD).json()


def test_rules_in_a_query_are_kept(client: TestClient, snapshot: Snapshot) -> None:
    query = {"id": "flood-town", "k": "2", "language": "EN", "after": "2026-09-02", "before": "2026-09-09T09:00:00Z"}
    body = client.get(RELATED, params=query | {"exclude": ["flood-barrier", row("measles-school")["url"]]}).json()
    assert set(ids(body)) <= {"minister-sworn-in", "harbour-walkout", "harbour-walkout-wire"}
    assert body["returned"] == 2
    rules = Rules(2, None, "en", 1788307200.0, 1788944400.0, frozenset(["flood-barrier", row("measles-school")["url"]]))
    assert body == answer_body(snapshot, Recommender(snapshot).by_id("flood-town", rules), rules)


def test_a_section_in_a_query_leaves_only_that_section(client: TestClient) -> None:
    body = client.get(f"{FLOOD}&section=health").json()
    assert set(ids(body)) == {"measles-school", "measles-vaccine"}
    assert body["fallback"] == "fewer_than_asked"


def test_a_least_probability_in_a_query_leaves_only_better_links(client: TestClient) -> None:
    every = client.get(FLOOD).json()["items"]
    body = client.get(RELATED, params={"id": "flood-town", "min_score": every[0]["score"] - 1e-4}).json()
    assert (body["items"], body["fallback"]) == (every[:1], "below_min_score")


def test_posting_the_same_question_is_the_same_answer(client: TestClient) -> None:
    assert post(client, {"id": "flood-town", "k": 2}) == client.get(f"{FLOOD}&k=2").json()
    assert post(client, {"url": row("flood-town")["url"]}) == client.get(FLOOD).json()


def test_an_unseen_text_gets_the_links_of_its_topic(client: TestClient) -> None:
    body = post(client, {"title": "Measles spreads", "text": "measles", "page_language": "en", "k": 2})
    assert set(ids(body)) == {"measles-school", "measles-vaccine"}
    assert body["source"]["known"] is False
    assert (body["source"]["title"], body["source"]["language"]) == ("Measles spreads", "en")
    assert Related.model_validate(body).model_dump(exclude_unset=True) == body


def test_copies_of_an_unseen_text_are_not_linked(client: TestClient) -> None:
    asked = {"title": "Another headline", "text": row("harbour-walkout")["text"], "page_language": "en", "k": 50}
    assert set(ids(post(client, asked))) == {one["id"] for one in NEWS if one["language"] == "en"} - {
        "harbour-walkout",
        "harbour-walkout-wire",
    }


def test_what_is_known_of_an_unseen_text_is_used(client: TestClient) -> None:
    known = {"tags": ["Space"], "page_section": "Science", "author": "A", "published": "2026-09-10"}
    body = post(client, {"title": "Nothing", "id": "mine", "url": "https://x.example/1", "language": "en"} | known)
    assert ids(body)[0] == "moon-landing"
    assert body["items"][0]["why"]["shared"] == ["Space"]
    assert body["source"] == {
        "id": "mine",
        "url": "https://x.example/1",
        "title": "Nothing",
        "published_at": "2026-09-10T00:00:00Z",
        "language": "en",
        "known": False,
    }


@pytest.mark.parametrize(("language", "own"), [("*", None), ("ar,EN", "ar")])
def test_a_text_may_be_asked_about_in_several_languages(client: TestClient, language: str, own: str | None) -> None:
    body = post(client, {"title": "flood فيضان", "language": language, "k": 50})
    assert body["source"]["language"] == own
    assert {item["language"] for item in body["items"]} == {"en", "ar"}


def test_a_batch_is_answered_in_order_and_one_bad_entry_spoils_no_other(client: TestClient) -> None:
    asked: list[dict[str, Any]] = [{"id": "flood-town", "k": 1}, {"id": "nope"}, {"title": "Goal", "text": "goal"}]
    body = post(client, {"requests": asked})
    first, missing, text = body["answers"]
    assert first == post(client, asked[0])
    assert text == post(client, asked[2])
    assert missing == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "no article with id 'nope' in this index; build with it, or POST its text",
    }
    assert [type(one).__name__ for one in BatchAnswers.model_validate(body).answers] == [
        "Related",
        "Problem",
        "Related",
    ]


def test_an_answer_may_be_kept_and_shown_stale_while_it_is_renewed(client: TestClient) -> None:
    answer = client.get(FLOOD)
    assert answer.headers["cache-control"] == cache_control(answer.json())
    assert answer.headers["etag"] == f'"{answer.json()["request_id"]}"'


@pytest.mark.parametrize(
    ("published", "max_age"),
    [
        (None, 60),
        ("2026-09-14T08:00:00Z", 60),
        ("2026-09-15T09:00:00Z", 60),
        ("2026-09-12T08:00:00Z", 172),
        ("2026-09-07T08:00:00+00:00", 600),
        ("0001-01-01T00:00:00Z", 600),
    ],
)
def test_an_answer_is_kept_the_longer_the_older_its_page_was(published: str | None, max_age: int) -> None:
    told = cache_control({"index": {"built_at": "2026-09-14T08:00:00Z"}, "source": {"published_at": published}})
    assert told == f"public, max-age={max_age}, stale-while-revalidate=600, stale-if-error=86400"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', 'W/"x",W/{}', "*"])
def test_who_has_the_answer_already_is_told_so(client: TestClient, form: str) -> None:
    known = client.get(FLOOD).headers
    response = client.get(FLOOD, headers={"if-none-match": form.format(known["etag"])})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == known["etag"]
    assert response.headers["cache-control"] == known["cache-control"]
    assert "content-type" not in response.headers
    assert client.get(f"{FLOOD}&k=1", headers={"if-none-match": known["etag"]}).status_code == 200


def test_the_first_and_the_second_answer_are_the_same_bytes_and_headers(client: TestClient) -> None:
    fresh = f"{FLOOD}&k=7"
    first, second = client.get(fresh, headers=SITE), client.get(fresh, headers=SITE)
    assert first.content == second.content
    assert first.headers.multi_items() == second.headers.multi_items()
    assert first.headers["access-control-allow-origin"] == "*"


def test_a_page_of_any_site_may_ask(client: TestClient) -> None:
    preflight = client.options(
        RELATED,
        headers=SITE | {"access-control-request-method": "POST", "access-control-request-headers": "content-type"},
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower()
    for response in (client.get(FLOOD, headers=SITE), client.get(f"{RELATED}?id=nope", headers=SITE)):
        assert response.headers["access-control-allow-origin"] == "*"


def test_no_site_may_do_more_than_ask(client: TestClient) -> None:
    refused = client.options(RELATED, headers=SITE | {"access-control-request-method": "DELETE"})
    assert refused.status_code == 400


@pytest.mark.parametrize("article_id", ["harbour-walkout", "goal-final", "ar-flood"])
def test_an_article_is_shown_by_its_id(client: TestClient, snapshot: Snapshot, article_id: str) -> None:
    response, stored = client.get(f"/v1/articles/{quote(article_id)}"), row(article_id)
    assert response.status_code == 200
    assert ArticleCard.model_validate(response.json()).model_dump(exclude_unset=True) == response.json()
    assert response.json() == {
        "id": article_id,
        "url": stored["url"] or f"urn:article:{article_id}",
        "title": stored["title"],
        "published_at": stored["published"].replace("+00:00", "Z"),
        "section": stored["section"],
        "language": stored["language"],
        "image": stored.get("image"),
        "excerpt": None,
    }
    assert snapshot.articles.row_of_id(article_id) is not None


def test_a_service_with_an_index_is_healthy_and_ready(client: TestClient, snapshot: Snapshot) -> None:
    for path in ("/healthz", "/readyz"):
        response = client.get(path)
        assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
        assert Health.model_validate(response.json()).model_dump(exclude_unset=True) == response.json()
        assert response.json() == {
            "status": "ok",
            "version": snapshot.version,
            "built_at": snapshot.manifest["built_at"].replace("+00:00", "Z"),
            "articles": 14,
            "problem": None,
        }


def test_without_pages_the_front_door_leads_to_the_documentation(client: TestClient) -> None:
    response = client.get("/", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (307, "docs")
    assert client.get("/").status_code == 200


def test_with_pages_it_opens_the_newsroom(built: Path) -> None:
    client = TestClient(create_app(built, pages=True))
    assert client.get("/").headers["content-type"].startswith("text/html")
    assert "/" not in json.loads(client.get("/openapi.json").content)["paths"]
