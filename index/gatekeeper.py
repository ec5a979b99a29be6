"""Asks the gates about a version that is built and not yet served, and holds it back where one refuses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from index.gates import Facts, Judged, Limits, Serving, Verdict, faults, same_model, verdicts
from index.models import ModelFiles
from index.outcome import BuildGatedError, BuildReport
from index.releases import Releases
from index.snapshot import Snapshot, SnapshotError, open_snapshot, read_manifest, verify_snapshot

Judge = Callable[[Snapshot, Snapshot], Judged | None]
"""Measures the version that serves and the new one; None where too little is judged. It knows of links, we do not."""


def _no_judge(*_: Snapshot) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """How strict the gates are, who judges links, and whether a refusal is overridden."""

    limits: Limits = field(default_factory=Limits)
    judge: Judge = _no_judge
    force: bool = False

    def before(self, releases: Releases, model: ModelFiles, report: BuildReport) -> None:
        """Refuse what can be told before hours of embedding. Raises BuildGatedError."""
        if serving := _serving(releases):
            self._decide([same_model(model.name, model.weights(), serving)], serving, report)

    def after(self, releases: Releases, folder: Path, report: BuildReport) -> None:
        """Refuse a version, complete in its folder, that would hurt. Raises BuildGatedError, and SnapshotError."""
        new, old = open_snapshot(folder), _open(releases)
        report.judged = self.judge(old, new) if old else None
        serving = _serving(releases) if old else None
        broken = faults(new.space.vectors, new.space.meaning_width)
        facts = Facts(report.articles, report.recall_at_10, *broken, serving, report.judged)
        self._decide(verdicts(facts, self.limits), serving, report)

    def _decide(self, found: list[Verdict], serving: Serving | None, report: BuildReport) -> None:
        report.gates += found
        refusals = [verdict for verdict in found if not verdict.passed]
        if refusals and not self.force:
            report.published = False
            raise BuildGatedError(refusals, serving.version if serving else None)
        report.overridden += [verdict.detail for verdict in refusals]


def _serving(releases: Releases) -> Serving | None:
    try:
        manifest = read_manifest(releases.current_path())
    except SnapshotError:
        return None
    return Serving(manifest["version"], manifest["articles"], manifest["model"]["name"], manifest["model"]["weights"])


def _open(releases: Releases) -> Snapshot | None:
    # A damaged version is no measure for the one that is to replace it.
    try:
        verify_snapshot(releases.current_path())
        return open_snapshot(releases.current_path())
    except SnapshotError:
        return None
