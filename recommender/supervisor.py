"""The process that starts the workers, and another one in place of each that dies. It loads nothing that they load."""

import logging
import os
import signal
from ctypes import c_bool
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from socket import socket
from threading import Thread
from time import monotonic
from typing import Any

from uvicorn import Config, Server
from uvicorn.supervisors import multiprocess
from uvicorn.supervisors.multiprocess import Multiprocess, Process

ENDING_S = 5.0
"""Seconds for a worker to be gone once it has let go of everything."""
TRIES = 3
"""Workers that may be killed before the first one ever has started."""
PAUSES_S = (0, 0, 0, 1, 2, 5)
"""Seconds before another worker starts, by how many have died in the last RECENT_S; the last for all more."""
RECENT_S = 60.0

_REMEDIES = {
    "SIGBUS": "a mapped file was cut short, or the disk is full: see /healthz; replace files, never write into them",
    "SIGKILL": "the system does that where memory is short, see its log: give it more, or fewer workers",
    "SIGTERM": "somebody ended this process and not the service",
}
_REMEDY = "please report it with what stands above"

log = logging.getLogger("recommender.supervisor")


class Worker(Process):
    """Uvicorn's own, which also leaves behind whether it ever started: a dead process cannot be asked."""

    def __init__(self, config: Config, sockets: list[socket]) -> None:
        # Without a lock, which a worker that is killed might take with it.
        self.started = get_context("spawn").RawValue(c_bool, False)
        super().__init__(config, sockets)

    @property
    def server(self) -> Server:
        """The server of this process."""
        if self._server is None:
            self._server = _TellingServer(self.config, self.started)
        return self._server


class _TellingServer(Server):
    def __init__(self, config: Config, started: c_bool) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self._told.value = self.started


# Uvicorn names the class in several places, and has no other seam.
multiprocess.Process = Worker  # type: ignore[misc]


class Supervisor(Multiprocess):
    """Uvicorn's own, for one worker too. It says what a worker died of, and gives up where none ever starts."""

    processes: list[Worker]  # type: ignore[assignment] # as uvicorn is told above

    def __init__(self, config: Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self.failed = False
        self._proven, self._lost = False, 0
        self._deaths = list[float]()
        self._due = dict[int, float]()

    def keep_subprocess_alive(self) -> None:
        """Start another worker in place of each that has died, or that gave no sign for too long."""
        for place, worker in enumerate(self.processes):
            self._proven |= worker.started.value
            # Otherwise a worker that dies while it is asked for a sign would be waited for.
            worker.child_conn.close()
            if worker.is_alive(self.config.timeout_worker_healthcheck):
                self._due.pop(place, None)
            elif not self.should_exit.is_set():
                self._replace(place, worker)

    def terminate_all(self) -> None:
        """End the workers; new connections are refused from now on, not kept waiting."""
        for one in self.sockets:
            one.close()
        super().terminate_all()

    def _replace(self, place: int, worker: Worker) -> None:
        if place not in self._due and not self._bury(place, worker):
            self.failed = True
            self.should_exit.set()
        elif monotonic() >= self._due[place]:
            del self._due[place]
            self.processes[place] = Worker(self.config, self.sockets)
            self.processes[place].start()

    def _bury(self, place: int, worker: Worker) -> bool:
        # Says what it died of, and when another one is due; false where that would be of no use.
        # One that is just ending gives no sign either, and has a cause of its own to tell.
        worker.process.join(ENDING_S)
        hung = worker.process.is_alive()
        worker.kill()
        worker.join()
        died_of = "no sign for too long" if hung else _cause(worker.exitcode or 0)
        now = monotonic()
        self._deaths = [*(moment for moment in self._deaths if now - moment < RECENT_S), now]
        if self._is_hopeless(worker):
            log.error("no worker can start (%s); the service ends, fix the errors logged above", died_of)
            return False
        pause = PAUSES_S[min(len(self._deaths), len(PAUSES_S)) - 1]
        log.error("worker %s died (%s); another one starts%s", worker.pid, died_of, f" in {pause} s" if pause else "")
        self._due[place] = now + pause
        return True

    def _is_hopeless(self, worker: Worker) -> bool:
        # What raised an error raises it again. What was killed may have been unlucky, but not for ever.
        self._proven |= worker.started.value
        self._lost += 1
        return not self._proven and ((worker.exitcode or 0) > 0 or self._lost >= TRIES)


def supervise(app: str, **options: Any) -> None:
    """Listen, start the workers, with uvicorn's options, and keep them. Exits with 1 where none ever starts."""
    config = Config(app, **options)
    supervisor = Supervisor(config, [config.bind_socket()])
    supervisor.run()
    if supervisor.failed:
        raise SystemExit(1)


def end_with_supervisor() -> None:
    """In a worker: end as at SIGTERM once the supervisor is gone, or the address would stay taken."""
    if supervisor := parent_process():
        Thread(target=_outlive, args=(supervisor,), name="end with supervisor", daemon=True).start()


def _outlive(supervisor: BaseProcess) -> None:
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _cause(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    name = next((one.name for one in signal.Signals if one == -code), f"signal {-code}")
    return f"{name}: {_REMEDIES.get(name, _REMEDY)}"
