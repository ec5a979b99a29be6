"""The fuzzers on every parser, for a moment: the command goes on for as long as it is given; and all that it found."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fuzz import cost, errors
from fuzz.inputs import Recipe, recipe
from fuzz.parsers import Parser, parsers, place_of
from fuzz.seeds import SEEDS

FEW = 8
FOUND = sorted(path for path in errors.CASES.glob("*/*") if path.is_file())


@pytest.fixture(scope="module")
def every() -> Iterator[dict[str, Parser]]:
    with parsers() as made:
        yield made


def test_every_parser_has_seeds(every: dict[str, Parser]) -> None:
    assert every.keys() == SEEDS.keys()


@pytest.mark.parametrize("name", SEEDS)
def test_a_few_inputs_raise_nothing_that_is_not_declared(name: str, every: dict[str, Parser]) -> None:
    for seed in SEEDS[name]:
        every[name](seed)
    assert errors.smallest(name, every[name], 1, set(), FEW) is None


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name} {path.name}")
def test_what_was_found_is_mended(path: Path, every: dict[str, Parser]) -> None:
    every[path.parent.name](path.read_bytes())


def test_an_error_is_found_and_made_small_once() -> None:
    def parse(content: bytes) -> None:
        if b"[" in content:
            raise KeyError("title")

    found = errors.smallest("weights", parse, 1, set(), 100)
    assert found is not None
    assert repr(found[1]) == "KeyError('title')"
    assert len(found[0]) < 20
    assert errors.smallest("weights", parse, 1, {place_of(found[1])}, 100) is None


def squares(content: bytes) -> None:
    for place in range(0, len(content), 8):
        content.count(b"x", place)


def lines(content: bytes) -> None:
    for _ in range(40):
        content.count(b"x")


@pytest.mark.parametrize(("parse", "grows"), [(squares, True), (lines, False)])
def test_work_that_outgrows_its_input_is_found(parse: Callable[[bytes], None], grows: bool) -> None:
    assert bool(cost.judged("csv", 1, parse)) == grows


@pytest.mark.parametrize("shape", ["together", "in turn", "around"])
def test_a_recipe_is_made_in_any_size(shape: str) -> None:
    made = Recipe(b"<a>", (b"x{n}", b"yz"), shape, b"</a>").made(1_000)
    assert made.startswith(b"<a>x0")
    assert made.endswith(b"yz</a>")
    assert 800 < len(made) < 1_600
    assert recipe("feed", 7) == recipe("feed", 7) != recipe("feed", 8)


ENDLESS = """
import itertools
from contextlib import nullcontext
from fuzz import cost
cost.LIMIT_S = 0.05
cost.parsers = lambda: nullcontext({"csv": lambda content: [None for _ in itertools.count()]})
cost._serve(["csv"], 0, 3, float("inf"))
"""


def test_a_recipe_that_never_ends_is_ended_and_known() -> None:
    command = [sys.executable, "-c", ENDLESS]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGPROF, '{"step": 3}\n')
