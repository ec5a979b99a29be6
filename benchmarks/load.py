"""Requests over kept-alive connections: one after the other, or from many connections at once with wrk."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from tables import percentile

CONNECTIONS = 16
SCRIPT = """
local requests, at = {}, 0
function init(args)
  for path in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", path) end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
"""
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did under load; times in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float


class Connection:
    """One HTTP/1.1 connection to loopback, at as little cost as Python has."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = b""
        """Of the last answer."""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        received = self._more()
        while b"\r\n\r\n" not in received:
            received += self._more()
        self.head, _, body = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(self.head)
        while length and len(body) < int(length[1]):
            body += self._more()
        return int(self.head[9:12]), body

    def _more(self) -> bytes:
        if not (received := self._socket.recv(1 << 16)):
            raise ConnectionError("the server hung up")
        return received


def one_by_one(port: int, paths: Iterable[str], stop: float = float("inf")) -> list[float]:
    """Milliseconds that each request took, over one connection, until all are made or it is `stop`."""
    taken = []
    with Connection(port) as connection:
        for path in paths:
            started = time.perf_counter()
            if started >= stop:
                break
            status, _ = connection.get(path)
            taken.append(1_000 * (time.perf_counter() - started))
            assert status == 200, (path, status)
    return taken


def at_once(port: int, paths: Sequence[str], seconds: int) -> Load:
    """As much as the server answers over 16 connections, going through the paths in order, over and over."""
    return _with_wrk(port, paths, seconds) if shutil.which("wrk") else _with_threads(port, paths, seconds)


def _with_wrk(port: int, paths: Sequence[str], seconds: int) -> Load:
    with TemporaryDirectory() as folder:
        script, listed = Path(folder, "paths.lua"), Path(folder, "paths.txt")
        script.write_text(SCRIPT, "utf-8")
        listed.write_text("\n".join(paths), "utf-8")
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
        command = ["wrk", *options, f"http://127.0.0.1:{port}", "--", str(listed)]
        shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in shown, shown
    assert "Socket errors" not in shown, shown
    requests, rate = re.search(r"(\d+) requests in", shown), re.search(r"Requests/sec: +([\d.]+)", shown)
    assert requests, shown
    assert rate, shown
    return Load(int(requests[1]), float(rate[1]), _latency(shown, 50), _latency(shown, 99))


def _latency(shown: str, share: int) -> float:
    found = re.search(rf"^ +{share}% +([\d.]+)(us|ms|s|m) *$", shown, re.MULTILINE)
    assert found, shown
    return float(found[1]) * _UNITS[found[2]]


def _with_threads(port: int, paths: Sequence[str], seconds: int) -> Load:
    """Where there is no wrk. Python is the slower side then, so servers look more alike than they are."""
    stop, shared = time.perf_counter() + seconds, cycle(paths)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = pool.map(lambda _: one_by_one(port, shared, stop), range(CONNECTIONS))
        taken = [each for part in parts for each in part]
    return Load(len(taken), len(taken) / seconds, percentile(taken, 50), percentile(taken, 99))
