"""What a build tells while it runs, and how long each of its stages took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, how much of it is done, and how much there is where that is known.

The stage may go on with ": " and what it is at.
"""


class Clock:
    """Times the stages and tells how far each one is."""

    def __init__(self, timings: dict[str, float], progress: Progress) -> None:
        self._timings, self._progress = timings, progress
        self._stage, self._done, self._total = "", 0, None  # type: tuple[str, int, int | None]

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[None]:
        """A stage of so many things; its time is kept when it ends well."""
        started = time.perf_counter()
        self._stage, self._done, self._total = name, 0, total
        self.advance(0)
        yield
        self._timings[name] = round(time.perf_counter() - started, 3)

    def advance(self, more: int, at: str = "") -> None:
        """So many more things of the stage are done; `at` says what is at hand."""
        self._done += more
        self._progress(f"{self._stage}: {at}" if at else self._stage, self._done, self._total)
