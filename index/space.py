"""The space: everything in which articles can be compared, row by row, as arrays that can be mapped from disk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows, Vectors
from index.article import Article
from index.words import BUCKETS, SKETCH, SparseRows, count, inverse_document_frequency, sketch, weigh

SIGNALS = ("meaning", "words", "title", "tags", "section", "author", "mention")
"""`mention`: how much of a candidate's title stands in the page's own text, as where one piece refers to another."""
MEANING_SHARE = 0.4
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Probe:
    """What an article is compared by, whether it is stored or not: its vectors and the codes of what it carries."""

    vector: Vectors
    words: SparseRows
    title: SparseRows
    tags: SparseRows
    section: int
    author: int


@dataclass(frozen=True, slots=True)
class Space:
    """n articles: fused `vectors` (n, d + SKETCH) float16 of length one, and rows or codes of the rest.

    `published` is in seconds since 1970, NaN where unknown; `language`, `section` and `author` are hash codes, UNKNOWN
    where missing; `idf` belongs to `words` and `titles`.
    """

    vectors: NDArray[np.float16]
    words: SparseRows
    titles: SparseRows
    tags: SparseRows
    idf: Vectors
    published: NDArray[np.float64]
    language: NDArray[np.int64]
    section: NDArray[np.int64]
    author: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.published)

    @property
    def meaning_width(self) -> int:
        """How many of a fused vector's numbers come from the embedding."""
        return int(self.vectors.shape[1]) - SKETCH

    def place(self, published: float) -> float:
        """How many articles are older than a moment; all of them where it is NaN, as for one just published."""
        if np.isnan(published):
            return float(len(self))
        return float(np.count_nonzero(np.isnan(self.published)) + np.count_nonzero(self.published < published))

    def places(self, rows: Rows) -> NDArray[np.float64]:
        """How many articles are older than each of these, (len(rows),): rows are in the order of publication."""
        return rows.astype(np.float64)

    def probe(self, row: int) -> Probe:
        """The stored article in this row."""
        return Probe(
            vector=np.asarray(self.vectors[row], np.float32),
            words=self.words.row(row),
            title=self.titles.row(row),
            tags=self.tags.row(row),
            section=int(self.section[row]),
            author=int(self.author[row]),
        )

    def probe_of(self, article: Article, meaning: Vectors) -> Probe:
        """An article that is not stored, from its embedding (d,)."""
        words = weigh(count([_word_text(article)]), self.idf)
        return Probe(
            vector=fuse(meaning[None], words)[0],
            words=words,
            title=weigh(count([article.title]), self.idf),
            tags=_tag_rows([article]),
            section=code(article.section),
            author=code(article.author),
        )

    def signals(self, probe: Probe, rows: Rows) -> Vectors:
        """How a probe and the articles in `rows` are alike, (len(rows), len(SIGNALS)) float32: cosines and 0 or 1."""
        width = self.meaning_width
        meaning = np.asarray(self.vectors[rows, :width], np.float32) @ probe.vector[:width] / MEANING_SHARE
        return np.stack(
            [
                meaning,
                self.words.dot(probe.words, rows),
                self.titles.dot(probe.title, rows),
                self.tags.dot(probe.tags, rows),
                (self.section[rows] == probe.section) & (probe.section != UNKNOWN),
                (self.author[rows] == probe.author) & (probe.author != UNKNOWN),
                self.titles.dot(probe.words, rows),
            ],
            axis=1,
        ).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Every array by a name, for a snapshot; `Space.of` turns them back."""
        plain = {name: getattr(self, name) for name in PLAIN_ARRAYS}
        for name in SPARSE_ARRAYS:
            rows: SparseRows = getattr(self, name)
            plain |= {f"{name}.starts": rows.starts, f"{name}.buckets": rows.buckets, f"{name}.values": rows.values}
        return plain

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> "Space":
        """The space that `arrays` described."""
        parts: dict[str, Any] = {name: arrays[name] for name in PLAIN_ARRAYS}
        for name in SPARSE_ARRAYS:
            parts[name] = SparseRows(*(arrays[f"{name}.{part}"] for part in ("starts", "buckets", "values")))
        return cls(**parts)


PLAIN_ARRAYS = ("vectors", "idf", "published", "language", "section", "author")
SPARSE_ARRAYS = ("words", "titles", "tags")


def make_space(articles: Iterable[Article], meaning: Vectors) -> Space:
    """The space of articles, row i for the i-th, from their embeddings, (n, d). Goes through them more than once."""
    counts = count(map(_word_text, articles))
    idf = inverse_document_frequency(counts)
    words = weigh(counts, idf)
    return Space(
        vectors=_fuse_in_blocks(meaning, words),
        words=words,
        titles=weigh(count(article.title for article in articles), idf),
        tags=_tag_rows(articles),
        idf=idf,
        published=np.array([a.published.timestamp() if a.published else np.nan for a in articles], np.float64),
        language=_codes(a.language for a in articles),
        section=_codes(a.section for a in articles),
        author=_codes(a.author for a in articles),
    )


def fuse(meaning: Vectors, words: SparseRows) -> Vectors:
    """One vector for both: [sqrt(a) * meaning ; sqrt(1 - a) * sketch(words)], (n, d + SKETCH), a = MEANING_SHARE."""
    parts = (np.sqrt(MEANING_SHARE) * meaning, np.sqrt(1 - MEANING_SHARE) * sketch(words))
    return np.concatenate(parts, axis=1).astype(np.float32)


def _fuse_in_blocks(meaning: Vectors, words: SparseRows, block: int = 16_384) -> NDArray[np.float16]:
    fused = np.empty((len(words), meaning.shape[1] + SKETCH), np.float16)
    for start in range(0, len(words), block):
        part = slice(start, start + block)
        fused[part] = fuse(_finite(meaning[part]), words.part(start, min(start + block, len(words))))
    return fused


def _finite(meaning: Vectors) -> Vectors:
    # An article without a meaning is still found by its words; NaN would be compared with all others.
    good = np.isfinite(meaning).all(axis=1, keepdims=True)
    return np.where(good, meaning, np.float32(0))


def code(value: str | None) -> int:
    """A number for a section, language or author, the same in every snapshot; UNKNOWN for none."""
    return UNKNOWN if value is None else crc32(value.casefold().encode())


def _codes(values: Iterable[str | None]) -> NDArray[np.int64]:
    return np.array([code(value) for value in values], np.int64)


def _word_text(article: Article) -> str:
    # A title's words count once more than the text's: measured on five judgement sets.
    return f"{article.title}\n{article.title}\n{article.text}"


def _tag_rows(articles: Iterable[Article]) -> SparseRows:
    starts, buckets, values = [0], [], []
    for article in articles:
        hashes = sorted({code(tag) & (BUCKETS - 1) for tag in article.tags})
        buckets += hashes
        values += [max(1, len(hashes)) ** -0.5] * len(hashes)
        starts.append(len(buckets))
    return SparseRows(np.array(starts), np.array(buckets, np.int32), np.array(values, np.float16))
