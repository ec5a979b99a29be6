"""The check-up of what a rebuild stands on: settings, sources, room on the disk, the last rebuild, unit files."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from newsroom import ToyModel

from index.models import ModelFiles
from index.releases import Releases
from recommender import cli, doctor
from recommender.doctor import examine


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_model", lambda name: cast("ModelFiles", ToyModel(name)))


@pytest.fixture
def well(built: Path, home: Path) -> Path:
    """A home in order, a copy that a test may spoil."""
    return Path(shutil.copytree(built, home, symlinks=True))


NONE = Path("none.toml")


@pytest.fixture
def settings(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a settings file and returns its path."""

    def write(text: str) -> Path:
        path = tmp_path / "recommender.toml"
        path.write_text(text)
        return path

    return write


def looked_at(home: Path, name: str, path: Path) -> tuple[bool, str]:
    finding = next(one for one in examine(home, "toy", path) if one.name == name)
    return finding.ok, finding.detail


def test_settings_and_sources_in_order_are_told(well: Path, settings: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").touch()
    path = settings('[[source]]\nplace = "news.jsonl"\n[[source]]\nplace = "https://news.example/feed.xml"\n')
    assert looked_at(well, "settings", path) == (
        True,
        f"{path}, sources: 2, model all-MiniLM-L6-v2, home {tmp_path / 'var'}",
    )
    assert looked_at(well, "sources", path) == (
        True,
        f"jsonl {tmp_path / 'news.jsonl'}, feed https://news.example/feed.xml",
    )


def test_without_settings_a_rebuild_is_told_how_to_get_some(well: Path, tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert looked_at(well, "settings", path) == (
        True,
        f"there is no {path}; `recommender init URL` writes one, `build` needs none",
    )
    assert looked_at(well, "sources", path) == (True, "none, as there are no settings")


def test_broken_settings_are_told(well: Path, settings: Callable[[str], Path]) -> None:
    path = settings("[gates]\nrecal = 1\n")
    for name in ("settings", "sources"):
        assert looked_at(well, name, path) == (
            False,
            f"{path}, gates.recal: no such setting; there are shrink, recall, broken, worse",
        )


def test_every_source_that_would_fail_is_told(
    well: Path, settings: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.surroundings.find_spec", lambda _: None)
    places = ("gone.jsonl", "feed:gone.xml", "parquet:archive", "postgresql://me:secret@db.example/news")
    (tmp_path / "archive").touch()
    path = settings("".join(f'[[source]]\nplace = "{place}"\n' for place in places))
    ok, detail = looked_at(well, "sources", path)
    assert not ok
    assert detail.split("; ") == [
        f"{tmp_path / 'gone.jsonl'}: no such file or folder",
        "check the path, or give - to read standard input",
        f"{tmp_path / 'gone.xml'}: no such file or folder",
        "check the path",
        f"parquet:{tmp_path / 'archive'}: parquet needs an extra: pip install 'related-articles[parquet]'",
        "postgresql://me:***@db.example/news: sql needs an extra: pip install 'related-articles[sql]'",
    ]


def test_a_disk_without_room_for_three_versions_is_told_of(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(path.stat().st_size for path in Releases(well).current_path().iterdir())
    for free, ok in ((3 * size, True), (3 * size - 1, False)):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert looked_at(well, "disk", NONE)[0] is ok
    assert looked_at(well, "disk", NONE)[1].endswith(
        "(3 × the current version); make room, or the next rebuild may fail"
    )


@pytest.mark.parametrize(("outcome", "ok"), [("published", True), ("running", True), ("refused", False)])
def test_how_the_last_rebuild_ended_is_told(
    well: Path, outcome: str, ok: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = {"outcome": outcome, "started": "2026-11-24T03:15:00+00:00", "reason": "because"}
    monkeypatch.setattr("recommender.surroundings.last_report", lambda _: report)
    assert looked_at(well, "last rebuild", NONE) == (ok, f"{outcome} (2026-11-24T03:15:00+00:00): because")
    monkeypatch.setattr("recommender.surroundings.last_report", lambda _: None)
    assert looked_at(well, "last rebuild", NONE) == (True, "none is on record yet")


def test_the_command_also_looks_at_unit_files_and_mends_broken_settings(
    well: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recommender.toml").write_text("home = 1\n")
    (tmp_path / "crontab").write_text("@daily /bin/recommender rebuild --now\n")
    words = ["recommender", "--home", str(well), "doctor", "--model", "toy", "--units", str(tmp_path), "--json"]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    failed = {one["name"]: one["detail"] for one in json.loads(capsys.readouterr().out)["checks"] if not one["ok"]}
    assert list(failed) == ["settings", "sources", "units"]
    assert failed["units"] == "crontab: `recommender rebuild --now`: No such option: --now"
