"""Builds that were killed: their report, and its page, say so from when anybody looks or the next build begins."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from newsroom import NEWS
from test_reports import Source, page, recorded

from recommender import reports
from recommender.reports import last_report

CHILD = """
import os, signal, sys
from pathlib import Path
from newsroom import build_toy
from recommender.reports import Recorder

home, source, stage = sys.argv[1:]
with Recorder(Path(home), "rebuild", lambda name, *_: name == stage and os.kill(os.getpid(), signal.SIGKILL)) as record:
    build_toy(Path(home), source, report=record.report, progress=record)
"""


@pytest.mark.parametrize("stage", ["read", "embed", "gates", "publish"])
def test_a_killed_build_is_interrupted_until_the_next_one_ends(home: Path, source: Source, stage: str) -> None:
    path = source(NEWS)
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(home), str(path), stage],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    report = last_report(home)
    assert report is not None
    assert (report["outcome"], report["ended"]) == ("interrupted", None)
    assert report["reason"] == f"killed at stage {stage}; the next build goes on"
    assert '<h1 class="bad">Interrupted, and nothing changed</h1>' in page(home)
    assert f"killed at stage {stage}" in page(home)
    assert recorded(home, path)["outcome"] == "published"


def test_where_nobody_looked_the_next_build_says_on_its_page_that_one_was_killed(home: Path, source: Source) -> None:
    report = recorded(home, source(NEWS))
    path = next((home / "reports").glob("*.json"))
    path.write_text(json.dumps(report | {"outcome": "running"}))
    path.with_suffix(".html").write_text("Running")
    recorded(home, source(NEWS))
    assert json.loads(path.read_text("utf-8"))["outcome"] == "interrupted"
    assert "Interrupted" in path.with_suffix(".html").read_text("utf-8")


def test_a_reader_that_may_not_write_sees_that_a_build_was_killed_too(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object) -> None:
        raise PermissionError("Read-only file system")

    report = recorded(home, source(NEWS))
    path = next((home / "reports").glob("*.json"))
    path.write_text(json.dumps(report | {"outcome": "running"}))
    monkeypatch.setattr(reports, "replace_whole", read_only)
    killed = last_report(home)
    assert killed is not None
    assert (killed["outcome"], json.loads(path.read_text("utf-8"))["outcome"]) == ("interrupted", "running")


def test_a_killed_build_is_interrupted_even_where_its_lock_was_cleared_away(home: Path, source: Source) -> None:
    report = recorded(home, source(NEWS))
    path = next((home / "reports").glob("*.json"))
    path.write_text(json.dumps(report | {"outcome": "running"}))
    (home / "reports" / ".lock").unlink()
    killed = last_report(home)
    assert killed is not None
    assert killed["outcome"] == "interrupted"
