"""A service that runs while versions come and go: nothing built yet, a new one, a roll back, a broken one."""

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from newsroom import NEWS, build_toy, row
from service import eventually

from index.edition import Edition
from index.live import LiveIndex
from index.releases import Releases
from recommender.api import create_app

FLOOD = "/v1/related?id=flood-town"
NEWER = row("flood-barrier") | {
    "id": "flood-ends",
    "url": "https://news.example/2026/09/07/flood-ends",
    "title": "Flood ends as the barrier is shut by hand",
    "published": "2026-09-07T05:00:00Z",
    "text": "The flood has left the lower town. Forty soldiers turned the barrier's wheels by hand for a night.",
}
Source = Callable[[Iterable[object]], Path]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.api.app.LOOK_EVERY_S", 0.01)


@pytest.fixture
def first(home: Path, source: Source) -> str:
    return build_toy(home, source(NEWS)).version


@pytest.fixture
def client(home: Path, first: str) -> Iterator[TestClient]:
    with TestClient(create_app(home)) as client:
        assert client.get("/healthz").json()["version"] == first
        yield client


def version(client: TestClient) -> str:
    response = client.get(FLOOD)
    assert response.status_code == 200, response.text
    return str(response.json()["index"]["version"])


def test_a_service_without_an_index_says_so_and_answers_once_there_is_one(home: Path, source: Source) -> None:
    with TestClient(create_app(home)) as client:
        for path in (FLOOD, "/v1/articles/flood-town"):
            response = client.get(path)
            assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
            assert response.json()["detail"].endswith(
                "nothing is built here yet; run build first, or name another --home"
            )
        for path in ("/healthz", "/readyz"):
            response = client.get(path)
            assert response.status_code == 503
            assert response.json() == {
                "status": "unavailable",
                "version": None,
                "built_at": None,
                "articles": 0,
                "problem": f"{home}: nothing is built here yet; run build first, or name another --home",
            }
        assert client.post("/v1/related", json={"title": "T"}).status_code == 503
        built = build_toy(home, source(NEWS)).version
        eventually(lambda: client.get("/readyz").status_code == 200)
        assert version(client) == built
        assert client.get("/v1/articles/flood-town").status_code == 200


def test_a_new_version_answers_without_a_restart_and_so_does_the_old_one_again(
    client: TestClient, home: Path, source: Source, first: str
) -> None:
    before = client.get(FLOOD)
    second = build_toy(home, source([NEWER])).version
    eventually(lambda: version(client) == second)
    after = client.get(FLOOD, headers={"if-none-match": before.headers["etag"]})
    assert (after.status_code, after.json()["items"][0]["id"]) == (200, "flood-ends")
    assert after.headers["etag"] != before.headers["etag"]

    Releases(home).use(first)
    eventually(lambda: version(client) == first)
    assert client.get(FLOOD).content == before.content
    assert client.get(FLOOD, headers={"if-none-match": before.headers["etag"]}).status_code == 304


def test_a_broken_version_never_replaces_a_good_one_and_health_tells_of_it(
    client: TestClient, home: Path, source: Source, first: str
) -> None:
    second = build_toy(home, source([NEWER])).version
    eventually(lambda: version(client) == second)
    # `use` would refuse it: here the disk breaks, and a hand points the link.
    (home / "versions" / first / "vectors.faiss").write_bytes(b"")
    (home / "current").unlink()
    (home / "current").symlink_to(Path("versions") / first)
    health = eventually(lambda: (body := client.get("/healthz").json())["status"] == "degraded" and body)
    assert (health["version"], health["articles"]) == (second, 15)
    assert f"{first}: cannot be opened" in health["problem"]
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (503, 200)
    assert version(client) == second

    Releases(home).use(second)
    eventually(lambda: client.get("/healthz").json()["status"] == "ok")


def test_a_look_that_fails_unexpectedly_is_logged_and_looked_again(
    home: Path, source: Source, first: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("recommender.loops.PAUSE_S", 0.01)
    broken, restarted = [True], LiveIndex._restarted

    def sometimes(live: LiveIndex) -> Edition | None:
        if broken:
            raise PermissionError("versions")
        return restarted(live)

    with TestClient(create_app(home)) as client, caplog.at_level(logging.ERROR, "recommender.loops"):
        monkeypatch.setattr(LiveIndex, "_restarted", sometimes)
        eventually(lambda: "watch failed, and is tried again" in caplog.text)
        assert version(client) == first
        broken.clear()
        second = build_toy(home, source([NEWER])).version
        eventually(lambda: version(client) == second)
