"""What a source yields that is still to be parsed: workers do it, a batch each, and all keeps its order."""

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from index.mishaps import mishap
from index.sources.items import Item, Rejected, SourceError
from index.worker import Outcome
from index.workers import Call, StartError, Workers, reason

TOGETHER, TOGETHER_BYTES, TOGETHER_S = 64, 256 * 1024, 0.2
"""The most calls, bytes and seconds of one batch."""
OF_ALL = (SourceError, StartError, sqlite3.Error)
"""What no entry is to blame for: all that follow would fail too."""

Part = TypeVar("Part")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Unparsed:
    """An item once its call is made: `made` of what that returns, None being no item, or else `refused` of a reason."""

    call: Call
    made: Callable[[Any], Item | None]
    refused: Callable[[str], Item]

    def item(self, what: Outcome) -> Item | None:
        """The item of what came of the call."""
        if what[0] != "done":
            return self.refused(reason(what))
        try:
            return self.made(what[1])
        except Exception as error:  # noqa: BLE001 - one entry that nobody foresaw must not cost the others
            return self.refused(mishap(error))


Step = Item | Unparsed


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception


def parsed(steps: Iterable[Step], workers: Workers) -> Iterator[Item]:
    """The items of a source in their order. Where the source raises, what came before is yielded first."""
    ahead: deque[tuple[list[Step | _Raised], Future[list[Outcome]] | None]] = deque()
    with ThreadPoolExecutor(max(1, workers.count), "parse") as pool:
        try:
            for batch in _batches(_with_error(steps)):
                calls = [step.call for step in batch if isinstance(step, Unparsed)]
                ahead.append((batch, pool.submit(workers.outcomes, calls) if calls else None))
                while ahead and (len(ahead) > workers.count or _is_done(ahead[0][1])):
                    yield from _items(*ahead.popleft())
            while ahead:
                yield from _items(*ahead.popleft())
        except (KeyboardInterrupt, SystemExit):
            workers.end()  # so that nobody waits for what nobody wants any more
            raise


def contained(make: Callable[[Part], Made], parts: Iterable[Part], place: str) -> Iterator[Made | Rejected]:
    """What is made of each part; one that raises what nobody foresaw is rejected, and the others are made."""
    for part in parts:
        try:
            yield make(part)
        except OF_ALL:
            raise
        except Exception as error:  # noqa: BLE001 - one entry that nobody foresaw must not cost the others
            yield Rejected(place, None, mishap(error))


def _is_done(outcomes: "Future[list[Outcome]] | None") -> bool:
    return outcomes is None or outcomes.done()


def _items(batch: Sequence[Step | _Raised], outcomes: "Future[list[Outcome]] | None") -> Iterator[Item]:
    found = iter(outcomes.result() if outcomes else ())
    for step in batch:
        if isinstance(step, _Raised):
            raise step.error
        item = step.item(next(found)) if isinstance(step, Unparsed) else step
        if item is not None:
            yield item


def _with_error(steps: Iterable[Step]) -> Iterator[Step | _Raised]:
    try:
        yield from steps
    except Exception as error:  # noqa: BLE001 - raised again where it is its turn
        yield _Raised(error)


def _size(value: object) -> int:
    if isinstance(value, str | bytes):
        return len(value)
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple | list) else ()
    return sum(map(_size, parts))


def _batches(steps: Iterable[Step | _Raised]) -> Iterator[list[Step | _Raised]]:
    batch: list[Step | _Raised] = []
    size, began = 0, 0.0
    for step in steps:
        if not batch and not isinstance(step, Unparsed):
            yield [step]
            continue
        size, began = (size, began) if batch else (0, time.monotonic())
        batch.append(step)
        size += _size(step.call.arguments) if isinstance(step, Unparsed) else 0
        if len(batch) >= TOGETHER or size >= TOGETHER_BYTES or time.monotonic() - began > TOGETHER_S:
            yield batch
            batch = []
    if batch:
        yield batch
