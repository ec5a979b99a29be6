"""Real processes that use, remove, revise and pull versions at once, or are killed at any step of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.releases import Releases
from index.remote import Remote
from index.snapshot import Snapshot, open_snapshot, verify_snapshot

ROUNDS = 12
NAMES = [f"v{number}" for number in range(8)]
MAKE = """
import shutil, sys
from pathlib import Path
from index.releases import Releases

releases, rounds = Releases(Path(sys.argv[1])), int(sys.argv[2])
for number in range(rounds):
    for name in ("v0", "v1", "v2"):
        if name not in releases.versions():
            beside = releases.folder / f".copy-{name}"
            shutil.copytree(releases.folder / "v7", beside, copy_function=shutil.os.link)
            beside.rename(releases.folder / name)
    releases.prune(1 + number % 2)
"""
USE = """
import sys
from pathlib import Path
from index.releases import Releases
from index.snapshot import SnapshotError, verify_snapshot

releases, rounds, used = Releases(Path(sys.argv[1])), int(sys.argv[2]), 0
for number in range(rounds):
    try:
        releases.use(f"v{number % 3}")
        used += 1
    except SnapshotError as error:
        # Removed before it was asked for, and told so; never while it was looked at.
        assert "no such version" in str(error), error
    verify_snapshot(releases.current_path())
print(used)
"""
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from index import inspection, releases
from index.releases import Releases
from index.remote import Remote

origin, action = Path(sys.argv[1]), sys.argv[2]
steps = 0

def counted(act):
    def step(*given, **more):
        global steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*given, **more)
    return step

def acted(home):
    for owner, names in ((os, ("unlink", "rmdir", "link", "fsync")), (Path, ("rename", "replace", "symlink_to"))):
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))
    actions = {
        "use": lambda releases: releases.use("v1"),
        "prune": lambda releases: releases.prune(2),
        "pull": lambda releases: Remote(sys.argv[3]).pull(releases),
        "revise": lambda releases: releases.revise({"weights.json": b"{}"}, {}),
    }
    actions[action](Releases(home))

at, killed = 0, True
while killed:  # until there are fewer steps than that
    at += 1 if at < 8 else at // 2
    home = shutil.copytree(origin, origin.with_name(f"killed-{at}"), symlinks=True, copy_function=os.link)
    if not os.fork():
        acted(home)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.wait()[1])
    assert ended in (0, -signal.SIGKILL), ended
    killed = ended != 0
print(at)
"""


@pytest.fixture
def releases(home: Path, snapshot: Snapshot) -> Releases:
    """A home with versions of these names, the last of them current; they share their files, which never change."""
    home.mkdir()
    for name in NAMES:
        shutil.copytree(snapshot.folder, home / "versions" / name, copy_function=os.link)
    Releases(home).use(NAMES[-1])
    return Releases(home)


def child(code: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, words)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_what_is_current_is_never_removed_while_versions_are_used_and_pruned(releases: Releases) -> None:
    racing = [child(MAKE, releases.home, ROUNDS), *(child(USE, releases.home, ROUNDS) for _ in range(2))]
    ends = [one.communicate(timeout=240) for one in racing]
    assert [one.returncode for one in racing] == [0, 0, 0], ends
    assert sum(int(said) for said, _ in ends[1:]) > 0
    verify_snapshot(releases.current_path())
    releases.prune()
    assert not list(releases.folder.glob(".removed-*"))


def test_a_version_that_is_held_is_not_removed(releases: Releases) -> None:
    with releases.held("v0"):
        assert releases.prune(1) == []
        verify_snapshot(releases.path("v0"))
        with releases.held("v1"):  # shared
            assert releases.prune(1) == []
    assert releases.prune(1) == NAMES[:-1]


def test_a_version_can_be_used_while_another_is_built(releases: Releases) -> None:
    with releases.locked():
        releases.use("v2")
    assert releases.current() == "v2"


@pytest.mark.parametrize("action", ["use", "prune", "revise", "pull"])
def test_after_a_kill_at_any_step_every_version_is_whole_and_one_is_current(
    releases: Releases, tmp_path: Path, action: str
) -> None:
    place = f"file://{tmp_path / 'place'}"
    if action == "pull":
        pytest.importorskip("obstore")
        Remote(place).publish(releases, NAMES[3])
    for name in NAMES[3:-1]:
        shutil.rmtree(releases.folder / name)
    said, told = (running := child(KILLED, releases.home, action, place)).communicate(timeout=240)
    assert running.returncode == 0, told
    assert int(said) > 3
    for folder in tmp_path.glob("killed-*"):
        check_whole(Releases(folder))


def check_whole(after: Releases) -> None:
    for version in after.versions():
        verify_snapshot(after.path(version))
    assert len(open_snapshot(after.current_path())) == 14
    # The next prune and the next version sweep what was left.
    after.prune()
    after.revise({}, {})
    assert not list(after.folder.glob(".*"))
    assert not list(after.home.glob(".current-*"))
