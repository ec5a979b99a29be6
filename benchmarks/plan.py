"""What a run of the benchmarks is told, and where it keeps what takes long to make."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path("/tmp/recommender-bench")  # noqa: S108 - ours alone, and made again where it is missing


def all_cores() -> dict[str, str]:
    """The environment for a process that is not held to one thread and may keep its bytecode."""
    kept = {*os.environ} - {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYTHONDONTWRITEBYTECODE"}
    return {name: os.environ[name] for name in kept}


@dataclass(frozen=True, slots=True)
class Plan:
    """`sizes` of the synthetic corpora, `rounds` that medians are of, `seconds` a load lasts.

    `fresh` makes synthetic corpora again; `homes` are built ones of one's own, for the vector benchmark.
    """

    sizes: Sequence[int] = (10_000, 100_000)
    rounds: int = 3
    seconds: int = 5
    fresh: bool = False
    homes: Sequence[Path] = ()
