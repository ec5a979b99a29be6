"""Requests for no host or for two, and clients that read nothing of their answers."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Thread

import pytest
import uvicorn
from service import eventually
from starlette.types import Receive, Scope, Send
from target import Target, read_all

from recommender import protocol

ONE = b"GET /v1/related?id=flood-town HTTP/1.1\r\n"
POST = b"POST /v1/related HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
END = b"connection: close\r\n\r\n"
LONG = 16 * 1024 * 1024
"""More than the system keeps for a client that does not read."""


def status(target: Target, sent: bytes) -> int:
    return target.raw(sent + END)[0].status


@pytest.mark.parametrize(
    "hosts",
    [
        [b"a.example", b"b.example"],
        [b"a.example", b"a.example"],
        [b"a.example", b""],
        [],
        [b"user@a.example"],
        [b"user:secret@a.example:80"],
        [b"a.example/path"],
        [b"a.example b.example"],
        [b"a.example,b.example"],
        [b"a.example\tb"],
        [b"a.example\x01"],
        [b"a.example:x"],
        [b"a.example:80:80"],
        [b"\xffa.example"],
        [b"[::1"],
        [b"http://a.example"],
    ],
    ids=repr,
)
def test_a_request_that_does_not_name_one_host_is_refused(target: Target, hosts: list[bytes]) -> None:
    assert status(target, ONE + b"".join(b"Host: " + host + b"\r\n" for host in hosts)) == 400


@pytest.mark.parametrize("host", [b"a.example", b"A.Example:8080", b"127.0.0.1:80", b"[::1]:8000", b"x_y", b"", b"a:"])
def test_a_request_that_names_one_host_is_answered(target: Target, host: bytes) -> None:
    assert status(target, ONE + b"host: " + host + b"\r\n") == 200


def test_older_requests_need_no_host_and_an_address_with_a_user_is_refused(target: Target) -> None:
    assert status(target, ONE.replace(b"1.1", b"1.0")) == 200
    assert status(target, ONE.replace(b"1.1", b"1.0") + b"host: a\r\nhost: b\r\n") == 400
    assert status(target, ONE.replace(b"/v1", b"http://a.example/v1") + b"host: a.example\r\n") == 200
    assert status(target, ONE.replace(b"/v1", b"http://u:p@a.example/v1") + b"host: a.example\r\n") == 400


@pytest.mark.parametrize(
    "lengths",
    [
        b"content-length: 2\r\ncontent-length: 3\r\n",
        b"content-length: 2\r\ncontent-length: 2\r\n",
        b"content-length: 2, 2\r\n",
        b"content-length: +2\r\n",
        b"content-length: 0x2\r\n",
        b"content-length: 2\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding: chunked, identity\r\n",
        b"transfer-encoding: xchunked\r\n",
    ],
)
def test_a_body_whose_end_can_be_read_in_two_ways_is_refused(target: Target, lengths: bytes) -> None:
    assert target.raw(POST + lengths + END + b"{}")[0].status == 400


async def long_answer(scope: Scope, _receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        length = (b"content-length", b"%d" % LONG)
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": bytes(LONG)})


@contextmanager
def serving_long_answers() -> Iterator[tuple[uvicorn.Server, int]]:
    config = uvicorn.Config(
        long_answer, port=0, http="recommender.protocol:GuardedProtocol", log_level="critical", lifespan="off"
    )
    server = uvicorn.Server(config)
    running = Thread(target=server.run)
    running.start()
    eventually(lambda: server.started, within=20)
    yield server, server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    running.join(20)


def ask(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    return connection


def test_a_client_that_reads_nothing_is_left_and_its_answer_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "PATIENCE_S", 0.3)
    with serving_long_answers() as (server, port), ExitStack() as stack:
        silent = [stack.enter_context(closing(ask(port))) for _ in range(5)]
        eventually(lambda: server.server_state.total_requests == 5, within=10)
        eventually(lambda: not server.server_state.connections, within=10)
        assert all(len(read_all(one)) < LONG for one in silent)
