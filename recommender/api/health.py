"""How the service is: `/healthz` for who is to look after it, `/readyz` for who sends it requests."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response

from index.live import LiveIndex
from index.snapshot import SnapshotError, verify_snapshot
from recommender.api.draining import Draining
from recommender.api.messages import Health
from recommender.following import following_problem
from recommender.loops import Loop
from recommender.reports import age_h, last_report
from recommender.responses import encode, zulu

log = logging.getLogger("recommender.api")

FAILED = ("failed", "refused", "interrupted")
"""Outcomes of a rebuild that somebody should look at; the version before it serves on."""


@dataclass(slots=True)
class Checkup:
    """What is looked at: the index that serves, how old it may be, and how the last rebuild ended."""

    live: LiveIndex
    home: Path
    max_age_h: float
    draining: Draining
    loops: tuple[Loop, ...] = ()

    @property
    def damage(self) -> dict[str, str]:
        """What is wrong with the files of a version, by its name."""
        return self.live.distrusted

    def inspect(self) -> None:
        """Read the files that serve once through: no request would tell that a bit of them is another.

        Meant for a service that starts. Later versions were read through when they were built or chosen. In place of a
        damaged one the newest other serves that is whole.
        """
        while (manifest := self._manifest()) is not None and manifest["version"] not in self.damage:
            folder = self.live.snapshot.folder
            if (problem := _damage(folder)) is None:
                return
            replaced = self.live.distrust(folder.name, problem)
            log.warning("damaged, %s: %s", "another version serves" if replaced else "and serves all the same", problem)

    def healthz(self, now: datetime) -> tuple[int, dict[str, Any]]:
        """Status and body: 503 where somebody should come and look, with the reason."""
        if (manifest := self._manifest()) is None:
            return 503, _body("unavailable", None, self.live.problem)
        if found := self.damage.get(manifest["version"]):
            return 503, _body("damaged", manifest, found)
        report = last_report(self.home) or {}
        if report.get("outcome") in FAILED:
            return 503, _body("failing", manifest, f"the last rebuild was {_ended(report)}")
        if (hours := age_h(manifest, report, now)) > self.max_age_h:
            said = f"not rebuilt for {hours:.0f} hours, which is more than {self.max_age_h:g}; see how rebuilds end"
            return 503, _body("stale", manifest, said)
        if troubles := self._troubles():
            return 503, _body("degraded", manifest, "; ".join(troubles))
        return 200, _body("ok", manifest)

    def readyz(self) -> tuple[int, dict[str, Any]]:
        """Status and body: 200 from when an index is open until the process is told to end."""
        manifest = self._manifest()
        if self.draining.begun:
            return 503, _body("ending", manifest, "this process is about to end; ask another")
        return (
            (503, _body("unavailable", None, self.live.problem)) if manifest is None else (200, _body("ok", manifest))
        )

    def _troubles(self) -> list[str]:
        """What keeps anything newer from being served, and which threads do not do their work."""
        unread = self.live.unread and f"what was pushed cannot be read: {self.live.unread}"
        named = (self.live.problem, unread, following_problem(), *(loop.problem for loop in self.loops))
        return [problem for problem in named if problem]

    def _manifest(self) -> dict[str, Any] | None:
        try:
            return self.live.snapshot.manifest
        except SnapshotError:
            return None


def health_router(checkup: Checkup, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> APIRouter:
    """The two routes."""
    router = APIRouter()
    described: dict[int | str, dict[str, Any]] = {503: {"model": Health}}

    @router.get("/healthz", response_model=Health, responses=described)
    def healthz() -> Response:
        """Whether all is well: 503 without an index, with one that is too old, and after a rebuild that failed."""
        return _response(*checkup.healthz(now()))

    @router.get("/readyz", response_model=Health, responses=described)
    async def readyz() -> Response:
        """Whether requests may be sent here: an index is open, and the process is not about to end."""
        return _response(*checkup.readyz())

    return router


def _damage(folder: Path) -> str | None:
    try:
        verify_snapshot(folder)
    except (SnapshotError, OSError) as error:
        return str(error)
    return None


def _ended(report: dict[str, Any]) -> str:
    reason = report.get("reason")
    return f"{report['outcome']}: {reason}" if reason else str(report["outcome"])


def _response(status: int, body: dict[str, Any]) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store"}, media_type="application/json")


def _body(status: str, manifest: dict[str, Any] | None, problem: str | None = None) -> dict[str, Any]:
    known = manifest or {"version": None, "built_at": None, "articles": 0}
    return {
        "status": status,
        "version": known["version"],
        "built_at": zulu(known["built_at"]),
        "articles": known["articles"],
        "problem": problem,
    }
