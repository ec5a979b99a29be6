"""When another worker starts, when the service gives up, and what the log says: with workers that stand in."""

import signal
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import ClassVar, cast

import pytest
from uvicorn import Config

from recommender.supervisor import Supervisor
from recommender.supervisor import Worker as RealWorker


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
