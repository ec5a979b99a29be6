"""The fuzzer for errors: Hypothesis edits good inputs until a parser raises what it does not declare."""

import time
import traceback
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from fuzz.inputs import mutants
from fuzz.parsers import Parser, parsers, place_of

CASES = Path(__file__).parents[1] / "cases" / "fuzz"
AT_ONCE = 400
"""Inputs between two looks at the clock."""


def search(names: Sequence[str], seconds: float, begin: int = 0) -> int:
    """Try inputs on parsers, so long on each; returns how many faults were found, each printed and kept."""
    with parsers() as every:
        return sum(_search(name, every[name], seconds, begin) for name in names)


def _search(name: str, parse: Parser, seconds: float, begin: int) -> int:
    known: set[str] = set()
    until, tried = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        tried += AT_ONCE
        if fault := smallest(name, parse, begin + tried, known):
            content, error = fault
            known.add(place_of(error))
            print(f"{name}: {place_of(error)} of {_kept(name, content)}: {content[:300]!r}")
            print("".join(traceback.format_exception(error, limit=-4)), flush=True)
    print(f"{name}: {tried:,} inputs, {len(known)} faults", flush=True)
    return len(known)


def smallest(
    name: str, parse: Parser, number: int, known: set[str], most: int = AT_ONCE
) -> tuple[bytes, Exception] | None:
    """The smallest input that is found to raise something new, and what."""
    last: list[tuple[bytes, Exception]] = []

    @seed(number)
    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(mutants(name))
    def attempt(content: bytes) -> None:
        try:
            parse(content)
        except Exception as error:
            if place_of(error) in known:
                return
            last.append((content, error))
            raise

    try:
        attempt()
    except Exception:  # noqa: BLE001 - the one that was kept
        return last[-1] if last else None
    return None


def _kept(name: str, content: bytes) -> str:
    path = CASES / name / blake2b(content, digest_size=6).hexdigest()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path.name
