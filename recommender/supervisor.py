"""The process that starts the workers, and another one in place of each that dies. It loads nothing that they load."""

import logging
import os
import signal
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from socket import socket
from threading import Thread
from typing import Any

from uvicorn import Config
from uvicorn.supervisors.multiprocess import Multiprocess, Process

ENDING_S = 5.0
"""So long at most a worker takes to be gone once it has let go of everything."""
TRIES = 3
"""So many new workers in a row may be killed before they answer."""

_REMEDIES = {
    "SIGBUS": "a mapped file was cut short, or the disk is full: see /healthz; replace files, never write into them",
    "SIGKILL": "the system does that where memory is short, see its log: give it more, or fewer workers",
    "SIGTERM": "somebody ended this process and not the service",
}
_REMEDY = "please report it with what stands above"

log = logging.getLogger("recommender.supervisor")


class Supervisor(Multiprocess):
    """Uvicorn's own, for one worker too. It says what a worker died of, and gives up where none can start."""

    def __init__(self, config: Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self.failed = False
        self._ready: set[int | None] = set()
        self._lost = 0

    def keep_subprocess_alive(self) -> None:
        """Start another worker in place of each that has died, or that gave no sign for too long."""
        for place, worker in enumerate(self.processes):
            # Otherwise a worker that dies while it is asked for a sign would be waited for.
            worker.child_conn.close()
            if worker.is_alive(self.config.timeout_worker_healthcheck):
                self._note_ready(worker)
            elif not self.should_exit.is_set():
                self._replace(place, worker)

    def terminate_all(self) -> None:
        """End the workers; who comes when they listen no more is refused, not kept waiting."""
        for one in self.sockets:
            one.close()
        super().terminate_all()

    def _note_ready(self, worker: Process) -> None:
        if worker.pid not in self._ready and worker.is_ready(self.config.timeout_worker_healthcheck):
            self._ready.add(worker.pid)
            self._lost = 0

    def _replace(self, place: int, worker: Process) -> None:
        # One that is just ending gives no sign either, and has a cause of its own to tell.
        worker.process.join(ENDING_S)
        hung = worker.process.is_alive()
        worker.kill()
        worker.join()
        died_of = "no sign for too long" if hung else _cause(worker.exitcode or 0)
        if worker.pid not in self._ready and self._is_hopeless(worker.exitcode or 0):
            log.error("a new worker cannot start (%s); the service ends, what stands above is to be mended", died_of)
            self.failed = True
            self.should_exit.set()
            return
        self._ready.discard(worker.pid)
        log.error("worker %s died (%s); another one starts", worker.pid, died_of)
        self.processes[place] = Process(self.config, self.sockets)
        self.processes[place].start()

    def _is_hopeless(self, code: int) -> bool:
        # What raised an error raises it again. What was killed may have been unlucky, but not for ever.
        self._lost += 1
        return code > 0 or self._lost >= TRIES


def supervise(app: str, **options: Any) -> None:
    """Listen, start the workers, with uvicorn's options, and keep them. Exits with 1 where none can start."""
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
