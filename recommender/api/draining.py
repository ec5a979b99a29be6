"""Leaving without anybody noticing: a process that is told to end says so first, and ends a moment later."""

import asyncio
import signal
from threading import current_thread, main_thread
from types import FrameType


class Draining:
    """Whether this process is about to end.

    From SIGTERM on, /readyz answers 503 and every answer asks for its connection to be closed, so that nobody is left
    when, `seconds` later, the server itself ends.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.begun = seconds, False

    def before_the_end(self) -> None:
        """Come before what would end the process at SIGTERM; only in a main thread, where signals arrive."""
        ends = signal.getsignal(signal.SIGTERM)
        if current_thread() is not main_thread() or not callable(ends):
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            # A group of processes is told by its supervisor and by its parent.
            if not self.begun:
                self.begun = True
                loop.call_soon_threadsafe(loop.call_later, self.seconds, ends, number, frame)

        signal.signal(signal.SIGTERM, begin)
