"""The corpus: what is written stays, every change is counted, and vectors belong to a model and a content."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import TOY_STAMP, ToyEmbedder, article, articles

from index import corpus as corpus_module
from index.article import Pick
from index.corpus import Changes, Corpus
from index.meaning import embed_articles, unit


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    opened = Corpus(tmp_path / "corpus.sqlite")
    yield opened
    opened.close()


def ids(corpus: Corpus) -> list[str]:
    return [one.id for one in corpus]


def test_a_new_corpus_is_empty_and_has_seen_no_change(corpus: Corpus) -> None:
    assert (len(corpus), corpus.sequence, list(corpus)) == (0, 0, [])


def test_articles_come_back_as_they_were_undated_first_then_oldest_first(corpus: Corpus) -> None:
    corpus.upsert(reversed(articles()))
    assert list(corpus) == articles()
    assert [one.picks for one in corpus] == [one.picks for one in articles()]
    assert corpus.get("flood-town") == articles()[7]
    assert corpus.get("unknown") is None


def test_articles_of_one_moment_are_in_the_order_of_their_ids(corpus: Corpus) -> None:
    corpus.upsert([article(id=id_, published="2026-09-01") for id_ in "cab"])
    assert ids(corpus) == ["a", "b", "c"]


def test_an_upsert_counts_what_is_new_changed_and_as_it_was(corpus: Corpus) -> None:
    assert corpus.upsert(articles()) == Changes(new=14)
    assert corpus.upsert(articles()) == Changes(unchanged=14)
    changed = replace(articles()[0], title="Another title")
    assert corpus.upsert([*articles()[1:], changed, article(id="new")]) == Changes(new=1, changed=1, unchanged=13)
    assert corpus.get(changed.id) == changed
    assert len(corpus) == 15


def test_a_change_of_the_picks_alone_is_a_change(corpus: Corpus) -> None:
    corpus.upsert([article()])
    assert corpus.upsert([article(picks=["b"])]) == Changes(changed=1)


def test_the_last_of_two_articles_with_one_id_wins(corpus: Corpus) -> None:
    assert corpus.upsert([article(text="first"), article(text="last")]) == Changes(new=1, changed=1)
    assert [one.text for one in corpus] == ["last"]


def test_the_sequence_grows_by_one_with_every_article_written_or_removed(corpus: Corpus) -> None:
    corpus.upsert(articles())
    assert corpus.sequence == 14
    corpus.upsert(articles())
    assert corpus.sequence == 14
    corpus.upsert([replace(articles()[3], section="World")])
    assert corpus.sequence == 15
    corpus.remove(["flood-town", "unknown"])
    assert corpus.sequence == 16


def test_the_digest_is_that_of_the_articles_and_not_of_how_they_came(corpus: Corpus, tmp_path: Path) -> None:
    corpus.upsert(articles())
    whole = corpus.digest
    other = Corpus(tmp_path / "other.sqlite")
    other.upsert([replace(articles()[0], text="older"), *reversed(articles())])
    assert other.sequence != corpus.sequence
    assert other.digest == whole
    other.upsert([replace(articles()[0], picks=(Pick(id="x"),))])
    assert other.digest != whole
    other.upsert(articles())
    other.remove(["flood-town"])
    assert other.digest != whole
    other.close()


def test_what_is_removed_is_gone_and_counted_as_one_change(corpus: Corpus) -> None:
    corpus.upsert(articles())
    assert corpus.remove(["flood-town", "flood-town", "unknown"]) == 1
    assert corpus.get("flood-town") is None
    assert corpus.sequence == 15
    assert corpus.upsert([articles()[7]]) == Changes(new=1)


def test_vectors_are_kept_by_content_so_that_a_copy_needs_none(corpus: Corpus, toy_embedder: ToyEmbedder) -> None:
    corpus.upsert([article(id="a", text="x"), article(id="b", text="x", section="World"), article(id="c", text="y")])
    key = TOY_STAMP.key
    contents = [content for content, _ in corpus.without_vector(key)]
    assert sorted(contents) == sorted({article(text="x").content_key, article(text="y").content_key})
    assert corpus.stamp(key) is None
    given_ = corpus.with_contents(contents)
    corpus.add_vectors(TOY_STAMP, contents, embed_articles(toy_embedder, given_))
    assert corpus.without_vector(key) == []
    assert corpus.stamp(key) == TOY_STAMP
    corpus.upsert([article(id="c", text="y", title="Another")])
    assert [content for content, _ in corpus.without_vector(key)] == [article(title="Another", text="y").content_key]


def test_contents_without_a_vector_come_shortest_first(corpus: Corpus) -> None:
    corpus.upsert([article(id=length, text="x" * length) for length in (300, 10, 200)])
    sizes = [size for _, size in corpus.without_vector("m")]
    assert sizes == sorted(sizes)
    found = corpus.with_contents([content for content, _ in corpus.without_vector("m")])
    assert [one.id for one in found] == ["10", "200", "300"]


def test_vectors_come_back_in_the_order_of_the_articles_as_half_floats(corpus: Corpus) -> None:
    corpus.upsert(articles())
    wanted = {
        one.content_key: unit(np.random.default_rng(number).normal(size=7)) for number, one in enumerate(articles())
    }
    keys = sorted(wanted)
    corpus.add_vectors(TOY_STAMP, keys, np.array([wanted[key] for key in keys]))
    found = corpus.vectors(TOY_STAMP)
    assert found.dtype == np.float32
    assert np.array_equal(found, np.array([wanted[one.content_key] for one in corpus]).astype(np.float16))


def test_vectors_of_one_model_are_not_those_of_another(corpus: Corpus) -> None:
    other = replace(TOY_STAMP, name="other", weights="1" * 64, dimension=2)
    corpus.upsert([article()])
    corpus.add_vectors(TOY_STAMP, [article().content_key], np.eye(1, 7, dtype=np.float32))
    assert len(corpus.without_vector(other.key)) == 1
    corpus.add_vectors(other, [article().content_key], np.array([[0, 1]], np.float32))
    assert corpus.vectors(TOY_STAMP).tolist() == [[1, 0, 0, 0, 0, 0, 0]]
    assert corpus.vectors(other).tolist() == [[0, 1]]
    assert corpus.stamp(other.key) == other


def test_only_vectors_of_texts_that_are_gone_are_forgotten(corpus: Corpus) -> None:
    corpus.upsert([article(id="a", text="x"), article(id="b", text="x"), article(id="c", text="y")])
    keys = [article(text=text).content_key for text in "xy"]
    corpus.add_vectors(TOY_STAMP, keys, np.eye(2, 7, dtype=np.float32))
    assert corpus.forget_vectors() == 0
    corpus.remove(["a", "c"])
    assert corpus.forget_vectors() == 1
    assert corpus.vectors(TOY_STAMP).tolist() == [[1, 0, 0, 0, 0, 0, 0]]


def test_batches_before_a_failure_stay_and_the_failing_one_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus_module, "BATCH", 2)
    corpus = Corpus(tmp_path / "corpus.sqlite")
    good = [article(id=number) for number in range(3)]
    with pytest.raises(AttributeError):
        corpus.upsert([*good, None])  # type: ignore[list-item]
    assert ids(corpus) == ["0", "1"]
    assert corpus.sequence == 2
    assert corpus.upsert(good) == Changes(new=1, unchanged=2)
    corpus.close()


def test_vectors_and_contents_must_be_as_many(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="shorter"):
        corpus.add_vectors(TOY_STAMP, [b"a", b"b"], np.eye(1, 7, dtype=np.float32))
    assert corpus.stamp(TOY_STAMP.key) is None


def test_changes_add_up() -> None:
    assert Changes(1, 2, 3) + Changes(10, 20, 30) == Changes(11, 22, 33)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"]), st.booleans()), max_size=12))
def test_a_corpus_is_a_dictionary_that_counts_its_changes(steps: list[tuple[str, str, bool]]) -> None:
    corpus, wanted, changes = Corpus(Path(mkdtemp()) / "corpus.sqlite"), {}, 0
    for id_, text, removed in steps:
        one = article(id=id_, text=text)
        changes += (id_ in wanted) if removed else wanted.get(id_) != one
        if removed:
            assert corpus.remove([id_]) == (wanted.pop(id_, None) is not None)
        else:
            corpus.upsert([one])
            wanted[id_] = one
    assert {one.id: one for one in corpus} == wanted
    assert corpus.sequence == changes
    corpus.close()
    rmtree(corpus.path.parent)


def test_a_damaged_page_is_an_sqlite_error_and_not_a_wrong_answer(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    corpus = Corpus(path)
    corpus.upsert(articles())
    corpus.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    damaged = Corpus(path)
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):
        list(damaged)
    damaged.close()
