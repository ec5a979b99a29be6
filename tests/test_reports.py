"""What is kept of each build: its outcome and reason, how far a killed one came, and a page that shows it safely."""

import gzip
import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from newsroom import NEWS, ToyModel, build_toy, row, write_jsonl
from test_gates import shrink

from index.article import Article, parse_article
from index.gatekeeper import Gatekeeper
from index.models import ModelError
from index.outcome import BuildGatedError, BuildRefusedError
from index.releases import BusyError, Releases
from index.snapshot import FORMAT
from index.sources import SourceError
from recommender import reports
from recommender.listing import brief, cells, listed
from recommender.report_page import rendered
from recommender.reports import Recorder, last_report

Source = Callable[[Iterable[object]], Path]


def recorded(home: Path, *sources: Path | str, progress: Callable[..., None] = lambda *_: None, **options: Any) -> Any:
    """The last report, after a build that may fail."""
    with Recorder(home, "rebuild", progress) as record:
        build_toy(home, *sources, report=record.report, progress=record, **options)
    return last_report(home)


def page(home: Path) -> str:
    return max((home / "reports").glob("*.html")).read_text("utf-8")


def test_where_nothing_was_built_there_is_no_report(home: Path) -> None:
    assert last_report(home) is None
    assert not home.exists()


def test_a_published_version_is_reported_with_what_was_done(home: Path, source: Source) -> None:
    report = recorded(home, source([*NEWS, {"id": "x"}]))
    version = Releases(home).current()
    assert (report["outcome"], report["version"], report["serving"]) == ("published", version, version)
    assert report["reason"] == f"{version} with 14 articles is served; 1 rows were skipped"
    assert [report[name] for name in ("articles", "new", "skipped", "command")] == [14, 14, 1, "rebuild"]
    assert datetime.fromisoformat(report["started"]) <= datetime.fromisoformat(report["ended"])
    assert [(source_["new"], source_["failed"]) for source_ in report["sources"]] == [(14, 1)]
    assert report["rejected"][0].endswith("line 15, field title: None is missing or empty; every article needs a title")
    assert [gate["gate"] for gate in report["gates"]] == ["recall", "empty vectors", "same vectors"]
    assert report["timings"].keys() >= {"read", "embed", "gates", "publish"}
    assert not list((home / "reports").glob(".2*"))


def test_a_build_that_changes_nothing_says_what_serves(home: Path, source: Source) -> None:
    version = recorded(home, source(NEWS))["version"]
    report = recorded(home, source(NEWS))
    assert (report["outcome"], report["version"], report["published"]) == ("unchanged", version, False)
    assert report["reason"] == f"Nothing changed; {version} with 14 articles is served"


def test_a_refused_version_is_reported_with_every_gate_and_what_serves_on(home: Path, source: Source) -> None:
    old = recorded(home, source(NEWS))["version"]
    shrink(home)
    with pytest.raises(BuildGatedError) as told:
        recorded(home)
    report = last_report(home)
    assert report is not None
    assert (report["outcome"], report["reason"], report["serving"]) == ("refused", str(told.value), old)
    assert report["version"] not in (None, old)
    assert {gate["gate"]: gate["passed"] for gate in report["gates"]}["articles"] is False
    assert "Refused, and not published" in page(home)
    assert "11 articles after 14 are 21.4% fewer" in page(home)


def test_a_strict_build_that_is_refused_names_its_rows(home: Path, source: Source) -> None:
    with pytest.raises(BuildRefusedError):
        recorded(home, source([*NEWS, {"id": "x"}]), strict=True)
    report = last_report(home)
    assert report is not None
    assert (report["outcome"], report["version"], len(report["rejected"])) == ("refused", None, 1)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ModelError("no such model; install it"), "no such model; install it"),
        (ZeroDivisionError("x"), "ZeroDivisionError: x"),
    ],
)
def test_a_build_that_fails_leaves_its_reason(home: Path, source: Source, error: Exception, reason: str) -> None:
    class Failing(ToyModel):
        def load(self) -> Any:
            raise error

    with pytest.raises(type(error)):
        recorded(home, source(NEWS), model=Failing())
    report = last_report(home)
    assert report is not None
    assert (report["outcome"], report["reason"], report["stage"], report["new"]) == ("failed", reason, "embed", 14)


def test_a_source_that_fails_alone_or_beside_others_is_named(home: Path, source: Source, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl.gz"
    bad.write_bytes(gzip.compress(b"{}" * 500)[:20])
    with pytest.raises(SourceError, match=r"bad\.jsonl\.gz"):
        recorded(home, bad)
    report = last_report(home)
    assert report is not None
    assert report["outcome"] == "failed"
    assert "bad.jsonl.gz" in report["sources"][0]["error"]
    report = recorded(home, source(NEWS), bad)
    assert report["outcome"] == "published"
    assert "bad.jsonl.gz failed: " in report["reason"]


def test_a_stop_by_hand_is_an_interruption(home: Path, source: Source) -> None:
    def stop(stage: str, *_: object) -> None:
        if stage == "words":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorded(home, source(NEWS), progress=stop)
    report = last_report(home)
    assert report is not None
    assert (report["outcome"], report["reason"]) == ("interrupted", "stopped at stage words")


def test_while_it_runs_a_build_is_running_and_a_second_one_leaves_no_report(home: Path, source: Source) -> None:
    path, seen = source(NEWS), list[tuple[str, str]]()

    def look(_stage: str, done: int, _: int | None) -> None:
        if not done:
            with pytest.raises(BusyError):
                recorded(home, path)
            report = last_report(home)
            assert report is not None
            seen.append((report["outcome"], report["stage"]))

    assert recorded(home, path, progress=look)["outcome"] == "published"
    assert seen[:3] == [("running", "read"), ("running", "embed"), ("running", "words")]
    assert len(list((home / "reports").glob("*.json"))) == 1


def test_a_broken_report_is_passed_over(home: Path, source: Source) -> None:
    report = recorded(home, source(NEWS))
    for name, content in (("3", "{"), ("4", "[]"), ("5", "{}"), ("6", "\xff")):
        (home / "reports" / f"{name}.json").write_text(content, "latin-1")
    assert last_report(home) == report


def test_a_report_that_cannot_be_written_does_not_hold_up_the_version(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(reports, "replace_whole", full)
    assert recorded(home, source(NEWS)) is None
    assert Releases(home).current() is not None


def test_no_more_than_thirty_are_kept(home: Path, source: Source) -> None:
    recorded(home, source(NEWS))
    for number in range(40):
        for kind in ("json", "html"):
            (home / "reports" / f"19700101T0000{number:02}.{kind}").write_text("{}")
    report = recorded(home, source(NEWS))
    kept = sorted((home / "reports").glob("*.json"))
    assert len(kept) == len(list((home / "reports").glob("*.html"))) == 30
    assert json.loads(kept[-1].read_bytes())["started"] == report["started"]


def test_the_page_escapes_everything_and_loads_nothing(home: Path, source: Source) -> None:
    path = write_jsonl(
        source([]).with_name("<img src=x onerror=alert(1)>.jsonl"), [*NEWS, row("flood-town") | {"title": ""}]
    )
    recorded(home, path)
    shown = page(home)
    assert "<img" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;.jsonl" in shown
    assert "default-src 'none'" in shown
    assert not re.search(r"<(?:script|link|iframe)|<[^>]*(?:src|href)=|url\(", shown)
    assert "prefers-color-scheme: dark" in shown


def test_the_page_shows_measures_and_what_was_forced(home: Path, source: Source) -> None:
    report = recorded(home, source(NEWS))
    report["judged"] = {"measure": "nDCG@5", "pages": 287, "old": 0.4445, "new": 0.4012, "p": 0.0021}
    report["gates"][0]["passed"], report["overridden"] = False, ["recall"]
    shown = rendered(report)
    assert [part in shown for part in ("287 pages", "-0.043", "0.0021", ">overridden<")] == [True] * 4


def test_versions_are_listed_with_what_their_reports_say(home: Path, source: Source) -> None:
    first = recorded(home, source(NEWS))["version"]
    shrink(home)
    second = recorded(home, gates=Gatekeeper(force=True))["version"]
    recorded(home)
    body = listed(home)
    assert body["current"] == second
    assert [row_["version"] for row_ in body["versions"]] == [first, second]
    assert [brief(row_) for row_ in body["versions"]] == ["", "forced"]
    assert [row_["report"]["articles"] for row_ in body["versions"]] == [14, 11]
    assert [row_["problem"] for row_ in body["versions"]] == [None, None]
    judged = {"judged": {"measure": "nDCG@5", "old": 0.5, "new": 0.512}, "skipped": 3}
    assert brief({"report": judged}) == "nDCG@5 0.512 (+0.012), 3 rows skipped"
    assert brief({"report": None}) == ""


def test_a_version_of_another_release_or_a_damaged_one_is_listed_with_its_problem(home: Path, source: Source) -> None:
    for number in (9, 14):
        recorded(home, source(NEWS[:number]))
    old, new = (home / "versions" / version / "manifest.json" for version in Releases(home).versions())
    old.write_text(json.dumps(json.loads(old.read_text("utf-8")) | {"format": 1}), encoding="utf-8")
    new.write_text("{", encoding="utf-8")
    first, second = listed(home)["versions"]
    assert (first["built_at"], first["problem"]) == (None, f"format 1, this installation reads {FORMAT}; build again")
    assert cells(first)[-1] == first["problem"]
    assert second["problem"].startswith("no readable manifest.json (")


def test_the_traceback_of_what_nobody_foresaw_is_beside_the_report_and_not_on_the_terminal(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(row: dict[str, object]) -> Article:
        if row["id"] == NEWS[0]["id"]:
            raise RecursionError("too deep")
        return parse_article(row)

    recorded(home, source(NEWS))
    assert not list((home / "reports").glob("*.log"))
    monkeypatch.setattr("index.sources.jsonl.parse_article", broken)
    report = recorded(home, source(NEWS))
    (told,) = report["rejected"]
    assert "line 1, cannot be read: RecursionError in sources/jsonl.py, line " in told
    (log,) = (home / "reports").glob("*.log")
    assert log.with_suffix(".json").is_file()
    assert "ERROR cannot be read: RecursionError in" in log.read_text("utf-8")
    assert "Traceback (most recent call last)" in log.read_text("utf-8")
    assert "Traceback" not in "".join(capsys.readouterr())
    monkeypatch.undo()
    monkeypatch.setattr(reports, "KEPT", 1)
    recorded(home, source(NEWS))
    assert sorted(path.suffix for path in (home / "reports").glob("2*")) == [".html", ".json"]
