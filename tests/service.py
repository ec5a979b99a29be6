"""What the tests of the service and of the command share.

More articles for the newsroom, snapshots to ask, an ASGI app to ask, processes to run, and real HTTP.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from newsroom import NEWS, ToyModel, build_toy, write_jsonl
from starlette.types import ASGIApp, Message

from index.build import build
from index.models import find_model
from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.texts import TextEmbedder

ROOT = Path(__file__).parent.parent
COMMAND = Path(sys.executable).parent / "recommender"
NEWSROOM = ROOT / "recommender" / "newsroom" / "articles.jsonl"
LABELS = Path(__file__).parent / "cases" / "newsroom-labels.json"

EXTRA: list[dict[str, Any]] = [
    {"id": "note", "url": "https://news.example/note", "title": "Harbour toll", "text": "Who pays it?"}
    | {"published": "2026-09-04", "section": "Notes"},
    {"id": "hafen", "url": "https://news.example/hafen", "title": "Streik im Hafen", "text": "Der Hafen steht still."}
    | {"published": "2026-09-03T12:00:00Z", "section": "Wirtschaft", "language": "de"},
]
"""An article too short to tell its language, and the only one in its language."""

Found = TypeVar("Found")


def toy_texts(monkeypatch: pytest.MonkeyPatch) -> TextEmbedder:
    """What embeds unseen texts where the newsroom was built with the toy."""
    monkeypatch.setattr("recommender.texts.find_model", lambda _: ToyModel())
    return TextEmbedder(load=lambda toy: cast("ToyModel", toy).load())


def edition(folder: Path, *more: dict[str, Any]) -> Snapshot:
    """The newsroom with EXTRA and more rows, built in this folder."""
    build_toy(folder / "home", write_jsonl(folder / "edition.jsonl", [*NEWS, *EXTRA, *more]))
    return open_snapshot(Releases(folder / "home").current_path())


def bundled(folders: pytest.TempPathFactory) -> Path:
    """A home with the bundled newsroom, built with the bundled model; once a session."""
    home = folders.getbasetemp() / "bundled"
    if not home.exists():
        build(home, [str(NEWSROOM)], find_model())
    return home


def row_of(snapshot: Snapshot, article_id: str) -> int:
    """The row of an article that must be there."""
    found = snapshot.articles.row_of_id(article_id)
    assert found is not None, article_id
    return found


def ids_of(snapshot: Snapshot, rows: Iterable[int]) -> list[str]:
    return [card["id"] for card in snapshot.articles.cards(rows)]


@dataclass(frozen=True)
class Sent:
    """A response as it went over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    app: ASGIApp,
    path: str = "/",
    query: str = "",
    method: str = "GET",
    headers: Sequence[tuple[str, str]] = (),
    messages: Sequence[Message] = ({"type": "http.request", "body": b"", "more_body": False},),
) -> Sent:
    """One request to an ASGI app, its body in the given messages."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    coming, sent = list(messages), []

    async def receive() -> Message:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start, *rest = sent
    names = {name.decode(): value.decode() for name, value in start["headers"]}
    return Sent(start["status"], names, b"".join(message.get("body", b"") for message in rest))


def eventually(find: Callable[[], Found], *, within: float = 3.0, every: float = 0.02) -> Found:
    """What `find` returns once that is true; fails where it is still not after `within` seconds."""
    deadline = time.monotonic() + within
    while not (found := find()):
        assert time.monotonic() < deadline, f"not within {within} seconds"
        time.sleep(every)
    return found


def environment() -> dict[str, str]:
    """This process's, with nothing in it that belongs to the command."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RECOMMENDER_")}


def command(home: Path, *words: str, stdin: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the installed command to its end; it must leave with `code` and never with a traceback."""
    done = subprocess.run(
        [str(COMMAND), "--home", str(home), *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(),
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    """Start the installed command, and do not wait for it."""
    return subprocess.Popen(
        [str(COMMAND), "--home", str(home), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def free_port() -> int:
    """A port of loopback that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running `recommender serve`."""

    process: subprocess.Popen[str]
    address: str

    def get(self, path: str) -> Sent:
        return fetch(self.address + path)

    def post(self, path: str, body: object) -> Sent:
        return fetch(self.address + path, json.dumps(body).encode())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and what it wrote on standard error."""
        self.process.send_signal(how)
        errors = self.process.communicate(timeout=20)[1]
        return self.process.returncode, errors


@contextmanager
def serving(home: Path, *words: str) -> Iterator[Server]:
    """`recommender serve` in a process of its own, from when it answers until the block ends."""
    port = free_port()
    process = start(home, "serve", "--port", str(port), "--drain-s", "0", *words)
    server = Server(process, f"http://127.0.0.1:{port}")
    try:
        eventually(lambda: _answers(server), within=30, every=0.1)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=20)


def workers(server: Server) -> set[int]:
    """The processes that a service has started, without multiprocessing's own."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text("utf-8").split()
    return {int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


def _answers(server: Server) -> bool:
    assert server.process.poll() is None, server.process.communicate()[1]
    try:
        return server.get("/healthz").status in {200, 503}
    except OSError:
        return False


def fetch(url: str, body: bytes | None = None) -> Sent:
    """A real request over loopback."""
    headers = {} if body is None else {"content-type": "application/json"}
    try:
        with urlopen(Request(url, body, headers), timeout=30) as response:
            return Sent(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
    except HTTPError as error:
        with error:
            return Sent(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())
