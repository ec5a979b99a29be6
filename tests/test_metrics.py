"""What is counted: every request once, by what answered it, and the same sum whichever of several workers is asked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from newsroom import NEWS
from prometheus_client.parser import text_string_to_metric_families
from service import eventually, serving, toy_texts

from index.snapshot import Snapshot
from recommender.api import create_app
from recommender.api.metrics import BUCKETS, CONTENT_TYPE

FLOOD = "/v1/related?id=flood-town"
Samples = dict[tuple[str, ...], float]


def samples(text: str, name: str) -> Samples:
    """The samples of this name, by the values of their labels."""
    families = text_string_to_metric_families(text)
    found = [one for family in families for one in family.samples if one.name == name]
    return {tuple(one.labels[label] for label in sorted(one.labels)): one.value for one in found}


def requests(text: str) -> Samples:
    """How many requests by (method, route, status), without those for the metrics."""
    counted = samples(text, "recommender_request_seconds_count")
    return {labels: count for labels, count in counted.items() if labels[1] != "/metrics"}


@pytest.fixture
def app(built: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    return create_app(built, texts=toy_texts(monkeypatch))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_requests_are_counted_by_route_method_and_status(client: TestClient) -> None:
    etag = client.get(FLOOD).headers["etag"]
    client.get(FLOOD)
    client.head(FLOOD)
    client.get(FLOOD, headers={"if-none-match": etag})
    client.get("/v1/related?id=nope")
    client.get("/v1/related")
    client.get("/v1/articles/flood-town")
    client.get("/v1/articles/a/b")
    client.post("/v1/related", json={"id": "flood-town"})
    client.get("/nowhere/secret")
    client.delete("/healthz")
    assert requests(client.get("/metrics").text) == {
        ("GET", "/v1/related", "200"): 2,
        ("HEAD", "/v1/related", "200"): 1,
        ("GET", "/v1/related", "304"): 1,
        ("GET", "/v1/related", "404"): 1,
        ("GET", "/v1/related", "422"): 1,
        ("GET", "/v1/articles/{article_id}", "200"): 1,
        ("GET", "/v1/articles/{article_id}", "404"): 1,
        ("POST", "/v1/related", "200"): 1,
        ("GET", "(none)", "404"): 1,
        ("DELETE", "/healthz", "405"): 1,
    }


def test_times_are_in_buckets_that_reach_from_half_a_millisecond_to_a_second(client: TestClient) -> None:
    for _ in range(3):
        client.get(FLOOD)
    text = client.get("/metrics").text
    buckets = samples(text, "recommender_request_seconds_bucket")
    counted = {labels[0]: count for labels, count in buckets.items() if labels[2] == "/v1/related"}
    assert list(counted) == [*map(str, BUCKETS), "+Inf"]
    assert list(counted.values()) == sorted(counted.values())
    assert counted["+Inf"] == 3
    spent = samples(text, "recommender_request_seconds_sum")["GET", "/v1/related", "200"]
    assert 0 < spent < 30


def test_an_answer_given_before_is_a_hit_and_any_other_a_miss(client: TestClient) -> None:
    for path in (FLOOD, FLOOD, FLOOD, f"{FLOOD}&k=1", "/v1/related?id=nope", "/healthz"):
        client.get(path)
    found = samples(client.get("/metrics").text, "recommender_finished_answers_total")
    assert found == {("hit",): 2, ("miss",): 3}


def test_why_links_are_fewer_is_counted_for_every_answer_that_was_worked_out(client: TestClient) -> None:
    asked = [f"{FLOOD}&k=50", f"{FLOOD}&k=50", f"{FLOOD}&section=None", f"{FLOOD}&min_score=1", FLOOD]
    reasons = {client.get(path).json()["fallback"] for path in asked}
    assert reasons == {"fewer_than_asked", "none_found", "below_min_score", None}
    client.post("/v1/related", json={"requests": [{"title": "flood", "k": 50}, {"id": "flood-town", "k": 50}]})
    found = samples(client.get("/metrics").text, "recommender_fallbacks_total")
    assert found == {("fewer_than_asked",): 3, ("none_found",): 1, ("below_min_score",): 1}


def test_texts_are_counted_when_they_are_embedded_and_not_when_they_are_known(client: TestClient) -> None:
    for title in ("flood", "goal", "flood"):
        client.post("/v1/related", json={"title": title})
    assert samples(client.get("/metrics").text, "recommender_embeddings_total") == {(): 2}


def test_what_a_limit_refuses_is_counted(client: TestClient) -> None:
    client.post("/v1/related", content=b" " * (5 * 1024 * 1024))
    assert requests(client.get("/metrics").text) == {("POST", "(none)", "413"): 1}


def test_an_error_that_nobody_expected_is_counted_and_named_in_its_answer(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("broken")

    app.add_api_route("/broken", broken)
    response = client.get("/broken", headers={"x-request-id": "mine-1"})
    assert (response.status_code, response.headers["x-request-id"]) == (500, "mine-1")
    assert requests(client.get("/metrics").text) == {("GET", "/broken", "500"): 1}
    assert [record.__dict__["request_id"] for record in caplog.records if record.levelname == "ERROR"] == ["mine-1"] * 2


def test_what_the_index_is_like_is_told_as_it_is_now(client: TestClient, snapshot: Snapshot) -> None:
    response = client.get("/metrics")
    assert (response.headers["content-type"], response.headers["cache-control"]) == (CONTENT_TYPE, "no-store")
    assert samples(response.text, "recommender_index_info") == {("toy", snapshot.version): 1}
    assert samples(response.text, "recommender_index_articles") == {(): len(NEWS)}
    assert samples(response.text, "recommender_index_fresh_articles") == {(): 0}
    first, second = (samples(client.get("/metrics").text, "recommender_index_age_seconds")[()] for _ in range(2))
    assert 0 < first < second < 3_600


def test_without_an_index_there_is_nothing_to_tell_of_it(home: Path) -> None:
    with TestClient(create_app(home)) as client:
        client.get(FLOOD)
        text = client.get("/metrics").text
    assert requests(text) == {("GET", "/v1/related", "503"): 1}
    assert "recommender_index" not in text


def test_the_sum_over_two_workers_is_exact_and_their_files_go_with_them(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(built, "--workers", "2") as server, ThreadPoolExecutor(8) as pool:
        asked = 0

        def both() -> int:
            nonlocal asked
            statuses = list(pool.map(lambda _: server.get(FLOOD).status, range(40)))
            assert statuses == [200] * 40
            asked += 40
            return len(list(tmp_path.glob("*/counter_*.db"))) == 2 and asked

        assert eventually(both, within=20) == asked
        for text in (server.get("/metrics").body.decode() for _ in range(4)):
            assert requests(text)["GET", "/v1/related", "200"] == asked
            found = samples(text, "recommender_finished_answers_total")
            assert found["hit",] + found["miss",] == asked
            assert samples(text, "recommender_index_articles") == {(): len(NEWS)}
        server.stop()
    assert list(tmp_path.iterdir()) == []
