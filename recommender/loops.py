"""Threads that must live: whatever their work raises is logged once and shown, and after a pause they go on."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

PAUSE_S = 2.0
"""Seconds between an error and the next try, at least."""
NEVER = Event()

log = logging.getLogger("recommender.loops")


class Loop:
    """Work done every `every_s`, and earlier where `woken` is set; or, with `every_s` None, until it succeeds once.

    After every turn `told` is given what went wrong.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        every_s: float | None = None,
        *,
        woken: Event | None = None,
        told: Callable[[str | None], object] = lambda _: None,
    ) -> None:
        self.name, self._work, self._every_s, self._told = name, work, every_s, told
        self._woken, self._stopped = woken or Event(), False
        self.problem: str | None = None
        """What went wrong with the last try that nobody expected, or None."""

    def start(self) -> None:
        """Begin, in a thread that keeps no process from ending."""
        self._stopped = False
        Thread(target=self._run, name=self.name, daemon=True).start()

    def stop(self) -> None:
        """End after the turn that runs."""
        self._stopped = True
        self._woken.set()

    def turn(self) -> bool:
        """Do the work once; returns whether that went well."""
        try:
            self._work()
        except Exception as error:
            problem = f"{self.name}: {type(error).__name__}: {error}"[:500]
            if problem != self.problem:
                log.exception("%s failed, and is tried again", self.name)
            self.problem = problem
        else:
            self.problem = None
        self._told(self.problem)
        return self.problem is None

    def _run(self) -> None:
        while not self._stopped:
            good = self.turn()
            if good and self._every_s is None:
                return
            if good:
                self._woken.wait(self._every_s)
            elif not self._stopped:
                NEVER.wait(max(self._every_s or 0, PAUSE_S))


@contextmanager
def running(loops: Sequence[Loop]) -> Iterator[None]:
    """Inside, they run."""
    for loop in loops:
        loop.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.stop()
