"""Starting the service: what is checked first, what workers are told, and what the demo builds."""

import os
import socket
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from newsroom import NEWS, ToyModel

from index.build import build
from recommender import cli, serving
from recommender.allowance import TEXTS, WRITES
from recommender.failures import UsageError
from recommender.operation import Operation
from recommender.serving import WORKERS_FILES, check_free, serve

TOLD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RECOMMENDER_HOME", "RECOMMENDER_PAGES", "RECOMMENDER_SITE")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the supervisor was started with, beside the environment it was started in."""
    calls: list[dict[str, Any]] = []

    def run(app: str, **options: Any) -> None:
        calls.append({"app": app} | options | {name: os.environ.get(name) for name in TOLD})

    monkeypatch.setattr("recommender.supervisor.supervise", run)
    # Set, so that what `serve` sets is taken back with it; numbers where the command itself would read them.
    for name in (*TOLD, *Operation().environment):
        monkeypatch.setenv(name, "before")
    for name in (TEXTS, WRITES):
        monkeypatch.setenv(name, "7")
    return calls


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(("pages", "told"), [(True, "1"), (False, "0")])
def test_workers_get_the_home_the_pages_and_one_thread_each(
    started: list[dict[str, Any]], tmp_path: Path, port: int, pages: bool, told: str
) -> None:
    serve(tmp_path, "127.0.0.1", port, 3, pages)
    (call,) = started
    assert call["app"] == "recommender.api.app:app_from_environment"
    assert (call["factory"], call["host"], call["port"], call["workers"]) == (True, "127.0.0.1", port, 3)
    assert [call[name] for name in TOLD] == ["1", "1", str(tmp_path), told, ""]


@pytest.mark.parametrize(("workers", "counting"), [(1, False), (2, True)])
def test_several_workers_are_told_where_to_count_and_the_folder_is_gone_afterwards(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch, workers: int, counting: bool
) -> None:
    monkeypatch.setenv(WORKERS_FILES, "another program's")
    told: list[str | None] = []
    monkeypatch.setattr("recommender.supervisor.supervise", lambda *_, **__: told.append(os.environ.get(WORKERS_FILES)))
    serve(tmp_path, "127.0.0.1", port, workers, pages=False)
    (folder,) = told
    assert (folder is not None, WORKERS_FILES in os.environ) == (counting, False)
    assert folder is None or not Path(folder).exists()


def test_workers_are_told_how_the_service_is_operated(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in Operation().environment:
        monkeypatch.setenv(name, "before")
    told: list[Operation] = []
    monkeypatch.setattr("recommender.supervisor.supervise", lambda *_, **__: told.append(Operation.from_environment()))
    chosen = Operation(max_age_h=12.5, drain_s=0, access_log=True)
    serve(tmp_path, "127.0.0.1", port, 1, pages=False, operation=chosen)
    assert told == [chosen]


def test_nothing_is_started_where_the_address_is_taken(started: list[dict[str, Any]], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"cannot listen on 127\.0\.0\.1:{port} \(.+\); choose another --port"):
            serve(tmp_path, "127.0.0.1", port, 1, pages=False)
    assert started == []


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1:8000"):
        check_free("192.0.2.1", 8_000)


def test_a_free_address_is_left_free(port: int) -> None:
    check_free("127.0.0.1", port)
    check_free("127.0.0.1", port)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_address_with_colons_is_ipv6() -> None:
    try:
        with socket.socket(socket.AF_INET6) as taken:
            taken.bind(("::1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(UsageError, match=f"cannot listen on ::1:{port}"):
                check_free("::1", port)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    check_free("::1", port)


def test_the_command_serves_its_home(
    started: list[dict[str, Any]], built: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["recommender", "--home", str(built), "serve", "--port", str(port), "--workers", "2", "--pages"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert (started[0]["port"], started[0]["workers"], started[0]["RECOMMENDER_PAGES"]) == (port, 2, "1")
    assert started[0]["RECOMMENDER_HOME"] == str(built)


@pytest.mark.parametrize(
    ("words", "age", "lines"),
    [([], "12.0", "JsonLines"), (["--max-age-h", "5", "--log", "text"], "5.0", "TextLines")],
)
def test_the_settings_say_how_old_the_index_may_be_unless_the_command_does(
    started: list[dict[str, Any]],
    built: Path,
    port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    age: str,
    lines: str,
) -> None:
    (tmp_path / "recommender.toml").write_text("[serve]\nmax_age_h = 12\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["recommender", "--home", str(built), "serve", "--port", str(port), *words])
    with pytest.raises(SystemExit):
        cli.main()
    assert os.environ["RECOMMENDER_MAX_AGE_H"] == age
    assert started[0]["log_config"]["formatters"]["lines"]["()"].__name__ == lines


def test_the_demo_builds_the_bundled_newsroom_in_a_home_of_its_own_and_serves_it_with_pages(
    home: Path, port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[tuple[Any, ...]] = []
    monkeypatch.setattr(serving, "serve", lambda *words, **more: served.append((*words, more)))
    monkeypatch.setattr("index.build.build", partial(build, load=lambda toy: toy.load()))
    monkeypatch.setattr("index.models.find_model", lambda _: ToyModel())
    monkeypatch.setattr(sys, "argv", ["recommender", "--home", str(home), "demo", "--port", str(port)])
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0
    shown = {"workers": 1, "pages": True, "site": "The Calder Post"}
    assert served == [(home / "demo", "127.0.0.1", port, shown)] * 2
    told = f"The Calder Post, 146 articles, opens at http://127.0.0.1:{port}/ (Ctrl-C ends it)"
    assert capsys.readouterr().err.count(told) == 2
    assert len(NEWS) < 146
    assert not (home / "current").exists()
