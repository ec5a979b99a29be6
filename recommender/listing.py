"""The versions of a home, each with what the report of its build says."""

from pathlib import Path
from typing import Any

from index.releases import Releases
from index.snapshot import SnapshotError
from recommender.reports import reports_by_version

FACTS = ("version", "built_at", "articles", "recall_at_10")


def listed(home: Path) -> dict[str, Any]:
    """Which version is current, and all of them, oldest first; `report` is None where it is not kept any more.

    `problem` says why a version cannot be used, None where it can.
    """
    releases, reports = Releases(home), reports_by_version(home)
    rows = [_facts(releases, version) | {"report": reports.get(version)} for version in releases.versions()]
    return {"current": releases.current(), "versions": rows}


def brief(row: dict[str, Any]) -> str:
    """A version's report in a few words: the change of the measure, and what was forced or skipped."""
    report = row["report"]
    if not report:
        return ""
    said = []
    if judged := report.get("judged"):
        change = round(judged["new"] - judged["old"], 3) + 0.0  # no minus before a zero
        said.append(f"{judged['measure']} {judged['new']:.3f} ({change:+.3f})")
    said += [f"{report['skipped']:,} rows skipped"] if report.get("skipped") else []
    said += ["forced"] if report.get("overridden") else []
    return ", ".join(said)


def cells(row: dict[str, Any]) -> tuple[object, ...]:
    """What a table shows of a version."""
    when = (row["built_at"] or "")[:16].replace("T", " ")
    return row["version"], when, row["articles"], row["recall_at_10"], row["problem"] or brief(row)


def _facts(releases: Releases, version: str) -> dict[str, Any]:
    try:
        manifest = releases.manifest(version)
    except SnapshotError as error:
        problem = str(error).removeprefix(f"{releases.path(version)}: ")
        return dict.fromkeys(FACTS) | {"version": version, "problem": problem}
    return {name: manifest.get(name) for name in FACTS} | {"problem": None}
