"""From the start of the process to its first answer, and what it holds in memory then and later."""

from dataclasses import dataclass

import synthetic
from load import one_by_one
from plan import Plan
from servers import Server, maps, memory, running, serving, workers
from serving import path_of
from tables import Cell, median, table

ASKED = 1_000


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the service: seconds, and MB by name of its worker then and after ASKED distinct questions."""

    seconds: float
    fresh: dict[str, float]
    used: dict[str, float]
    torch: bool
    supervisor: dict[str, float]


def run(plan: Plan) -> None:
    """A table with a line for each size. The files are in the page cache, the bytecode on disk."""
    rows: list[tuple[Cell, ...]] = []
    for size in plan.sizes:
        starts = [_start(size) for _ in range(plan.rounds + 1)][1:]
        sizes = [
            median(getattr(start, moment)[name] for start in starts)
            for moment in ("fresh", "used")
            for name in ("VmRSS", "RssAnon")
        ]
        sizes += [median(start.supervisor[name] for start in starts) for name in ("VmRSS", "RssAnon")]
        torch = "yes" if any(start.torch for start in starts) else "no"
        rows.append((f"{size:,}", median(start.seconds for start in starts), *sizes, torch))
    later = f"after {ASKED:,}"
    columns = ("articles", "first answer s", "resident MB", "its own MB", f"resident MB {later}", f"its own MB {later}")
    more = ("supervisor resident MB", "its own MB", "torch loaded")
    table(f"`recommender serve`, one worker, median of {plan.rounds} starts", (*columns, *more), rows)


def _start(size: int) -> Start:
    with running(serving(synthetic.home(size)), path_of(0)) as server:
        return _look(server, size)


def _look(server: Server, size: int) -> Start:
    (worker,) = workers(server.pid)
    fresh = memory(worker)
    step = max(1, size // ASKED)
    one_by_one(server.port, [path_of(number) for number in range(0, size, step)][:ASKED])
    return Start(server.seconds, fresh, memory(worker), maps(worker, "libtorch"), memory(server.pid))
