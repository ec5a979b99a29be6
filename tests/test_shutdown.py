"""A service that ends, or whose workers are replaced, without anybody being refused: real processes and signals."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from service import Server, eventually, serving, workers

from recommender.api.draining import Draining

FLOOD = "/v1/related?id=flood-town"


@pytest.fixture
def server(built: Path) -> Iterator[Server]:
    with serving(built, "--drain-s", "1") as server:
        yield server


def tell(server: Server, what: signal.Signals) -> None:
    server.process.send_signal(what)


def test_a_service_that_is_told_to_end_says_so_and_answers_on_until_it_does(server: Server) -> None:
    assert server.get("/readyz").status == 200
    tell(server, signal.SIGTERM)
    ready = eventually(lambda: (sent := server.get("/readyz")).status == 503 and sent, within=2)
    assert (ready.json["status"], ready.headers["connection"]) == ("ending", "close")
    answer = server.get(FLOOD)
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    _, errors = server.process.communicate(timeout=20)
    assert "Traceback" not in errors
    with pytest.raises(OSError, match="refused"):
        server.get(FLOOD)


def test_a_connection_that_was_kept_is_closed_after_one_more_answer(server: Server) -> None:
    host, port = "127.0.0.1", int(server.address.rpartition(":")[2])
    with closing(socket.create_connection((host, port), timeout=10)) as kept:
        assert b"connection: close" not in asked(kept)
        tell(server, signal.SIGTERM)
        eventually(lambda: server.get("/readyz").status == 503, within=2)
        assert b"connection: close" in asked(kept)
        assert kept.recv(1) == b""


def asked(connection: socket.socket) -> bytes:
    """The head of the next answer, whose body is empty."""
    connection.sendall(f"HEAD {FLOOD} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        received += connection.recv(4_096)
    assert received.startswith(b"HTTP/1.1 200")
    return received


def test_a_request_that_is_on_its_way_is_answered_before_the_end(built: Path) -> None:
    body = b'{"id": "flood-town"}'
    described = f"content-type: application/json\r\ncontent-length: {len(body)}"
    head = f"POST /v1/related HTTP/1.1\r\nhost: x\r\n{described}\r\n\r\n"
    with serving(built, "--drain-s", "0") as server:
        port = int(server.address.rpartition(":")[2])
        with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
            connection.sendall(head.encode() + body[:5])
            server.get("/readyz")
            tell(server, signal.SIGTERM)
            eventually(lambda: refused(server), within=5)
            connection.sendall(body[5:])
            assert connection.recv(4_096).startswith(b"HTTP/1.1 200")
        server.process.communicate(timeout=20)


def refused(server: Server) -> bool:
    try:
        server.get("/readyz")
    except OSError:
        return True
    return False


@pytest.mark.parametrize("count", ["1", "2"])
def test_workers_are_replaced_one_by_one_and_nobody_is_refused(built: Path, count: str) -> None:
    with serving(built, "--workers", count, "--drain-s", "0.2") as server, ThreadPoolExecutor(2) as pool:
        before, enough = eventually(lambda: len(ids := workers(server)) == int(count) and ids), Event()

        def ask_on() -> list[int]:
            statuses = []
            while not enough.is_set():
                statuses.append(server.get(FLOOD).status)
            return statuses

        asking = [pool.submit(ask_on) for _ in range(2)]
        try:
            tell(server, signal.SIGHUP)
            eventually(lambda: len(after := workers(server)) == int(count) and not before & after, within=30, every=0.1)
        finally:
            enough.set()
        answered = [status for one in asking for status in one.result(timeout=20)]
        assert set(answered) == {200}
        assert len(answered) > 20


def test_a_signal_is_heard_once_and_ends_what_it_would_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(signal, "getsignal", lambda _: lambda number, _: ended.append(number))
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)

    async def told_twice() -> None:
        draining = Draining(0)
        draining.before_the_end()
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
        while not ended:
            await asyncio.sleep(0)
        assert draining.begun

    try:
        asyncio.run(told_twice())
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == [signal.SIGTERM]


def test_where_signals_do_not_arrive_none_is_waited_for() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(Draining(0).before_the_end).result()
    assert signal.getsignal(signal.SIGTERM) is before
