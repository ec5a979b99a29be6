"""How long until an article that is put at one worker is seen by all: as a page, and as a link on an old page.

`python benchmarks/visible.py [PUTS] [WORKERS]`, with REAL_MODEL=1 for the bundled model instead of a toy. Each article
is put beside another page of the bundled newspaper, and removed again.
"""

import http.client
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from servers import _free_port
from tables import percentile
from toys import build, started, until

import recommender
from index.build import build as build_real
from index.models import find_model
from recommender.keys import Keys

NEWSROOM = Path(recommender.__file__).with_name("newsroom") / "articles.jsonl"
LIMIT_S = 10.0


class Worker:
    """A connection to one of the workers."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        self.pid = int(self.ask("GET", "/pid")[1])

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def shows(self, name: str) -> bool:
        return self.ask("GET", f"/v1/related?id={name}")[0] == 200

    def links(self, page: str, name: str) -> bool:
        return f'"id":"{name}"'.encode() in self.ask("GET", f"/v1/related?id={quote(page)}&k=50")[1]


def workers_of(port: int, key: str, count: int) -> list[Worker]:
    """A connection to each worker: opened until all have answered."""
    found: dict[int, Worker] = {}

    def all_found() -> bool:
        with suppress(OSError, http.client.HTTPException, ValueError):
            worker = Worker(port, key)
            found.setdefault(worker.pid, worker)
        return len(found) == count

    until(all_found)
    return list(found.values())


def similar(page: dict[str, str], number: int) -> dict[str, str]:
    """Another article of the same words, in another order so that it is no copy."""
    dice = random.Random(number)
    words = page["text"].split()
    dice.shuffle(words)
    more = {"url": f"https://calderpost.example/put/{number}", "title": f"{page['title']}, {number}"}
    return {"id": f"put-{number}", "text": " ".join(words), "language": page["language"], **more}


def passed(workers: list[Worker], seen: Callable[[Worker], bool]) -> None:
    """Ask all workers in turn until each has seen it."""
    deadline = time.perf_counter() + LIMIT_S
    waiting = workers
    while waiting := [worker for worker in waiting if not seen(worker)]:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"not seen within {LIMIT_S} s")


def put(workers: list[Worker], page: dict[str, str], number: int) -> tuple[float, float, float]:
    """Milliseconds from before an article is put until it is acknowledged, a page everywhere, and a link everywhere."""
    article, first = similar(page, number), workers[number % len(workers)]
    began = time.perf_counter()
    status, told = first.ask("PUT", f"/v1/articles/{article['id']}", article)
    if status != 201:
        raise AssertionError(told)
    times = [time.perf_counter()]
    passed(workers, lambda worker: worker.shows(article["id"]))
    times.append(time.perf_counter())
    passed(workers, lambda worker: worker.links(page["id"], article["id"]))
    times.append(time.perf_counter())
    first.ask("DELETE", f"/v1/articles/{article['id']}")
    passed(workers, lambda worker: not worker.links(page["id"], article["id"]))
    acknowledged, shown, linked = (1_000 * (moment - began) for moment in times)
    return acknowledged, shown, linked


def main(puts: int, count: int) -> None:
    pages = [json.loads(line) for line in NEWSROOM.read_text("utf-8").splitlines()]
    with TemporaryDirectory() as folder:
        home, port = Path(folder) / "home", _free_port()
        if os.environ.get("REAL_MODEL"):
            build_real(home, [str(NEWSROOM)], find_model())
        else:
            build(str(home), str(NEWSROOM))
        key = Keys(home).add("bench")
        server = started("serve", home, port, count)
        try:
            workers = workers_of(port, key, count)
            for place in range(count):
                put(workers, pages[-1 - place], -1 - place)  # the model is loaded
            times = [put(workers, pages[number % len(pages)], number) for number in range(puts)]
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    print(f"{puts} puts, {count} workers, ms from the request on: p50, p99")
    for name, column in zip(
        ("acknowledged", "a page everywhere", "a link everywhere"), zip(*times, strict=True), strict=True
    ):
        shown = map(partial(percentile, sorted(column)), (50, 99))
        print(f"{name:>20}", *(f"{value:8.1f}" for value in shown))


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(200, 2)[len(given) :])
