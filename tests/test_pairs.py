"""Human ratings of pairs: how they are read, and the correlations worked out by hand."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from newsroom import TOY_STAMP, ToyModel
from typer.testing import CliRunner

from index.meaning import Embedder
from index.models import ModelError, ModelFiles
from index.snapshot import Snapshot
from recommender.cli import app
from recommender.evaluation import pairs
from recommender.evaluation.judgements import JudgementError
from recommender.evaluation.pairs import Pairs, likeness, measure_pairs, pair_signals, read_pairs

RATED = """id1\tid2\tlang\toverall
harbour-walkout\tharbour-walkout-wire\ten\t1.0
flood-town\tflood-barrier\ten\t2.0
flood-town\tgoal-final\ten\t4.0
ar-flood\tar-flood\tar\t1.0
ar-flood\tar-minister\tar\t4.0
ar-flood\tgone\tar\t4.0
"""
Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "find_model", lambda name: cast("ModelFiles", ToyModel(name)))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        (tmp_path / "pairs.tsv").write_text(text, encoding="utf-8")
        return tmp_path / "pairs.tsv"

    return write


def load(files: ModelFiles) -> Embedder:
    return files.load()


def rows(snapshot: Snapshot, *ids: str) -> list[int]:
    return [row for row in map(snapshot.articles.row_of_id, ids) if row is not None]


def test_ratings_are_turned_so_that_more_is_more_similar(snapshot: Snapshot, write: Write) -> None:
    read = read_pairs(write(RATED), snapshot)
    assert (len(read), read.unknown) == (5, 1)
    assert read.rated.tolist() == [3, 2, 0, 3, 0]
    assert read.first[:2].tolist() == rows(snapshot, "harbour-walkout", "flood-town")
    assert {name: mask.tolist() for name, mask in read.groups().items()} == {
        "all": [True] * 5,
        "ar": [False, False, False, True, True],
        "en": [True, True, True, False, False],
    }


def test_a_column_named_similarity_is_taken_as_it_is_and_no_language_is_one_group(
    snapshot: Snapshot, write: Write
) -> None:
    read = read_pairs(write("id1\tid2\tsimilarity_0_1\nar-flood\tar-flood\t0.9\nar-flood\tgoal-final\t0\n"), snapshot)
    assert read.rated.tolist() == [0.9, 0]
    assert list(read.groups()) == ["all"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id1\tid2\toverall\nar-flood\tar-flood\tx\n", r"line 2: overall is 'x'; write a number"),
        ("id1\tid2\tsimilarity\nar-flood\tar-flood\n", r"line 2: similarity is None; write a number"),
        ("id1\tid2\tscore\nar-flood\tar-flood\t1\n", "no column overall or similarity"),
        ("id1\tid2\toverall\na\tb\t1\nar-flood\tar-flood\t1\n", "1 of its 2 pairs in this index"),
        ("", "0 of its 0 pairs in this index; build with its articles"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(snapshot: Snapshot, write: Write, text: str, problem: str) -> None:
    with pytest.raises(JudgementError, match=problem):
        read_pairs(write(text), snapshot)


def test_a_file_that_is_not_there_is_refused(snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(JudgementError, match="cannot be read"):
        read_pairs(tmp_path / "none.tsv", snapshot)


def test_likeness_is_the_plain_mean_and_between_languages_that_of_meaning() -> None:
    cosines = (("meaning", 0.8), ("title meaning", 0.4), ("words", 0.2), ("title words", 0.0), ("letters", 0.1))
    signals = {name: np.array([value, value]) for name, value in cosines}
    assert likeness(signals, np.array([False, True])) == pytest.approx([0.3, 0.6])


def test_the_signals_of_an_article_with_itself_and_with_one_that_shares_nothing(snapshot: Snapshot) -> None:
    one, same, other = rows(snapshot, "ar-flood", "ar-flood", "goal-final")
    asked = Pairs(np.array([one, one]), np.array([same, other]), np.array([1.0, 0.0]), np.array(["", ""]))
    signals = pair_signals(snapshot, asked, load)
    assert list(signals) == ["meaning", "title meaning", "words", "title words", "letters"]
    for name in ("meaning", "words", "letters"):
        assert signals[name][0] == pytest.approx(1, abs=2e-3)
    assert signals["title meaning"][0] == pytest.approx(1, abs=2e-3)
    # The title's words are all in the article, but are not all of it.
    assert 0.3 < signals["title words"][0] < 1
    assert signals["meaning"][1] == pytest.approx(0, abs=2e-3)
    assert signals["words"][1] == signals["title words"][1] == 0
    assert signals["letters"][1] < 0.05


def test_correlations_are_pearsons_by_system_and_language(snapshot: Snapshot, write: Write) -> None:
    read = read_pairs(write(RATED), snapshot)
    body = measure_pairs(snapshot, read, load)
    assert (body["pairs"], body["unknown"], body["sizes"]) == (5, 1, {"all": 5, "ar": 2, "en": 3})
    assert list(body["systems"]) == ["recommender", "meaning", "words", "tfidf"]
    words = pair_signals(snapshot, read, load)["words"]
    assert body["systems"]["words"]["all"] == pytest.approx(np.corrcoef(words, read.rated)[0, 1], abs=1e-4)
    # Of two pairs, the better rated is the more alike in every system.
    assert [figures["ar"] for figures in body["systems"].values()] == [1, 1, 1, 1]
    assert list(body["ahead_of"]) == ["meaning", "words", "tfidf"]
    low, high = body["ahead_of"]["tfidf"]["ar"]
    assert low <= 0 <= high
    assert body == measure_pairs(snapshot, read, load)


def test_nothing_follows_a_constant(snapshot: Snapshot) -> None:
    one, two = rows(snapshot, "ar-flood", "goal-final")
    same = Pairs(np.array([one, one]), np.array([two, two]), np.array([1.0, 2.0]), np.array(["", ""]))
    assert measure_pairs(snapshot, same, load)["systems"]["recommender"] == {"all": 0.0}


def test_other_weights_than_those_of_the_index_are_refused(snapshot: Snapshot, write: Write) -> None:
    other = ToyModel(TOY_STAMP.name, "1" * 64)
    with pytest.raises(ModelError, match="toy: other weights than this index was built with"):
        measure_pairs(snapshot, read_pairs(write(RATED), snapshot), lambda _: other.load())


def test_the_command_prints_the_correlations(
    built: Path, write: Write, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = measure_pairs(snapshot, read_pairs(write(RATED), snapshot), load)
    monkeypatch.setattr(pairs, "measure_pairs", partial(measure_pairs, load=load))
    asked = ["--home", str(built), "evaluate", "--pairs", str(write(RATED))]
    told = CliRunner().invoke(app, [*asked, "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (0, json.loads(json.dumps(expected)))
    table = CliRunner().invoke(app, asked)
    assert table.exit_code == 0
