"""How the service says it is: fit for requests, and whether somebody should come and look."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from service import eventually

from index.live import LiveIndex
from index.releases import Releases
from index.snapshot import Snapshot
from recommender.api import create_app
from recommender.api.draining import Draining
from recommender.api.health import Checkup
from recommender.operation import Operation

Reported = Callable[..., None]


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Reported:
    """Says how the last rebuild ended."""

    def say(outcome: str | None, **more: Any) -> None:
        report = None if outcome is None else {"outcome": outcome, **more}
        monkeypatch.setattr("recommender.api.health.last_report", lambda _: report)

    say(None)
    return say


@pytest.fixture
def checkup(built: Path, reported: Reported) -> Checkup:  # noqa: ARG001 - no rebuild is known of
    return Checkup(LiveIndex(built), built, 36, Draining(0))


@pytest.fixture
def built_at(snapshot: Snapshot) -> datetime:
    return datetime.fromisoformat(snapshot.manifest["built_at"])


@pytest.mark.parametrize(("hours", "status"), [(0, 200), (36, 200), (36.01, 503), (1_000, 503)])
def test_an_index_older_than_allowed_is_unhealthy_but_serves_on(
    checkup: Checkup, built_at: datetime, hours: float, status: int
) -> None:
    found, body = checkup.healthz(built_at + timedelta(hours=hours))
    assert (found, body["status"]) == (status, "ok" if status == 200 else "stale")
    assert checkup.readyz()[0] == 200


def test_the_reason_says_how_old_and_how_old_it_may_be(checkup: Checkup, built_at: datetime) -> None:
    body = checkup.healthz(built_at + timedelta(hours=40))[1]
    assert body["problem"] == "not rebuilt for 40 hours, which is more than 36; see how rebuilds end"


@pytest.mark.parametrize("outcome", ["failed", "refused", "interrupted"])
def test_after_a_rebuild_that_published_nothing_somebody_should_look(
    checkup: Checkup, reported: Reported, snapshot: Snapshot, outcome: str
) -> None:
    reported(outcome, reason="the disk is full")
    status, body = checkup.healthz(datetime.now(UTC))
    assert (status, body["status"], body["version"]) == (503, "failing", snapshot.version)
    assert body["problem"] == f"the last rebuild was {outcome}: the disk is full"
    assert checkup.readyz()[0] == 200


def test_a_reason_may_be_missing(checkup: Checkup, reported: Reported) -> None:
    reported("interrupted")
    assert checkup.healthz(datetime.now(UTC))[1]["problem"] == "the last rebuild was interrupted"


@pytest.mark.parametrize("outcome", ["published", "unchanged", "running", None])
def test_a_rebuild_that_ended_well_or_runs_is_no_reason_to_look(
    checkup: Checkup, reported: Reported, outcome: str | None
) -> None:
    reported(outcome, reason=None)
    status, body = checkup.healthz(datetime.now(UTC))
    assert (status, body["status"], body["problem"]) == (200, "ok", None)


@pytest.mark.parametrize(("outcome", "field"), [("unchanged", "ended"), ("running", "started")])
def test_a_site_on_which_nothing_changed_is_not_stale_while_it_is_rebuilt(
    checkup: Checkup, reported: Reported, built_at: datetime, outcome: str, field: str
) -> None:
    looked = built_at + timedelta(hours=100)
    reported(outcome, reason="", **{field: looked.isoformat()})
    assert checkup.healthz(looked + timedelta(hours=36))[0] == 200
    assert checkup.healthz(looked + timedelta(hours=37))[0] == 503


def test_a_process_that_is_about_to_end_is_not_ready_and_still_healthy(checkup: Checkup) -> None:
    checkup.draining.begun = True
    status, body = checkup.readyz()
    assert (status, body["status"]) == (503, "ending")
    assert checkup.healthz(datetime.now(UTC))[0] == 200


def test_without_an_index_it_is_neither_ready_nor_healthy(home: Path) -> None:
    checkup = Checkup(LiveIndex(home), home, 36, Draining(0))
    for status, body in (checkup.readyz(), checkup.healthz(datetime.now(UTC))):
        assert (status, body["status"], body["version"]) == (503, "unavailable", None)
        assert body["problem"] == f"{home}: nothing is built here yet; run build first, or name another --home"


@pytest.fixture
def aged(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(built, operation=Operation(max_age_h=1e-9))) as client:
        yield client


def test_the_allowed_age_is_the_operators_choice_and_no_answer_may_be_kept(aged: TestClient) -> None:
    health, ready = aged.get("/healthz"), aged.get("/readyz")
    assert (health.status_code, health.json()["status"]) == (503, "stale")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    assert health.headers["cache-control"] == ready.headers["cache-control"] == "no-store"


def test_a_version_from_before_the_clock_was_set_back_is_not_old(checkup: Checkup, built_at: datetime) -> None:
    assert checkup.healthz(built_at - timedelta(days=400))[1]["status"] == "ok"


def test_a_service_that_starts_on_a_damaged_version_serves_it_and_says_which_file(
    built: Path, reported: Reported, tmp_path: Path
) -> None:
    _ = reported
    home = shutil.copytree(built, tmp_path / "home", symlinks=True)
    path = LiveIndex(home).snapshot.folder / "idf.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"~")
    with TestClient(create_app(home)) as client:
        body = eventually(lambda: (told := client.get("/healthz").json())["status"] == "damaged" and told)
        assert body["problem"] == f"{path}: missing or damaged; use another version or build again"
        assert client.get("/readyz").status_code == 200
        assert client.get("/v1/related?id=flood-town").status_code == 200


def damaged(home: Path, version: str) -> str:
    path = home / "versions" / version / "idf.npy"
    content = path.read_bytes()
    path.unlink()  # both versions share it
    path.write_bytes(content[:-1] + b"~")
    return f"{path}: missing or damaged; use another version or build again"


@pytest.fixture
def twice(built: Path, tmp_path: Path) -> Path:
    """A home with two versions, of which the second serves."""
    home = shutil.copytree(built, tmp_path / "home", symlinks=True)
    Releases(home).revise({}, {})
    return home


def test_in_place_of_a_damaged_version_the_whole_one_before_it_serves(twice: Path) -> None:
    old, new = Releases(twice).versions()
    problem = damaged(twice, new)
    live = LiveIndex(twice)
    checkup = Checkup(live, twice, 1e9, Draining(0))
    checkup.inspect()
    assert (live.snapshot.version, checkup.damage) == (old, {new: problem})
    for _ in range(2):
        status, body = checkup.healthz(datetime.now(UTC))
        assert (status, body["status"], body["version"], body["problem"]) == (503, "degraded", old, problem)
        assert not live.refresh()
    Releases(twice).use(old)
    live.refresh()
    assert checkup.healthz(datetime.now(UTC))[1]["status"] == "ok"


def test_where_every_version_is_damaged_one_serves_all_the_same(twice: Path) -> None:
    for version in Releases(twice).versions():
        damaged(twice, version)
    live = LiveIndex(twice)
    checkup = Checkup(live, twice, 1e9, Draining(0))
    checkup.inspect()
    assert set(checkup.damage) == set(Releases(twice).versions())
    assert checkup.healthz(datetime.now(UTC))[1]["status"] == "damaged"
    assert live.snapshot.articles.row_of_id("flood-town") is not None


def test_a_version_that_no_longer_serves_is_not_replaced(twice: Path) -> None:
    old, new = Releases(twice).versions()
    live = LiveIndex(twice)
    assert live.distrust(old, "damaged")
    assert live.snapshot.version == new


def test_nothing_is_inspected_where_nothing_is_built(home: Path) -> None:
    checkup = Checkup(LiveIndex(home), home, 36, Draining(0))
    checkup.inspect()
    assert checkup.damage == {}
