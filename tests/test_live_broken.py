"""Versions that open and fail, or do not open, links that lead nowhere: what served before serves on, told once."""

import json
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from newsroom import NEWS, build_toy

from index import live as module
from index.live import LiveIndex
from index.releases import Releases
from index.snapshot import MANIFEST
from recommender.api.draining import Draining
from recommender.api.health import Checkup
from recommender.trial import try_out

Source = Callable[[Iterable[object]], Path]
Damage = Callable[[Path], None]
BRACKETS = "[" * 100_000 + "]" * 100_000


def change_manifest(**changes: object) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / MANIFEST
        changed = json.loads(path.read_text()) | changes
        path.write_text(json.dumps({name: value for name, value in changed.items() if value is not None}))

    return damage


def write(name: str, content: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / name).write_text(content)

    return damage


def change_array(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / f"{name}.npy"
        array = change(np.load(path).copy())
        path.unlink()
        np.save(path, array)

    return damage


DAMAGES: dict[str, Damage] = {
    "a manifest without a model": change_manifest(model=None),
    "a model of another kind": change_manifest(model={"odd": 1}),
    "a build without a date": change_manifest(built_at="yesterday"),
    "an index that is none": write("vectors.faiss", BRACKETS),
    "a manifest of nested brackets": write(MANIFEST, BRACKETS),
    "neighbours out of range": change_array("neighbours", lambda rows: np.full_like(rows, 10**6)),
    "starts that ask for petabytes": change_array("words.starts", lambda starts: starts + 2**50),
    "a table that is none": write("articles.sqlite", "nothing of the kind"),
    "groups of copies out of range": change_array("duplicates", lambda rows: rows[:3]),
}


@pytest.fixture(params=[*DAMAGES.values()], ids=[*DAMAGES])
def damage(request: pytest.FixtureRequest) -> Damage:
    damage: Damage = request.param
    return damage


@pytest.fixture
def good(home: Path, source: Source) -> str:
    version = build_toy(home, source(NEWS)).version
    assert version is not None
    return version


def point(home: Path, version: str) -> None:
    (home / "current").unlink(missing_ok=True)
    (home / "current").symlink_to(Path("versions") / version)


def publish(home: Path, good: str, damage: Damage) -> None:
    """Make a damaged copy of a version current."""
    shutil.copytree(home / "versions" / good, home / "versions" / "new")
    damage(home / "versions" / "new")
    point(home, "new")


def test_a_running_server_serves_the_version_before_and_says_so_once(
    home: Path, good: str, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveIndex(home, try_out)
    publish(home, good, damage)
    for _ in range(5):
        assert live.refresh() is False
    status, body = Checkup(live, home, 1e9, Draining(0)).healthz(datetime.now(UTC))
    assert (status, body["status"], body["version"]) == (503, "degraded", good)
    assert body["problem"].startswith(f"{home}/versions/new: ")
    assert [one.getMessage() for one in caplog.records] == [f"{good} serves on: {body['problem']}"]
    assert all(one.exc_info is None for one in caplog.records)
    point(home, good)
    live.refresh()
    assert (live.problem, live.snapshot.version) == (None, good)


def test_a_starting_server_falls_back_to_the_newest_version_that_answers(home: Path, good: str, damage: Damage) -> None:
    publish(home, good, damage)
    live = LiveIndex(home, try_out)
    assert live.snapshot.version == good
    assert str(live.problem).startswith(f"{home}/versions/new: ")
    try_out(live.snapshot)


def test_a_damaged_version_whose_files_are_fetched_again_is_served(home: Path, good: str) -> None:
    live = LiveIndex(home, try_out)
    publish(home, good, write("vectors.faiss", BRACKETS))
    live.refresh()
    shutil.rmtree(home / "versions" / "new")
    publish(home, good, lambda folder: (folder / MANIFEST).touch())
    assert live.refresh() is True
    assert (live.problem, live.snapshot.folder.name) == (None, "new")


def test_a_version_that_could_not_be_opened_is_tried_again_after_a_while(
    home: Path, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, asked = LiveIndex(home, try_out), []
    publish(home, good, lambda _: None)

    def busy(folder: Path) -> None:
        asked.append(folder)
        raise OSError("Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(module, "open_snapshot", busy)
        for _ in range(3):
            live.refresh()
        assert (len(asked), live.snapshot.version, "Too many open files" in str(live.problem)) == (1, good, True)
        patched.setattr(module, "AGAIN_S", 0)
        live._refusals.clear()
        for _ in range(3):
            live.refresh()
        assert len(asked) == 4
    assert live.refresh() is True


def as_file(link: Path) -> None:
    link.write_text("versions/new")


def as_folder(link: Path) -> None:
    link.mkdir()


def as_loop(link: Path) -> None:
    link.symlink_to(link)


def as_root(link: Path) -> None:
    link.symlink_to("/")


def as_long(link: Path) -> None:
    link.symlink_to("versions/" + "x" * 255)


@pytest.mark.parametrize("make", [as_file, as_folder, as_loop, as_root, as_long])
def test_a_current_that_is_no_link_to_a_version_leaves_the_open_one_and_is_told_once(
    home: Path, good: str, make: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveIndex(home, try_out)
    (home / "current").unlink()
    make(home / "current")
    for _ in range(3):
        assert live.refresh() is False
    assert (live.snapshot.version, len(caplog.records)) == (good, 1)
    assert live.problem
    assert LiveIndex(home, try_out).snapshot.version == good


def test_where_versions_cannot_be_listed_what_is_open_serves_on(
    home: Path, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveIndex(home, try_out)

    def denied(_: Releases) -> list[str]:
        raise PermissionError("Permission denied")

    monkeypatch.setattr(Releases, "versions", denied)
    point(home, "new")
    assert live.refresh() is False
    assert (live.snapshot.version, live.problem) == (good, "Permission denied")
    assert "Permission denied" in str(LiveIndex(home, try_out).problem)
