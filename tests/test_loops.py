"""Threads that must live: an error that nobody expected is logged once, shown in /healthz, and they go on."""

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

import pytest
from fastapi.testclient import TestClient
from newsroom import NEWS, build_toy
from service import eventually

from index.live import LiveIndex
from index.releases import Releases
from index.remote import Pointer, Remote
from recommender import following, loops
from recommender.api import create_app
from recommender.api.draining import Draining
from recommender.api.health import Checkup
from recommender.following import following_problem
from recommender.loops import Loop, running

Source = Callable[[Iterable[object]], Path]


@pytest.fixture
def home(home: Path, source: Source) -> Path:
    build_toy(home, source(NEWS))
    return home


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "PAUSE_S", 0.001)


class Work:
    """Work that raises these errors, one each time, and then goes well."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.done, self.well = list(errors), 0, Event()

    def __call__(self) -> None:
        self.done += 1
        if self.errors:
            raise self.errors.pop(0)
        self.well.set()


def test_an_error_that_repeats_is_logged_once_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    shown: list[str | None] = []
    loop = Loop("watch", Work(KeyError("model"), KeyError("model"), RecursionError("too deep")), told=shown.append)
    assert [loop.turn() for _ in range(4)] == [False, False, False, True]
    assert [record.getMessage() for record in caplog.records] == ["watch failed, and is tried again"] * 2
    assert all(record.exc_info for record in caplog.records)
    assert shown == ["watch: KeyError: 'model'"] * 2 + ["watch: RecursionError: too deep", None]
    assert loop.problem is None


@pytest.mark.parametrize("every_s", [None, 0.001])
@pytest.mark.parametrize("error", [KeyError("model"), RecursionError(), MemoryError("8 PiB"), SystemError("?")])
def test_a_thread_goes_on_after_an_error(every_s: float | None, error: Exception) -> None:
    work = Work(error, error)
    with running([Loop("work", work, every_s)]):
        assert work.well.wait(10)
    assert work.done >= 3


def test_what_is_to_be_done_once_is_done_once_and_what_is_woken_does_not_wait() -> None:
    once, often, woken = Work(), Work(), Event()
    with running([Loop("once", once), Loop("often", often, 1_000.0, woken=woken)]):
        assert once.well.wait(10)
        assert often.well.wait(10)
        often.well.clear()
        woken.set()
        assert often.well.wait(10)
    assert once.done == 1


def test_a_thread_that_fails_is_shown_in_healthz_until_it_does_not(home: Path) -> None:
    checkup = Checkup(LiveIndex(home), home, 1e9, Draining(0), (loop := Loop("watch", Work(KeyError("model"))),))
    loop.turn()
    status, body = checkup.healthz(datetime.now(UTC))
    assert (status, body["status"], body["problem"]) == (503, "degraded", "watch: KeyError: 'model'")
    assert checkup.readyz()[0] == 200
    loop.turn()
    assert checkup.healthz(datetime.now(UTC))[0] == 200


@pytest.mark.parametrize("broken", ["index.live.LiveIndex._open_current", "recommender.api.health.verify_snapshot"])
def test_a_service_whose_threads_meet_what_nobody_expected_answers_on_and_recovers(
    home: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr("recommender.api.app.LOOK_EVERY_S", 0.001)
    app = create_app(home)

    def fail(*_: Any) -> None:
        raise RecursionError("nobody expected this")

    with monkeypatch.context() as patched:
        patched.setattr(broken, fail)
        with TestClient(app) as client:
            eventually(lambda: client.get("/healthz").status_code == 503)
            told = client.get("/healthz").json()
            assert (told["status"], "nobody expected this" in told["problem"]) == ("degraded", True)
            assert client.get("/v1/related?id=flood-town").status_code == 200
            patched.undo()
            assert eventually(lambda: client.get("/healthz").status_code == 200)


class Place:
    """A remote place whose pointer is what a hostile one would be."""

    pointers: ClassVar[list[Exception]] = []

    def __init__(self, url: str) -> None:
        self.url = url

    def pointer(self) -> Pointer | None:
        if self.pointers:
            raise self.pointers.pop(0)
        return None


def test_a_follower_survives_whatever_a_place_holds_and_the_workers_show_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "Remote", Place)
    monkeypatch.setattr(Place, "pointers", [RecursionError("too deep"), OSError("no route"), TypeError("odd")])
    started: list[Loop] = []

    def ready(loops: list[Loop]) -> AbstractContextManager[None]:
        started.extend(loops)
        return nullcontext()

    monkeypatch.setattr("recommender.following.running", ready)
    checkup, told = Checkup(LiveIndex(home), home, 1e9, Draining(0)), []
    with following.followed(home, "file:///elsewhere"):
        assert following_problem() is None
        for _ in range(4):
            started[0].turn()
            told.append(checkup.healthz(datetime.now(UTC))[1]["problem"])
    expected = ["follow: RecursionError: too deep", "no route; what is open serves on", "follow: TypeError: odd", None]
    assert (told, following_problem()) == (expected, None)


def test_a_pointer_of_nested_brackets_is_told_of(home: Path, tmp_path: Path) -> None:
    obstore = pytest.importorskip("obstore")
    url = f"file://{tmp_path / 'elsewhere'}"
    store = obstore.store.from_url(url, mkdir=True)
    obstore.put(store, "current.json", b"[" * 100_000 + b"]" * 100_000)
    follower = following.Follower(Releases(home), Remote(url))
    loop = Loop("follow", follower.look)
    for _ in range(2):
        loop.turn()
        assert loop.problem or follower.problem
    assert LiveIndex(home).snapshot.articles.row_of_id("flood-town") is not None
    assert json.loads((home / "current" / "manifest.json").read_text())["articles"] == 14
