"""Related articles by id: in process, and over HTTP beside the least that one could serve the same bytes with."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import numpy as np
import synthetic
from articles import SECTIONS, article_id, zipf
from load import Connection, Load, at_once, one_by_one
from plan import Plan
from servers import comparing, running, serving
from tables import median, percentile, table

from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.links import Rules
from recommender.related import Recommender
from recommender.responses import answer_body, encode

ALONE = 1_000
DRAWN = 60_000
DISTINCT = "Distinct ids (always a miss)"
SERVICE, ROUTE, BARE = "recommender", "constant FastAPI route", "bare ASGI"
Paths = list[str]


@dataclass(frozen=True, slots=True)
class Round:
    """What one server did in one round: alone one request at a time, and under load."""

    alone: list[float]
    load: Load


def run(plan: Plan) -> None:
    """In process, then over HTTP with one worker, for the largest corpus."""
    size = max(plan.sizes)
    home = synthetic.home(size)
    _in_process(open_snapshot(Releases(home).current_path()), size)
    measured = _over_http(home, size, plan)
    for traffic, servers in measured.items():
        table(f"{traffic}, {size:,} articles, one worker, median of {plan.rounds}", COLUMNS, _rows(servers))


def _in_process(snapshot: Snapshot, size: int) -> None:
    asked = [article_id(number) for number in np.random.default_rng(1).permutation(size)[:2_000]]
    kinds = {"by id": Rules(), "by id, k=10": Rules(k=10), "by id, in one section": Rules(section=SECTIONS[0])}
    rows = []
    for name, rules in kinds.items():
        taken = [_answered(snapshot, one, rules) for one in asked]
        rows.append((name, len(taken), percentile(taken, 50), percentile(taken, 99), 1_000 / float(np.mean(taken))))
    table(f"In process, {size:,} articles", ("question", "distinct ids", "p50 ms", "p99 ms", "a second"), rows)


def _answered(snapshot: Snapshot, asked: str, rules: Rules) -> float:
    started = time.perf_counter()
    encode(answer_body(snapshot, Recommender(snapshot).by_id(asked, rules), rules))
    return 1_000 * (time.perf_counter() - started)


def _over_http(home: Path, size: int, plan: Plan) -> Mapping[str, Mapping[str, list[Round]]]:
    measured: dict[str, dict[str, list[Round]]] = defaultdict(lambda: defaultdict(list))
    for traffic, rounds in _traffics(size, plan.rounds).items():
        # Servers of its own, so that what one kind of traffic asked for is no hit of the next.
        with _servers(home, path_of(0)) as ports:
            for port in ports.values():
                one_by_one(port, [path_of(0)] * ALONE)
            for paths in rounds:
                alone, together = paths[:ALONE], paths[ALONE:]
                for name, port in ports.items():
                    done = Round(one_by_one(port, alone), at_once(port, together, plan.seconds))
                    measured[traffic][name].append(done)
                if traffic == DISTINCT and measured[traffic][SERVICE][-1].load.requests > len(together):
                    print(f"(of {size:,} ids some were asked for twice: not all were misses)")
    return measured


@contextmanager
def _servers(home: Path, path: str) -> Iterator[dict[str, int]]:
    with ExitStack() as stack:
        service = stack.enter_context(running(serving(home), path))
        body = Path(stack.enter_context(TemporaryDirectory()), "answer.json")
        with Connection(service.port) as connection:
            body.write_bytes(connection.get(path)[1])
        extra = {"CONSTANT_BODY": str(body)}
        others = {ROUTE: "route", BARE: "bare"}
        started = {name: stack.enter_context(running(comparing(app), path, extra)) for name, app in others.items()}
        yield {SERVICE: service.port} | {name: server.port for name, server in started.items()}


def _traffics(size: int, rounds: int) -> dict[str, list[Paths]]:
    """By kind of traffic the paths of each round: the same in every run, others in every round."""
    rng = np.random.default_rng(2)
    order = rng.permutation(size)
    drawn = np.searchsorted(zipf(size, 1.0), rng.random((rounds, DRAWN)))
    kinds: dict[str, Iterable[Iterable[int]]] = {
        "One id (always a hit)": [[0] * (2 * ALONE)] * rounds,
        DISTINCT: [order[number::rounds] for number in range(rounds)],
        "Zipf mix (s = 1)": order[drawn],
    }
    return {name: [[path_of(each) for each in numbers] for numbers in parts] for name, parts in kinds.items()}


def path_of(number: int) -> str:
    """What is asked for the article with this number."""
    return f"/v1/related?id={quote(article_id(number))}&k=3"


COLUMNS = (
    "server",
    "alone p50 ms",
    "alone p99 ms",
    "16 connections req/s",
    "p50 ms",
    "p99 ms",
    f"of {ROUTE}",
    f"of {BARE}",
)


def _rows(servers: Mapping[str, list[Round]]) -> Iterator[tuple[str | float, ...]]:
    for name, rounds in servers.items():
        alone = [(percentile(one.alone, 50), percentile(one.alone, 99)) for one in rounds]
        yield (
            name,
            median(p50 for p50, _ in alone),
            median(p99 for _, p99 in alone),
            median(one.load.per_second for one in rounds),
            median(one.load.p50 for one in rounds),
            median(one.load.p99 for one in rounds),
            *(_share(rounds, servers[other]) for other in (ROUTE, BARE)),
        )


def _share(rounds: Sequence[Round], others: Sequence[Round]) -> float:
    # The two ran one after the other, so a slow moment of the machine is in both.
    pairs = zip(rounds, others, strict=True)
    return median(mine.load.per_second / other.load.per_second for mine, other in pairs)
