"""Tuning: a site's own weights are adopted where they are surely better on its later pages, and can be taken back."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from habits import habitual
from newsroom import build_toy, write_jsonl
from threadpoolctl import threadpool_limits

from index.article import parse_article
from index.releases import BusyError, Releases
from index.snapshot import WEIGHTS, Snapshot, open_snapshot, verify_snapshot
from recommender import tuning
from recommender.evaluation.judgements import Judgements, picks_of
from recommender.evaluation.measures import ndcg
from recommender.evaluation.protocol import Protocol, split
from recommender.evaluation.run import OURS
from recommender.links import Rules
from recommender.ranking import FEATURES, Weights, default_weights, weights_in
from recommender.related import Recommender
from recommender.tuning import TuneReport, publish, tune

SIZE = 150
AS_OF = Protocol()
Learned = tuple[TuneReport, Weights | None]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    # Many small products: threads that wait for each other take longer than one.
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a site of habits; not to be changed."""
    folder = tmp_path_factory.mktemp("habits")
    build_toy(folder / "home", write_jsonl(folder / "site.jsonl", habitual(SIZE)))
    return folder / "home"


@pytest.fixture(scope="module")
def served(site: Path) -> Snapshot:
    return open_snapshot(Releases(site).current_path())


@pytest.fixture(scope="module")
def learned(served: Snapshot) -> Learned:
    return tune(served, picks_of(served), AS_OF, ["newest"])


@pytest.fixture
def own(site: Path, tmp_path: Path) -> Releases:
    """The site in a home of its own, to be changed."""
    copytree(site, tmp_path / "own", symlinks=True)
    return Releases(tmp_path / "own")


def quality(snapshot: Snapshot, weights: Weights | None = None) -> float:
    """nDCG@5 on the later pages, asked as a reader would ask."""
    recommender, values = Recommender(snapshot, weights), []
    for question in split(AS_OF.questions(snapshot.space, picks_of(snapshot)))[1]:
        answer = recommender.answer(recommender.stored(question.row), Rules(k=5, before=question.before))
        values.append(ndcg([link.row for link in answer.links], question.gold, 5))
    return round(float(np.mean(values)), 4)


def test_a_habit_is_learned_and_adopted_because_it_is_surely_better(learned: Learned) -> None:
    report, weights = learned
    assert weights is not None
    assert report.adopted
    # The first four pages of 150 have nothing before them in their section.
    assert (report.pages, report.earlier_pages, report.later_pages) == (146, 87, 59)
    assert report.measure == "nDCG@5"
    assert report.quality["tuned"] > report.quality[OURS] + 0.2
    assert report.quality["tuned"] > report.quality["newest"]
    assert report.p is not None
    assert report.p < 0.001
    gain = report.quality["tuned"] - report.quality[OURS]
    assert report.reason == f"better: {gain:+.3f} nDCG@5 on the later pages, p = {report.p:.4f}"
    section = FEATURES.index("section")
    assert weights.coefficients[section] > 3 * default_weights().coefficients[section]


def test_the_quality_it_tells_is_that_of_the_links_readers_would_get(learned: Learned, served: Snapshot) -> None:
    report, weights = learned
    assert report.quality[OURS] == quality(served)
    assert report.quality["tuned"] == quality(served, weights)


def test_weights_say_where_they_were_learned(learned: Learned, served: Snapshot) -> None:
    report, weights = learned
    assert weights is not None
    said = dict(weights.provenance)
    assert said.pop("date").startswith("20")
    assert said.pop("examples") > 1000
    assert said == {"strength": report.strength, "judgements": "picks", "pages": 87, "index": served.version}
    assert report.strength in tuning.STRENGTHS


def test_nothing_is_written_before_weights_are_published(learned: Learned, site: Path, served: Snapshot) -> None:
    assert learned[0].version is None
    assert Releases(site).versions() == [served.version]
    assert not (served.folder / WEIGHTS).exists()


def test_the_same_judgements_are_learned_from_alike(learned: Learned, served: Snapshot) -> None:
    report, weights = tune(served, picks_of(served), AS_OF, [])
    assert weights is not None
    assert learned[1] is not None
    assert weights.coefficients.tolist() == learned[1].coefficients.tolist()
    assert (report.p, report.strength) == (learned[0].p, learned[0].strength)


def test_published_weights_are_served_and_the_version_before_takes_them_back(learned: Learned, own: Releases) -> None:
    before = own.current()
    assert before is not None
    assert learned[1] is not None
    version = publish(own, learned[1])
    assert (own.current(), own.versions()) == (version, [before, version])
    verify_snapshot(own.current_path())
    tuned = open_snapshot(own.current_path())
    assert quality(tuned) == learned[0].quality["tuned"]
    assert tuned.manifest["tuned"] == learned[1].provenance
    own.use(before)
    assert quality(open_snapshot(own.current_path())) == learned[0].quality[OURS]


def test_what_is_already_learned_is_not_adopted_again(learned: Learned, own: Releases) -> None:
    assert learned[1] is not None
    publish(own, learned[1])
    tuned = open_snapshot(own.current_path())
    report, weights = tune(tuned, picks_of(tuned), AS_OF, [])
    assert weights is None
    assert report.reason == "not surely better, so nothing changes: +0.000 nDCG@5 on the later pages, p = 1.0000"
    assert report.quality[OURS] == report.quality["tuned"]


def test_the_next_build_carries_the_weights(learned: Learned, own: Releases, tmp_path: Path) -> None:
    assert learned[1] is not None
    publish(own, learned[1])
    written = (own.current_path() / WEIGHTS).read_bytes()
    more = {"id": "late", "title": "Tram", "text": "tram", "published": "2026-09-01", "language": "en"}
    report = build_toy(own.home, write_jsonl(tmp_path / "more.jsonl", [more]))
    assert (report.published, own.current(), report.articles) == (True, report.version, SIZE + 1)
    assert (own.current_path() / WEIGHTS).read_bytes() == written
    verify_snapshot(own.current_path())
    # Nothing new: the version stays, and its weights with it.
    assert not build_toy(own.home, write_jsonl(tmp_path / "more.jsonl", [more])).published


def test_damaged_weights_are_told_of_and_those_of_the_package_serve(
    learned: Learned, own: Releases, caplog: pytest.LogCaptureFixture
) -> None:
    assert learned[1] is not None
    publish(own, learned[1])
    folder = own.current_path()
    (folder / WEIGHTS).write_text((folder / WEIGHTS).read_text("utf-8")[:200], "utf-8")
    with caplog.at_level(logging.WARNING):
        assert weights_in(folder) is default_weights()
    assert f"{folder}: weights of another release" in caplog.text
    assert quality(open_snapshot(folder)) == learned[0].quality[OURS]


def test_while_a_build_runs_nothing_is_published(learned: Learned, own: Releases) -> None:
    assert learned[1] is not None
    before = own.versions()
    with own.locked(), pytest.raises(BusyError, match="another build is running here; wait for it to end"):
        publish(own, learned[1])
    assert own.versions() == before == [own.current()]


def test_too_few_pages_change_nothing(served: Snapshot) -> None:
    few = Judgements("few", dict(list(picks_of(served).gold.items())[: tuning.FEWEST_PAGES - 1]))
    report, weights = tune(served, few, AS_OF, ["newest"])
    assert weights is None
    assert report == TuneReport(False, "99 pages with judged links are too few to learn from; 100 are needed", 99)
    assert json.loads(json.dumps(report.as_dict()))["quality"] == {}


def test_picks_by_chance_teach_nothing_that_is_adopted(served: Snapshot) -> None:
    random = np.random.default_rng(3)
    gold = {row: {int(link): 1.0 for link in random.integers(0, row, 3)} for row in range(4, SIZE)}
    report, weights = tune(served, Judgements("chance", gold), AS_OF, [])
    assert (report.adopted, weights) == (False, None)
    assert report.reason.startswith("not surely better, so nothing changes: ")
    assert parse_article(habitual(1)[0]).picks == ()
