"""Ctrl-C while a page is being parsed: the build ends at once, however long the page may take."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from kinds import Place, pages, sitemap
from website import website

CHILD = """
import sys
from pathlib import Path
import troubles
from newsroom import build_toy
from index import build, workers
from index.politeness import Policy
import index.sources.pages, index.sources.web

home, place, fifo = sys.argv[1:]
index.sources.pages._article = index.sources.web._article = troubles.tell_and_pause
troubles.os.environ["TOLD"] = fifo
build.Workers = lambda: workers.Workers(1, 3_600)
build_toy(Path(home), place, policy=Policy(allow_private=True, delay_s=0))
"""


@pytest.mark.parametrize("kind", [pages, sitemap])
def test_an_interrupted_build_waits_for_no_page(tmp_path: Path, kind: Place) -> None:
    fifo = tmp_path / "told"
    os.mkfifo(fifo)
    folder = tmp_path / "source"
    folder.mkdir()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    with website() as site:
        command = [sys.executable, "-c", CHILD, str(tmp_path / "home"), kind(folder, site), str(fifo)]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as build:
            with fifo.open() as told:  # opens once a worker is at a page
                assert told.read() == "at it"
            build.send_signal(signal.SIGINT)
            _, said = build.communicate(timeout=60)
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert build.returncode == -signal.SIGINT
