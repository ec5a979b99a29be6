"""What is refused over HTTP: as a problem (RFC 9457), with the field, its value, and what to do instead."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from newsroom import TOY_STAMP, ToyEmbedder
from service import toy_texts

from recommender.api import create_app
from recommender.api.limits import MAX_BODY
from recommender.api.messages import MAX_ASKED_TEXT, MAX_BATCH, Problem
from recommender.texts import TextEmbedder

RELATED = "/v1/related"
ISO = "is no date; write RFC 3339, for example 2026-09-14 or 2026-09-14T07:45:00Z"


@pytest.fixture(scope="module")
def app(built: Path) -> Iterator[FastAPI]:
    with pytest.MonkeyPatch.context() as patch:
        yield create_app(built, texts=toy_texts(patch))


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    body: dict[str, Any] = response.json()
    assert Problem.model_validate(body).model_dump(exclude_none=True) == body
    assert (body["type"], body["title"], body["status"]) == ("about:blank", HTTPStatus(status).phrase, status)
    return body


def errors(response: Any) -> list[tuple[str, str, str]]:
    body = problem(response, 422)
    assert body["detail"] == "; ".join(f"{one['field']}: {one['problem']}" for one in body["errors"])
    return [(one["field"], one["value"], one["problem"]) for one in body["errors"]]


@pytest.mark.parametrize(
    ("query", "field", "value", "said"),
    [
        ("id=a&k=0", "k", "'0'", "Input should be greater than or equal to 1"),
        ("id=a&k=51", "k", "'51'", "Input should be less than or equal to 50"),
        ("id=a&k=x", "k", "'x'", "Input should be a valid integer, unable to parse string as an integer"),
        (
            "id=a&language=english",
            "language",
            "'english'",
            "String should match pattern '^([A-Za-z]{2,3}|\\*)(,([A-Za-z]{2,3}|\\*)){0,9}$'",
        ),
        ("id=a&language=" + "en," * 10 + "ar", "language", "'en,en,en,en,en,en,en,en,en,en,ar'", None),
        ("id=a&min_score=1.5", "min_score", "'1.5'", "Input should be less than or equal to 1"),
        ("id=a&min_score=nan", "min_score", "'nan'", "Input should be less than or equal to 1"),
        ("id=a&after=yesterday", "after", "'yesterday'", ISO),
        ("id=a&before=2026-13-01", "before", "'2026-13-01'", ISO),
        ("id=a&before=0001-01-01T00:00%2B14:00", "before", "'0001-01-01T00:00+14:00'", ISO),
        ("id=a&limit=3", "limit", "'3'", "Extra inputs are not permitted"),
        ("id=", "id", "''", "String should have at least 1 character"),
        ("id=a&exclude=", "exclude.0", "''", "String should have at least 1 character"),
        ("", "query", "{}", "give exactly one of id and url"),
        ("id=a&url=b", "query", "{'id': 'a', 'url': 'b'}", "give exactly one of id and url"),
    ],
)
def test_a_wrong_query_is_refused_by_field_and_value(
    client: TestClient, query: str, field: str, value: str, said: str | None
) -> None:
    ((named, shown, told),) = errors(client.get(f"{RELATED}?{query}"))
    assert (named, shown) == (field, value)
    assert said in {None, told}


@pytest.mark.parametrize(
    ("body", "field", "value", "said"),
    [
        ({"title": "  "}, "title", "'  '", "is blank; every article needs a title"),
        ({"title": ""}, "title", "''", "String should have at least 1 character"),
        ({"text": "only"}, "title", "{'text': 'only'}", "Field required"),
        ({"title": "T", "text": 5}, "text", "5", "Input should be a valid string"),
        ({"title": "T", "url": "ftp://x"}, "url", "'ftp://x'", None),
        ({"title": "T", "published": "soon"}, "published", "'soon'", ISO),
        ({"title": "T", "tags": "x"}, "tags", "'x'", "Input should be a valid list"),
        ({"title": "T", "page_language": "?"}, "page_language", "'?'", None),
        ({"title": "T", "page_section": "s" * 201}, "page_section", None, "String should have at most 200 characters"),
        ({"title": "T", "k": 0}, "k", "0", "Input should be greater than or equal to 1"),
        ({"title": "T", "body": "x"}, "body", "'x'", "Extra inputs are not permitted"),
        ({"id": "a", "k": 51}, "k", "51", "Input should be less than or equal to 50"),
        ({"id": "a", "url": "b"}, "body", "{'id': 'a', 'url': 'b'}", "give exactly one of id and url"),
        ({"requests": []}, "requests", "[]", None),
        ({"requests": [{"id": "a"}, {"id": "b", "k": 99}]}, "requests.1.k", "99", None),
        ({"requests": [{"title": " "}]}, "requests.0.title", "' '", "is blank; every article needs a title"),
        ([1], "body", "[1]", "is not a JSON object; send one JSON object"),
    ],
)
def test_a_wrong_body_is_refused_by_field_and_value(
    client: TestClient, body: Any, field: str, value: str | None, said: str | None
) -> None:
    ((named, shown, told),) = errors(client.post(RELATED, json=body))
    assert named == field
    assert value is None or shown == value
    assert said is None or told == said


def test_every_wrong_field_is_named(client: TestClient) -> None:
    assert [field for field, *_ in errors(client.get(f"{RELATED}?id=a&k=0&section=&after=x&page=2"))] == [
        "k",
        "section",
        "after",
        "page",
    ]


def test_a_long_value_is_shown_cut(client: TestClient) -> None:
    ((field, shown, _),) = errors(client.get(RELATED, params={"id": "a", "language": "x" * 500}))
    assert (field, len(shown)) == ("language", 80)


@pytest.mark.parametrize(("content", "at"), [(b'{"title": ', 10), (b"nonsense", 0), (b'{"title": "T"} x', 15)])
def test_what_is_not_json_is_refused_with_the_place(client: TestClient, content: bytes, at: int) -> None:
    ((field, _, told),) = errors(client.post(RELATED, content=content, headers={"content-type": "application/json"}))
    assert field == "body"
    assert told.startswith(f"is not JSON at character {at} (")


def test_a_body_that_is_missing_is_asked_for(client: TestClient) -> None:
    assert errors(client.post(RELATED)) == [("body", "None", "is missing; send one JSON object")]


def test_texts_up_to_the_limit_are_taken_and_longer_ones_refused(client: TestClient) -> None:
    assert client.post(RELATED, json={"title": "T" * 1_000, "text": "x" * MAX_ASKED_TEXT}).status_code == 200
    ((field, _, told),) = errors(client.post(RELATED, json={"title": "T", "text": "x" * (MAX_ASKED_TEXT + 1)}))
    assert (field, told) == ("text", "String should have at most 100000 characters")
    ((field, _, told),) = errors(client.post(RELATED, json={"title": "T" * 1_001}))
    assert (field, told) == ("title", "String should have at most 1000 characters")


def test_a_batch_up_to_the_limit_is_taken_and_a_longer_one_refused(client: TestClient) -> None:
    assert client.post(RELATED, json={"requests": [{"id": "flood-town"}] * MAX_BATCH}).status_code == 200
    ((field, _, told),) = errors(client.post(RELATED, json={"requests": [{"id": "flood-town"}] * (MAX_BATCH + 1)}))
    assert field == "requests"
    assert "at most 32 items" in told


def test_a_body_that_is_too_large_is_refused_announced_or_not(client: TestClient) -> None:
    large = b'{"title": "' + b"x" * MAX_BODY + b'"}'
    told = "the body is longer than 4,194,304 bytes; send less"
    assert problem(client.post(RELATED, content=large), 413)["detail"] == told
    in_parts = (large[start : start + 65_536] for start in range(0, len(large), 65_536))
    response = client.post(RELATED, content=in_parts, headers={"origin": "https://paper.example"})
    assert problem(response, 413)["detail"] == told
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{RELATED}?id=nope", "no article with id 'nope' in this index; build with it, or POST its text"),
        (f"{RELATED}?url=https://x.example/1", "no article at 'https://x.example/1' in this index; build with it, or"),
        ("/v1/articles/no/such", "no article with id 'no/such' in this index"),
        ("/nowhere", "Not Found"),
    ],
)
def test_what_is_not_there_is_a_problem_that_says_what(client: TestClient, path: str, said: str) -> None:
    assert problem(client.get(path), 404)["detail"].startswith(said)


def test_another_method_is_refused_with_those_there_are(client: TestClient) -> None:
    response = client.delete(RELATED)
    problem(response, 405)
    assert set(response.headers["allow"].split(", ")) <= {"GET", "POST"}


def test_without_its_model_an_index_answers_for_stored_pages_only(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toy_texts(monkeypatch)
    other = ToyEmbedder()
    other.stamp = TOY_STAMP.__class__("toy", None, "1" * 64, TOY_STAMP.dimension, 256)
    client = TestClient(create_app(built, texts=TextEmbedder(load=lambda _: other)))
    told = problem(client.post(RELATED, json={"title": "T"}), 503)["detail"]
    assert told == "toy: other weights than this index was built with; build again with it"
    assert client.get(f"{RELATED}?id=flood-town").status_code == 200
    answers = client.post(RELATED, json={"requests": [{"title": "T"}, {"id": "flood-town"}]}).json()["answers"]
    assert (answers[0]["status"], answers[1]["returned"]) == (503, 3)


def test_an_unexpected_error_is_a_problem_that_tells_nothing_and_a_log_entry_that_tells_all(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret path /srv/x")

    monkeypatch.setattr("recommender.related.Recommender.by_id", broken)
    with caplog.at_level(logging.ERROR, "recommender.api"):
        body = problem(client.get(f"{RELATED}?id=flood-barrier&k=9"), 500)
    assert body["detail"] == "an unexpected error; the server's log has it"
    assert "secret" not in str(body)
    (record,) = (one for one in caplog.records if one.name == "recommender.api")
    assert record.getMessage() == "unexpected error at GET /v1/related"
    assert "secret path" in caplog.text
