"""Embedding what was never stored: the model is loaded when first asked for, off the event loop, one text at a time."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

from index.arrays import Vectors
from index.article import Article, parse_article
from index.languages import detected
from index.meaning import Embedder, ModelStamp, embed_articles
from index.models import ModelError, ModelFiles, find_model
from index.snapshot import Snapshot

KEPT = 1_024
"""So many vectors are kept, of 2 KB each or less."""


def unseen_article(row: Mapping[str, Any]) -> Article:
    """An article from what is known of it, at least its title; without id and URL its content names it.

    Where no language is given it is detected, as it is of stored articles.

    Raises InvalidFieldError.
    """
    given = {name: value for name, value in row.items() if value}
    if "id" in given or "url" in given:
        return detected(parse_article(given))
    named = detected(parse_article(given | {"id": "text"}))
    return replace(named, id=f"text-{named.content_key.hex()}", url="")


class TextEmbedder:
    """The model that a snapshot was built with, for texts that are not in it; knows its last KEPT answers by heart."""

    def __init__(self, load: Callable[[ModelFiles], Embedder] = ModelFiles.load) -> None:
        self._load, self._lock, self._keeping = load, Lock(), Lock()
        self._embedder: Embedder | None = None
        self._kept: OrderedDict[tuple[str, bytes], Vectors] = OrderedDict()
        self.embedded: Callable[[], None] = lambda: None
        """Told after each text that had to be embedded."""

    def embed(self, article: Article, snapshot: Snapshot) -> Vectors:
        """The article's vector, (d,). Raises ModelError where this machine lacks the snapshot's model."""
        stamp = ModelStamp(**snapshot.manifest["model"])
        key = stamp.key, article.content_key
        with self._keeping:  # another lock: what is known need not wait for what is computed
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return known
        vector = self._made(article, stamp)
        self.embedded()
        with self._keeping:
            self._kept[key] = vector
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return vector

    def _made(self, article: Article, stamp: ModelStamp) -> Vectors:
        with self._lock:
            embedder = self._embedder
            if embedder is None or embedder.stamp.key != stamp.key:
                embedder = self._embedder = self._load(find_model(stamp.name))
            if embedder.stamp.key != stamp.key:
                raise ModelError(f"{stamp.name}: other weights than this index was built with; build again with it")
            vector: Vectors = embed_articles(embedder, [article])[0]
            return vector
