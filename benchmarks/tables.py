"""How numbers are shown: Markdown tables, percentiles, and the machine that they are of."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

Cell = str | int | float | None


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print a Markdown table at once, so that a run that is cut short has shown what it measured."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + "|".join("---" if place == 0 else "--:" for place in range(len(columns))) + "|")
    for row in rows:
        print("| " + " | ".join(map(_shown, row)) + " |", flush=True)


def median(values: Iterable[float]) -> float:
    """The middle one."""
    return float(np.median(list(values)))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` percent of all do not exceed."""
    return float(np.percentile(values, share))


def machine() -> str:
    """Cores, processor and load, for the head of a run."""
    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, {names[0] if names else 'unknown processor'}, load average {load}"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text("utf-8").splitlines() if file.exists() else []


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1_000 else f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) else cell
