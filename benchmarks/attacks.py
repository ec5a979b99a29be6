"""What each attack costs: `python benchmarks/attacks.py [--before REVISION] [WORD …]`, the table for those named so.

Every input in two sizes, so that growth shows. Each is read in a process of its own; `--before` reads it with the code
of a revision, too, which is checked out beside and removed again.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tables import machine, table

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from hostile_pages import PAGES  # noqa: E402
from hostile_sources import EXPORTS, FEEDS, MARKDOWN, PACKED, SITEMAPS  # noqa: E402

JOBS = Path(__file__).with_name("attacked.py")

Make = Callable[[int], bytes]


def marks(size: int) -> bytes:
    return ("a" + "\u0301" * (size // 4) + "\u0316" * (size // 4)).encode()


def names(size: int) -> bytes:
    return json.dumps({"id": "flood-town"} | {f"n{number}": 0 for number in range(size // 12)}).encode()


def posted(size: int) -> bytes:
    return json.dumps({"title": "x", "text": marks(size).decode()}, ensure_ascii=False).encode()


def page(name: str) -> Make:
    return lambda size: PAGES[name](size).encode()


ATTACKS: dict[str, tuple[str, Make, tuple[int, int]]] = {
    "combining marks, as a field": ("text", marks, (20_000, 80_000)),
    "combining marks, posted": ("question", posted, (40_000, 160_000)),
    "unknown names, posted": ("question", names, (800_000, 3_200_000)),
    "articles at one address (their number)": ("crowd", lambda size: b"%d" % size, (1_000, 4_000)),
    "page: a first line without a space": ("page", lambda size: b"x" * size, (1_100, 400_000)),
    "page: a first line of words": ("page", lambda size: b"harbour " * (size // 8), (1_100, 400_000)),
    "page: a first line of JSON": ("page", lambda size: b'{"a": [' + b'"b", ' * (size // 5), (1_100, 400_000)),
    "page: bylines": ("page", page("bylines"), (120_000, 480_000)),
    "page: bylines of nobody": ("page", page("bylines of nobody"), (120_000, 480_000)),
    "page: <h1>": ("page", page("headings"), (170_000, 700_000)),
    "page: separators in a title": ("page", page("separators in a shared title"), (50_000, 200_000)),
    "feed: an author of brackets": ("feed", FEEDS["author of brackets"], (1_200, 60_000)),
    "feed: nested elements": ("feed", FEEDS["elements in elements"], (75_000, 300_000)),
    "feed: attributes of one element": ("feed", FEEDS["attributes"], (25_000, 100_000)),
    "sitemap: CDATA without an end": ("sitemap", SITEMAPS["CDATA"], (45_000, 180_000)),
    "sitemap: empty gzip members": ("packed", PACKED["empty members"], (800_000, 3_200_000)),
    "Markdown: YAML in base 60": ("markdown", MARKDOWN["YAML number in base 60"], (25_000, 99_000)),
    "Markdown: a TOML key of parts": ("markdown", MARKDOWN["TOML key of parts"], (5_000, 20_000)),
    "Markdown: a heading of # # #": ("markdown", MARKDOWN["heading of hashes"], (5_000, 20_000)),
    "WordPress export: [caption]": ("wxr", EXPORTS["captions"], (22_000, 90_000)),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="attacks with such a word in their name")
    parser.add_argument("--before", metavar="REVISION", help="measure this revision's code, too")
    parser.add_argument("--limit-s", type=int, default=25, help="processor time that an attack may take")
    given = parser.parse_args()
    print(machine())
    with checked_out(given.before) as before:
        table(
            "What an attack costs, seconds of the processor",
            ["attack", "bytes", "before", "after"],
            rows(given.words, before, given.limit_s),
        )


def rows(words: Sequence[str], before: Path | None, limit_s: int) -> Iterator[tuple[str, int, str, str]]:
    """A row for each attack and size."""
    for name, (job, make, sizes) in ATTACKS.items():
        if not words or any(word in name for word in words):
            for size in sizes:
                content = make(size)
                yield (
                    name,
                    size,
                    measured(before, job, content, limit_s) if before else "",
                    measured(ROOT, job, content, limit_s),
                )


def measured(tree: Path, job: str, content: bytes, limit_s: int) -> str:
    """What a tree's code needs for an attack, and what it makes of it where that is not an answer or a refusal."""
    paths = os.pathsep.join([str(tree), str(tree / "tests")])
    done = subprocess.run(
        [sys.executable, str(JOBS), job, str(limit_s)],
        input=content,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": paths},
        check=False,
    )
    if done.returncode == -signal.SIGPROF:
        return f"> {limit_s}"
    return done.stdout.decode().strip() or f"ended with {done.returncode}: {done.stderr[-300:].decode()}"


@contextmanager
def checked_out(revision: str | None) -> Iterator[Path | None]:
    """A revision's files in a folder beside, until the block ends."""
    if revision is None:
        yield None
        return
    with TemporaryDirectory(prefix="attacks-") as folder:
        tree = Path(folder) / "before"
        subprocess.run(["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", tree, revision], check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", tree], check=True)


if __name__ == "__main__":
    main()
