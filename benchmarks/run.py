"""Run the benchmarks and print their tables: `python benchmarks/run.py [build|scale|serve|rebuild|start|index ...]`."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

# Before numpy is imported: what is measured here computes on one thread, as in `recommender serve`.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import building
import indexing
import rebuilding
import serving
import starting
import synthetic
from plan import Plan
from tables import machine

BENCHMARKS: dict[str, Callable[[Plan], None]] = {
    "build": building.run,
    "scale": synthetic.run,
    "serve": serving.run,
    "rebuild": rebuilding.run,
    "start": starting.run,
    "index": indexing.run,
}


def main() -> None:
    """All benchmarks, or those that were named."""
    usual, parser = Plan(), argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--sizes", type=int, nargs="+", default=usual.sizes, help="articles in the synthetic corpora")
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="how many rounds a median is of")
    parser.add_argument("--seconds", type=int, default=usual.seconds, help="how long each load lasts")
    parser.add_argument("--fresh", action="store_true", help="make the synthetic corpora again")
    parser.add_argument(
        "--homes", type=Path, nargs="+", default=[], help="built homes whose vectors `index` also takes"
    )
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    plan = Plan(given.sizes, given.rounds, given.seconds, given.fresh, given.homes)
    for name in given.names or BENCHMARKS:
        print(f"\n## {name}: {machine()}", flush=True)
        BENCHMARKS[name](plan)


if __name__ == "__main__":
    main()
