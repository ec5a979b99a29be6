"""CSV and TSV, plain or gzipped: one article a row, its columns told by the names in the first line."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, Any, TextIO, cast

from index.article import clean
from index.sources.columns import articles, recognised
from index.sources.items import Rejected, SourceError
from index.sources.parsing import Unparsed
from index.sources.reading import Reading

MAX_LINE = 16 * 1024 * 1024
"""The longest line and the longest field, in characters."""
DELIMITERS = ",;\t|"

Cells = Sequence[object]
_UNDECODED = re.compile("[\udc80-\udcff]")


def read(place: str, reading: Reading) -> Iterator[Unparsed | Rejected]:
    """Articles and rejected rows of a CSV or TSV file whose first line names its columns. Raises SourceError."""
    lines: _Lines | None = None
    try:
        with _open(place) as stream:
            lines = _Lines(TextIOWrapper(cast("IO[bytes]", stream), _encoding(place), "surrogateescape", newline=""))
            yield from _articles(place, lines, reading)
    except (OSError, EOFError, zlib.error, UnicodeError, ValueError) as error:
        after = f" after line {lines.number:,}" if lines and lines.number else ""
        raise SourceError(f"{place}: cannot be read{after} ({error}); check that the file is whole") from error


class _Lines:
    """The lines of a file, counted; one that is too long is skipped and is an error of its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.number = stream, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) < MAX_LINE or line.endswith(("\n", "\r")):
            return line
        while line and not line.endswith(("\n", "\r")):
            line = self._stream.readline(MAX_LINE)
        raise csv.Error(f"line longer than {MAX_LINE:,} characters")


def _open(place: str) -> Any:
    return gzip.open(place) if place.lower().endswith(".gz") else Path(place).open("rb")


def _encoding(place: str) -> str:
    # Spreadsheets that save "Unicode text" mean UTF-16.
    with _open(place) as stream:
        return "utf-16" if stream.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _articles(place: str, lines: _Lines, reading: Reading) -> Iterator[Unparsed | Rejected]:
    csv.field_size_limit(MAX_LINE)
    try:
        first = next(lines, "")
        rows = csv.reader(chain([first], lines), delimiter=_delimiter(place, first), strict=True)
        header = [clean(name).strip() for name in next(rows, [])]
    except csv.Error as error:
        raise SourceError(f"{place}: cannot be read as CSV ({error}); check its first line") from error
    if not any(header):
        raise SourceError(f"{place}: its first line is empty; it must name the columns")
    held = recognised(place, header, reading.source.columns)
    yield from articles(place, held, _numbered(rows, lines, len(header)))


def _delimiter(place: str, first: str) -> str:
    if place.lower().endswith((".tsv", ".tsv.gz")):
        return "\t"
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([first], delimiter=delimiter), [])))


def _numbered(rows: Iterator[list[str]], lines: _Lines, width: int) -> Iterator[tuple[int, Cells | str]]:
    while True:
        number = lines.number + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            up_to = f" up to line {lines.number:,}" if lines.number > number else ""
            yield number, f"cannot be read as CSV{up_to} ({error}); check its quotes"
            continue
        if row is None:
            return
        if any(row):
            yield number, _problem(row, width) or row


def _problem(row: list[str], width: int) -> str | None:
    if any(not cell.isascii() and _UNDECODED.search(cell) for cell in row):
        return "not UTF-8; save the file as UTF-8"
    if len(row) < width or any(row[width:]):
        return (
            f"has {len(row)} fields and the first line {width}; put quotes around fields with delimiters or line ends"
        )
    return None
