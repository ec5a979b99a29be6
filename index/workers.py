"""Worker processes for what comes from outside: what takes too long to parse is ended, and the rest goes on.

The deadline is the kernel's alarm inside the worker, so that nothing outlasts it: no C code, no worker whose parent was
killed. A worker is started when a call first needs it, and another one in its place where it ended.
"""

import os
import pickle
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, LifoQueue
from types import TracebackType
from typing import IO, Any, Self, cast

from index.mishaps import noted
from index.worker import ANSWERS, CALLS, READY, Outcome, outcome

DEADLINE_S = 20.0
"""So long a call may take,"""
BYTES_A_S = 1_000_000
"""and a second more for each so many bytes that it is handed."""
PATIENCE_S = 120.0
"""Once calls that were ended have cost one source so much,"""
IMPATIENT_S = 2.0
"""its others have only this long, so that not even a hostile site of a thousand pages costs a night."""
MOST = 4
"""More workers do not read faster than pages are fetched, and each takes 100 MB."""

_START = "import sys; sys.path[:] = {path!r}; from index.worker import serve; serve()"


class RefusedError(ValueError):
    """What could not be parsed: says why."""


class StartError(Exception):
    """No worker process can be started: says why."""


class _EndedError(Exception):
    """A worker that did not survive what it was asked."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of some module."""

    function: Callable[..., Any]
    arguments: tuple[object, ...]

    def here(self) -> Outcome:
        """What comes of it in this process, which has no deadline."""
        return outcome(self.function, self.arguments)

    def packed(self) -> bytes | None:
        """What a worker is handed; None where an argument cannot be, such as what a database's driver made."""
        try:
            return pickle.dumps((self.function, self.arguments), pickle.HIGHEST_PROTOCOL)
        except Exception:  # noqa: BLE001 - each class says in its own way that it cannot
            return None


def reason(what: Outcome) -> str:
    """Why a call has no value; the traceback of an error that nobody foresaw goes to the log."""
    kind, held = what
    return noted(*held) if kind == "broken" else str(held)


class Workers:
    """At most `count` worker processes; with 0, calls are made in this process and have no deadline."""

    def __init__(self, count: int | None = None, deadline_s: float = DEADLINE_S) -> None:
        self.count = min(MOST, os.cpu_count() or 1) if count is None else count
        self._deadline_s, self._lost_s, self._ended = deadline_s, 0.0, False
        self._live: set[_Worker] = set()
        # The last one that was used is used next: a small source needs only one.
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(self.count):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        """End all workers, whatever they are at."""
        self._ended = True
        for worker in list(self._live):
            worker.end()
        with suppress(Empty):
            while True:
                if idle := self._idle.get_nowait():
                    idle.close()

    def renew(self) -> None:
        """Be patient again: another source begins."""
        self._lost_s = 0.0

    def run(self, function: Callable[..., Any], *arguments: object) -> Any:
        """What the function returns. Raises RefusedError for a ValueError of it, and for whatever else goes wrong."""
        (one,) = self.outcomes([Call(function, arguments)])
        if one[0] == "done":
            return one[1]
        raise RefusedError(reason(one))

    def outcomes(self, calls: Sequence[Call]) -> list[Outcome]:
        """What comes of each of these calls, which one worker is handed together."""
        payloads = [call.packed() for call in calls] if self.count else []
        if not payloads or None in payloads:
            return [call.here() for call in calls]
        try:
            return self._asked(cast("list[bytes]", payloads))
        except _EndedError as error:
            if len(calls) == 1:
                return [("refused", noted(str(error), ""))]
        return [self.outcomes([call])[0] for call in calls]  # it was one of them, and nobody knows which

    def _asked(self, payloads: list[bytes]) -> list[Outcome]:
        batch, worker, began = pickle.dumps(payloads), self._idle.get(), time.monotonic()
        try:
            worker = worker or self._started()
            answer = worker.ask(batch, self._patience_s() + len(batch) / BYTES_A_S)
        except BaseException as error:
            self._lost_s += time.monotonic() - began if isinstance(error, _EndedError) else 0.0
            if worker:
                self._live.discard(worker)
                worker.close()
            self._idle.put(None)
            raise
        self._idle.put(worker)
        return [pickle.loads(one) for one in pickle.loads(answer)]  # noqa: S301 - our own process wrote it

    def _patience_s(self) -> float:
        return min(self._deadline_s, DEADLINE_S if self._lost_s < PATIENCE_S else IMPATIENT_S)

    def _started(self) -> "_Worker":
        worker = _Worker()
        self._live.add(worker)
        if self._ended:  # asked here, since `end` may just have missed this one
            self._live.discard(worker)
            worker.close()
            raise _EndedError("was not read: the build is being ended")
        return worker


class _Worker:
    """One worker process. `ask` and `close` are for one thread; `end` is for any."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", _START.format(path=sys.path)]
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._calls = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        if self._answers.read(len(READY)) != READY:
            self.close()
            raise StartError(f"no worker process can be started ({self._how()}); see whether there is memory left")

    def ask(self, batch: bytes, deadline_s: float) -> bytes:
        """The answer to a batch of calls. Raises _EndedError where the worker ended instead."""
        with suppress(OSError, struct.error):
            self._calls.write(CALLS.pack(deadline_s, len(batch)) + batch)
            self._calls.flush()
            (size,) = ANSWERS.unpack(self._answers.read(ANSWERS.size))
            if len(answer := self._answers.read(size)) == size:
                return answer
        if self._process.wait() == -signal.SIGALRM:
            raise _EndedError(
                f"took longer than {deadline_s:.{0 if deadline_s >= 1 else 1}f} s to read; please report it"
            )
        raise _EndedError(f"ended the process that read it ({self._how()}); please report it")

    def end(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and give its pipes back."""
        self.end()
        for pipe in (self._calls, self._answers):
            with suppress(OSError):  # what was still to be written
                pipe.close()

    def _how(self) -> str:
        code = self._process.returncode
        return f"exit code {code}" if code is None or code >= 0 else signal.Signals(-code).name
