"""JSON Lines: one article a line, plain, gzipped, or on standard input."""

import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, cast

from index.article import Article, InvalidFieldError, parse_article
from index.mishaps import mishap
from index.sources.items import Rejected, SourceError
from index.sources.reading import Reading

MAX_LINE = 16 * 1024 * 1024


def read(place: str, reading: Reading) -> Iterator[Article | Rejected]:  # noqa: ARG001 - a file needs no more
    """What `rows` yields, as a source. Raises SourceError."""
    return rows(place)


def rows(place: str) -> Iterator[Article | Rejected]:
    """Articles and rejected rows of a `.jsonl` or `.jsonl.gz` file, or of `-`. Raises SourceError."""
    name = "standard input" if place == "-" else place
    number = 0
    try:
        with _open(place) as lines:
            while line := lines.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    _skip_rest(lines, line)
                    yield Rejected(name, number, f"longer than {MAX_LINE:,} bytes; shorten its text")
                elif line.strip():
                    yield _article(name, number, line)
    except (OSError, EOFError, zlib.error) as error:
        after = f" after line {number:,}" if number else ""
        raise SourceError(f"{name}: cannot be read{after} ({error}); check that the file is whole") from error


def _open(place: str) -> AbstractContextManager[IO[bytes]]:
    if place == "-":
        return nullcontext(sys.stdin.buffer)
    if place.endswith(".gz"):
        return cast("IO[bytes]", gzip.open(place))
    return Path(place).open("rb")


def _skip_rest(lines: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = lines.readline(MAX_LINE)


def _article(name: str, number: int, line: bytes) -> Article | Rejected:
    try:
        row = _parsed(line)
        if not isinstance(row, dict):
            return Rejected(name, number, "not a JSON object; write one object a line")
        return parse_article(row)
    except InvalidFieldError as error:
        return Rejected(name, number, str(error))
    except UnicodeDecodeError as error:
        return Rejected(name, number, f"not UTF-8 at byte {error.start:,}; save the file as UTF-8")
    except ValueError as error:
        return Rejected(name, number, f"not JSON ({error}); write one JSON object a line")
    except Exception as error:  # noqa: BLE001 - one row that nobody foresaw must not cost the others
        return Rejected(name, number, mishap(error))


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
