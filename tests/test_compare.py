"""Two versions side by side: which links changed, and how much."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from newsroom import NEWS, build_toy, write_jsonl

from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.evaluation import compare as module
from recommender.evaluation.compare import Comparison, compare
from recommender.links import Rules
from recommender.ranking import FEATURES, Weights
from recommender.related import Recommender


def paper(folder: Path, rows: list[dict[str, Any]]) -> Snapshot:
    folder.mkdir()
    build_toy(folder / "home", write_jsonl(folder / "news.jsonl", rows))
    return open_snapshot(Releases(folder / "home").current_path())


def changed(id_: str, **fields: Any) -> list[dict[str, Any]]:
    return [one | fields if one["id"] == id_ else one for one in NEWS]


@pytest.fixture(scope="module")
def reweighed(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The newsroom again, linking only what is by the page's author or far from it in words."""
    home = tmp_path_factory.mktemp("reweighed")
    first = paper(home / "paper", NEWS)
    weights = Weights(0.0, np.array([-float(name == "words") for name in FEATURES], np.float32), {})
    releases = Releases(first.folder.parent.parent)
    releases.revise({"weights.json": json.dumps(weights.document()).encode()}, {})
    return open_snapshot(releases.current_path())


def links(snapshot: Snapshot, page: str, k: int) -> list[str]:
    return [link.card["id"] for link in Recommender(snapshot).by_id(page, Rules(k=k)).links]


def test_a_version_does_not_differ_from_itself(snapshot: Snapshot) -> None:
    version = snapshot.version
    assert compare(snapshot, snapshot) == Comparison(version, version, 14, 0, 0, 14, 1.0, 1.0, ())


def test_changed_links_are_counted_and_shown_the_most_changed_first(snapshot: Snapshot, reweighed: Snapshot) -> None:
    found, k = compare(snapshot, reweighed, 3), 3
    lists = {one["id"]: (links(snapshot, one["id"], k), links(reweighed, one["id"], k)) for one in NEWS}
    kept = {page: len(set(was) & set(now)) / max(len(was), len(now)) for page, (was, now) in lists.items()}
    differ = [page for page, (was, now) in lists.items() if was != now]
    assert len(differ) >= 10
    assert (found.old, found.new, found.common, found.pages) == (snapshot.version, reweighed.version, 14, 14)
    assert found.unchanged == round(1 - len(differ) / 14, 4)
    assert found.kept == round(sum(kept.values()) / 14, 4) < 1
    assert [one.id for one in found.most_changed] == sorted(differ, key=lambda page: (kept[page], page))
    assert [one.kept for one in found.most_changed] == [round(kept[one.id], 4) for one in found.most_changed]
    titles = {one["id"]: one["title"] for one in NEWS}
    for one in found.most_changed:
        assert one.title == titles[one.id]
        assert one.old == tuple(titles[link] for link in lists[one.id][0])
        assert one.new == tuple(titles[link] for link in lists[one.id][1])


def test_articles_that_only_one_version_holds_are_counted_and_not_compared(snapshot: Snapshot, tmp_path: Path) -> None:
    fewer = [one for one in NEWS if one["id"] not in ("goal-final", "moon-dust")]
    more = {"id": "tram", "title": "Tram", "text": "A tram.", "language": "en"}
    other = paper(tmp_path / "other", [*fewer, more])
    found = compare(snapshot, other)
    assert (found.common, found.only_old, found.only_new, found.pages) == (12, 2, 1, 12)
    assert {one.id for one in found.most_changed} <= {one["id"] for one in fewer}
    back = compare(other, snapshot)
    assert (back.only_old, back.only_new, back.kept, back.unchanged) == (1, 2, found.kept, found.unchanged)


def test_a_corrected_title_is_no_changed_link_and_another_article_of_the_same_title_is_one(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    same = paper(tmp_path / "same", changed("ar-harbour", title="إضراب في ميناء المدينه"))
    assert compare(snapshot, same, 2).most_changed == ()
    twins = [{"id": f"brief-{n}", "title": "Brief", "language": "fr"} for n in (1, 2)]
    page = {"id": "page", "title": "Page", "text": "moon", "language": "fr"}
    first = paper(tmp_path / "first", [page, twins[0] | {"text": "moon moon"}, twins[1]])
    second = paper(tmp_path / "second", [page, twins[0], twins[1] | {"text": "moon moon"}])
    (change,) = (one for one in compare(first, second, 1).most_changed if one.id == "page")
    assert (change.kept, change.old, change.new) == (0, ("Brief",), ("Brief",))


def test_pages_without_links_in_either_version_did_not_change(tmp_path: Path) -> None:
    rows = [{"id": "a", "title": "A", "language": "en"}, {"id": "b", "title": "B", "language": "fr"}]
    alone, other = paper(tmp_path / "alone", rows), paper(tmp_path / "other", rows[:1])
    found = compare(alone, other)
    assert (found.pages, found.unchanged, found.kept, found.most_changed) == (1, 1, 1, ())
    strangers = compare(other, paper(tmp_path / "third", rows[1:]))
    assert (strangers.common, strangers.pages, strangers.unchanged, strangers.kept) == (0, 0, 1, 1)


def test_of_many_pages_a_sample_is_looked_at_and_the_same_every_time(
    snapshot: Snapshot, reweighed: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = {one.id: one for one in compare(snapshot, reweighed).most_changed}
    monkeypatch.setattr(module, "PAGES", 5)
    monkeypatch.setattr(module, "SHOWN", 2)
    found = compare(snapshot, reweighed)
    assert (found.common, found.pages, len(found.most_changed)) == (14, 5, 2)
    assert found == compare(snapshot, reweighed)
    assert all(every[one.id] == one for one in found.most_changed)


def test_it_is_one_json_object(snapshot: Snapshot, reweighed: Snapshot) -> None:
    body = json.loads(json.dumps(compare(snapshot, reweighed).as_dict()))
    assert list(body) == ["old", "new", "common", "only_old", "only_new", "pages", "unchanged", "kept", "most_changed"]
    assert body["most_changed"][0].keys() == {"id", "title", "kept", "old", "new"}
