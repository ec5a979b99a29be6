"""`python -m fuzz [--cost] [--minutes 1] [--seed 0] [PARSER …]`: look for errors, or for work that outgrows its input.

What is found is printed, and ends the command with 1. Inputs that raise are written to cases/fuzz/PARSER/.
"""

import argparse
import sys

from fuzz import cost, errors
from fuzz.seeds import SEEDS


def main() -> int:
    """Run one of the fuzzers."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("parsers", nargs="*", metavar="PARSER", help=", ".join(SEEDS))
    parser.add_argument("--cost", action="store_true", help="look for work that outgrows its input")
    parser.add_argument("--minutes", type=float, default=1, help="for each parser; for cost in all")
    parser.add_argument("--seed", type=int, default=0, help="where to begin")
    given = parser.parse_args()
    if unknown := set(given.parsers) - SEEDS.keys():
        parser.error(f"no such parser: {', '.join(unknown)}; there are {', '.join(SEEDS)}")
    search = cost.search if given.cost else errors.search
    return 1 if search(given.parsers or list(SEEDS), given.minutes * 60, given.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
