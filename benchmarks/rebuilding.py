"""Answers while the next version is built at low priority on the same cores: what a reader notices at night."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import synthetic
from articles import zipf
from load import one_by_one
from plan import Plan, all_cores
from servers import running, serving
from serving import path_of
from tables import percentile, table

ASKED = 6_000
BUILT = 50_000
"""So many articles are built meanwhile, which takes longer than what is measured."""
COLUMNS = ("meanwhile", "traffic", "requests", "p50 ms", "p99 ms", "p99.9 ms")


def run(plan: Plan) -> None:
    """One request after the other, for the largest corpus: by a Zipf mix, and each id for the first time."""
    size = max(plan.sizes)
    measure(synthetic.home(size), size)


def measure(home: Path, size: int) -> None:
    """The table, for a home of so many synthetic articles."""
    rng = np.random.default_rng(4)
    order = rng.permutation(size)
    rows: list[tuple[str | float, ...]] = []
    with running(serving(home), path_of(0)) as server:
        one_by_one(server.port, [path_of(number) for number in order[:ASKED]])  # the disk's cache is warm at night
        for number, meanwhile in enumerate(("nothing", "a build, nice 19"), start=1):
            drawn = np.searchsorted(zipf(size, 1.0), rng.random(ASKED))
            kinds = {"Zipf mix (s = 1)": drawn, "distinct ids": order[number * ASKED : (number + 1) * ASKED]}
            with building() if number == 2 else nullcontext():
                for traffic, numbers in kinds.items():
                    taken = one_by_one(server.port, [path_of(int(one)) for one in numbers])
                    rows.append((meanwhile, traffic, len(taken), *(percentile(taken, at) for at in (50, 99, 99.9))))
    table(f"One request after the other, {size:,} articles, one worker", COLUMNS, rows)


@contextmanager
def building() -> Iterator[None]:
    """A build of synthetic articles at the lowest priority, until the block ends."""
    with TemporaryDirectory() as folder:
        command = ["nice", "-n", "19", sys.executable, synthetic.__file__, f"{folder}/home", str(BUILT)]
        with subprocess.Popen(command, env=all_cores(), stderr=subprocess.DEVNULL) as process:
            try:
                yield
                assert process.poll() is None, "the build ended before what was measured"
            finally:
                process.terminate()


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]))
