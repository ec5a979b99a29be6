"""A process that parses: it is handed calls until its pipe ends, and the kernel ends it where one takes too long.

It imports only what it is asked to call.
"""

import os
import pickle
import resource
import signal
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from index.mishaps import told

READY = b"ready"
CALLS = struct.Struct("!dQ")
"""Before each batch of calls: its deadline in seconds, and how many bytes follow."""
ANSWERS = struct.Struct("!Q")
MAX_MEMORY = 2 * 1024**3
"""The most address space that a worker takes, in bytes."""
MAX_ANSWER = 256 * 1024**2

Outcome = tuple[str, Any]
"""("done", value), ("refused", reason), or ("broken", (sentence, traceback))."""


def serve() -> None:
    """Answer batches of calls until there are no more."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no answer
    _confine()
    with suppress(BrokenPipeError):
        answers.write(READY)
        answers.flush()
        while batch := _next(calls):
            answer = pickle.dumps(_answered(*batch))
            answers.write(ANSWERS.pack(len(answer)) + answer)
            answers.flush()


def outcome(function: Callable[..., object], arguments: Sequence[object]) -> Outcome:
    """What comes of a call."""
    try:
        return "done", function(*arguments)
    except ValueError as error:  # what parsers raise of what they cannot use
        return "refused", str(error)
    except MemoryError:
        return "refused", f"takes more memory to read than the {MAX_MEMORY:,} bytes that it may; divide it"
    except Exception as error:  # noqa: BLE001 - whatever else is raised is told where the call is answered for
        return "broken", told(error)


def _answered(deadline_s: float, payloads: Sequence[bytes]) -> list[bytes]:
    calls = [pickle.loads(payload) for payload in payloads]  # noqa: S301 - our own process wrote them
    signal.setitimer(signal.ITIMER_REAL, deadline_s)  # only now that all is imported
    try:
        return _packed(outcome(*call) for call in calls)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _packed(outcomes: Any) -> list[bytes]:
    packed, room = [], MAX_ANSWER
    for one in outcomes:
        answer = pickle.dumps(one, pickle.HIGHEST_PROTOCOL)
        if len(answer) > room:
            answer = pickle.dumps(("refused", f"holds more than {MAX_ANSWER:,} bytes once it is read; divide it"))
        packed.append(answer)
        room -= len(answer)
    return packed


def _confine() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # which ends it even inside C code
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    for limit, most in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # where less is allowed already, or no limit can be set
            resource.setrlimit(limit, (most, most))


def _next(calls: BinaryIO) -> tuple[float, list[bytes]] | None:
    head = calls.read(CALLS.size)
    if len(head) < CALLS.size:
        return None
    deadline_s, size = CALLS.unpack(head)
    batch = calls.read(size)
    return (deadline_s, pickle.loads(batch)) if len(batch) == size else None  # noqa: S301 - our own process wrote it
