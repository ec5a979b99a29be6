"""A clock that is set back between two builds: the newer one is still the last by name, of versions and of reports."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from newsroom import NEWS, build_toy

from index.releases import Releases
from recommender.reports import Recorder, last_report

Source = Callable[[Iterable[object]], Path]


def at(monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz).replace(year=year, month=1, day=1)

    for module in ("index.build", "index.releases", "recommender.reports"):
        monkeypatch.setattr(f"{module}.datetime", Clock)


def built(home: Path, source: Path) -> str:
    with Recorder(home, "build", lambda *_: None) as record:
        return build_toy(home, source, report=record.report, progress=record).version


def test_every_build_is_served_reported_and_last_by_name_and_the_newest_are_kept(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[str]()
    for number, year in enumerate([2040] * 6 + [2026] * 3 + [1999]):
        at(monkeypatch, year)
        made.append(built(home, source([*NEWS, NEWS[0] | {"id": f"more-{number}"}])))
        assert Releases(home).current() == made[-1] == Releases(home).versions()[-1]
        report = last_report(home)
        assert report is not None
        assert (report["version"], report["started"][:4]) == (made[-1], str(year))
    assert made == sorted(made)
    assert Releases(home).versions() == made[-5:]
    at(monkeypatch, 2026)
    assert Releases(home).revise({"weights.json": b"{}"}, {}) == Releases(home).versions()[-1]


def test_where_nothing_is_known_a_version_is_named_by_the_clock(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 2026)
    assert built(home, source(NEWS))[:8] == f"{datetime(2026, 1, 1, tzinfo=UTC):%Y%m%d}"
