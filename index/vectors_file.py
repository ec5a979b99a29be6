"""The file of a FAISS index, read through before FAISS reads it: every size it gives must be the one it must have.

FAISS believes what a file says of itself: how much memory to ask for, and which rows there are. The two kinds that we
write are laid out as follows; numbers are little-endian, and a list is its length and then what is in it.

flat   IxSQ, header, quantizer, list of codes
lists  Iwrn (Iwrf before FAISS 1.14), header, number of lists and of those probed, IxFI, header, centroids, no direct
       map, quantizer, ilbl, sizes, and for each list its rows and its codes
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HALF = 2
INNER_PRODUCT, FP16 = 0, 4
BATCH, FACTORS, QUERY_BITS = 32, 8, 8


class _WrongError(ValueError):
    """A file that is not laid out as ours are."""


@dataclass(slots=True)
class _Reader:
    """What is left of a file, from `at`."""

    content: mmap | bytes
    at: int = 0

    def take(self, form: str) -> tuple[Any, ...]:
        parts = struct.Struct(f"<{form}")
        start, self.at = self.at, self.at + parts.size
        if self.at > len(self.content):
            raise _WrongError("cut short")
        return parts.unpack_from(self.content, start)

    def expect(self, what: str, form: str, *expected: object) -> None:
        if (found := self.take(form)) != expected:
            raise _WrongError(f"its {what} is {_list(found)}, not {_list(expected)}")

    def numbers(self, what: str, kind: str, expected: int | None = None) -> NDArray[Any]:
        """The list that comes next, of as many numbers as expected."""
        (length,) = self.take("Q")
        size = np.dtype(kind).itemsize
        if length * size > len(self.content) - self.at:
            raise _WrongError(f"its {what} are {length:,}, more than the file holds")
        if expected not in (None, length):
            raise _WrongError(f"its {what} are {length:,}, not {expected:,}")
        start, self.at = self.at, self.at + length * size
        # A copy: what is mapped cannot be closed while anything points to it.
        return np.frombuffer(self.content, kind, length, start).copy()

    def end(self) -> None:
        if self.at != len(self.content):
            raise _WrongError("longer than it should be")


def check_file(path: Path, rows: int, width: int) -> None:
    """Refuse a file that is not an index of ours over as many rows of this width. Raises ValueError, OSError."""
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            _check(_Reader(content), rows, width)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _check(reader: _Reader, rows: int, width: int) -> None:
    (kind,) = reader.take("4s")
    if kind == b"IxSQ":
        _check_flat(reader, rows, width)
    elif kind in (b"Iwrn", b"Iwrf"):
        _check_lists(reader, rows, width, older=kind == b"Iwrf")
    else:
        raise _WrongError(f"{kind!r} is not a kind of index that we write")
    reader.end()


def _check_header(reader: _Reader, rows: int, width: int) -> None:
    found = reader.take("iqqqBi")
    if found[:2] != (width, rows):
        raise _WrongError(f"holds {found[1]:,} vectors of {found[0]:,} numbers, not {rows:,} of {width:,}")
    if found[-1] != INNER_PRODUCT or found[-2] not in (0, 1) or found[-2] < bool(rows):
        raise _WrongError("compares vectors in another way")


def _check_flat(reader: _Reader, rows: int, width: int) -> None:
    _check_header(reader, rows, width)
    kind, _, _, *sizes = reader.take("iifQQ")
    if (kind, *sizes) != (FP16, width, width * HALF):
        raise _WrongError("its codes are not half-width numbers")
    reader.numbers("trained numbers", "<f4", 0)
    _check_finite("codes", reader.numbers("codes", "u1", rows * width * HALF).view("<f2"))


def _check_lists(reader: _Reader, rows: int, width: int, *, older: bool) -> None:
    _check_header(reader, rows, width)
    lists, probed = reader.take("QQ")
    if not (0 < probed <= lists <= max(1, rows)):
        raise _WrongError(f"has {lists:,} lists and looks into {probed:,}, for {rows:,} vectors")
    reader.expect("quantizer", "4s", b"IxFI")
    _check_header(reader, lists, width)
    _check_finite("centroids", reader.numbers("centroids", "<f4", lists * width))
    reader.expect("direct map", "BQ", 0, 0)
    pairs = (width + 7) // 8 * 2
    _check_codes(reader, width, pairs)
    if older:  # up to FAISS 1.13, what goes with the codes stands apart from them
        reader.numbers("factors", "u1", rows * FACTORS)
    block = BATCH * pairs // 2 + (0 if older else BATCH * FACTORS)
    reader.expect("kind of lists", "4s", b"ilbl")
    number, _, *sizes = reader.take("QQQQ")
    if (number, *sizes) != (lists, BATCH, block):
        raise _WrongError("its lists are of other sizes")
    _check_rows(np.concatenate(list(_listed(reader, lists, block))), rows)


def _check_codes(reader: _Reader, width: int, pairs: int) -> None:
    size = (width + 7) // 8 + FACTORS
    reader.expect("quantizer", "QQiQ", width, size, INNER_PRODUCT, 1)
    reader.expect("codes", "BQiQQiBB", 1, size, BATCH, 0, pairs, 0, QUERY_BITS, 0)


def _listed(reader: _Reader, lists: int, block: int) -> Iterator[NDArray[np.int64]]:
    for _ in range(lists):
        rows = reader.numbers("rows of a list", "<i8")
        yield rows
        reader.numbers("codes of a list", "u1", -(-len(rows) // BATCH) * block)


def _check_rows(listed: NDArray[np.int64], rows: int) -> None:
    if len(listed) != rows or not np.array_equal(np.sort(listed), np.arange(rows)):
        raise _WrongError("its lists do not hold each row once")


def _check_finite(what: str, numbers: NDArray[Any]) -> None:
    if not np.isfinite(numbers).all():
        raise _WrongError(f"its {what} are not all finite numbers")


def _list(values: tuple[object, ...]) -> str:
    return ", ".join(map(repr, values))
