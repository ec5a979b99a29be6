"""Nothing that was acknowledged is lost, and nothing that was removed comes back.

`python benchmarks/nothing_lost.py [CHANGES] [KILLS]`: 8 threads put and remove articles over HTTP at a server of two
workers that is killed (SIGKILL, all of its processes) at random moments and started again, while builds of the same
home run one after the other. What was not acknowledged is asked again, as a CMS would. In the end the index must hold
exactly what was acknowledged last of every id.
"""

import http.client
import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread

from servers import _free_port
from toys import build, started, until

from index.live import LiveIndex
from recommender.keys import Keys

SEED, CLIENTS, BASE = 7, 8, 400
WORDS = [
    "harbour",
    "flood",
    "minister",
    "measles",
    "moon",
    "goal",
    "strike",
    "vote",
    "bridge",
    "school",
    "river",
    "tax",
]


def article(name: str, number: int) -> dict[str, object]:
    dice = random.Random(f"{name} {number}")
    return {
        "id": name,
        "title": f"{name} as of change {number}",
        "text": " ".join(dice.choices(WORDS, k=60)),
        "published": f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "language": "en",
    }


class Ledger:
    """What was acknowledged: by id the number of the change that put it last, or None where it was removed last."""

    def __init__(self, changes: int) -> None:
        self.changes, self.left, self.acknowledged, self.repeated = changes, changes, 0, 0
        self.held: dict[str, int | None] = {}
        self.lock = Lock()

    def take(self) -> int | None:
        with self.lock:
            self.left -= 1
            return self.left if self.left >= 0 else None

    def reached(self, goal: int) -> bool:
        return self.acknowledged >= goal

    def note(self, name: str, number: int | None) -> None:
        with self.lock:
            self.held[name] = number
            self.acknowledged += 1


class Client(Thread):
    """Puts and removes articles that no other client touches: new ones, its own, and removes some of the source's."""

    def __init__(self, place: int, port: int, key: str, ledger: Ledger, up: Event) -> None:
        super().__init__(daemon=True)
        self.place, self.port, self.ledger, self.up = place, port, ledger, up
        self.headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        self.dice = random.Random(SEED + place)
        self.mine: list[str] = []
        self.base = [f"base-{number}" for number in range(place, BASE, CLIENTS)]
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while (number := self.ledger.take()) is not None:
            choice = self.dice.random()
            if choice < 0.6 or not self.mine:
                self.mine.append(f"c{self.place}-{number}")
                self.change(self.mine[-1], number)
            elif choice < 0.75:
                self.change(self.dice.choice(self.mine), number)
            elif choice < 0.8 and self.base:
                self.change(self.base.pop(), None)
            else:
                self.change(self.dice.choice(self.mine), None)

    def change(self, name: str, number: int | None) -> None:
        body = None if number is None else json.dumps(article(name, number))
        while not self.sent("DELETE" if body is None else "PUT", name, body):
            self.ledger.repeated += 1
            self.up.wait(30)
            time.sleep(0.05)
        self.ledger.note(name, number)

    def sent(self, method: str, name: str, body: str | None) -> bool:
        try:
            self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request(method, f"/v1/articles/{name}", body, self.headers)
            answer = self.connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection = None
            return False
        if answer.status not in (200, 201, 503):
            raise AssertionError(f"{method} {name}: {answer.status} {told!r}")
        return answer.status != 503


def builds(home: Path, source: Path, end: Event, ended: Counter[int]) -> None:
    while not end.is_set():
        ended[started("build", home, source).wait()] += 1
        end.wait(1)


def killed_again_and_again(home: Path, port: int, ledger: Ledger, kills: int, up: Event) -> None:
    """Serve until all is acknowledged."""
    dice = random.Random(SEED)
    goals = sorted(dice.randrange(ledger.changes) for _ in range(kills))
    for goal in (*goals, ledger.changes):
        server = started("serve", home, port, 2)
        until(partial(_ready, port))
        up.set()
        until(partial(ledger.reached, goal), within=3_600, every=0.005)
        time.sleep(dice.random() * 0.1)
        up.clear()
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _ready(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def wrong(home: Path, ledger: Ledger) -> dict[str, int]:
    """How many acknowledged changes the index does not show as they were acknowledged."""
    live, found = LiveIndex(home), Counter[str](lost=0, stale=0, resurrected=0)
    live.refresh()
    for name, number in ledger.held.items():
        row = live.snapshot.articles.row_of_id(name)
        if number is None:
            found["resurrected"] += row is not None
        elif row is None:
            found["lost"] += 1
        else:
            found["stale"] += live.snapshot.articles.cards([row])[0]["title"] != article(name, number)["title"]
    return dict(found)


def main(changes: int, kills: int) -> None:
    with TemporaryDirectory() as folder:
        home, source, port = Path(folder) / "home", Path(folder) / "base.jsonl", _free_port()
        rows = (article(f"base-{number}", number) for number in range(BASE))
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        build(str(home), str(source))
        ledger, up, end, ended = Ledger(changes), Event(), Event(), Counter[int]()
        key, began = Keys(home).add("bench"), time.monotonic()
        clients = [Client(place, port, key, ledger, up) for place in range(CLIENTS)]
        building = Thread(target=builds, args=(home, source, end, ended))
        for thread in (*clients, building):
            thread.start()
        killed_again_and_again(home, port, ledger, kills, up)
        for client in clients:
            client.join(60)
        took = time.monotonic() - began
        end.set()
        building.join()
        before = wrong(home, ledger)
        build(str(home), str(source))
        after = wrong(home, ledger)
        (intact,) = sqlite3.connect(home / "corpus.sqlite").execute("pragma integrity_check").fetchone()
    removed = sum(number is None for number in ledger.held.values())
    print(
        f"{ledger.acknowledged:,} changes acknowledged in {took:.0f} s, {ledger.repeated:,} asked again; {kills} kills"
    )
    print(
        f"put last: {len(ledger.held) - removed:,} ids, removed last: {removed:,}; builds by exit code: {dict(ended)}"
    )
    print(f"served beside a version: {before}; after a build: {after}; integrity_check: {intact}")
    sys.exit(any(before.values()) or any(after.values()) or intact != "ok" or ledger.acknowledged != changes)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(10_000, 20)[len(given) :])
