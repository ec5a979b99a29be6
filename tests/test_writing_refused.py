"""Who may not write, and when nobody can: without a key, a version, the model, or a corpus that takes it."""

import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from newsroom import NEWS, TOY_STAMP, ToyEmbedder, build_toy
from service import eventually, toy_texts
from writer import PUMPS, Source, put, stored

from recommender.api import create_app
from recommender.keys import Keys
from recommender.texts import TextEmbedder


def test_who_has_no_key_or_another_one_may_not_write(client: TestClient, home: Path) -> None:
    for given in ({"authorization": ""}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer rk_nope"}):
        for response in (put(client, PUMPS, headers=given), client.delete("/v1/articles/flood-town", headers=given)):
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Bearer")
            assert response.headers["content-type"] == "application/problem+json"
    assert put(client, PUMPS, headers={"authorization": ""}).json()["detail"].startswith("send a key")
    assert not stored(home, "flood-pumps")
    assert client.get("/v1/articles/flood-town", headers={"authorization": ""}).status_code == 200


def test_keys_are_looked_at_before_the_body_is(client: TestClient) -> None:
    nobody = {"authorization": "Bearer x", "content-type": "text/plain"}
    assert client.put("/v1/articles/a", content=b"{", headers=nobody).status_code == 401


def test_keys_come_and_go_while_the_service_runs(client: TestClient, home: Path) -> None:
    other = Keys(home).add("second")
    assert put(client, PUMPS, headers={"authorization": f"bearer {other}"}).status_code == 201
    Keys(home).remove("cms")
    assert put(client, PUMPS).status_code == 401
    Keys(home).remove("second")
    response = put(client, PUMPS)
    assert response.status_code == 403
    assert "`recommender keys add NAME`" in response.json()["detail"]


def test_a_key_is_in_no_log(client: TestClient, key: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        put(client, PUMPS)
        put(client, PUMPS, headers={"authorization": f"Bearer {key}x"})
    assert key not in caplog.text
    assert all(key not in repr(vars(record)) for record in caplog.records)


def test_keys_that_cannot_be_read_let_nobody_write(client: TestClient, home: Path) -> None:
    (home / "keys.json").write_text("{")
    response = put(client, PUMPS)
    assert response.status_code == 503
    assert "keys.json: cannot be read" in response.json()["detail"]


def test_nothing_can_be_put_before_there_is_a_version(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"authorization": f"Bearer {Keys(home).add('cms')}"}
    with TestClient(create_app(home, texts=toy_texts(monkeypatch))) as client:
        response = put(client, PUMPS, headers=given)
        assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
        assert client.delete("/v1/articles/a", headers=given).json() == {"removed": 0}


def test_without_its_model_nothing_is_put_and_the_remedy_is_told(
    home: Path, source: Source, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_toy(home, source(NEWS))
    toy_texts(monkeypatch)
    other = ToyEmbedder(TOY_STAMP.__class__("toy", None, "1" * 64, TOY_STAMP.dimension, 256))
    lacking = TestClient(create_app(home, texts=TextEmbedder(load=lambda _: other)))
    response = put(lacking, PUMPS, headers={"authorization": f"Bearer {key}"})
    assert response.status_code == 503
    assert response.json()["detail"].endswith("build again with it")
    assert not stored(home, "flood-pumps")


def test_a_corpus_that_cannot_be_written_now_is_a_problem_that_says_so(
    client: TestClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **more: connect(*given, **more | {"timeout": 0.05}))
    holder = connect(home / "corpus.sqlite", isolation_level=None)
    holder.execute("begin immediate")
    response = put(client, PUMPS)
    holder.execute("rollback")
    holder.close()
    assert response.status_code == 503
    assert "corpus.sqlite" in response.json()["detail"]
    assert put(client, PUMPS).status_code == 201


def test_where_somebody_may_write_the_model_is_loaded_before_anybody_does(
    home: Path, source: Source, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    build_toy(home, source(NEWS))
    loaded: list[str] = []
    texts = toy_texts(monkeypatch)
    texts.embedded = lambda: loaded.append("text")
    monkeypatch.setattr("recommender.texts.find_model", lambda name: loaded.append(name) or _broken(name))
    with TestClient(create_app(home, texts=texts)) as client:
        assert client.get("/readyz").status_code == 200
        eventually(lambda: loaded)
        eventually(lambda: "preload failed, and is tried again" in caplog.text and "OSError: no toy" in caplog.text)
    assert key


def _broken(name: str) -> Any:
    raise OSError(f"no {name}")
