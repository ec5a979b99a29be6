"""The judge of a rebuild: the same pages and picks for both versions, an evaluation's values, and silence."""

import json
from pathlib import Path

import pytest
from habits import habitual
from newsroom import build_toy, write_jsonl

from index.releases import Releases
from index.snapshot import WEIGHTS, Snapshot, open_snapshot
from recommender import judging
from recommender.evaluation.judgements import picks_of
from recommender.evaluation.protocol import Protocol
from recommender.evaluation.run import evaluate
from recommender.judging import judge
from recommender.ranking import default_weights

SITE = habitual(64)
WITH_PICKS = 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judging")
    build_toy(folder / "home", write_jsonl(folder / "site.jsonl", SITE))
    return folder / "home"


@pytest.fixture(scope="module")
def whole(home: Path) -> Snapshot:
    return open_snapshot(min((home / "versions").iterdir()))


@pytest.fixture(scope="module")
def worse(home: Path, whole: Snapshot) -> Snapshot:  # noqa: ARG001 - made first
    """The same articles, ranked by weights that are upside down."""
    document = default_weights().document()
    document["coefficients"] = {name: -value for name, value in document["coefficients"].items()}
    version = Releases(home).revise({WEIGHTS: json.dumps(document).encode()}, {})
    return open_snapshot(Releases(home).path(version))


def built(folder: Path, rows: list[dict[str, object]]) -> Snapshot:
    build_toy(folder / "home", write_jsonl(folder / "rows.jsonl", rows))
    return open_snapshot(Releases(folder / "home").current_path())


def mean(snapshot: Snapshot) -> float:
    return float(evaluate(snapshot, picks_of(snapshot), Protocol(), []).results[0].values["nDCG@5"].mean())


def test_a_version_is_as_good_as_itself(whole: Snapshot) -> None:
    judged = judge(whole, whole)
    assert judged is not None
    assert (judged.measure, judged.pages, judged.p) == ("nDCG@5", WITH_PICKS, 1.0)
    assert judged.old == judged.new == pytest.approx(mean(whole), abs=1e-4)


def test_a_worse_version_is_surely_worse_by_what_an_evaluation_says(whole: Snapshot, worse: Snapshot) -> None:
    judged = judge(whole, worse)
    assert judged is not None
    assert (judged.old, judged.new) == (
        pytest.approx(mean(whole), abs=1e-4),
        pytest.approx(mean(worse), abs=1e-4),
    )
    assert judged.old - judged.new > 0.1
    assert judged.p < 0.01
    back = judge(worse, whole)
    assert back is not None
    assert (back.old, back.new) == (judged.new, judged.old)


def test_only_pages_and_picks_that_both_versions_hold_count(tmp_path: Path, whole: Snapshot) -> None:
    fewer = built(tmp_path, SITE[:50])
    judged = judge(fewer, whole)
    assert judged is not None
    assert judged.pages == 46
    assert judged.old == pytest.approx(mean(fewer), abs=1e-4)
    back = judge(whole, fewer)
    assert back is not None
    assert back.pages == 46


def test_too_few_judged_pages_say_nothing(snapshot: Snapshot, whole: Snapshot, tmp_path: Path) -> None:
    assert judge(snapshot, snapshot) is None
    assert judge(snapshot, whole) is None
    few = built(tmp_path, SITE[:33])
    assert judge(few, few) is None


def test_no_more_pages_are_asked_than_there_is_time_for(whole: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "PAGES", 35)
    first, second = judge(whole, whole), judge(whole, whole)
    assert first is not None
    assert (first.pages, first) == (35, second)
    monkeypatch.setattr(judging, "LOOKED_AT", 20)
    assert judge(whole, whole) is None
