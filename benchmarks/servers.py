"""Real server processes on loopback: started, waited for, looked into, ended."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from load import Connection
from plan import all_cores

PATIENCE_S = 60.0
HERE = Path(__file__).resolve().parent
QUIET = ("--no-access-log", "--no-server-header", "--log-level", "warning")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `seconds` from its start to its first good answer."""

    pid: int
    port: int
    seconds: float


def serving(home: Path) -> list[str]:
    """The command that serves a home with one worker, without its port."""
    return [str(Path(sys.executable).with_name("recommender")), "--home", str(home), "serve", "--port"]


def comparing(app: str) -> list[str]:
    """The command that serves an application of `constant.py` in the same way."""
    return [sys.executable, "-m", "uvicorn", f"constant:{app}", "--app-dir", str(HERE), *QUIET, "--port"]


@contextmanager
def running(command: Sequence[str], path: str, extra: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start a command that takes a port last, wait until `path` answers 200, and end it afterwards."""
    port, started = _free_port(), time.perf_counter()
    process = subprocess.Popen([*command, str(port)], env=all_cores() | dict(extra or {}), stderr=subprocess.DEVNULL)
    try:
        _wait(process, port, path)
        yield Server(process.pid, port, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def memory(pid: int | str) -> dict[str, float]:
    """The sizes in /proc/<pid>/status in MB: VmRSS is resident, RssAnon of that its own, VmHWM the peak."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    sizes = (line.split() for line in lines if line.endswith(" kB"))
    return {name.rstrip(":"): int(kilobytes) * 1024 / 1e6 for name, kilobytes, _ in sizes}


def workers(pid: int) -> list[int]:
    """The processes that answer for a server of ours."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def maps(pid: int, library: str) -> bool:
    """Whether a process has a library loaded."""
    return library in Path(f"/proc/{pid}/maps").read_text("utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    deadline = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < deadline and process.poll() is None:
        with suppress(OSError), Connection(port) as connection:
            if connection.get(path)[0] == 200:
                return
        time.sleep(0.005)
    raise RuntimeError(f"{process.args!r}: no answer to {path}; exit code {process.poll()}")
