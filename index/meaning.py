"""Meaning: what an article is about, as one vector of unit length made from its passages.

A sentence encoder reads a few hundred tokens and an article has more, so the title and lead are embedded together with
further passages, each under the title, and the passages' mean is the article's vector.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from index.arrays import Vectors
from index.article import Article

PASSAGES = 3
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """Which model made a vector: `name` finds it again. Vectors of different keys are never compared."""

    name: str
    revision: str | None
    weights: str
    dimension: int
    max_tokens: int

    @property
    def key(self) -> str:
        """The name under which this model's vectors are cached, with how passages are made and combined."""
        return vector_key(self.weights)

    def as_dict(self) -> dict[str, Any]:
        """For a manifest."""
        return asdict(self)


def vector_key(weights: str) -> str:
    """The key of the vectors that a model makes, known before the model is loaded: its weights and our pooling."""
    return f"{weights[:16]}/mean-of-{PASSAGES}"


class Embedder(Protocol):
    """Turns texts into vectors whose inner product says how alike they are in meaning."""

    @property
    def stamp(self) -> ModelStamp:
        """Which model this is."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, (len(texts), dimension) float32, in the order of the texts."""


def embed_articles(embedder: Embedder, articles: Sequence[Article]) -> Vectors:
    """One vector of unit length an article, (n, dimension) float32: the mean of its passages' vectors."""
    parts = [passages(article.title, article.text, embedder.stamp.max_tokens) for article in articles]
    vectors = embedder.embed([passage for part in parts for passage in part])
    starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return unit(np.add.reduceat(vectors, starts)) if articles else np.empty((0, embedder.stamp.dimension), np.float32)


def passages(title: str, text: str, max_tokens: int) -> list[str]:
    """The title with the lead, then with each of up to PASSAGES - 1 further stretches of the text; at least one."""
    room = max(40, max_tokens * CHARACTERS_PER_TOKEN - len(title))
    return [f"{title}\n{stretch}" for stretch in _stretches(text, room)][:PASSAGES] or [title]


def _stretches(text: str, room: int) -> Iterable[str]:
    start = 0
    while start < len(text):
        end = start + room
        if end < len(text):
            space = text.rfind(" ", start + room // 2, end)
            end = end if space < 0 else space
        # A short tail would weigh as much as a whole passage.
        if start == 0 or len(text) - start > room // 4:
            yield text[start:end].strip()
        start = end


def unit(vectors: Vectors) -> Vectors:
    """The vectors scaled to length one; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled
