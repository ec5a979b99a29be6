"""Builds killed with SIGKILL, each in a real process that kills itself: the old version serves on, nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from newsroom import NEWS, build_toy

from index.corpus import Corpus
from index.live import LiveIndex
from index.releases import Releases
from index.snapshot import open_snapshot, verify_snapshot

OLD = NEWS[:6]
CHILD = """
import os, signal, sys
from pathlib import Path
import index.build, index.corpus, index.ingest
from newsroom import build_toy

home, source, stage, done = sys.argv[1:]
index.build.EMBEDDED_AT_ONCE = index.corpus.BATCH = index.ingest.BATCH = 3

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if stage == "switch":  # the new link is written beside the old one and not yet in its place
    Path.replace = die
build_toy(Path(home), source, progress=lambda name, count, _: name == stage and count >= int(done) and die())
"""


def killed_build(home: Path, source: Path, stage: str, done: int) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-c", CHILD, str(home), str(source), stage, str(done)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.parametrize(
    ("stage", "done", "read", "embedded"),
    [
        ("read", 0, 0, 0),
        ("read", 11, 9, 0),
        ("embed", 0, 14, 0),
        ("embed", 6, 14, 6),
        ("words", 0, 14, 8),
        ("index", 0, 14, 8),
        ("neighbours", 1, 14, 8),
        ("copies", 0, 14, 8),
        ("write", 0, 14, 8),
        ("publish", 0, 14, 8),
        ("switch", 0, 14, 8),
    ],
)
def test_after_a_kill_the_old_version_serves_on_and_the_next_build_takes_up_the_work(
    home: Path, source: Callable[[Iterable[object]], Path], stage: str, done: int, read: int, embedded: int
) -> None:
    old = build_toy(home, source(OLD)).version
    live = LiveIndex(home)
    killed_build(home, source(NEWS), stage, done)

    assert Releases(home).current() == old
    verify_snapshot(Releases(home).current_path())
    assert len(open_snapshot(Releases(home).current_path())) == len(OLD)
    assert (live.refresh(), live.problem, live.snapshot.version) == (False, None, old)
    corpus = Corpus(home / "corpus.sqlite")
    assert len(corpus) == max(read, len(OLD))
    corpus.close()

    report = build_toy(home, source(NEWS))
    assert (report.articles, report.published) == (14, True)
    assert report.unchanged == max(read, len(OLD))
    assert report.embedded == 14 - len(OLD) - embedded
    assert Releases(home).current() == report.version
    assert (live.refresh(), len(live.snapshot)) == (True, 14)
    assert not list((home / "versions").glob(".*"))


def test_a_first_build_that_is_killed_leaves_a_home_to_build_in(
    home: Path, source: Callable[[Iterable[object]], Path]
) -> None:
    killed_build(home, source(NEWS), "write", 0)
    assert (Releases(home).versions(), Releases(home).current()) == ([], None)
    report = build_toy(home, source(NEWS))
    assert (report.embedded, report.unchanged, report.published) == (0, 14, True)
