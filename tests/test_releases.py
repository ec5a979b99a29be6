"""Releases: a version is whole or not there, and `current` always points to a whole one."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.releases import KEPT, Releases, new_version
from index.snapshot import Snapshot, SnapshotError, open_snapshot, verify_snapshot

Publish = Callable[..., None]


@pytest.fixture
def releases(home: Path) -> Releases:
    home.mkdir()
    return Releases(home)


@pytest.fixture
def publish(releases: Releases, snapshot: Snapshot) -> Publish:
    """Writes versions of these names, all holding the same snapshot, the last of them current."""

    def write(*names: str, without: str = "no such file") -> None:
        for name in names:
            with releases.writing(name) as folder:
                shutil.copytree(snapshot.folder, folder, dirs_exist_ok=True)
                (folder / without).unlink(missing_ok=True)
            releases.use(name)

    return write


def everything(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_home_has_no_versions_and_says_to_build(releases: Releases) -> None:
    assert releases.versions() == []
    assert releases.current() is None
    with pytest.raises(SnapshotError, match="nothing is built here yet; run build first, or name another --home"):
        releases.current_path()
    with pytest.raises(SnapshotError, match="v1: no such version; there are: none; run build first"):
        releases.path("v1")


def test_a_version_that_is_written_and_used_can_be_opened(releases: Releases, publish: Publish) -> None:
    publish("v1")
    assert (releases.versions(), releases.current()) == (["v1"], "v1")
    assert releases.current_path() == releases.home / "versions" / "v1"
    assert len(open_snapshot(releases.current_path())) == 14
    assert releases.manifest("v1")["articles"] == 14


def test_versions_are_listed_oldest_first_and_stray_files_are_none(releases: Releases, publish: Publish) -> None:
    publish("v2", "v1", "v3")
    (releases.folder / "notes.txt").write_text("not a version")
    (releases.folder / ".hidden").mkdir()
    assert releases.versions() == ["v1", "v2", "v3"]
    with pytest.raises(SnapshotError, match=r"notes\.txt: no such version; there are: v1, v2, v3"):
        releases.use("notes.txt")
    assert releases.prune(1) == ["v1", "v2"]


def test_a_block_that_fails_leaves_nothing(releases: Releases, publish: Publish) -> None:
    publish("v1")

    def fail() -> None:
        with releases.writing("v2") as folder:
            (folder / "half").write_text("half")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        fail()
    assert everything(releases.folder) == ["v1"]
    assert releases.current() == "v1"


def test_a_version_that_cannot_be_read_back_is_not_kept(releases: Releases, publish: Publish) -> None:
    with pytest.raises(SnapshotError, match="missing or damaged"):
        publish("v1", without="idf.npy")
    assert everything(releases.folder) == []


def test_what_is_being_written_is_no_version_yet(releases: Releases, snapshot: Snapshot) -> None:
    with releases.writing("v1") as folder:
        shutil.copytree(snapshot.folder, folder, dirs_exist_ok=True)
        assert releases.versions() == []
        assert folder.parent == releases.folder
    assert releases.versions() == ["v1"]
    assert releases.current() is None


def test_leftovers_of_a_killed_build_are_swept_when_the_next_is_written(releases: Releases, publish: Publish) -> None:
    left = releases.folder / ".building-v0"
    left.mkdir(parents=True)
    (left / "vectors.npy").write_bytes(b"half")
    publish("v1")
    assert everything(releases.folder) == ["v1"]


def test_an_older_version_can_be_used_again(releases: Releases, publish: Publish) -> None:
    publish("v1", "v2")
    releases.use("v1")
    assert releases.current() == "v1"
    assert everything(releases.home) == ["current", "versions", "versions.lock"]


def test_an_unknown_or_damaged_version_is_not_used_and_the_current_one_stays(
    releases: Releases, publish: Publish
) -> None:
    publish("v1", "v2")
    releases.use("v1")
    (releases.folder / "v2" / "signals.npy").unlink()
    for name, problem in [
        ("v2", r"signals\.npy: missing or damaged"),
        ("v3", "v3: no such version; there are: v1, v2"),
    ]:
        with pytest.raises(SnapshotError, match=problem):
            releases.use(name)
        assert releases.current() == "v1"
    verify_snapshot(releases.current_path())


def test_a_link_left_by_a_killed_switch_does_no_harm(releases: Releases, publish: Publish) -> None:
    (releases.home / ".current-0123456789abcdef").symlink_to("nowhere")
    publish("v1")
    assert releases.current() == "v1"
    assert releases.prune() == []
    assert everything(releases.home) == ["current", "versions", "versions.lock"]


def test_a_home_can_be_moved_as_a_whole(releases: Releases, publish: Publish, tmp_path: Path) -> None:
    publish("v1")
    moved = Releases(Path(shutil.move(releases.home, tmp_path / "moved")))
    assert len(open_snapshot(moved.current_path())) == 14
    assert (moved.home / "current" / "manifest.json").is_file()


def test_a_current_version_that_is_gone_is_named(releases: Releases, publish: Publish) -> None:
    publish("v1", "v2")
    shutil.rmtree(releases.folder / "v2")
    with pytest.raises(SnapshotError, match="v2: no such version; there are: v1"):
        releases.current_path()


def test_pruning_keeps_the_newest_and_always_the_current_one(releases: Releases, publish: Publish) -> None:
    names = [f"v{number}" for number in range(8)]
    publish(*names)
    releases.use("v1")
    assert KEPT == 5
    assert releases.prune() == ["v0", "v2"]
    assert releases.versions() == ["v1", "v3", "v4", "v5", "v6", "v7"]
    assert releases.prune() == []
    assert releases.prune(1) == ["v3", "v4", "v5", "v6"]
    assert releases.current() == "v1"


def test_names_of_versions_sort_by_time_and_differ(releases: Releases) -> None:
    moment = datetime(2026, 9, 14, 7, 45, 59, tzinfo=UTC)
    moments = [moment + timedelta(microseconds=step) for step in (0, 1, 9_999, 16_384, 999_999, 1_000_000)]
    names = [new_version(moment) for moment in moments]
    assert names == sorted(names)
    assert names[0].startswith("20260914T074559-")
    assert len({new_version(moment) for _ in range(10)}) > 1
    assert releases.versions() == []


def test_a_revised_version_shares_what_is_the_same_and_is_served(releases: Releases, publish: Publish) -> None:
    publish("20260914T074559-000000")
    origin = releases.current_path()
    name = releases.revise({"weights.json": b"{}", "idf.npy": (origin / "idf.npy").read_bytes()}, {"tuned": "yes"})
    assert releases.versions() == [origin.name, name]
    assert releases.current() == name
    revised = releases.current_path()
    verify_snapshot(revised)
    verify_snapshot(origin)
    manifest = releases.manifest(name)
    assert manifest == releases.manifest(origin.name) | {"version": name, "tuned": "yes", "files": manifest["files"]}
    assert set(manifest["files"]) == {*releases.manifest(origin.name)["files"], "weights.json"}
    assert (revised / "vectors.npy").samefile(origin / "vectors.npy")
    assert not (revised / "idf.npy").samefile(origin / "idf.npy")
    assert open_snapshot(revised).version == name


def test_a_revision_of_nothing_is_refused(releases: Releases) -> None:
    with pytest.raises(SnapshotError, match="nothing is built here yet"):
        releases.revise({}, {})


def test_a_name_sorts_after_those_that_are_known_even_where_the_clock_was_set_back() -> None:
    ahead = new_version(datetime(2031, 1, 1, 12, tzinfo=UTC))
    later = new_version(datetime(2026, 1, 1, tzinfo=UTC), ["20260101T000000-00000fff", ahead])
    assert later[:15] == "20310101T120001"
    assert new_version(datetime(2026, 1, 1, tzinfo=UTC), ["named by hand"])[:8] == "20260101"
    assert new_version(datetime(2032, 1, 1, tzinfo=UTC), [ahead])[:8] == "20320101"
