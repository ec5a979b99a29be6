"""The fuzzer for cost: inputs that grow by repeating fragments, in a process that the kernel ends at a limit.

Work is counted in processor time, and judged by how it grows: an exponent, measured twice before it is believed.
"""

import gc
import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import log
from pathlib import Path
from typing import Any

from growth import LINEAR

from fuzz.inputs import recipe
from fuzz.parsers import Parser, parsers

SIZES = (3_000, 12_000, 48_000, 192_000)
NOTED_S = 0.04
"""Less is not judged: the clock and the caches would be."""
ENOUGH_S = 0.1
"""After so much the input is not grown any more."""
LIMIT_S = 20
"""So much processor time a recipe may take in all; then the kernel ends the process."""
MAX_MEMORY = 4 << 30


def search(names: Sequence[str], seconds: float, begin: int = 0) -> int:
    """Try recipes on parsers in turn, for so long in all; returns how many outgrow their inputs, each printed."""
    until, step, found = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        for said in _asked(names, begin, step, until):
            step = said["step"] + 1
            if "costs" in said:
                found += 1
                _tell(*_turn(names, begin, said["step"]), said)
    print(f"{step // len(names):,} recipes a parser, {found} outgrow their inputs", flush=True)
    return found


def _turn(names: Sequence[str], begin: int, step: int) -> tuple[str, int]:
    """Whose turn it is, and the number of the recipe."""
    return names[step % len(names)], begin + step // len(names)


def _asked(names: Sequence[str], begin: int, step: int, until: float) -> Iterator[dict[str, Any]]:
    """What a process says of recipes from this step on; it may be ended by one."""
    command = [sys.executable, "-m", "fuzz.cost", str(begin), str(step), str(until), *names]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) as child:
        said: dict[str, Any] = {"step": step}
        for line in child.stdout or ():
            said = json.loads(line)
            yield said
    if child.returncode:
        yield {"step": said["step"], "costs": {}, "ended": child.returncode}


def _tell(name: str, number: int, said: dict[str, Any]) -> None:
    costs = ", ".join(f"{int(size):,} bytes {cost:.3f} s" for size, cost in said["costs"].items())
    how = f"ended the process ({said['ended']})" if "ended" in said else f"exponent {said['exponent']:.2f}: {costs}"
    print(f"{name} {number}: {how}: {recipe(name, number)}", flush=True)


def _serve(names: Sequence[str], begin: int, step: int, until: float) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with parsers() as every:
        while time.monotonic() < until:
            print(json.dumps({"step": step}), flush=True)  # known, should this be the last
            signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
            name, number = _turn(names, begin, step)
            if found := judged(name, number, every[name]):
                print(json.dumps({"step": step} | found), flush=True)
            step += 1


def judged(name: str, number: int, parse: Parser) -> dict[str, Any]:
    """What is wrong with the cost of a recipe, or nothing."""
    costs: dict[int, float] = {}
    for size in SIZES:
        costs[size] = _cost(parse, recipe(name, number).made(size))
        if (
            len(costs) > 1
            and _exponent(costs) > LINEAR
            and _exponent(costs | _again(name, number, parse, costs)) > LINEAR
        ):
            return {"costs": costs, "exponent": _exponent(costs)}
        if costs[size] > ENOUGH_S:
            break
    return {}


def _again(name: str, number: int, parse: Parser, costs: dict[int, float]) -> dict[int, float]:
    return {size: min(_cost(parse, recipe(name, number).made(size)) for _ in range(2)) for size in sorted(costs)[-2:]}


def _exponent(costs: dict[int, float]) -> float:
    """How the cost grew from the last size but one, 0 where it is too little to tell."""
    small, large = sorted(costs)[-2:]
    if costs[large] < NOTED_S:
        return 0.0
    return log(costs[large] / max(costs[small], NOTED_S / 32)) / log(large / small)


def _cost(parse: Parser, content: bytes) -> float:
    gc.collect()
    began = time.process_time()
    with suppress(Exception):
        parse(content)
    return time.process_time() - began


if __name__ == "__main__":
    _serve(sys.argv[4:], int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
