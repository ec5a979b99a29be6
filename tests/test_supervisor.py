"""Workers that die: another one takes their place, or the command ends where none can. Mostly real processes."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import NEWS, build_toy, write_jsonl
from service import COMMAND, Server, environment, eventually, free_port, serving, workers

from index.releases import Releases

FLOOD = "/v1/related?id=flood-town"


def answered(server: Server, path: str) -> int | None:
    """The status, or None where nobody answered."""
    try:
        return server.get(path).status
    except OSError:
        return None


def events(errors: str) -> list[str]:
    """What was logged as an error."""
    lines = [json.loads(line) for line in errors.splitlines()]
    return [line["event"] for line in lines if line["level"] == "error"]


@pytest.fixture
def two_versions(home: Path, tmp_path: Path) -> Path:
    """A home with two versions."""
    for rows in (NEWS[:-1], NEWS):
        build_toy(home, write_jsonl(tmp_path / "news.jsonl", rows))
    return home


@pytest.mark.parametrize("count", ["1", "2"])
def test_a_worker_that_is_killed_is_replaced_and_the_log_says_of_what_it_died(built: Path, count: str) -> None:
    with serving(built, "--workers", count) as server:
        before = eventually(lambda: len(ids := workers(server)) == int(count) and ids, within=10)
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        after = eventually(lambda: victim not in (ids := workers(server)) and len(ids) == int(count) and ids, within=20)
        assert after - {victim} >= before - {victim}
        eventually(lambda: answered(server, FLOOD) == 200, within=20)
        code, errors = server.stop()
    why = "SIGKILL: the system does that where memory is short, see its log: give it more, or fewer workers"
    assert (code, events(errors)) == (0, [f"worker {victim} died ({why}); another one starts"])


def test_a_file_cut_short_under_a_server_ends_in_answers_of_the_older_version(two_versions: Path) -> None:
    older, newer = Releases(two_versions).versions()
    with serving(two_versions) as server:
        assert server.get("/healthz").json["version"] == newer
        for path in Releases(two_versions).path(newer).glob("*.npy"):
            os.truncate(path, 0)
        # Each asked in another way, so that no answer given before is given again.
        paths = iter(f"{FLOOD}&min_score={number}e-9" for number in range(1, 10_000))
        assert None in {answered(server, next(paths)) for _ in range(3)}
        eventually(lambda: answered(server, next(paths)) == 200, within=20)
        health = server.get("/healthz")
        assert (health.status, health.json["status"], health.json["version"]) == (503, "degraded", older)
        assert newer in health.json["problem"]
        code, errors = server.stop()
    assert code == 0
    (died,) = events(errors)
    assert "(SIGBUS: a mapped file was cut short, or the disk is full: see /healthz; " in died


BROKEN = "raise RuntimeError('half installed')"
KILLED = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize(
    ("module", "count", "cause", "starts"),
    [(BROKEN, "1", "exit code 1", 1), (BROKEN, "2", "exit code 1", 1), (KILLED, "1", "SIGKILL: ", 3)],
)
def test_where_no_worker_can_start_the_command_ends_and_says_so(
    built: Path, tmp_path: Path, module: str, count: str, cause: str, starts: int
) -> None:
    (tmp_path / "fastapi_offline.py").write_text(module, "utf-8")
    words = ["--home", str(built), "serve", "--port", str(free_port()), "--workers", count, "--log", "json"]
    done = subprocess.run(
        [str(COMMAND), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment() | {"PYTHONPATH": str(tmp_path)},
    )
    said = events("\n".join(line for line in done.stderr.splitlines() if line.startswith("{")))
    assert done.returncode == 1
    assert len(said) == starts
    assert said[-1].startswith(f"no worker can start ({cause}")
    assert ("RuntimeError: half installed" in done.stderr) == (module == BROKEN)


def test_workers_that_are_killed_right_after_their_first_answer_are_replaced_again_and_again(built: Path) -> None:
    with serving(built) as server:
        gone = set[int]()
        for _ in range(5):
            eventually(lambda: answered(server, FLOOD) == 200, within=30)
            (worker,) = eventually(lambda: workers(server) - gone, within=20)
            os.kill(worker, signal.SIGKILL)
            gone.add(worker)
        eventually(lambda: workers(server) - gone and answered(server, FLOOD) == 200, within=20)
        code, errors = server.stop()
    assert (code, len(events(errors))) == (0, 5)


@pytest.fixture
def server(built: Path) -> Iterator[Server]:
    with serving(built) as server:
        yield server


def test_the_supervisor_loads_nothing_that_workers_load(server: Server) -> None:
    loaded = Path(f"/proc/{server.process.pid}/maps").read_text("utf-8")
    (worker,) = workers(server)
    assert "numpy" in Path(f"/proc/{worker}/maps").read_text("utf-8")
    assert [name for name in ("numpy", "faiss", "torch") if name in loaded] == []


def test_a_supervisor_that_is_killed_takes_its_worker_with_it(server: Server) -> None:
    (worker,) = workers(server)
    server.process.kill()
    server.process.communicate(timeout=20)
    eventually(lambda: not Path(f"/proc/{worker}").exists(), within=20)
    assert answered(server, FLOOD) is None
