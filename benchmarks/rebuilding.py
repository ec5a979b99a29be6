"""Answers while the next version is built at low priority on the same cores: what a reader notices at night."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import synthetic
from articles import write_articles, zipf
from load import one_by_one
from plan import Plan, all_cores
from servers import running, serving
from serving import path_of
from tables import percentile, table

ASKED = 6_000
BUILT = 50_000
"""So many articles are built meanwhile, which takes longer than what is measured."""
LOADED_S = 20
"""After so long the sentence encoder is loaded, and embeds."""
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
        for number, (meanwhile, command) in enumerate(MEANWHILE.items(), start=1):
            drawn = np.searchsorted(zipf(size, 1.0), rng.random(ASKED))
            kinds = {"Zipf mix (s = 1)": drawn, "distinct ids": order[number * ASKED : (number + 1) * ASKED]}
            with building(command):
                for traffic, numbers in kinds.items():
                    taken = one_by_one(server.port, [path_of(int(one)) for one in numbers])
                    rows.append((meanwhile, traffic, len(taken), *(percentile(taken, at) for at in (50, 99, 99.9))))
    table(f"One request after the other, {size:,} articles, one worker", COLUMNS, rows)


RECOMMENDER = str(Path(sys.executable).with_name("recommender"))
MEANWHILE: dict[str, Sequence[str]] = {
    "nothing": (),
    "a build without a model, nice 19": (sys.executable, synthetic.__file__, "{folder}/home", str(BUILT)),
    "the bundled model embeds, nice 19": (RECOMMENDER, "--home", "{folder}/home", "build", "{folder}/articles.jsonl"),
}


@contextmanager
def building(command: Sequence[str]) -> Iterator[None]:
    """A build of synthetic articles at the lowest priority, until the block ends; none where there is no command."""
    if not command:
        yield
        return
    with TemporaryDirectory() as folder:
        write_articles(Path(folder) / "articles.jsonl", BUILT)
        told = ["nice", "-n", "19", *(word.format(folder=folder) for word in command)]
        with subprocess.Popen(told, env=all_cores(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                time.sleep(LOADED_S)
                yield
                assert process.poll() is None, "the build ended before what was measured"
            finally:
                process.terminate()


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]))
