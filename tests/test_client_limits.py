"""How often: unseen texts an address, writes a key; pages that are not stored, from their title."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from newsroom import NEWS, build_toy, write_jsonl
from service import toy_texts
from typer.testing import CliRunner

from recommender import cli
from recommender.allowance import TEXTS, WRITES, Allowance
from recommender.api import create_app, rates
from recommender.api.rates import Rates
from recommender.keys import Keys

RELATED = "/v1/related"
NEW = {"url": "https://news.example/new", "title": "Flood returns to the lower town"}


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.time", clock)
    return clock


def request(host: str | None = "192.0.2.1") -> Request:
    return Request({"type": "http", "headers": [], "client": host and (host, 1)})


def refused(limits: Rates, *given: Any) -> int:
    with pytest.raises(HTTPException) as error:
        limits.texts(*given)
    assert error.value.status_code == 429
    return int((error.value.headers or {})["Retry-After"])


def test_so_many_a_minute_and_no_more_until_the_first_is_a_minute_old(clock: Clock) -> None:
    limits = Rates(Allowance(texts_per_minute=2))
    limits.texts(request())
    clock.now += 20
    limits.texts(request())
    assert refused(limits, request()) == 40
    limits.texts(request("192.0.2.2"))
    clock.now += 41
    limits.texts(request())
    assert refused(limits, request()) == 19


def test_a_batch_counts_as_many_as_it_holds(clock: Clock) -> None:
    limits = Rates(Allowance(texts_per_minute=3))
    limits.texts(request(), 2)
    assert refused(limits, request(), 2) == 60
    limits.texts(request(), 1)
    limits.texts(request(), 0)
    assert refused(Rates(Allowance(texts_per_minute=3)), request(), 4) >= 1
    assert clock.now == 1_000_000


def test_no_limit_is_none() -> None:
    limits = Rates(Allowance(0, 0))
    for _ in range(200):
        limits.texts(request(), 32)
        limits.write("cms")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("testclient", "testclient", True),
        (None, None, True),
    ],
)
def test_who_counts_as_one_client(one: str | None, other: str | None, same: bool) -> None:
    limits = Rates(Allowance(texts_per_minute=1))
    limits.texts(request(one))
    if same:
        refused(limits, request(other))
    else:
        limits.texts(request(other))


def test_what_is_remembered_of_clients_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_COUNTED", 10)
    limits = Rates(Allowance())
    for number in range(100):
        limits.texts(request(f"192.0.2.{number}"))
        limits.posts(request(f"192.0.2.{number}"), 1)
    assert len(limits._storage.events) <= 11
    assert len(limits._posted.storage) <= 11


def test_writes_are_counted_by_key() -> None:
    limits = Rates(Allowance(writes_per_minute=1))
    limits.write("a")
    limits.write("b")
    with pytest.raises(HTTPException, match="more than 1 writes in a minute"):
        limits.write("a")


def test_workers_are_told_the_allowance_by_their_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (TEXTS, WRITES):
        monkeypatch.delenv(name, raising=False)
    assert Allowance.from_environment() == Allowance() == Allowance(60, 600)
    for name, value in Allowance(0, 7).environment.items():
        monkeypatch.setenv(name, value)
    assert Allowance.from_environment() == Allowance(0, 7)


@pytest.mark.parametrize(
    ("settings", "told", "words", "allowance"),
    [
        ("", {}, (), Allowance()),
        ("[limits]\ntexts_per_minute = 5\n", {}, (), Allowance(5, 600)),
        ("[limits]\ntexts_per_minute = 5\n", {TEXTS: "6", WRITES: "7"}, (), Allowance(6, 7)),
        ("", {TEXTS: "6"}, ("--texts-per-minute", "0"), Allowance(0, 600)),
    ],
)
def test_the_allowance_comes_from_the_settings_the_environment_and_the_command_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: str,
    told: dict[str, str],
    words: tuple[str, ...],
    allowance: Allowance,
) -> None:
    (tmp_path / "recommender.toml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    served: list[Any] = []
    monkeypatch.setattr("recommender.serving.serve", lambda *_, **more: served.append(more["allowance"]))
    done = CliRunner().invoke(cli.app, ["serve", *words], env={TEXTS: None, WRITES: None} | told)
    assert (done.exit_code, served) == (0, [allowance]), done.output


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("limited")
    build_toy(folder / "home", write_jsonl(folder / "news.jsonl", NEWS))
    with pytest.MonkeyPatch.context() as patch:
        yield create_app(folder / "home", texts=toy_texts(patch), allowance=Allowance(3, 2))


def client(app: FastAPI, host: str) -> TestClient:
    return TestClient(app, client=(host, 1), raise_server_exceptions=False)


def test_a_page_that_is_not_stored_is_answered_from_its_title(app: FastAPI) -> None:
    mine = client(app, "192.0.2.10")
    assert mine.get(RELATED, params={"url": NEW["url"]}).status_code == 404
    answer = mine.get(RELATED, params=NEW | {"debug": "1"})
    assert answer.status_code == 200, answer.text
    source = {"url": NEW["url"], "title": NEW["title"], "language": "en", "known": False}
    assert answer.json()["source"].items() >= source.items()
    assert {item["id"] for item in answer.json()["items"]} & {"flood-town", "flood-barrier"}
    assert len(answer.json()["rejected"]) > 3
    same = mine.get(RELATED, params=NEW).json()
    assert same["items"] == mine.get(RELATED, params={"id": "new", "title": NEW["title"]}).json()["items"]


def test_a_page_that_is_stored_wins_over_its_title_and_is_not_counted(app: FastAPI) -> None:
    mine = client(app, "192.0.2.11")
    for number in range(5):
        body = mine.get(RELATED, params={"id": "flood-town", "title": f"Moon {number}"}).json()
        assert (body["source"]["known"], body["source"]["title"]) == (True, "Flood drives hundreds from their homes")


def test_an_answer_that_is_finished_is_not_counted_again(app: FastAPI) -> None:
    mine = client(app, "192.0.2.12")
    answers = [mine.get(RELATED, params=NEW | {"k": "2"}) for _ in range(6)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["etag"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [({"title": "  "}, "title"), ({"title": "x" * 1_001}, "title"), ({"title": "T", "url": "javascript:x()"}, "url")],
)
def test_a_title_or_an_address_that_is_none_is_refused(app: FastAPI, more: dict[str, str], field: str) -> None:
    answer = client(app, f"192.0.2.{20 + len(more['title']) % 100}").get(RELATED, params=NEW | more)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_who_asks_for_too_many_texts_is_told_when_to_come_back(app: FastAPI) -> None:
    mine = client(app, "192.0.2.13")
    for number in range(3):
        assert mine.post(RELATED, json={"title": f"Flood {number}"}).status_code == 200
    batch = {"requests": [{"title": "T"}, {"id": "flood-town"}]}
    refusals = [
        mine.post(RELATED, json={"title": "T"}),
        mine.post(RELATED, json=batch),
        mine.get(RELATED, params=NEW | {"title": "Flood again"}),
    ]
    for refusal in refusals:
        assert (refusal.status_code, refusal.headers["content-type"]) == (429, "application/problem+json")
        assert 1 <= int(refusal.headers["retry-after"]) <= 60
        assert refusal.json()["detail"].startswith("more than 3 unseen texts in a minute; come back in ")
    assert mine.post(RELATED, json={"id": "flood-town"}).status_code == 200
    assert mine.get(RELATED, params={"id": "flood-town"}).status_code == 200
    assert client(app, "192.0.2.14").post(RELATED, json=batch).status_code == 200


def test_who_writes_too_much_is_told_when_to_come_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    given = {"authorization": f"Bearer {Keys(home).add('cms')}"}
    limited = TestClient(create_app(home, allowance=Allowance(0, 2)), headers=given)
    answers = [limited.delete(f"/v1/articles/{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "retry-after" in answers[2].headers
    assert limited.delete("/v1/articles/1", headers={"authorization": "Bearer x"}).status_code == 401
