"""What came of a build: its report, and the errors that say why nothing was published."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from index.gates import Judged, Verdict
from index.ingest import SourceReport
from index.sources.items import Rejected


class BuildError(Exception):
    """A build that published nothing: says why, and what to do next."""


class BuildRefusedError(BuildError):
    """A build that was asked to be strict and met rows it could not use."""

    def __init__(self, rejected: Sequence[Rejected]) -> None:
        self.rejected = rejected
        super().__init__(f"{len(rejected):,} rows cannot be used and --strict was given; first: {rejected[0]}")


class BuildGatedError(BuildError):
    """A build whose version did not pass the gates and was thrown away."""

    def __init__(self, refusals: Sequence[Verdict], serving: str | None) -> None:
        self.refusals = refusals
        reasons = "; ".join(verdict.detail for verdict in refusals)
        kept = f"{serving} serves on" if serving else "nothing is served yet"
        super().__init__(f"Not published: {reasons}. {kept[0].upper()}{kept[1:]}; --force publishes anyway")


@dataclass(slots=True)
class BuildReport:
    """What a build did. `seconds` is the whole time, `timings` its parts by stage, `overridden` what was forced.

    `rejected` is what was skipped, `no_articles` are all pages that are known to be none, from this build and others.
    """

    version: str = ""
    articles: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_due: int = 0
    no_article: int = 0
    removed: int = 0
    embedded: int = 0
    skipped: int = 0
    duplicate_ids: int = 0
    without_url: int = 0
    languages_detected: int = 0
    copies: int = 0
    recall_at_10: float = 0.0
    seconds: float = 0.0
    published: bool = True
    timings: dict[str, float] = field(default_factory=dict)
    sources: list[SourceReport] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    no_articles: list[Rejected] = field(default_factory=list)
    gates: list[Verdict] = field(default_factory=list)
    judged: Judged | None = None
    overridden: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON, without what earlier builds told; rejected rows as sentences."""
        facts = asdict(self) | {"rejected": [str(row) for row in self.rejected]}
        del facts["no_articles"]
        return facts
