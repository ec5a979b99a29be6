"""By hand: `python benchmarks/no_failed_request.py HOME ID`: does a reader notice a new version, or a restart?

Two workers answer as fast as they can while the current version is another one ten times, and while the workers are
replaced twice (SIGHUP). Every connection is kept for many requests. Prints requests and errors; errors must be none.
"""

import argparse
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from threading import Event, Thread
from urllib.parse import quote

from load import Connection
from servers import running, serving, workers

from index.releases import Releases
from index.snapshot import read_manifest, write_manifest

CLIENTS, SWITCHES, RESTARTS = 8, 10, 2
CLOSES = b"connection: close"


@dataclass
class Client:
    """Asks one page after the other over one connection, and takes another where the server asks for that."""

    port: int
    paths: Sequence[str]
    requests: int = 0
    versions: set[bytes] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def run(self, enough: Event) -> None:
        """Until it is enough."""
        while not enough.is_set():
            try:
                self._one_connection(enough)
            except OSError as error:
                self.errors.append(repr(error))

    def _one_connection(self, enough: Event) -> None:
        with Connection(self.port) as connection:
            while not enough.is_set():
                status, body = connection.get(self.paths[self.requests % len(self.paths)])
                self.requests += 1
                self.versions.add(body[body.find(b'"version":"') :][11:40])
                if status != 200:
                    self.errors.append(f"{status}: {body[:200]!r}")
                if CLOSES in connection.head:
                    return


def main() -> None:
    """Ask, switch, restart, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("ids", nargs="+")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two switches")
    given = parser.parse_args()
    first, second = two_versions(Releases(given.home))
    paths = [f"/v1/related?id={quote(one)}&k={k}" for one in given.ids for k in range(1, 6)]
    command = [*serving(given.home)[:-1], "--workers", "2", "--port"]
    with running(command, paths[0]) as server, asking(server.port, paths) as clients:
        for number in range(SWITCHES):
            Releases(given.home).use((second, first)[number % 2])
            time.sleep(given.pause)
        told(clients, f"{SWITCHES} switches")
        for _ in range(RESTARTS):
            restart(server.pid)
        told(clients, f"{RESTARTS} restarts too")


def two_versions(releases: Releases) -> tuple[str, str]:
    """The current version, and another: the same under another name where there is none."""
    current = releases.current_path()
    others = [name for name in releases.versions() if name != current.name]
    if not others:
        others = [f"{current.name}-again"]
        copytree(current, releases.folder / others[0])
        manifest = read_manifest(current)
        facts = {name: value for name, value in manifest.items() if name not in ("files", "format")}
        write_manifest(releases.folder / others[0], facts | {"version": others[0]})
    return current.name, others[-1]


@contextmanager
def asking(port: int, paths: Sequence[str]) -> Iterator[list[Client]]:
    """Clients that ask until the block ends."""
    enough, clients = Event(), [Client(port, paths) for _ in range(CLIENTS)]
    threads = [Thread(target=client.run, args=(enough,)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        enough.set()
        for thread in threads:
            thread.join()


def restart(pid: int) -> None:
    """Replace the workers, and wait until none of the old ones is left."""
    before = set(workers(pid))
    os.kill(pid, signal.SIGHUP)
    deadline = time.monotonic() + 120
    while before & set(workers(pid)):
        assert time.monotonic() < deadline, "the workers are still the old ones"
        time.sleep(0.1)


def told(clients: Sequence[Client], after: str) -> None:
    """Print what has come of it so far."""
    errors = [error for client in clients for error in client.errors]
    versions = set().union(*(client.versions for client in clients))
    requests = sum(client.requests for client in clients)
    print(f"after {after}: {requests:,} requests, {len(versions)} versions seen, {len(errors)} errors", flush=True)
    for error in errors[:10]:
        print(f"  {error}")
    assert not errors


if __name__ == "__main__":
    main()
