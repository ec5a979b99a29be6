"""Learning weights from picked links: the known ones come out, beside scikit-learn's, and held where they start."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from habits import habitual
from newsroom import build_toy, write_jsonl
from service import ids_of, row_of
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from index.releases import Releases
from index.snapshot import Snapshot
from recommender.evaluation.judgements import Judgements
from recommender.evaluation.protocol import Protocol, Question
from recommender.learning import Example, examples, fit, flat
from recommender.ranking import FEATURES, Weights, default_weights, score

ROOT = Path(__file__).parent.parent
TRUE = Weights(-1.5, np.linspace(-2, 3, len(FEATURES)).astype(np.float32), {})
NOWHERE = Question(0, np.ones(1, np.bool_), {}, None)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    # Many small products: threads that wait for each other take longer than one.
    with threadpool_limits(1):
        yield


def site(seed: int, pages: int, truth: Weights = TRUE, candidates: int = 40) -> list[Example]:
    """Pages whose editors pick by chance, with the probability that `truth` gives; features of different scales."""
    random, made = np.random.default_rng(seed), []
    scale = np.geomspace(0.3, 3, len(FEATURES))
    for _ in range(pages):
        rows = (random.normal(0, 1, (candidates, len(FEATURES))) * scale).astype(np.float32)
        picked = (random.random(candidates) < score(rows, truth)).astype(np.float32)
        made.append(Example(NOWHERE, np.arange(candidates), rows, picked))
    return made


def distance(one: Weights, other: Weights) -> float:
    return float(np.abs(one.coefficients - other.coefficients).max())


def test_the_weights_that_picks_were_made_with_are_found_again() -> None:
    found = fit([site(1, 1500)], flat(), 1.0)
    assert found.intercept == pytest.approx(TRUE.intercept, abs=0.1)
    assert found.coefficients == pytest.approx(TRUE.coefficients, abs=0.25)
    assert found.provenance == {"examples": 60_000, "strength": 1.0}


@pytest.mark.parametrize("strength", [0.1, 10, 1000])
def test_from_nothing_it_is_the_logistic_regression_of_scikit_learn(strength: float) -> None:
    learned_from = site(2, 40)
    rows = np.concatenate([one.features for one in learned_from]).astype(np.float64)
    picked = np.concatenate([one.picked for one in learned_from])
    scale = rows.std(axis=0)
    theirs = LogisticRegression(C=1 / strength, tol=1e-9, max_iter=5000).fit(rows / scale, picked)
    ours = fit([learned_from], flat(), strength)
    assert ours.coefficients == pytest.approx(theirs.coef_[0] / scale, abs=5e-3)
    assert ours.intercept == pytest.approx(theirs.intercept_[0], abs=5e-3)


def test_sites_count_alike_whatever_their_size() -> None:
    small, large = site(3, 10), site(4, 90, Weights(0.5, -TRUE.coefficients, {}))
    rows = np.concatenate([one.features for one in small + large]).astype(np.float64)
    picked = np.concatenate([one.picked for one in small + large])
    scale, counts = rows.std(axis=0), np.repeat([5.0, 5 / 9], [400, 3600])
    theirs = LogisticRegression(C=0.1, tol=1e-9, max_iter=5000).fit(rows / scale, picked, counts)
    found = fit([small, large], flat(), 10.0)
    assert found.coefficients == pytest.approx(theirs.coef_[0] / scale, abs=5e-3)
    assert found.intercept == pytest.approx(theirs.intercept_[0], abs=5e-3)
    # As pages of one site, the many have it, who pick the opposite.
    together = fit([small + large], flat(), 10.0)
    assert together.coefficients @ TRUE.coefficients < min(0, found.coefficients @ TRUE.coefficients) - 3


def test_however_little_it_is_held_what_never_varies_does_not_move() -> None:
    learned_from = site(5, 50)
    for one in learned_from:
        one.features[:, 3] = 0
    start = default_weights()
    assert fit([learned_from], start, 0.1).coefficients[3] == pytest.approx(start.coefficients[3])


def test_the_stronger_it_is_held_the_nearer_it_stays_and_in_the_end_only_the_intercept_moves() -> None:
    start, learned_from = default_weights(), site(6, 50)
    moved = [distance(fit([learned_from], start, strength), start) for strength in (1.0, 100.0, 10_000.0, 1e12)]
    assert moved == sorted(moved, reverse=True)
    assert moved[0] > 1
    assert moved[-1] < 1e-5
    held = fit([learned_from], start, 10_000.0)
    picked = np.mean([one.picked.mean() for one in learned_from])
    promised = np.mean([score(one.features, held).mean() for one in learned_from])
    assert promised == pytest.approx(picked, abs=1e-3)


def test_more_pages_move_it_further() -> None:
    start = default_weights()
    moved = [distance(fit([site(7, pages)], start, 300.0), start) for pages in (5, 50, 500)]
    assert moved == sorted(moved)
    assert moved[-1] > 2 * moved[0]


def test_flat_weights_give_every_link_the_same_chance() -> None:
    assert score(np.random.default_rng(1).normal(size=(5, len(FEATURES))), flat()).tolist() == [0.5] * 5


def test_examples_are_what_the_ranking_sees_with_what_was_picked(snapshot: Snapshot) -> None:
    gold = {row_of(snapshot, "flood-town"): {row_of(snapshot, link): 1.0 for link in ("flood-barrier", "ar-flood")}}
    questions = Protocol().questions(snapshot.space, Judgements("here", gold))
    (one,) = examples(snapshot, questions, k=5)
    assert one.question is questions[0]
    assert set(ids_of(snapshot, one.rows)) == {
        *("minister-resigns", "minister-sworn-in", "harbour-walkout", "harbour-walkout-wire", "flood-barrier"),
    }
    picked = dict(zip(ids_of(snapshot, one.rows), one.picked.tolist(), strict=True))
    assert [name for name, value in picked.items() if value] == ["flood-barrier"]
    assert one.features.shape == (5, len(FEATURES))
    column = one.features[:, FEATURES.index("section")]
    assert dict(zip(ids_of(snapshot, one.rows), column.tolist(), strict=True))["flood-barrier"] == 1


def test_a_page_without_candidates_teaches_nothing(snapshot: Snapshot) -> None:
    # As of its day there is nothing in English before the first page.
    gold = {row_of(snapshot, "minister-resigns"): {row_of(snapshot, "ar-minister"): 1.0}}
    questions = Protocol().questions(snapshot.space, Judgements("here", gold))
    assert len(questions) == 1
    assert examples(snapshot, questions, k=5) == []


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("learn_weights", ROOT / "benchmarks" / "learn_weights.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_weights_of_the_package_are_learned_by_a_script_and_tested_on_the_set_left_out(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = habitual(40)
    build_toy(tmp_path / "home", write_jsonl(tmp_path / "site.jsonl", rows))
    pairs = "".join(f"{one['id']} {pick} 1\n" for one in rows for pick in one["picks"])
    (tmp_path / "judged.tsv").write_text(pairs, "utf-8")
    given = f"{tmp_path}/home={tmp_path}/judged.tsv"
    monkeypatch.setattr(script, "SHIPPED", tmp_path / "weights.json")
    script.main([f"one={given}", f"two={given}", f"far={given}=whole"])
    table, _, written = capsys.readouterr().out.partition("{")
    lines = [line.split(" | ") for line in table.splitlines()[2:]]
    assert [(name, pages) for name, pages, *_ in lines] == [("| one", "36"), ("| two", "36"), ("| far", "36")]
    # One set twice: what is learned on the others is what is learned on all.
    assert all(float(others) == pytest.approx(float(every.strip("| ")), abs=0.02) for *_, others, every in lines)
    document = json.loads("{" + written)
    assert document["provenance"]["learned_from"] == {"one": 36, "two": 36}
    assert list(document["coefficients"]) == list(FEATURES)
    assert not (tmp_path / "weights.json").exists()
    script.main([f"one={given}", f"two={given}", "--write"])
    assert Weights.of(json.loads((tmp_path / "weights.json").read_text("utf-8"))).coefficients[4] > 1
    assert Releases(tmp_path / "home").versions() != []
