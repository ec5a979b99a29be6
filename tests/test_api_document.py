"""The documentation that the service serves: its own examples hold, and its page loads nothing from elsewhere."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from service import NEWSROOM

from index.fields import PARSERS
from recommender.api import create_app, messages
from recommender.api.app import app_from_environment
from recommender.api.messages import EXAMPLE, Posted, Related, StoredQuery
from recommender.api.unseen import PageQuery

RELATED = "/v1/related"


@pytest.fixture(scope="module")
def client(built: Path) -> TestClient:
    return TestClient(create_app(built))


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    return dict(response.json())


def test_every_route_is_documented(document: dict[str, Any]) -> None:
    assert {(path, method) for path, methods in document["paths"].items() for method in methods} == {
        (RELATED, "get"),
        (RELATED, "post"),
        (f"{RELATED}.html", "get"),
        (f"{RELATED}.rss", "get"),
        ("/v1/articles/{article_id}", "get"),
        ("/v1/articles/{article_id}", "put"),
        ("/v1/articles/{article_id}", "delete"),
        ("/v1/articles", "post"),
        ("/healthz", "get"),
        ("/readyz", "get"),
    }
    assert (document["info"]["title"], document["openapi"][:2]) == ("Related articles", "3.")


def test_answers_and_problems_are_documented_with_their_types(document: dict[str, Any]) -> None:
    responses = document["paths"][RELATED]["get"]["responses"]
    assert set(responses) == {"200", "404", "422", "429", "503"}
    assert responses["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Related")
    assert all("application/problem+json" in responses[status]["content"] for status in ("404", "422", "429", "503"))
    assert "413" in document["paths"][RELATED]["post"]["responses"]


def test_what_writes_is_documented_with_its_key_its_body_and_its_refusals(document: dict[str, Any]) -> None:
    one, many = document["paths"]["/v1/articles/{article_id}"], document["paths"]["/v1/articles"]["post"]
    for operation in (one["put"], one["delete"], many):
        assert operation["security"] == [{"HTTPBearer": []}]
        assert {"200", "401", "403", "422", "429", "503"} <= set(operation["responses"])
    assert "201" in one["put"]["responses"]
    schema = one["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == set(PARSERS)
    assert list(many["requestBody"]["content"]) == ["application/x-ndjson"]
    assert "security" not in one["get"]


def test_every_parameter_of_a_question_is_documented_with_its_bounds(document: dict[str, Any]) -> None:
    parameters = {one["name"]: one for one in document["paths"][RELATED]["get"]["parameters"]}
    assert set(parameters) == set(PageQuery.model_fields)
    assert {parameters["k"]["schema"][name] for name in ("minimum", "maximum")} == {1, 50}
    assert all(one["in"] == "query" and not one["required"] for one in parameters.values())


def examples(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, schema in document["components"]["schemas"].items():
        yield from ((name, example) for example in schema.get("examples", []))


def test_every_example_of_a_type_holds(document: dict[str, Any]) -> None:
    found = list(examples(document))
    assert [name for name, _ in found] == ["Related"]
    for name, example in found:
        assert getattr(messages, name).model_validate(example).model_dump(exclude_unset=True) == example
    assert Related.model_validate(EXAMPLE).returned == len(Related.model_validate(EXAMPLE).items)


def test_the_example_is_of_articles_that_the_bundled_newsroom_holds() -> None:
    rows = {one["id"]: one for one in map(json.loads, NEWSROOM.read_text("utf-8").splitlines())}
    example = Related.model_validate(EXAMPLE)
    for shown in (example.source, *example.items):
        stored = rows[str(shown.id)]
        assert (shown.url, shown.title, shown.language) == (stored["url"], stored["title"], stored["language"])
    item = example.items[0].model_dump(mode="json")
    stored = rows[item["id"]]
    assert [item[name] for name in ("section", "excerpt", "image")] == [
        stored[name] for name in ("section", "excerpt", "image")
    ]
    published = datetime.fromisoformat(str(item["published_at"]))
    assert published == datetime.fromisoformat(stored["published"])


def test_every_example_of_a_parameter_is_taken(document: dict[str, Any]) -> None:
    given = {
        one["name"]: example
        for one in document["paths"][RELATED]["get"]["parameters"]
        for option in [one["schema"], *one["schema"].get("anyOf", [])]
        for example in option.get("examples", [])
    }
    assert given.keys() == {"id", "after", "before"}
    assert StoredQuery.model_validate(given).rules().after == 1789344000.0


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert names <= set(document["components"]["schemas"])


def test_the_kinds_of_question_are_told_apart_by_what_they_hold() -> None:
    posted = TypeAdapter(Posted)
    asked: list[dict[str, Any]] = [{"id": "a"}, {"url": "b"}, {"title": "T", "id": "a"}, {"requests": [{"id": "a"}]}]
    kinds = [type(posted.validate_python(one)).__name__ for one in asked]
    assert kinds == ["StoredQuery", "StoredQuery", "TextQuery", "Batch"]


def test_the_documentation_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    loaded = re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)""", page.text)
    loaded += re.findall(r"""url:\s*["']([^"']+)""", page.text)
    assert "/openapi.json" in loaded
    assert len(loaded) >= 3
    for address in loaded:
        assert address.startswith("/")
        assert not address.startswith("//")
        assert client.get(address).status_code == 200


def test_the_service_is_made_from_its_environment(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_HOME", str(built))
    monkeypatch.delenv("RECOMMENDER_PAGES", raising=False)
    plain = TestClient(app_from_environment())
    assert plain.get("/healthz").json()["articles"] == 14
    assert plain.get("/", follow_redirects=False).status_code == 307
    monkeypatch.setenv("RECOMMENDER_PAGES", "1")
    assert TestClient(app_from_environment()).get("/", follow_redirects=False).status_code == 200
