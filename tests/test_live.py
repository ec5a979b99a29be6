"""The live index: a new version is noticed, and a broken one never replaces a good one."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from newsroom import NEWS, articles, build_toy

from index.live import LiveIndex
from index.releases import Releases
from index.snapshot import SnapshotError

Source = Callable[[Iterable[object]], Path]


def point(home: Path, version: str) -> None:
    """Move the link without the checks that `Releases.use` makes."""
    (home / "current").unlink(missing_ok=True)
    (home / "current").symlink_to(Path("versions") / version)


def broken(home: Path, version: str, name: str) -> None:
    """A copy of the current version that lacks one file."""
    shutil.copytree(Releases(home).current_path(), home / "versions" / version)
    (home / "versions" / version / name).unlink()


def test_before_the_first_build_there_is_no_snapshot_but_a_problem_that_says_so(home: Path, source: Source) -> None:
    live = LiveIndex(home)
    assert live.problem == f"{home}: nothing is built here yet; run build first, or name another --home"
    with pytest.raises(SnapshotError, match="nothing is built here yet; run build first"):
        _ = live.snapshot
    assert live.refresh() is False
    version = build_toy(home, source(NEWS)).version
    assert live.refresh() is True
    assert (live.snapshot.version, live.problem) == (version, None)


def test_a_new_version_is_picked_up_once_and_the_old_object_stays_as_it_was(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS[:5]))
    live = LiveIndex(home)
    old = live.snapshot
    assert live.refresh() is False
    assert live.snapshot is old
    build_toy(home, source(NEWS))
    assert live.refresh() is True
    assert (len(live.snapshot), len(old)) == (14, 5)
    assert live.refresh() is False


def test_a_snapshot_that_is_held_answers_after_its_files_are_removed(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    held = LiveIndex(home).snapshot
    assert held.articles.row_of_id("flood-town") == 7
    shutil.rmtree(home)
    assert held.index.search(held.space.probe(7).vector, 1).tolist() == [7]
    assert held.articles.article(7) == articles()[7]


@pytest.mark.parametrize("name", ["manifest.json", "vectors.faiss", "duplicates.npy", "articles.sqlite", "idf.npy"])
def test_a_broken_version_never_replaces_a_good_one(home: Path, source: Source, name: str) -> None:
    good = build_toy(home, source(NEWS)).version
    live = LiveIndex(home)
    broken(home, "broken", name)
    point(home, "broken")
    for _ in range(2):
        assert live.refresh() is False
        assert live.snapshot.version == good
        assert live.problem is not None
        assert live.problem.startswith(f"{home}/versions/broken: ")
    point(home, good)
    assert live.refresh() is False
    assert live.problem is None


def test_a_version_that_is_broken_at_the_start_gives_way_to_the_newest_good_one(home: Path, source: Source) -> None:
    good = build_toy(home, source(NEWS)).version
    broken(home, "broken", "signals.npy")
    point(home, "broken")
    live = LiveIndex(home)
    assert live.snapshot.version == good
    assert "broken: cannot be opened" in str(live.problem)
    assert live.refresh() is False
    assert "broken: cannot be opened" in str(live.problem)
    point(home, good)
    assert live.refresh() is False
    assert (live.snapshot.version, live.problem) == (good, None)


def test_where_no_version_is_good_there_is_none(home: Path, source: Source) -> None:
    good = build_toy(home, source(NEWS)).version
    (home / "versions" / good / "signals.npy").unlink()
    with pytest.raises(SnapshotError, match="cannot be opened"):
        _ = LiveIndex(home).snapshot


@pytest.mark.parametrize("link", [True, False], ids=["points nowhere", "is gone"])
def test_a_current_link_that_leads_nowhere_leaves_the_open_version(home: Path, source: Source, link: bool) -> None:
    good = build_toy(home, source(NEWS)).version
    live = LiveIndex(home)
    (home / "current").unlink()
    if link:
        point(home, "missing")
    assert live.refresh() is False
    assert live.snapshot.version == good
    assert live.problem is not None


def test_going_back_to_an_older_version_is_a_change_too(home: Path, source: Source) -> None:
    first = build_toy(home, source(NEWS[:5])).version
    build_toy(home, source(NEWS))
    live = LiveIndex(home)
    Releases(home).use(first)
    assert live.refresh() is True
    assert (live.snapshot.version, len(live.snapshot)) == (first, 5)
