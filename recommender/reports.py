"""What came of each build, kept in the home's `reports`: a JSON file and a page to look at, written as it goes on.

A build holds a lock from its first stage until its last word is written, and a kill gives it back: a report that says
"running" while nobody holds the lock is of a build that was killed.
"""

import fcntl
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.clock import Progress
from index.durable import replace_whole
from index.outcome import BuildGatedError, BuildRefusedError, BuildReport
from index.releases import BusyError, Releases
from recommender.failures import exit_code, sentence
from recommender.logs import TextLines
from recommender.report_page import rendered

_logger = logging.getLogger("index")
KEPT = 30
SHOWN_REJECTIONS = 20


def last_report(home: Path) -> dict[str, Any] | None:
    """The report of the newest build, or None: at least outcome, reason, started, ended and version.

    The outcome is published, unchanged, refused, failed, running, or interrupted.
    """
    return next(_newest_first(home), None)


def reports_by_version(home: Path) -> dict[str, dict[str, Any]]:
    """The report of the build that published each version, where it is kept."""
    return {report["version"]: report for report in _newest_first(home) if report["outcome"] == "published"}


def age_h(manifest: dict[str, Any], report: dict[str, Any], now: datetime) -> float:
    """For how many hours nothing was rebuilt, of the version that serves and the newest report, {} without one."""
    # A site on which nothing changed has an old version and is up to date: the rebuild that said so is what counts.
    looked = {"running": report.get("started"), "unchanged": report.get("ended")}.get(report.get("outcome", ""))
    moments = [datetime.fromisoformat(moment) for moment in (manifest["built_at"], looked) if moment]
    return max(0.0, (now - max(moments)).total_seconds() / 3600)  # a clock may have been set back since


class _Log(logging.FileHandler):
    """A file that is there only where something is logged; a full disk is no failure of the build."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - it is called so
        """Go on."""


class Recorder:
    """Keeps the report of one build, and beside it the tracebacks of what nobody foresaw, if there are any.

    Stands between the build and whoever shows its progress.
    """

    def __init__(self, home: Path, command: str, progress: Progress) -> None:
        self.report = BuildReport()
        self._home, self._command, self._progress = home, command, progress
        self._started, self._stage = datetime.now(UTC), ""
        self._path = home / "reports" / f"{_name(self._started, home / 'reports')}.json"
        self._log = _Log(self._path.with_suffix(".log"), encoding="utf-8", delay=True)
        self._held = ExitStack()

    @property
    def page(self) -> Path:
        """Where the page to look at is."""
        return self._path.with_suffix(".html")

    def __enter__(self) -> Self:
        self._log.setFormatter(TextLines())
        _logger.addHandler(self._log)
        return self

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """What `index.clock.Progress` asks for. Every stage is a word in the report."""
        if stage != self._stage:
            if not self._stage:
                last_report(self._home)  # where a build before was killed, its report says so from here on
                self._path.parent.mkdir(exist_ok=True)
                self._held.enter_context(_locked(self._home, fcntl.LOCK_EX))
            self._stage = stage
            self._write("running", f"at stage {stage} since {datetime.now(UTC):%H:%M} UTC", None)
        self._progress(stage, done, total)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        # A build that found another one running has not begun; that one's report stays the newest.
        if not isinstance(error, BusyError):
            if isinstance(error, BuildRefusedError):
                self.report.rejected = list(error.rejected)
            self._write(*_outcome(self.report, error, self._stage), datetime.now(UTC))
            _prune(self._path.parent)
        _logger.removeHandler(self._log)
        self._log.close()
        self._held.close()

    def _write(self, outcome: str, reason: str, ended: datetime | None) -> None:
        facts = {
            "outcome": outcome,
            "reason": reason,
            "started": self._started.isoformat(timespec="seconds"),
            "ended": ended and ended.isoformat(timespec="seconds"),
            "command": self._command,
            "stage": self._stage,
            "serving": Releases(self._home).current(),
        } | self.report.as_dict()
        facts["published"] = outcome == "published"
        facts["version"] = self.report.version or None
        facts["seconds"] = round(((ended or datetime.now(UTC)) - self._started).total_seconds(), 1)
        facts["rejected"] = facts["rejected"][:SHOWN_REJECTIONS]
        # A full disk must not turn a version that is served into a failure; without a last word it reads "interrupted".
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _keep(self._path, facts)


def _name(moment: datetime, folder: Path) -> str:
    last = max((path.stem for path in folder.glob("*.json")), default="")
    name = f"{moment:%Y%m%dT%H%M%S}-{moment.microsecond:06}"
    # Where the clock was set back, the newest report is still the last one by name.
    return name if name > last else f"{last}_"


def _outcome(report: BuildReport, error: BaseException | None, stage: str) -> tuple[str, str]:
    match error:
        case None:
            return ("published" if report.published else "unchanged"), _told(report)
        case BuildRefusedError() | BuildGatedError():
            return "refused", str(error)
        case Exception():
            return "failed", _sentence(error)
    return "interrupted", f"stopped at stage {stage or 'none'}"


def _told(report: BuildReport) -> str:
    served = f"{report.version} with {report.articles:,} articles is served"
    said = [served if report.published else f"Nothing changed; {served}"]
    if report.overridden:
        said.append(f"forced although {'; '.join(report.overridden)}")
    if report.skipped:
        said.append(f"{report.skipped:,} rows were skipped")
    said += [f"{source.source} failed: {source.error}" for source in report.sources if source.error]
    return "; ".join(said)


def _sentence(error: Exception) -> str:
    try:
        exit_code(error)
    except Exception:  # noqa: BLE001 - one that nobody foresaw
        return f"{type(error).__name__}: {error}"
    return sentence(error)


def _newest_first(home: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((home / "reports").glob("*.json"), reverse=True):
        report = _read(path)
        if report and report["outcome"] == "running":
            report = _still(home, path)
        if report:
            yield report


def _still(home: Path, path: Path) -> dict[str, Any] | None:
    """A report that said "running", read again when it is known whether anybody is."""
    held, report = _held(home), _read(path)
    if report and report["outcome"] == "running" and not held:
        report |= {"outcome": "interrupted", "reason": f"killed at stage {report['stage']}; the next build goes on"}
        # The file and its page say so from now on; where this user may not write there, each reader finds out anew.
        with suppress(OSError, LookupError):
            _keep(path, report)
    return report


def _held(home: Path) -> bool:
    try:
        with _locked(home, fcntl.LOCK_SH | fcntl.LOCK_NB):
            return False
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _read(path: Path) -> dict[str, Any] | None:
    try:
        report = json.loads(path.read_bytes())
        return report if {"outcome", "reason", "started", "ended", "version", "stage"} <= report.keys() else None
    except (OSError, ValueError, AttributeError):
        return None


@contextmanager
def _locked(home: Path, how: int) -> Iterator[None]:
    # A lock of its own: whoever looks would make a build that starts in that moment find `build.lock` taken.
    path = home / "reports" / ".lock"
    with path.open("w" if how == fcntl.LOCK_EX else "r") as file:
        fcntl.flock(file, how)
        yield


def _keep(path: Path, report: dict[str, Any]) -> None:
    replace_whole(path, json.dumps(report, indent=1, ensure_ascii=False))
    replace_whole(path.with_suffix(".html"), rendered(report))


def _prune(folder: Path) -> None:
    with suppress(OSError):
        for path in sorted(folder.glob("*.json"))[:-KEPT]:
            path.unlink()
            for ending in (".html", ".log"):
                path.with_suffix(ending).unlink(missing_ok=True)
