"""Texts that were never stored: what names them, and the model that is loaded once and checked."""

from dataclasses import replace
from threading import Thread
from typing import cast

import numpy as np
import pytest
from newsroom import TOY_STAMP, ToyEmbedder, ToyModel
from service import toy_texts

from index.article import Article, InvalidFieldError
from index.models import ModelError, ModelFiles
from index.snapshot import Snapshot
from recommender.texts import TextEmbedder, unseen_article

FLOOD = Article("a", "urn:article:a", "Flood", "A flood, and a goal.")


class Loader:
    """Loads embedders with a stamp, and counts them."""

    def __init__(self, weights: str = TOY_STAMP.weights) -> None:
        self.weights, self.asked, self.loaded = weights, [], []  # type: str, list[ModelFiles], list[ToyEmbedder]

    def __call__(self, files: ModelFiles) -> ToyEmbedder:
        embedder = ToyEmbedder()
        embedder.stamp = replace(TOY_STAMP, weights=self.weights)
        self.asked.append(files)
        self.loaded.append(embedder)
        return embedder


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that models were looked for by."""
    names: list[str] = []

    def find(name: str) -> ModelFiles:
        names.append(name)
        return cast("ModelFiles", ToyModel(name))

    monkeypatch.setattr("recommender.texts.find_model", find)
    return names


def test_a_text_without_a_name_is_named_by_its_content() -> None:
    one, same, other = (unseen_article({"title": "T", "text": text}) for text in ("a", "a", "b"))
    assert one == same
    assert one.id.startswith("text-")
    assert len(one.id) == len("text-") + 32
    assert one.id != other.id
    assert one.url == ""


def test_the_name_of_a_text_does_not_depend_on_what_else_is_known() -> None:
    assert unseen_article({"title": "T"}).id == unseen_article({"title": "T", "section": "City", "tags": ["x"]}).id


def test_a_name_or_an_address_that_is_given_is_kept() -> None:
    assert unseen_article({"title": "T", "id": "mine"}).id == "mine"
    named = unseen_article({"title": "T", "url": "https://www.News.example/a#top"})
    assert named.url == "https://www.news.example/a"
    assert named.id.startswith("u-")


def test_empty_fields_are_as_if_they_were_not_given() -> None:
    empty = {"id": "", "url": None, "text": "", "tags": [], "published": None, "author": ""}
    assert unseen_article({"title": "T"} | empty) == unseen_article({"title": "T"})


@pytest.mark.parametrize(
    ("row", "field"), [({}, "title"), ({"title": " "}, "title"), ({"title": "T", "url": "x"}, "url")]
)
def test_what_is_no_article_is_refused_by_the_field(row: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        unseen_article(row)
    assert refused.value.field == field


def test_a_text_is_embedded_as_a_stored_article_is(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    vector = toy_texts(monkeypatch).embed(FLOOD, snapshot)
    # Title and text: flood twice, goal once, and the toy's small constant; of length one.
    expected = np.array([0, 0, 2, 0, 0, 1, 0.01]) / np.sqrt(4 + 1 + 0.0001)
    assert vector == pytest.approx(expected, abs=1e-6)


def test_the_model_is_the_one_that_the_index_names_and_is_loaded_once(snapshot: Snapshot, found: list[str]) -> None:
    load = Loader()
    texts = TextEmbedder(load)
    assert not load.loaded
    first, again = texts.embed(FLOOD, snapshot), texts.embed(FLOOD, snapshot)
    assert first.tolist() == again.tolist()
    assert found == ["toy"]
    assert len(load.loaded) == 1
    assert load.loaded[0].asked == ["Flood\nA flood, and a goal."]  # the second time it is known by heart


def test_texts_at_once_load_one_model(snapshot: Snapshot, found: list[str]) -> None:
    load = Loader()

    def slowly(files: ModelFiles) -> ToyEmbedder:
        # Another text comes while the model is being loaded: it must wait.
        if not load.loaded:
            other.start()
            other.join(0.1)
            waited.append(other.is_alive())
        return load(files)

    waited: list[bool] = []
    texts = TextEmbedder(slowly)
    other = Thread(target=texts.embed, args=(FLOOD, snapshot))
    texts.embed(FLOOD, snapshot)
    other.join()
    assert (waited, len(load.loaded), len(load.loaded[0].asked), found) == ([True], 1, 2, ["toy"])


def test_a_version_built_with_another_model_gets_that_model(snapshot: Snapshot, found: list[str]) -> None:
    load = Loader()
    texts = TextEmbedder(load)
    texts.embed(FLOOD, snapshot)
    stamp = replace(TOY_STAMP, name="other", weights="1" * 64)
    load.weights = stamp.weights
    texts.embed(FLOOD, replace(snapshot, manifest=snapshot.manifest | {"model": stamp.as_dict()}))
    assert found == ["toy", "other"]
    assert [files.name for files in load.asked] == ["toy", "other"]


def test_other_weights_under_the_same_name_are_refused(snapshot: Snapshot, found: list[str]) -> None:
    texts = TextEmbedder(Loader(weights="1" * 64))
    with pytest.raises(ModelError, match="toy: other weights than this index was built with; build again with it"):
        texts.embed(FLOOD, snapshot)
    assert found == ["toy"]


def test_a_model_that_this_machine_lacks_is_an_error_with_its_name(snapshot: Snapshot) -> None:
    with pytest.raises(ModelError, match="toy: no such model; give a folder"):
        TextEmbedder(Loader()).embed(FLOOD, snapshot)
