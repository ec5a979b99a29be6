"""What a nightly rebuild stands on: its settings, its sources, room on the disk, and how it ended last."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from index.releases import Releases
from index.snapshot import SnapshotError
from index.sources import KINDS, Source, SourceError, kind_of
from recommender.reports import last_report
from recommender.settings import read_settings

ROOM = 3
"""So many times the current version: a new one is written beside the old ones before any is removed."""
EXTRAS = {"parquet": "duckdb", "sql": "sqlalchemy"}
"""Kinds of sources that need an extra of their name, and the module that it installs."""
WELL = ("published", "unchanged", "running")


class UnwellError(Exception):
    """Something a rebuild would stumble over: says what, and what to do."""


def settings_of(path: Path) -> str:
    """Whether the settings file can be used. Raises SettingsError."""
    if not path.is_file():
        return f"there is no {path}; `recommender init URL` writes one, `build` needs none"
    settings = read_settings(path)
    return f"{path}, sources: {len(settings.source)}, model {settings.model}, home {settings.home}"


def sources_of(path: Path) -> str:
    """Whether each source is of a known kind, is there if it is a file, and has its extra. Raises UnwellError."""
    if not path.is_file():
        return "none, as there are no settings"
    found, problems = list[str](), list[str]()
    for source in read_settings(path).sources(path.parent):
        try:
            found.append(_kind(source))
        except SourceError as error:
            problems.append(str(error))
    if problems:
        raise UnwellError("; ".join(problems))
    return ", ".join(found) or "none; add a [[source]], or let `recommender init URL` find them"


def room_for(home: Path) -> str:
    """Whether the disk has room for the next versions. Raises UnwellError."""
    folder = next(path for path in (home.absolute(), *home.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(folder).free
    try:
        needed = ROOM * sum(path.stat().st_size for path in Releases(home).current_path().iterdir())
    except SnapshotError:
        needed = 0
    said = f"{free / 1e9:,.1f} GB free, {needed / 1e9:,.1f} GB wanted ({ROOM} × the current version)"
    if free < needed:
        raise UnwellError(f"{said}; make room, or the next rebuild may fail")
    return said


def last_rebuild(home: Path) -> str:
    """How the last build ended. Raises UnwellError where it did not end well."""
    report = last_report(home)
    if report is None:
        return "none is on record yet"
    said = f"{report['outcome']} ({report['started']}): {report['reason']}"
    if report["outcome"] not in WELL:
        raise UnwellError(said)
    return said


def _kind(source: Source) -> str:
    kind, place = kind_of(source.place, KINDS)
    if "://" not in place and place != "-" and not Path(place).exists():
        raise SourceError(f"{place}: no such file or folder; check the path")
    if kind in EXTRAS and find_spec(EXTRAS[kind]) is None:
        raise SourceError(f"{source.name}: {kind} needs an extra: pip install 'related-articles[{kind}]'")
    return f"{kind} {source.name}"
