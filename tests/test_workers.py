"""Worker processes: whatever becomes of one call, the next is answered, and none outlives its build."""

import logging
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
import troubles

from index import worker as worker_module
from index import workers as module
from index.batches import batched
from index.workers import Call, RefusedError, Workers

DEADLINE_S = 0.2


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(1, DEADLINE_S) as started:
        yield started


def pids(workers: Workers) -> list[int]:
    return [one._process.pid for one in workers._live]


@pytest.mark.parametrize("trouble", [troubles.spin, troubles.pause, troubles.match])
def test_what_never_ends_is_ended_and_the_next_call_is_answered(
    workers: Workers, trouble: Callable[[str], str]
) -> None:
    assert workers.run(troubles.upper, "before") == "BEFORE"
    (first,) = pids(workers)
    with pytest.raises(RefusedError, match=re.escape("took longer than 0.2 s to read; please report it")):
        workers.run(trouble, "page")
    assert workers.run(troubles.upper, "after") == "AFTER"
    assert pids(workers) != [first]


@pytest.mark.parametrize(
    ("trouble", "how"), [(troubles.die, "SIGKILL"), (troubles.leave, "exit code 4")], ids=["killed", "left"]
)
def test_a_worker_that_ends_is_replaced(workers: Workers, trouble: Callable[[str], str], how: str) -> None:
    with pytest.raises(RefusedError, match=re.escape(f"ended the process that read it ({how}); please report it")):
        workers.run(trouble, "page")
    assert workers.run(troubles.upper, "after") == "AFTER"


def test_a_worker_that_was_killed_while_it_was_idle_costs_one_call(workers: Workers) -> None:
    workers.run(troubles.upper, "before")
    os.kill(pids(workers)[0], signal.SIGKILL)
    with pytest.raises(RefusedError, match="SIGKILL"):
        workers.run(troubles.upper, "meanwhile")
    assert workers.run(troubles.upper, "after") == "AFTER"


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (worker_module.MAX_ANSWER + 1, "holds more than 268,435,456 bytes once it is read; divide it"),
        (worker_module.MAX_MEMORY, "takes more memory to read than the 2,147,483,648 bytes that it may; divide it"),
    ],
)
def test_what_is_too_large_is_refused_and_the_worker_goes_on(size: int, told: str) -> None:
    with Workers(1) as workers:
        workers.run(troubles.upper, "before")
        before = pids(workers)
        with pytest.raises(RefusedError, match=re.escape(told)):
            workers.run(troubles.swell, size)
        assert workers.run(troubles.upper, "after") == "AFTER"
        assert pids(workers) == before


@pytest.mark.parametrize("count", [0, 1])
def test_what_a_parser_raises_is_a_sentence_and_what_nobody_foresaw_is_in_the_log(
    count: int, caplog: pytest.LogCaptureFixture
) -> None:
    with Workers(count) as workers, caplog.at_level(logging.ERROR, "index"):
        with pytest.raises(RefusedError, match=r"^this is no page$"):
            workers.run(troubles.refuse, "this")
        assert not caplog.records
        with pytest.raises(RefusedError, match=r"^cannot be read: RecursionError; please report it$"):
            workers.run(troubles.nest, "page")
        with pytest.raises(RefusedError, match=r"^cannot be read: TypeError in batches\.py, line \d+; please report"):
            workers.run(lone_batch, 3)
    assert "in nest" in caplog.records[0].getMessage()
    assert len(caplog.records[0].getMessage().splitlines()) < 150
    assert "rest = iter(items)" in caplog.records[1].getMessage()


def lone_batch(size: object) -> object:
    return next(batched(size, 1))  # type: ignore[arg-type]


def test_what_a_parser_prints_is_no_answer(workers: Workers) -> None:
    assert [workers.run(troubles.chat, word) for word in "ab"] == ["a", "b"]


def test_calls_that_are_handed_over_together_are_made_once_unless_one_of_them_ends_the_worker(
    workers: Workers, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    calls = [Call(troubles.note, (word, str(trace))) for word in "abc"]
    assert workers.outcomes(calls) == [("done", "a"), ("done", "b"), ("done", "c")]
    assert trace.read_text() == "abc"
    calls = [Call(troubles.hang_in, (word, "b")) for word in "abc"]
    kinds = workers.outcomes(calls)
    assert kinds[0], kinds[2] == (("done", "a"), ("done", "c"))
    assert kinds[1] == ("refused", "took longer than 0.2 s to read; please report it")


def test_arguments_that_cannot_be_handed_over_are_parsed_here(workers: Workers) -> None:
    assert workers.run(type, memoryview(b"a")) is memoryview
    assert not workers._live


def test_a_source_that_tries_our_patience_gets_less_of_it_and_the_next_one_all(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.1)
    monkeypatch.setattr(module, "IMPATIENT_S", 0.1)
    told = []
    for _ in range(2):
        with pytest.raises(RefusedError) as error:
            workers.run(troubles.pause, "page")
        told.append(str(error.value))
    workers.renew()
    with pytest.raises(RefusedError) as error:
        workers.run(troubles.pause, "page")
    told.append(str(error.value))
    assert [sentence.split()[3] for sentence in told] == ["0.2", "0.1", "0.2"]


def test_a_large_call_has_longer(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BYTES_A_S", 1_000_000)
    with pytest.raises(RefusedError, match=r"took longer than 0\.4 s"):
        workers.run(troubles.pause, "a" * 200_000)


def test_ending_the_workers_ends_what_they_are_at() -> None:
    workers, told = Workers(1), list[str]()

    def wait() -> None:
        with pytest.raises(RefusedError) as error:
            workers.run(troubles.pause, "page")
        told.append(str(error.value))

    workers.run(troubles.upper, "it is up")
    thread = Thread(target=wait)
    thread.start()
    workers.end()
    thread.join(timeout=30)
    assert len(told) == 1
    with pytest.raises(RefusedError, match="the build is being ended"):
        workers.run(troubles.upper, "page")


CHILD = """
import signal, sys, threading
import troubles
from index.workers import Workers
workers = Workers(2, 0.5)
workers.run(troubles.upper, "idle")
if sys.argv[1] == "busy":
    threading.Thread(target=lambda: workers.run(troubles.spin, "page"), daemon=True).start()
print(workers._live.copy().pop()._process.pid, flush=True)
signal.pause()
"""


@pytest.mark.parametrize("at", ["busy", "idle"])
def test_no_worker_outlives_a_parent_that_is_killed(at: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, at], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        watched = os.pidfd_open(int(parent.stdout.readline()))
        try:
            ended = select.poll()  # `select` takes no descriptor above 1,023
            ended.register(watched, select.POLLIN)
            parent.kill()
            assert ended.poll(60_000), "the worker still runs a minute later"
        finally:
            os.close(watched)
