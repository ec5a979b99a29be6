"""Where articles come from: one module and one function a kind, each yielding `Article | Rejected` one by one.

A new kind is a new module with `read(place) -> Iterator[Article | Rejected]` and a line in `KINDS`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from index.article import Article
from index.sources import jsonl
from index.sources.rows import Rejected, SourceError

Source = Callable[[str], Iterator[Article | Rejected]]

KINDS: dict[str, Source] = {".jsonl": jsonl.read, ".jsonl.gz": jsonl.read, ".ndjson": jsonl.read}


def read_source(place: str) -> Iterator[Article | Rejected]:
    """The articles of SOURCE (`-` is JSON Lines on standard input). Raises SourceError where there is none to read."""
    if place == "-":
        return jsonl.read(place)
    for ending, read in KINDS.items():
        if place.endswith(ending):
            if not Path(place).is_file():
                raise SourceError(f"{place}: no such file; check the path, or give - to read standard input")
            return read(place)
    raise SourceError(f"{place}: unknown kind of source; known endings are {', '.join(KINDS)}, or - for standard input")


__all__ = ["KINDS", "Rejected", "Source", "SourceError", "read_source"]
