"""While one client's hostile request is worked on or waits, every other client is answered: by order of events."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from service import Server, fetch, serving
from target import Target, read_all

from index.fields import InvalidFieldError
from recommender.api import create_app, limits
from recommender.api.front import _page
from recommender.api.messages import TextQuery
from recommender.operation import Operation

READER = "/v1/related?id=flood-town"
MANY = 5


def posted(body: bytes) -> bytes:
    head = "POST /v1/related HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def test_readers_are_answered_while_hostile_bodies_are_checked(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, begun = Event(), Event()

    def slow(_: TextQuery) -> None:
        begun.set()
        assert go_on.wait(60)
        raise InvalidFieldError("text", "", "took long", "send less")

    monkeypatch.setattr(TextQuery, "article", slow)
    with ExitStack() as stack:
        hostile = [stack.enter_context(closing(target.connect())) for _ in range(MANY)]
        for one in hostile:
            one.sendall(posted(b'{"title": "T"}'))
        assert begun.wait(10)
        for _ in range(20):
            assert target.answers()
        assert target.ask("GET", "/readyz").status == 200
        go_on.set()
        assert all(read_all(one).startswith(b"HTTP/1.1 422 ") for one in hostile)


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Server]:
    with serving(built, "--texts-per-minute", "0") as server:
        yield server


def names(count: int) -> dict[str, int]:
    return {f"n{number}": 0 for number in range(count)}


MARKS = "a" + "\u0301" * 50_000 + "\u0316" * 49_999
BODIES: dict[str, Callable[[], bytes]] = {
    "combining marks": lambda: json.dumps({"title": "x", "text": MARKS}, ensure_ascii=False).encode(),
    "a batch of combining marks": lambda: json.dumps(
        {"requests": [{"title": "x", "text": MARKS}] * 20}, ensure_ascii=False
    ).encode(),
    "unknown names": lambda: json.dumps({"id": "a"} | names(95_000)).encode(),
    "lists": lambda: b'{"id": [' + b"[]," * 1_300_000 + b"0]}",
    "long numbers": lambda: b'{"id": [' + (b"9" * 4_300 + b",") * 970 + b"0]}",
}


@pytest.mark.parametrize("make", BODIES.values(), ids=BODIES)
def test_a_reader_is_answered_between_any_two_hostile_requests(server: Server, make: Callable[[], bytes]) -> None:
    body, port = make(), int(server.address.rpartition(":")[2])
    assert len(body) <= limits.MAX_BODY
    events = list[str]()

    def attack() -> None:
        for _ in range(MANY):
            with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as connection:
                connection.sendall(posted(body))
                events.append(f"refused {read_all(connection)[9:12].decode()}")

    attacker = Thread(target=attack)
    attacker.start()
    while attacker.is_alive():
        assert fetch(server.address + READER).status == 200
        events.append("read")
    attacker.join()
    refusals = [event for event in events if event != "read"]
    assert len(refusals) == MANY
    assert events.count("read") >= MANY


@pytest.mark.parametrize("path", ["/v1/related", "/v1/related.html", "/v1/related.rss"])
def test_a_query_of_very_many_names_is_refused_before_it_is_taken_apart(target: Target, path: str) -> None:
    query = "&".join(f"a{number}=1" for number in range(7_000))
    answer = target.ask("GET", f"{path}?id=flood-town&{query}")
    assert (answer.status, len(answer.body) < 1_000) == (422, True)
    if answer.body:
        assert answer.json["detail"] == "query: has 7,001 parameters; at most 256 are taken"
    some = target.ask("GET", "/v1/related?id=flood-town&" + "&".join(f"{number}{'x' * 200}=1" for number in range(200)))
    assert (some.status, len(some.json["errors"])) == (422, 20)
    assert some.json["detail"].endswith("; and 180 more")
    assert len(some.body) < 10_000


def test_rejected_lines_of_a_bulk_are_named_in_few_words(target: Target) -> None:
    lines = [
        {"id": "a", "title": ["x" * 100_000]},
        {"id": "b", "title": "T", "tags": names(10_000)},
        {"x": "y" * 100_000},
    ]
    body = b"\n".join([*(json.dumps(line).encode() for line in lines), b"[" * 100_000, b"\n" * 1_000_000])
    answer = target.ask("POST", "/v1/articles", body, "content-type: application/x-ndjson", key=True)
    assert (answer.status, [one["line"] for one in answer.json["errors"]]) == (422, ["1", "2", "3", "4"])
    assert len(answer.body) < 2_000


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("https://user:secret@news.example/a?b", "news.example"),
        ("https://news.example:8080", "news.example:8080"),
        ("http://[", "["),
        ("https://user:secret" + "x" * 300 + "@news.example/", "news.example"),
        ("https://a@b@c/", "c"),
        ("javascript:alert(1)", ""),
        ("https://\u2100.example/", "\u2100.example"),
        ("", None),
    ],
)
def test_of_an_address_a_log_line_has_the_host_whatever_it_is(given: str, host: str | None) -> None:
    page = _page({"query_string": f"url={quote(given, safe='')}".encode()})
    assert page.get("url") == host


def test_an_address_that_is_none_is_answered_and_logged(built: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "recommender.access"):
        client = TestClient(create_app(built, operation=Operation(access_log=True)))
        assert client.get("/v1/related", params={"url": "http://["}).status_code == 404
    assert [record.getMessage() for record in caplog.records if record.name == "recommender.access"] == ["request"]
