"""Writing over HTTP: put, put many, remove; durable, seen at once, and refused by field, value and remedy."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from newsroom import build_toy, row
from writer import PUMPS, bulk, errors, put, stored

FLOOD = "/v1/related?id=flood-town&k=14"


def linked(client: TestClient) -> list[str]:
    return [item["id"] for item in client.get(FLOOD).json()["items"]]


def test_an_article_that_is_put_is_stored_and_linked_at_once(client: TestClient, home: Path) -> None:
    assert "flood-pumps" not in linked(client)
    first = put(client, PUMPS)
    assert (first.status_code, first.json()) == (201, {"id": "flood-pumps", "new": True})
    assert stored(home, "flood-pumps")
    assert "flood-pumps" in linked(client)
    assert client.get("/v1/articles/flood-pumps").json()["title"] == PUMPS["title"]
    again = put(client, PUMPS | {"title": "Flood pumps at work"})
    assert (again.status_code, again.json()) == (200, {"id": "flood-pumps", "new": False})
    assert client.get("/v1/articles/flood-pumps").json()["title"] == "Flood pumps at work"
    assert again.headers["cache-control"] == "no-store"


def test_an_answer_that_was_finished_before_is_made_again_after_a_put(client: TestClient) -> None:
    before = client.get(FLOOD)
    assert client.get(FLOOD).headers["etag"] == before.headers["etag"]
    put(client, PUMPS)
    assert client.get(FLOOD, headers={"if-none-match": before.headers["etag"]}).status_code == 200


def test_an_article_that_is_removed_is_linked_no_more_and_kept_out(client: TestClient, home: Path) -> None:
    assert client.delete("/v1/articles/flood-barrier").json() == {"removed": 1}
    assert "flood-barrier" not in linked(client)
    assert client.get("/v1/articles/flood-barrier").status_code == 404
    again = client.delete("/v1/articles/flood-barrier")
    assert (again.status_code, again.json()) == (200, {"removed": 0})
    assert client.delete("/v1/articles/never-seen").json() == {"removed": 0}
    build_toy(home, home.parent / "news.jsonl")
    assert not stored(home, "flood-barrier")
    assert put(client, row("flood-barrier")).status_code == 201
    assert client.get("/v1/articles/flood-barrier").status_code == 200


def test_an_id_may_hold_slashes_and_letters_of_any_script(client: TestClient) -> None:
    for name in ("2026/09/20/pumps", "a//b", "فيضان", "50%", "a b", "../x", "'; drop table article; --"):
        path = "/v1/articles/" + "/".join(part.replace("%", "%25").replace("..", "%2e%2e") for part in name.split("/"))
        assert client.put(path, json=PUMPS | {"id": name}).json() == {"id": name, "new": True}
        assert client.get(path).json()["id"] == name
        assert client.delete(path).json() == {"removed": 1}


def test_the_id_stands_in_the_path_and_may_be_left_out_of_the_body(client: TestClient) -> None:
    plain = {name: value for name, value in PUMPS.items() if name not in ("id", "url")}
    assert client.put("/v1/articles/7", json=plain).json()["id"] == "7"
    assert client.put("/v1/articles/7", json=plain | {"id": 7}).status_code == 200
    ((field, told),) = errors(client.put("/v1/articles/7", json=PUMPS))
    assert (field, told) == ("id", "is not '7'; name the article as in the path, or only there")


@pytest.mark.parametrize(
    ("article", "field", "said"),
    [
        ({}, "title", "is missing or empty; every article needs a title"),
        ({"title": "T", "url": "javascript:alert(1)"}, "url", "is no web address"),
        ({"title": "T", "published": "soon"}, "published", "is no date"),
        ({"title": "T", "tags": [1]}, "tags", "is a number"),
        ({"title": "T" * 1_001}, "title", "has 1,001 characters; at most 1,000 are taken"),
        ([], "body", "is not a JSON object"),
    ],
)
def test_what_is_no_article_is_refused_by_its_field(client: TestClient, article: Any, field: str, said: str) -> None:
    ((named, told),) = errors(client.put("/v1/articles/a", json=article))
    assert named == field
    assert told.startswith(said)


@pytest.mark.parametrize("name", ["", "%20a", "a%00b", "a%0db", "x" * 513, "e%CC%81"])
def test_an_id_that_is_none_is_refused_for_putting_and_for_removing(client: TestClient, name: str) -> None:
    assert errors(client.put(f"/v1/articles/{name}", json={"title": "T"}))[0][0] == "id"
    assert errors(client.delete(f"/v1/articles/{name}"))[0][0] == "id"


def test_many_are_stored_together_and_bad_lines_are_named(client: TestClient) -> None:
    more = PUMPS | {"id": "more", "url": "https://news.example/more"}
    response = bulk(client, PUMPS, b"{", {"id": "x"}, b"", more, more, b"\xff", [1], {"title": "T"})
    body = response.json()
    assert (response.status_code, body["stored"], body["new"]) == (200, 2, 2)
    assert [(one["line"], one["field"]) for one in body["rejected"]] == [
        (2, "body"), (3, "title"), (7, "body"), (8, "body"), (9, "id"),
    ]  # fmt: skip
    assert body["rejected"][1]["problem"] == "is missing or empty; every article needs a title"
    assert {"flood-pumps", "more"} & set(linked(client))
    assert bulk(client, PUMPS).json() == {"stored": 1, "new": 0, "rejected": []}


def test_many_of_which_none_is_good_are_refused_with_their_lines(client: TestClient) -> None:
    response = bulk(client, {"id": "x"}, b"nope")
    assert errors(response)[0][0] == "title"
    assert [one["line"] for one in response.json()["errors"]] == ["1", "2"]
    assert bulk(client).json()["detail"] == "no lines"


def test_more_lines_than_a_thousand_are_refused_whole(client: TestClient, home: Path) -> None:
    response = bulk(client, *({"id": str(number), "title": "T"} for number in range(1_001)))
    assert (response.status_code, response.json()["detail"]) == (413, "more than 1,000 lines; send fewer at once")
    assert not stored(home, "0")


@pytest.mark.parametrize("headers", [{"content-type": "text/plain"}, {"content-encoding": "gzip"}, {}])
def test_another_type_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in (("PUT", "/v1/articles/a"), ("POST", "/v1/articles")):
        kind = {"content-type": "application/json" if method == "PUT" else "application/x-ndjson"}
        given = kind | headers if headers else {}
        response = client.request(method, path, content=b'{"title": "T"}', headers=given)
        assert response.status_code == 415
        assert response.json()["detail"].startswith("send application/")
