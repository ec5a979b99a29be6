"""How the work on an input grows with its size: an exponent, not seconds, so that a slow machine is no failure."""

import gc
from collections.abc import Callable
from math import log
from time import thread_time
from typing import TypeVar

Input = TypeVar("Input")

LINEAR = 1.5
"""Work of a lower exponent is taken for linear: what is quadratic measures close to 2."""
TRIES = 3
"""A busy machine may slow the larger input alone; what is quadratic measures so each time."""


def exponent(
    make: Callable[[int], Input], run: Callable[[Input], object], size: int, times: int = 4, rounds: int = 3
) -> float:
    """The p in size ** p by which `run` grows from an input of `size` to one `times` as large.

    Counted in this thread's processor time, the least of several rounds; the smaller input should cost over 1 ms.
    LINEAR stands for all that is not linear in any of TRIES.
    """
    small, large = make(size), make(size * times)
    measured = (log(_least(run, large, rounds) / _least(run, small, rounds)) / log(times) for _ in range(TRIES))
    return next((one for one in measured if one < LINEAR), LINEAR)


def _least(run: Callable[[Input], object], given: Input, rounds: int) -> float:
    gc.collect()
    costs = []
    for _ in range(rounds):
        began = thread_time()
        run(given)
        costs.append(thread_time() - began)
    return max(min(costs), 1e-6)
