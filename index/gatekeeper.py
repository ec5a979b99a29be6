"""Asks the gates about a version that is built and not yet served, and holds it back where one refuses."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.gates import Facts, Judged, Limits, Serving, Verdict, same_model, verdicts
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


def faults(vectors: NDArray[np.float16], width: int) -> tuple[int, int]:
    """(empty, alike) of fused vectors, (n, d): the first `width` numbers of each are its meaning, the rest its words.

    >>> faults(np.array([[0, 1], [2, 3], [2, 3], [2, 4]], np.float16), 1)
    (1, 3)
    """
    empty, count = 0, dict[bytes, int]()
    texts: dict[bytes, set[bytes]] = defaultdict(set)
    for row in vectors:
        if not (np.isfinite(row[:width]).all() and row[:width].any()):
            empty += 1
            continue
        meaning, words = _digest(row[:width]), _digest(row[width:])
        texts[meaning].add(words)
        count[meaning] = count.get(meaning, 0) + 1
    return empty, sum(count[meaning] for meaning, different in texts.items() if len(different) > 1)


def _digest(numbers: NDArray[np.float16]) -> bytes:
    # A large archive's vectors are not copied once more, only what tells them apart.
    return blake2b(numbers.tobytes(), digest_size=16).digest()
