"""The check-up: each finding when all is well, and what it says to do when something is not."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import cast

import pytest
from newsroom import TOY_STAMP, ToyModel

from index.article import parse_article
from index.corpus import Corpus
from index.models import ModelError, ModelFiles
from index.releases import Releases
from recommender import cli, doctor
from recommender.doctor import Finding, examine

NAMES = ["python", "packages", "model", "index", "model of the index", "freshness"]
NAMES += ["settings", "sources", "disk", "last rebuild"]


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_model", lambda name: cast("ModelFiles", ToyModel(name)))


@pytest.fixture
def well(built: Path, home: Path) -> Path:
    """A home in order, a copy that a test may spoil."""
    return Path(shutil.copytree(built, home, symlinks=True))


def checked(home: Path, name: str, now: datetime | None = None) -> Finding:
    findings = {finding.name: finding for finding in examine(home, "toy", now=now)}
    assert list(findings) == NAMES
    return findings[name]


def test_a_home_in_order_passes_every_check(well: Path) -> None:
    findings = {finding.name: finding for finding in examine(well, "toy")}
    assert [name for name, finding in findings.items() if not finding.ok] == []
    assert f"numpy {version('numpy')}" in findings["packages"].detail
    assert findings["model"].detail == "toy, weights 000000000000"
    assert findings["index"].detail == f"{Releases(well).current()}, 14 articles, recall@10 1.0"
    assert findings["model of the index"].detail == f"toy, {TOY_STAMP.dimension} numbers, 256 tokens"
    assert findings["freshness"].detail.endswith("hours ago, holds every change of the corpus")
    assert findings["index"].as_dict() == {"name": "index", "ok": True, "detail": findings["index"].detail}


def test_where_nothing_is_built_the_index_fails_and_the_installation_does_not(home: Path) -> None:
    findings = {finding.name: finding for finding in examine(home, "toy")}
    assert [finding.ok for finding in findings.values()] == [
        True,
        True,
        True,
        False,
        False,
        False,
        True,
        True,
        True,
        True,
    ]
    assert findings["index"].detail.endswith("nothing is built here yet; run build first, or name another --home")
    assert not home.exists()


def test_an_index_that_the_corpus_has_left_behind_is_not_fresh(well: Path) -> None:
    corpus = Corpus(well / "corpus.sqlite")
    corpus.upsert([parse_article({"id": "new", "title": "New"}), parse_article({"id": "newer", "title": "Newer"})])
    corpus.close()
    finding = checked(well, "freshness")
    assert not finding.ok
    assert finding.detail == "built 0 hours ago (at most 36), 2 changes behind the corpus; build again"


def test_an_index_older_than_a_day_and_a_half_is_not_fresh(well: Path) -> None:
    now = datetime.now(UTC)
    assert checked(well, "freshness", now + timedelta(hours=35)).ok
    finding = checked(well, "freshness", now + timedelta(hours=37))
    told = "built 37 hours ago (at most 36), 0 changes behind the corpus; build again"
    assert (finding.ok, finding.detail) == (False, told)


@pytest.mark.parametrize(
    ("written", "hours", "fresh"),
    [
        ("[serve]\nmax_age_h = 12\n", 11, True),
        ("[serve]\nmax_age_h = 12\n", 13, False),
        ("[serve]\nmax_age_h = 100\n", 99, True),
        ("", 37, False),
        ("[serve]\nmax_age = 100\n", 37, False),
    ],
)
def test_how_old_an_index_may_be_is_what_the_settings_say_to_the_service(
    well: Path, tmp_path: Path, written: str, hours: int, fresh: bool
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(written, "utf-8")
    now = datetime.now(UTC) + timedelta(hours=hours)
    findings = {finding.name: finding for finding in examine(well, "toy", settings, now)}
    assert findings["freshness"].ok == fresh


def test_a_rebuild_that_found_nothing_changed_makes_an_index_fresh(well: Path) -> None:
    now = datetime.now(UTC) + timedelta(hours=100)
    looked = {"outcome": "unchanged", "reason": "", "started": None, "version": None, "stage": "save"}
    (well / "reports").mkdir(exist_ok=True)
    (well / "reports" / "99991231.json").write_text(json.dumps(looked | {"ended": now.isoformat()}), "utf-8")
    assert checked(well, "freshness", now + timedelta(hours=35)).ok
    assert not checked(well, "freshness", now + timedelta(hours=37)).ok


def test_a_corpus_that_is_gone_is_told_of_and_not_made_anew(well: Path) -> None:
    (well / "corpus.sqlite").unlink()
    finding = checked(well, "freshness")
    assert not finding.ok
    assert finding.detail.startswith(f"{well / 'corpus.sqlite'}: missing, so the next build starts from nothing")
    assert not (well / "corpus.sqlite").exists()


def test_a_damaged_corpus_is_told_of(well: Path) -> None:
    for path in well.glob("corpus.sqlite*"):
        path.unlink()
    (well / "corpus.sqlite").write_bytes(b"no database" * 100)
    assert "restore it from a backup" in checked(well, "freshness").detail


def test_a_damaged_index_is_told_of_with_the_file(well: Path) -> None:
    vectors = Releases(well).current_path() / "vectors.npy"
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"?")
    finding = checked(well, "index")
    assert not finding.ok
    assert finding.detail.startswith(f"{vectors}: missing or damaged; use another version or build again")


def test_a_model_that_is_missing_is_told_of_in_both_places(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ModelFiles:
        raise ModelError(f"{name}: no such model")

    monkeypatch.setattr(doctor, "find_model", missing)
    for name in ("model", "model of the index"):
        assert checked(well, name) == Finding(name, ok=False, detail="toy: no such model")
    assert checked(well, "index").ok


def test_an_index_built_with_another_model_is_told_of(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(ToyModel):
        def weights(self) -> str:
            return "1" * 64

    monkeypatch.setattr(doctor, "find_model", lambda name: cast("ModelFiles", Other(name)))
    finding = checked(well, "model of the index")
    assert (finding.ok, finding.detail) == (
        False,
        "the index was built with toy, not toy; build again, or ask with --model",
    )


def test_a_package_that_is_missing_is_named(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", missing)
    finding = checked(well, "packages")
    assert (finding.ok, finding.detail) == (False, "related-articles is not installed")


@pytest.mark.parametrize("form", ["json", "table"])
def test_the_command_shows_every_finding_and_fails_where_one_does(
    well: Path, form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["recommender", "--home", str(well), "doctor", "--model", "toy", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capsys.readouterr().out

    monkeypatch.setenv("COLUMNS", "300")
    code, out = run(*["--json"] * (form == "json"))
    assert (code, "FAILED" in out) == (0, False)
    shutil.rmtree(well / "versions")
    code, out = run(*["--json"] * (form == "json"))
    assert code == 1
    assert all(name in out for name in NAMES)
    assert ('"ok": false' if form == "json" else "FAILED") in out
