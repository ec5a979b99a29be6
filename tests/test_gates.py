"""The gates: what each lets through and what it refuses, and what a build does that is refused."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from newsroom import NEWS, TOPICS, TOY_LIMITS, TOY_STAMP, ToyEmbedder, ToyModel, build_toy, row

from index.arrays import Vectors
from index.corpus import Corpus
from index.gatekeeper import Gatekeeper, faults
from index.gates import FEW_ALIKE, Facts, Judged, Limits, Serving, same_model, verdicts
from index.live import LiveIndex
from index.outcome import BuildGatedError, BuildReport
from index.releases import Releases
from index.snapshot import Snapshot

Source = Callable[[Iterable[object]], Path]

GOOD = Facts(articles=1000, recall=1.0, empty=0, alike=0)
SERVING = Serving("v1", 1000, "toy", "0" * 64)
WORSE = Judged("nDCG@5", 40, 0.5, 0.4, 0.001)


def refused(facts: Facts, limits: Limits = Limits()) -> list[str]:  # noqa: B008 - immutable
    return [verdict.gate for verdict in verdicts(facts, limits) if not verdict.passed]


@pytest.mark.parametrize(
    ("change", "gates"),
    [
        ({}, []),
        ({"recall": 0.95}, []),
        ({"recall": 0.9499}, ["recall"]),
        ({"empty": 10}, []),
        ({"empty": 11}, ["empty vectors"]),
        ({"alike": FEW_ALIKE}, []),
        ({"alike": FEW_ALIKE + 1}, ["same vectors"]),
        ({"alike": 30, "articles": 3000}, []),
        ({"serving": SERVING, "articles": 800}, []),
        ({"serving": SERVING, "articles": 799}, ["articles"]),
        ({"serving": SERVING, "articles": 5000}, []),
        ({"serving": replace(SERVING, articles=0)}, []),
        ({"judged": WORSE}, ["editors’ picks"]),
        ({"judged": replace(WORSE, new=0.481)}, []),
        ({"judged": replace(WORSE, p=0.05)}, []),
        ({"judged": replace(WORSE, new=0.9)}, []),
        ({"recall": 0.1, "empty": 500, "serving": SERVING, "articles": 700}, ["recall", "empty vectors", "articles"]),
    ],
)
def test_each_gate_refuses_beyond_its_limit_and_not_at_it(change: dict[str, object], gates: list[str]) -> None:
    assert refused(replace(GOOD, **change)) == gates


def test_limits_can_be_set() -> None:
    facts = replace(GOOD, recall=0.9, empty=200, alike=200, serving=SERVING, articles=500, judged=WORSE)
    assert refused(facts, Limits(shrink=0.5, recall=0.9, broken=0.4, worse=0.1)) == []


def test_a_first_version_is_compared_with_nothing() -> None:
    assert [verdict.gate for verdict in verdicts(GOOD, Limits())] == ["recall", "empty vectors", "same vectors"]


def test_a_verdict_says_what_was_found_and_what_it_is_held_against() -> None:
    facts = replace(GOOD, articles=700, serving=SERVING, judged=WORSE)
    shrunk, worse = verdicts(facts, Limits())[-2:]
    assert (shrunk.value, shrunk.limit) == (0.3, 0.2)
    assert shrunk.detail == "700 articles after 1,000 are 30.0% fewer, 20% are let through"
    assert (worse.value, worse.limit) == (-0.1, -0.02)
    assert worse.detail == (
        "nDCG@5 on 40 pages with editors’ picks went from 0.500 to 0.400 (p = 0.001), a loss of 0.02 is let through"
    )


def test_models_are_the_same_by_their_weights_whatever_they_are_called() -> None:
    assert same_model("renamed", "0" * 64, SERVING).passed
    verdict = same_model("toy", "1" * 64, SERVING)
    assert not verdict.passed
    assert verdict.detail == "the model toy (111111111111) is not the one that serves, toy (000000000000)"


def test_faults_are_empty_meanings_and_one_meaning_of_several_texts() -> None:
    nothing, nan, one, other = [0, 0], [np.nan, 1], [1, 0], [0, 1]
    vectors = np.array(
        [[*nothing, 1], [*nothing, 2], [*nan, 1], [*one, 1], [*one, 1], [*other, 1], [*other, 1], [*other, 2]],
        np.float16,
    )
    assert faults(vectors, 2) == (3, 3)
    assert faults(vectors[:0], 2) == (0, 0)


class Broken(ToyModel):
    """A model whose every vector is the same one."""

    value = 1.0

    def load(self) -> ToyEmbedder:
        value = self.value

        class Constant(ToyEmbedder):
            def embed(self, texts: list[str]) -> Vectors:
                return np.full((len(texts), len(TOPICS) + 1), value, np.float32)

        return Constant(TOY_STAMP)


class Empty(Broken):
    value = np.nan


def stories(size: int) -> list[dict[str, object]]:
    return [row("moon-dust") | {"id": f"a{at}", "url": None, "title": f"Story{at} of the moon"} for at in range(size)]


def test_a_model_that_gives_every_text_one_vector_is_refused_even_for_a_first_version(
    home: Path, source: Source
) -> None:
    report = BuildReport()
    with pytest.raises(
        BuildGatedError, match=r"^Not published: 40 articles have the vector of a different text"
    ) as told:
        build_toy(home, source(stories(40)), model=Broken(), gates=Gatekeeper(), report=report)
    assert str(told.value).endswith("if many have. Nothing is served yet; --force publishes anyway")
    assert (Releases(home).versions(), Releases(home).current(), report.published) == ([], None, False)
    assert not list((home / "versions").iterdir())
    assert (report.articles, report.embedded, report.new) == (40, 40, 40)


def test_empty_vectors_are_refused(home: Path, source: Source) -> None:
    with pytest.raises(BuildGatedError, match="14 articles have an empty vector"):
        build_toy(home, source(NEWS), model=Empty(), gates=Gatekeeper())


def shrink(home: Path) -> None:
    corpus = Corpus(home / "corpus.sqlite")
    corpus.remove(["flood-town", "moon-dust", "goal-final"])
    corpus.close()


def test_a_version_with_too_few_articles_is_thrown_away_and_the_old_one_serves_on(home: Path, source: Source) -> None:
    old = build_toy(home, source(NEWS)).version
    live, report = LiveIndex(home), BuildReport()
    shrink(home)
    with pytest.raises(BuildGatedError) as told:
        build_toy(home, report=report)
    assert str(told.value) == (
        "Not published: 11 articles after 14 are 21.4% fewer, 20% are let through. "
        f"{old} serves on; --force publishes anyway"
    )
    assert [verdict.gate for verdict in told.value.refusals] == ["articles"]
    assert (Releases(home).versions(), Releases(home).current()) == ([old], old)
    assert [path.name for path in (home / "versions").iterdir()] == [old]
    assert (live.refresh(), live.snapshot.version) == (False, old)
    assert [(verdict.gate, verdict.passed) for verdict in report.gates] == [
        ("model", True),
        ("recall", True),
        ("empty vectors", True),
        ("same vectors", True),
        ("articles", False),
    ]
    assert (report.published, report.version not in ("", old)) == (False, True)


def test_force_publishes_it_and_says_what_it_overrode(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    shrink(home)
    report = build_toy(home, gates=Gatekeeper(TOY_LIMITS, force=True))
    assert (report.published, report.articles, Releases(home).current()) == (True, 11, report.version)
    assert report.overridden == ["11 articles after 14 are 21.4% fewer, 20% are let through"]


def test_a_looser_limit_lets_it_through(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    shrink(home)
    assert build_toy(home, gates=Gatekeeper(replace(TOY_LIMITS, shrink=0.25))).overridden == []


def test_another_model_is_refused_before_anything_is_read_or_embedded(home: Path, source: Source) -> None:
    old, model = build_toy(home, source(NEWS[:9])).version, ToyModel("other", "1" * 64)
    with pytest.raises(BuildGatedError, match=r"the model other \(1+\) is not the one that serves, toy \(0+\)\."):
        build_toy(home, source(NEWS), model=model)
    assert (model.loaded, Releases(home).current()) == ([], old)
    corpus = Corpus(home / "corpus.sqlite")
    assert len(corpus) == 9
    corpus.close()
    report = build_toy(home, source(NEWS), model=model, gates=Gatekeeper(TOY_LIMITS, force=True))
    assert (report.published, report.embedded, len(report.overridden)) == (True, 14, 1)


def test_the_judge_sees_both_versions_and_what_it_finds_can_refuse(home: Path, source: Source) -> None:
    seen: list[tuple[int, int]] = []

    def judge(old: Snapshot, new: Snapshot) -> Judged:
        seen.append((len(old), len(new)))
        return WORSE

    gates = Gatekeeper(TOY_LIMITS, judge)
    old = build_toy(home, source(NEWS[:12]), gates=gates).version
    assert seen == []
    report = BuildReport()
    with pytest.raises(BuildGatedError, match=r"went from 0\.500 to 0\.400 \(p = 0\.001\)"):
        build_toy(home, source(NEWS), gates=gates, report=report)
    assert (seen, report.judged, Releases(home).current()) == ([(12, 14)], WORSE, old)
    report = build_toy(home, gates=Gatekeeper(TOY_LIMITS, lambda *_: replace(WORSE, p=0.5)))
    assert (report.published, report.judged) == (True, replace(WORSE, p=0.5))


def test_a_damaged_version_is_no_measure_for_the_next(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    (Releases(home).current_path() / "idf.npy").write_bytes(b"")
    shrink(home)
    assert build_toy(home, gates=Gatekeeper(TOY_LIMITS, lambda *_: WORSE)).published
