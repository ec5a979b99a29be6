"""A home, the commands that are run on it and the server that serves it: what faults are done to."""

import http.client
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.request import urlopen

from nothing_lost import article
from servers import _free_port
from toys import HERE, until

from index.corpus import Corpus
from index.live import LiveIndex
from index.releases import Releases
from recommender.keys import Keys

ARTICLES, MORE = 60, 30


@dataclass(frozen=True)
class Told:
    """What a command left behind."""

    code: int
    said: str

    @property
    def error(self) -> str:
        """The sentence it failed with."""
        return self.said.partition("error: ")[2].strip()

    @property
    def clear(self) -> bool:
        """Whether it failed as a command should."""
        return self.code in (1, 3) and bool(self.error) and "Traceback" not in self.said


@dataclass
class Patient:
    """Call `build`, `serving`, then the fault."""

    home: Path
    port: int = field(default_factory=_free_port)
    key: str = ""
    log: str = ""

    @property
    def source(self) -> Path:
        return self.home.parent / f"{self.home.name}.jsonl"

    def write_source(self, numbers: Iterable[int], change: int = 0) -> None:
        rows = (json.dumps(article(f"base-{number}", number + change)) + "\n" for number in numbers)
        self.source.write_text("".join(rows))

    def prepared(self) -> "Patient":
        """Two versions, a key, and an article that was pushed since."""
        self.write_source(range(ARTICLES - 1))
        self.must("build", self.source)
        self.write_source(range(ARTICLES))
        self.must("build", self.source)
        self.key = Keys(self.home).add("bench")
        return self

    def run(self, *words: object, **env: object) -> Told:
        done = self.started(*words, **env)
        said = done.communicate(timeout=120)[1]
        return Told(done.returncode, " ".join(said.split()))

    def must(self, *words: object, **env: object) -> Told:
        told = self.run(*words, **env)
        assert told.code == 0, told
        return told

    def started(self, *words: object, said: int | IO[str] = subprocess.PIPE, **env: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(HERE / "toy_command.py"), "--home", str(self.home), *map(str, words)]
        named = {name: str(value) for name, value in env.items()}
        told = os.environ | named | {"PYTHONPATH": str(HERE), "HF_ENDPOINT": "http://127.0.0.1:9", "COLUMNS": "500"}
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, text=True, env=told)

    @contextmanager
    def serving(self, **env: object) -> Iterator[subprocess.Popen[str]]:
        """The server in a process of its own, from when it answers until the block ends."""
        with TemporaryFile("w+") as said:  # a pipe that nobody reads would be full, and the server would wait
            server = self.started("serve", "--port", self.port, "--drain-s", 0, said=said, **env)
            try:
                until(lambda: server.poll() is not None or self._answers())
                yield server
            finally:
                server.terminate()
                server.wait(60)
                said.seek(0)
                self.log = said.read()

    def _answers(self) -> bool:
        try:
            return bool(self.ask("GET", "/readyz")[0])
        except OSError:
            return False

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        return answer.status, json.loads(told)

    def put(self, name: str, number: int = 1) -> tuple[int, str]:
        status, body = self.ask("PUT", f"/v1/articles/{name}", article(name, number))
        return status, str(body.get("detail", ""))

    def healthz(self) -> tuple[int, str, str]:
        status, body = self.ask("GET", "/healthz")
        return status, str(body["status"]), str(body["problem"])

    def metric(self, name: str) -> float:
        with urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))

    def answers(self, names: Iterable[str] = ()) -> bool:
        """Whether the server links from every page, each asked in a way that was not asked before."""
        pages = list(names) or [f"base-{number}" for number in range(ARTICLES)]
        try:
            found = [self.ask("GET", f"/v1/related?id={name}&k=5&min_score={random.random() / 1e6}") for name in pages]
        except (OSError, http.client.HTTPException):
            return False
        return all(status == 200 and body["items"] for status, body in found)

    def shows(self, *names: str) -> bool:
        """Whether the running server knows these pages."""
        return all(self.ask("GET", f"/v1/articles/{name}")[0] == 200 for name in names)

    def held(self, name: str) -> bool:
        """Whether the corpus holds an article, as another process sees it."""
        corpus = Corpus(self.home / "corpus.sqlite")
        found = corpus.get(name) is not None
        corpus.close()
        return found

    def current(self) -> str | None:
        return Releases(self.home).current()

    def opened(self) -> LiveIndex:
        return LiveIndex(self.home)

    def after_a_look(self) -> None:
        """Long enough for the server to look at its home again."""
        time.sleep(1.3)


@dataclass
class Row:
    """What was found. Every check that fails is named in the verdict."""

    fault: str
    done: str
    happened: list[str] = field(default_factory=list)
    served: bool = True
    wrong: list[str] = field(default_factory=list)
    limit: str = ""
    """Why it is no fault of ours that it does not serve."""

    @property
    def bad(self) -> bool:
        return bool(self.wrong) or not (self.served or self.limit)

    def check(self, good: object, what: str) -> None:
        if not good:
            self.wrong.append(what)

    def serves(self, good: bool) -> None:
        self.served &= good

    def refused(self, told: Told, *words: str) -> None:
        """A command that must have failed with a sentence that has one of the words in it."""
        self.check(told.clear, f"unclear: exit {told.code}, {told.said[-200:]!r}")
        self.check(
            not words or any(word in told.error for word in words), f"not said: {' or '.join(words)}: {told.error}"
        )

    def __str__(self) -> str:
        verdict = "; ".join(self.wrong) or self.limit or "good"
        said = "; ".join(dict.fromkeys(self.happened))
        return f"| {self.fault} | {self.done} | {said} | {'yes' if self.served else 'NO'} | {verdict} |"


Fault = Callable[[Path], Row]


def until_true(ready: Callable[[], bool]) -> bool:
    """Whether it came true soon."""
    try:
        until(partial(ready), within=10)
    except TimeoutError:
        return False
    return True
