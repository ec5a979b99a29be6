"""Workers that die: another one takes their place, or the command ends where none can. Mostly real processes."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar, cast

import pytest
from newsroom import NEWS, build_toy, write_jsonl
from service import COMMAND, Server, environment, eventually, free_port, serving, workers
from uvicorn import Config

from index.releases import Releases
from recommender.supervisor import Supervisor
from recommender.supervisor import Worker as RealWorker

FLOOD = "/v1/related?id=flood-town"


def answered(server: Server, path: str) -> int | None:
    """The status, or None where nobody answered."""
    try:
        return server.get(path).status
    except OSError:
        return None


def events(errors: str) -> list[str]:
    """What was logged as an error."""
    lines = [json.loads(line) for line in errors.splitlines()]
    return [line["event"] for line in lines if line["level"] == "error"]


@pytest.fixture
def two_versions(home: Path, tmp_path: Path) -> Path:
    """A home with two versions."""
    for rows in (NEWS[:-1], NEWS):
        build_toy(home, write_jsonl(tmp_path / "news.jsonl", rows))
    return home


@pytest.mark.parametrize("count", ["1", "2"])
def test_a_worker_that_is_killed_is_replaced_and_the_log_says_of_what_it_died(built: Path, count: str) -> None:
    with serving(built, "--workers", count) as server:
        before = eventually(lambda: len(ids := workers(server)) == int(count) and ids, within=10)
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        after = eventually(lambda: victim not in (ids := workers(server)) and len(ids) == int(count) and ids, within=20)
        assert after - {victim} >= before - {victim}
        eventually(lambda: answered(server, FLOOD) == 200, within=20)
        code, errors = server.stop()
    why = "SIGKILL: the system does that where memory is short, see its log: give it more, or fewer workers"
    assert (code, events(errors)) == (0, [f"worker {victim} died ({why}); another one starts"])


def test_a_file_cut_short_under_a_server_ends_in_answers_of_the_older_version(two_versions: Path) -> None:
    older, newer = Releases(two_versions).versions()
    with serving(two_versions) as server:
        assert server.get("/healthz").json["version"] == newer
        for path in Releases(two_versions).path(newer).glob("*.npy"):
            os.truncate(path, 0)
        # Each asked in another way, so that no answer given before is given again.
        paths = iter(f"{FLOOD}&min_score={number}e-9" for number in range(1, 10_000))
        assert None in {answered(server, next(paths)) for _ in range(3)}
        eventually(lambda: answered(server, next(paths)) == 200, within=20)
        health = server.get("/healthz")
        assert (health.status, health.json["status"], health.json["version"]) == (503, "degraded", older)
        assert newer in health.json["problem"]
        code, errors = server.stop()
    assert code == 0
    (died,) = events(errors)
    assert "(SIGBUS: a mapped file was cut short, or the disk is full: see /healthz; " in died


BROKEN = "raise RuntimeError('half installed')"
KILLED = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize(
    ("module", "count", "cause", "starts"),
    [(BROKEN, "1", "exit code 1", 1), (BROKEN, "2", "exit code 1", 1), (KILLED, "1", "SIGKILL: ", 3)],
)
def test_where_no_worker_can_start_the_command_ends_and_says_so(
    built: Path, tmp_path: Path, module: str, count: str, cause: str, starts: int
) -> None:
    (tmp_path / "fastapi_offline.py").write_text(module, "utf-8")
    words = ["--home", str(built), "serve", "--port", str(free_port()), "--workers", count, "--log", "json"]
    done = subprocess.run(
        [str(COMMAND), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment() | {"PYTHONPATH": str(tmp_path)},
    )
    said = events("\n".join(line for line in done.stderr.splitlines() if line.startswith("{")))
    assert done.returncode == 1
    assert len(said) == starts
    assert said[-1].startswith(f"no worker can start ({cause}")
    assert ("RuntimeError: half installed" in done.stderr) == (module == BROKEN)


def test_workers_that_are_killed_right_after_their_first_answer_are_replaced_again_and_again(built: Path) -> None:
    with serving(built) as server:
        gone = set[int]()
        for _ in range(5):
            (worker,) = eventually(lambda: workers(server) - gone, within=20)
            eventually(lambda: answered(server, FLOOD) == 200, within=20)
            os.kill(worker, signal.SIGKILL)
            gone.add(worker)
        eventually(lambda: workers(server) - gone and answered(server, FLOOD) == 200, within=20)
        code, errors = server.stop()
    assert (code, len(events(errors))) == (0, 5)


@pytest.fixture
def server(built: Path) -> Iterator[Server]:
    with serving(built) as server:
        yield server


def test_the_supervisor_loads_nothing_that_workers_load(server: Server) -> None:
    loaded = Path(f"/proc/{server.process.pid}/maps").read_text("utf-8")
    (worker,) = workers(server)
    assert "numpy" in Path(f"/proc/{worker}/maps").read_text("utf-8")
    assert [name for name in ("numpy", "faiss", "torch") if name in loaded] == []


def test_a_supervisor_that_is_killed_takes_its_worker_with_it(server: Server) -> None:
    (worker,) = workers(server)
    server.process.kill()
    server.process.communicate(timeout=20)
    eventually(lambda: not Path(f"/proc/{worker}").exists(), within=20)
    assert answered(server, FLOOD) is None


class Clock:
    """Seconds that pass only when a test says so."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Worker:
    """Stands in for a process: `answers` to each look, with `code` once it is gone; it hangs where it has none."""

    made: ClassVar[list["Worker"]] = []
    answers: ClassVar[Iterator[tuple[bool, bool]]]
    code: ClassVar[int | None]

    def __init__(self, *_: object) -> None:
        self.pid, self.exitcode, self.runs = len(self.made), self.code, False
        self.child_conn = self.process = self
        self.started = SimpleNamespace(value=False)
        self.made.append(self)

    def start(self) -> None:
        self.runs = True

    def is_alive(self, timeout: float | None = None) -> bool:
        if timeout is None:  # of the process itself
            return self.code is None
        alive, self.started.value = next(self.answers)
        return alive

    def close(self) -> None:
        pass

    def kill(self) -> None:
        self.exitcode = -signal.SIGKILL if self.exitcode is None else self.exitcode

    def join(self, _: float | None = None) -> None:
        pass


def looked(
    monkeypatch: pytest.MonkeyPatch, answers: Sequence[tuple[bool, bool]], code: int | None, every: float = 61.0
) -> tuple[Supervisor, list[bool]]:
    """A supervisor that has looked so many times at its only worker, and whether it goes on after each look."""
    monkeypatch.setattr("recommender.supervisor.Worker", Worker)
    monkeypatch.setattr("recommender.supervisor.monotonic", clock := Clock())
    monkeypatch.setattr("uvicorn.supervisors.multiprocess.Process", Worker)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(Worker, "made", [])
    monkeypatch.setattr(Worker, "answers", iter(answers), raising=False)
    monkeypatch.setattr(Worker, "code", code, raising=False)
    supervisor, goes_on = Supervisor(Config("app", log_config=None), []), []
    supervisor.init_processes()
    for _ in answers:
        supervisor.keep_subprocess_alive()
        clock.now += every
        goes_on.append(not supervisor.should_exit.is_set())
    return supervisor, goes_on


DEAD, STARTING, READY = (False, False), (True, False), (True, True)
SHORT = (False, True)
"""A worker that had started, and was gone before anybody looked at it."""


@pytest.mark.parametrize(
    ("answers", "code", "goes_on"),
    [
        ([STARTING, READY, READY], 0, [True] * 3),
        ([STARTING, READY, DEAD, READY, DEAD], -7, [True] * 5),
        ([SHORT] * 20, -9, [True] * 20),
        ([SHORT] * 20, 1, [True] * 20),
        ([SHORT] * 20, None, [True] * 20),
        ([READY, DEAD, STARTING, DEAD, DEAD, DEAD, DEAD], 1, [True] * 7),
        ([DEAD, DEAD, READY, DEAD, DEAD, DEAD], -9, [True] * 6),
        ([STARTING, DEAD], 1, [True, False]),
        ([DEAD, DEAD, DEAD], -9, [True, True, False]),
        ([DEAD, DEAD, DEAD], None, [True, True, False]),
    ],
)
def test_it_gives_up_only_where_no_worker_ever_started(
    monkeypatch: pytest.MonkeyPatch, answers: list[tuple[bool, bool]], code: int | None, goes_on: list[bool]
) -> None:
    supervisor, went_on = looked(monkeypatch, answers, code)
    assert went_on == goes_on
    assert supervisor.failed == (not goes_on[-1])
    gone = answers.count(DEAD) + answers.count(SHORT)
    assert len(Worker.made) == 1 + gone - supervisor.failed
    assert all(worker.runs for worker in Worker.made)


def test_the_more_have_died_lately_the_longer_it_waits_but_for_seconds_at_most(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # A look every half second: a worker that waits to be started is dead at each.
    looked(monkeypatch, [SHORT] * (3 + 2 + 4 + 3 * 10), -9, every=0.5)
    said = [record.getMessage().partition("starts")[2] for record in caplog.records if record.levelname == "ERROR"]
    assert said == ["", "", "", " in 1 s", " in 2 s", " in 5 s", " in 5 s", " in 5 s"]
    assert len(Worker.made) == 8


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (None, "no sign for too long"),
        (-9, "SIGKILL: the system does that where memory is short, see its log: give it more, or fewer workers"),
        (-11, "SIGSEGV: please report it with what stands above"),
        (-15, "SIGTERM: somebody ended this process and not the service"),
        (-40, "signal 40: please report it with what stands above"),
        (3, "exit code 3"),
    ],
)
def test_the_log_says_of_what_a_worker_died(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, code: int | None, said: str
) -> None:
    looked(monkeypatch, [READY, DEAD], code)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"worker 0 died ({said}); another one starts"
    ]


class Ending:
    """A worker that gives no sign any more, and is gone only once it is waited for."""

    pid, exitcode, alive = 4_711, 1, True
    started = SimpleNamespace(value=False)

    @property
    def process(self) -> "Ending":
        return self

    def is_alive(self) -> bool:
        return self.alive

    def join(self, _: float | None = None) -> None:
        self.alive = False

    def kill(self) -> None:
        self.exitcode = -9 if self.alive else self.exitcode


def test_a_worker_that_is_just_ending_is_told_by_its_own_cause(caplog: pytest.LogCaptureFixture) -> None:
    supervisor = Supervisor(Config("nothing:app"), [])
    supervisor._replace(0, cast("RealWorker", Ending()))
    assert supervisor.failed
    assert "no worker can start (exit code 1)" in caplog.text
