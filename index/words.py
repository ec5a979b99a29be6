"""Words: hashed tf-idf of a text, sparse and exact, and its short dense sketch.

A word's weight is (1 + ln tf) * ln((1 + N) / (1 + df)), vectors have length one, so an inner product is a cosine. This
idf falls almost to zero for words that are everywhere, so no list of stop words is needed, in any language.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import local
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows, Vectors
from index.characters import normalized

BUCKETS = 1 << 20
SKETCH = 512

# To `re`, marks are no part of a word; in vocalised Arabic, Hebrew, Hindi and others they stand in its middle.
_MARKS = "".join(chr(code) for code in range(0x300, 0xFE00) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
_WORD = re.compile(rf"\w[\w{_MARKS}]*")
# Scripts written without spaces: Thai to Khmer, kana, Han. Their words are stood for by pairs of characters.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_PIECE = re.compile(r".{1,8000}(?=\s|\Z)|.{1,8000}", re.DOTALL)
_ARABIC = re.compile(r"[\u0621-\u064a]")
_ARABIC_MARKS = re.compile(r"[\u0640\u064b-\u0652\u0670]")
_ARABIC_ARTICLE = re.compile(r"^(?:[وفبك]?ال|لل)(?=\w{3})")
_ARABIC_LETTERS = str.maketrans("أإآىة", "ااايه")


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows of word weights: row i holds `values[starts[i]:starts[i+1]]` in the buckets of the same slice, ascending."""

    starts: Rows
    buckets: NDArray[np.int32]
    values: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> "SparseRows":
        """One row, as rows of length one."""
        return self.part(number, number + 1)

    def part(self, first: int, stop: int) -> "SparseRows":
        """The rows from `first` up to `stop`."""
        starts = self.starts[first : stop + 1]
        inside = slice(starts[0], starts[-1])
        return SparseRows(starts - starts[0], self.buckets[inside], self.values[inside])

    @classmethod
    def joined(cls, parts: Iterable["SparseRows"]) -> "SparseRows":
        """The rows of all parts, one after the other."""
        whole = [cls(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float16)), *parts]
        ends = np.cumsum([part.starts[-1] for part in whole])
        starts = [part.starts[1:] + end - part.starts[-1] for part, end in zip(whole, ends, strict=True)]
        return cls(
            np.concatenate([[0], *starts]).astype(np.int64),
            np.concatenate([part.buckets for part in whole]),
            np.concatenate([part.values for part in whole]),
        )

    def dot(self, one: "SparseRows", rows: Rows) -> Vectors:
        """Inner products of these rows, (len(rows),), with a single row."""
        dense = _scratch.dense
        dense[one.buckets] = one.values
        starts, lengths = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        at = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        products = np.append(dense[self.buckets[at]] * self.values[at], np.float32(0))
        dense[one.buckets] = 0
        sums: Vectors = np.add.reduceat(products, offsets[:-1]) if len(rows) else products[:0]
        return np.where(lengths > 0, sums, 0).astype(np.float32)


def count(texts: Iterable[str]) -> SparseRows:
    """Damped word counts, 1 + ln tf, one row a text."""
    starts, buckets, values = [0], [], []
    for text in texts:
        counts = Counter(map(bucket_of, tokens(text)))
        keys = np.fromiter(counts.keys(), np.int32, len(counts))
        order = np.argsort(keys)
        tf = np.fromiter(counts.values(), np.float32, len(counts))
        buckets.append(keys[order])
        values.append((1 + np.log(tf[order])).astype(np.float16))
        starts.append(starts[-1] + len(keys))
    empty = [np.empty(0, np.int32)], [np.empty(0, np.float16)]
    return SparseRows(np.array(starts), np.concatenate(buckets or empty[0]), np.concatenate(values or empty[1]))


def inverse_document_frequency(counts: SparseRows) -> Vectors:
    """ln((1 + N) / (1 + df)) for every bucket, (BUCKETS,) float32 (Sparck Jones 1972, smoothed)."""
    frequency = np.bincount(counts.buckets, minlength=BUCKETS)
    # Never quite zero, or articles that are all the same would have no word by which to find that they are.
    frequency = np.minimum(frequency, max(len(counts) - 0.5, 0))
    return np.log((1 + len(counts)) / (1 + frequency)).astype(np.float32)


def weigh(counts: SparseRows, idf: Vectors) -> SparseRows:
    """tf-idf rows of length one from damped counts; a row without words stays zero."""
    values = counts.values * idf[counts.buckets]
    lengths = np.diff(counts.starts)
    squares = np.add.reduceat(np.append(values**2, 0), counts.starts[:-1]) if len(counts) else values[:0]
    norms = np.sqrt(np.where(lengths > 0, squares, 0))
    scaled = values / np.repeat(np.where(norms > 0, norms, 1), lengths)
    return SparseRows(counts.starts, counts.buckets, scaled.astype(np.float16))


def sketch(rows: SparseRows) -> Vectors:
    """Dense stand-ins, (n, SKETCH) float32, whose inner products estimate the rows' (Weinberger et al. 2009)."""
    spread = rows.buckets.astype(np.uint32) * np.uint32(2654435761)
    places, signs = (spread >> 23).astype(np.int64), np.where(spread >> 22 & 1, 1.0, -1.0)
    owner = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    flat = np.bincount(owner * SKETCH + places, signs * rows.values, minlength=len(rows) * SKETCH)
    out = flat.reshape(len(rows), SKETCH)
    norms = np.linalg.norm(out, axis=1, keepdims=True)
    return (out / np.where(norms > 0, norms, 1)).astype(np.float32)


def tokens(text: str) -> Iterator[str]:
    """The words of a text in lower case; pairs of characters where a script has no spaces."""
    # In pieces: a character can be normalized to 18, and other threads wait for each call.
    for piece in _PIECE.findall(text):
        yield from _tokens(piece)


def _tokens(text: str) -> Iterator[str]:
    text = normalized("NFKC", text).lower() if not text.isascii() else text.lower()
    if not text.isascii() and _UNSPACED.search(text):
        for run in _UNSPACED.findall(text):
            yield from (run[i : i + 2] for i in range(max(1, len(run) - 1)))
        text = _UNSPACED.sub(" ", text)
    yield from _WORD.findall(text)


@lru_cache(maxsize=1 << 18)
def bucket_of(token: str) -> int:
    """The bucket of a word in lower case, the same in every process; Arabic without its article and marks."""
    if _ARABIC.search(token):
        token = _ARABIC_MARKS.sub("", token).translate(_ARABIC_LETTERS)
        token = _ARABIC_ARTICLE.sub("", token)
    return crc32(token.encode("utf-8", "surrogatepass")) & (BUCKETS - 1)


class _Scratch(local):
    """Four megabytes of zeros take longer to make than a dot product: made once a thread, and left clean after use."""

    def __init__(self) -> None:
        self.dense = np.zeros(BUCKETS, np.float32)


_scratch = _Scratch()
