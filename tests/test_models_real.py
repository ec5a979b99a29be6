"""The bundled sentence encoder itself, and folders that are none. Takes some seconds to import torch."""

from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from index.meaning import Embedder
from index.models import (
    BUNDLED_REVISION,
    BUNDLED_WEIGHTS,
    DEFAULT_MODEL,
    ModelError,
    ModelFiles,
    _half_precision,
    find_model,
)

pytestmark = pytest.mark.real_model

HAPPY, VERY_HAPPY = "That is a happy person", "That is a very happy person"
TEXTS = [HAPPY, VERY_HAPPY, "The harbour was closed. " * 12, "", "فيضان يغمر المدينة القديمة", "Today is a sunny day"]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return find_model().load()


@pytest.fixture
def torch_cpu() -> ModuleType:
    return import_module("torch").cpu


@pytest.fixture(params=[True, False], ids=["16 bits", "32 bits"])
def half(request: pytest.FixtureRequest, torch_cpu: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_cpu, "get_capabilities", lambda: {"avx512_bf16": request.param}, raising=False)


def test_the_stamp_says_which_model_it_is(embedder: Embedder) -> None:
    stamp = embedder.stamp
    assert (stamp.name, stamp.revision, stamp.weights) == (DEFAULT_MODEL, BUNDLED_REVISION, BUNDLED_WEIGHTS)
    assert (stamp.dimension, stamp.max_tokens) == (384, 256)


@pytest.mark.usefixtures("half")
def test_the_models_card_is_right_about_happy_persons(embedder: Embedder) -> None:
    a, b = embedder.embed([HAPPY, VERY_HAPPY])
    assert float(a @ b) == pytest.approx(0.943, abs=0.002)


@pytest.mark.usefixtures("half")
def test_vectors_have_length_one_and_come_in_the_order_of_the_texts(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.9995


def test_half_the_width_gives_nearly_the_same_vectors(
    embedder: Embedder, torch_cpu: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for able in ({}, {"avx512_bf16": True}, {"amx_bf16": True}):
        monkeypatch.setattr(torch_cpu, "get_capabilities", lambda able=able: able, raising=False)
        found.append(embedder.embed(TEXTS))
    whole, half, also_half = found
    assert not np.array_equal(whole, half)
    assert np.array_equal(half, also_half)
    assert (whole * half).sum(axis=1).min() > 0.9999


def test_full_width_is_what_sentence_transformers_computes(
    embedder: Embedder, torch_cpu: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(torch_cpu, "get_capabilities", raising=False)
    plain = import_module("sentence_transformers").SentenceTransformer(str(find_model().folder), device="cpu")
    assert np.allclose(embedder.embed(TEXTS), plain.encode(TEXTS), atol=1e-5)


def test_an_older_torch_computes_in_full_width(torch_cpu: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch_cpu, "get_capabilities", raising=False)
    assert isinstance(_half_precision(), nullcontext)


def test_no_texts_are_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


@pytest.mark.parametrize(
    "files",
    [
        {"model.safetensors": b"garbage"},
        {"config.json": b"{}", "model.safetensors": b"garbage"},
        {"config.json": b'{"model_type": "bert"}', "model.safetensors": b"garbage"},
        {"config.json": b'{"model_type": "bert"}', "pytorch_model.bin": b"garbage"},
        {"config.json": b'{"model_type": "bert"', "model.safetensors": b"garbage"},
        {"modules.json": b"[{}]", "model.safetensors": b"garbage"},
    ],
    ids=["weights alone", "empty config", "bad safetensors", "bad pickle", "bad config", "bad modules"],
)
def test_a_folder_that_is_no_model_is_a_model_error_that_names_it(tmp_path: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        ModelFiles("mine", tmp_path).load()
    assert str(caught.value).startswith(f"{tmp_path}: sentence-transformers cannot load it (")


def test_a_truncated_copy_of_the_bundled_model_is_a_model_error(tmp_path: Path) -> None:
    for path in find_model().folder.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(find_model().folder)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes()[:1_000_000])
    with pytest.raises(ModelError, match="sentence-transformers cannot load it"):
        ModelFiles("mine", tmp_path).load()
