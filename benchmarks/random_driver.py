"""Random requests at two workers, against a model in memory: what is acknowledged is answered so from then on.

`python benchmarks/random_driver.py [--minutes 3] [--seed 7]`: clients put, remove and read articles of their own by id
and address, and ask for links with filters, each at a worker chosen by lot, right after one another; bulks of 200 are
sent without a pause, while the home is built again, and older versions are chosen and left again. Ends with 1 where
anything was lost, stale, not found, wrongly linked or answered by an error of the server.
"""

import argparse
import http.client
import json
import os
import random
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import quote, urlencode

from servers import _free_port
from toys import build, started
from visible import Worker, workers_of

from index.releases import BusyError, Releases
from index.snapshot import SnapshotError
from recommender.keys import Keys

CLIENTS, BULKS, BASE, OWN, BULK = 5, 1, 400, 60, 200
WORDS = (
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
)
SECTIONS, LANGUAGES = ("News", "Sport", "Culture"), ("en", "de")
SAMPLES = 5


def article(name: str, number: int) -> dict[str, Any]:
    """An article as of one change: all of it follows from the two."""
    dice = random.Random(f"{name} {number}")
    return {
        "id": name,
        "url": f"https://driver.example/{name}/{number % 3}",  # it moves to another address now and then
        "title": f"{name} as of change {number}",
        "text": " ".join(dice.choices(WORDS, k=60)),
        "published": f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "section": dice.choice(SECTIONS),
        "language": dice.choice(LANGUAGES),
    }


class Findings:
    """What was done, and what went wrong, with a few samples of each."""

    def __init__(self) -> None:
        self.done, self.wrong, self.samples = Counter[str](), Counter[str](), dict[str, list[str]]()
        self._lock = Lock()

    def count(self, what: str) -> None:
        with self._lock:
            self.done[what] += 1

    def check(self, what: str, good: object, told: object = "") -> None:
        if good:
            return
        with self._lock:
            self.wrong[what] += 1
            if len(some := self.samples.setdefault(what, [])) < SAMPLES:
                some.append(f"{told}"[:400])


class Client(Thread):
    """Whoever writes articles of its own, so that it knows what each must be: a change by number, or None."""

    def __init__(self, place: int, port: int, key: str, findings: Findings, end: Event, seed: int) -> None:
        super().__init__(daemon=True)
        self.dice, self.findings, self.end = random.Random(f"{seed} {place}"), findings, end
        self.place, self.number, self.port, self.key = place, 0, port, key
        self.workers: list[Worker] = []
        self.held: dict[str, int | None] = {f"base-{n}": 0 for n in range(place, BASE, CLIENTS)}
        self.own = [f"c{place}-{n}" for n in range(OWN)]

    def run(self) -> None:
        self.workers = workers_of(self.port, self.key, 2)
        actions = (self.put, self.remove, self.read, self.read_moved, self.relate, self.relate)
        while not self.end.is_set():
            try:
                self.dice.choices(actions, (4, 2, 4, 1, 4, 4))[0]()
            except (OSError, http.client.HTTPException) as error:
                self.findings.check("no answer", good=False, told=repr(error))

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        place = self.dice.randrange(len(self.workers))
        while True:
            try:
                status, content = self.workers[place].ask(method, path, body)
                break
            except (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest):
                self.workers = workers_of(self.port, self.key, 2)  # what is idle for five seconds is closed
        self.findings.count(method)
        self.findings.check("error of the server", status < 500, (method, path, status, content))
        return status, json.loads(content)

    def put(self) -> None:
        # Not one of the source's, which it would bring again with the next build.
        name, self.number = self.dice.choice(self.own), self.number + 1
        status, told = self.ask("PUT", f"/v1/articles/{quote(name)}", article(name, self.number))
        self.findings.check("put refused", status in (200, 201), told)
        self.findings.check("new or not", (status == 201) == (self.held.get(name) is None), (name, status))
        self.held[name] = self.number
        self.check_article(name)

    def remove(self) -> None:
        name = self.dice.choice([*self.held])
        status, told = self.ask("DELETE", f"/v1/articles/{quote(name)}")
        self.findings.check(
            "removed", (status, told["removed"]) == (200, int(self.held[name] is not None)), (name, told)
        )
        self.held[name] = None
        self.check_article(name)

    def read(self) -> None:
        self.check_article(self.dice.choice([*self.held]))

    def check_article(self, name: str) -> None:
        number = self.held[name]
        status, told = self.ask("GET", f"/v1/articles/{quote(name)}")
        if number is None:
            self.findings.check("removed and answered", status == 404, (name, status))
            return
        found = status == 200
        self.findings.check("acknowledged and 404", found, (name, number, told))
        title = article(name, number)["title"]
        self.findings.check("stale by id", not found or told["title"] == title, (name, number, told))
        status, told = self.ask("GET", f"/v1/related?{urlencode({'url': article(name, number)['url']})}")
        self.findings.check("404 by address", status == 200, (name, number, told))
        self.findings.check("stale by address", status != 200 or told["source"]["title"] == title, (name, number, told))

    def read_moved(self) -> None:
        name = self.dice.choice([*self.held])
        if (number := self.held[name]) is not None:
            status, told = self.ask("GET", f"/v1/related?{urlencode({'url': article(name, number + 1)['url']})}")
            self.findings.check("found where it was", status == 404, (name, number, told))

    def relate(self) -> None:
        """Links with filters: what they show must be what was asked for."""
        here = [name for name, number in self.held.items() if number is not None]
        gone = {name for name, number in self.held.items() if number is None}
        name, dice = self.dice.choice(here), self.dice
        asked = {
            "k": dice.choice((3, 10, 50)),
            "section": dice.choice((None, None, *SECTIONS)),
            "language": dice.choice((None, None, *LANGUAGES, "*")),
            "after": dice.choice((None, None, "2026-06-01")),
            "exclude": dice.sample(here, min(len(here), dice.choice((0, 0, 1, 40)))),
        }
        given = {key: value for key, value in asked.items() if value} | {"id": name}
        status, told = self.ask("GET", f"/v1/related?{urlencode(given, doseq=True)}")
        self.findings.check("page not found", status == 200, (name, told))
        if status == 200:
            self.check_links(name, asked, gone, told)

    def check_links(self, name: str, asked: dict[str, Any], gone: set[str], told: Any) -> None:
        items, check = told["items"], self.findings.check
        ids = [item["id"] for item in items]
        check("self link", name not in ids, (name, ids))
        check("linked twice", len(set(ids)) == len(ids) <= asked["k"], ids)
        check("removed and linked", not gone.intersection(ids), (name, gone.intersection(ids)))
        check("excluded and linked", not {*asked["exclude"]}.intersection(ids), (name, asked, ids))
        language = asked["language"] or told["source"]["language"]
        for item in items:
            wrong = asked["section"] and item["section"] != asked["section"]
            wrong = wrong or (language != "*" and item["language"] != language)
            check("wrong filter", not (wrong or (asked["after"] or "") > item["published_at"]), (asked, item))


class Bulk(Client):
    """Whoever sends bulks, each right after the last, and reads a few of its articles."""

    def run(self) -> None:
        self.workers, self.held = workers_of(self.port, self.key, 2), {}
        while not self.end.is_set():
            self.number += 1
            names = [f"b{self.place}-{n}" for n in self.dice.sample(range(1_000), BULK)]
            lines = "".join(json.dumps(article(name, self.number)) + "\n" for name in names)
            try:
                status, told = _sent(self.port, self.key, lines)
            except (OSError, http.client.HTTPException) as error:
                self.findings.check("no answer", good=False, told=repr(error))
                continue
            self.findings.count("bulk")
            self.findings.check("bulk refused", status == 200 and not told["rejected"], told)
            self.held |= dict.fromkeys(names, self.number)
            for name in self.dice.sample(names, 5):
                self.check_article(name)


def _sent(port: int, key: str, lines: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"authorization": f"Bearer {key}", "content-type": "application/x-ndjson"}
    connection.request("POST", "/v1/articles", lines, headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def rebuild(home: Path, source: Path, end: Event, done: Counter[str], seed: int) -> None:
    """Build, choose an older version, and choose the newest again, for ever."""
    dice, releases = random.Random(seed), Releases(home)
    while not end.wait(dice.random() * 4):
        if dice.random() < 0.5:
            done[f"build ended with {started('build', home, source).wait()}"] += 1
            continue
        with suppress(SnapshotError, BusyError):
            versions = releases.versions()
            for version in (dice.choice(versions), versions[-1]):
                releases.use(version)
                done["version chosen"] += 1
                end.wait(dice.random() * 2)


def main(minutes: float, seed: int) -> int:
    findings, end, rebuilt = Findings(), Event(), Counter[str]()
    with TemporaryDirectory() as folder:
        home, source, port = Path(folder) / "home", Path(folder) / "base.jsonl", _free_port()
        source.write_text("".join(json.dumps(article(f"base-{number}", 0)) + "\n" for number in range(BASE)))
        build(str(home), str(source))
        key, server = Keys(home).add("driver"), started("serve", home, port, 2)
        try:
            workers_of(port, key, 2)
            clients = [Client(place, port, key, findings, end, seed) for place in range(CLIENTS)]
            clients += [Bulk(place, port, key, findings, end, seed) for place in range(CLIENTS, CLIENTS + BULKS)]
            building = Thread(target=rebuild, args=(home, source, end, rebuilt, seed))
            for thread in (*clients, building):
                thread.start()
            end.wait(60 * minutes)
            end.set()
            for thread in (*clients, building):
                thread.join(120)
            for client in clients:
                for name in client.held:
                    client.check_article(name)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        (intact,) = sqlite3.connect(home / "corpus.sqlite").execute("pragma integrity_check").fetchone()
    findings.check("corpus damaged", intact == "ok", intact)
    print(f"{minutes:g} minutes: {dict(findings.done)}; {dict(rebuilt)}")
    print(f"wrong: {dict(findings.wrong) or 'nothing'}")
    for what, samples in findings.samples.items():
        print(what, *samples, sep="\n    ")
    return int(bool(findings.wrong))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    sys.exit(main(given.minutes, given.seed))
