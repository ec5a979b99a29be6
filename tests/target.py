"""A service on a real port to attack, and what came back over the wire."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn
from newsroom import NEWS, build_toy, write_jsonl
from service import eventually, free_port, toy_texts

from recommender import protocol
from recommender.allowance import Allowance
from recommender.api import create_app, limits
from recommender.keys import Keys
from recommender.serving import MOST_CONNECTIONS


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Target:
    """A server to attack, with the key of somebody who may write, and what it logged."""

    port: int
    key: str

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def raw(self, sent: bytes) -> list[Answer]:
        """All answers to these bytes, until the server closes the connection."""
        with closing(self.connect()) as connection:
            with suppress(OSError):  # refused before all was sent
                connection.sendall(sent)
            return list(answers(read_all(connection)))

    def ask(self, method: str, path: str, body: bytes = b"", *headers: str, key: bool = False) -> Answer:
        """The one answer to a request."""
        lines = [f"{method} {path} HTTP/1.1", "host: x", "connection: close", f"content-length: {len(body)}", *headers]
        lines += [f"authorization: Bearer {self.key}"] * key
        (answer,) = self.raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        return answer

    def put(self, path: str, article: object) -> Answer:
        return self.ask("PUT", path, json.dumps(article).encode(), "content-type: application/json", key=True)

    def post(self, body: bytes, *headers: str) -> Answer:
        return self.ask("POST", "/v1/related", body, *(headers or ("content-type: application/json",)))

    def answers(self) -> bool:
        return self.ask("GET", "/v1/related?id=flood-town").status == 200


def read_all(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:  # closed while we were still sending
        pass
    return b"".join(parts)


def answers(data: bytes) -> Iterator[Answer]:
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
        length = int(dict(headers).get("content-length", 0))
        yield Answer(int(first.split()[1]), headers, data[:length])
        data = data[length:]


@contextmanager
def attacked(folder: Path) -> Iterator[Target]:
    """The newsroom, served with the limits of `recommender serve`, but a second of patience."""
    port = free_port()
    build_toy(folder / "home", write_jsonl(folder / "news.jsonl", NEWS))
    key = Keys(folder / "home").add("cms")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "PATIENCE_S", 1.0)
        patch.setattr(protocol, "PATIENCE_S", 1.0)
        app = create_app(folder / "home", pages=True, texts=toy_texts(patch), allowance=Allowance(0, 0))
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                port=port,
                http="recommender.protocol:GuardedProtocol",
                limit_concurrency=MOST_CONNECTIONS,
                log_level="critical",
                server_header=False,
            )
        )
        running = Thread(target=server.run)
        running.start()
        eventually(lambda: server.started, within=20)
        yield Target(port, key)
        server.should_exit = True
        running.join(20)


def refused(answer: Answer, *statuses: int) -> str:
    """An answer must be one of these refusals, as a problem without anything of our inside; returns its detail."""
    assert answer.status in statuses, answer
    assert ("content-type", "application/problem+json") in answer.headers
    assert b"Traceback" not in answer.body
    assert not re.search(rb'File "|site-packages|/home/', answer.body)
    return str(answer.json["detail"])
