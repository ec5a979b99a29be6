"""A build's report as one self-contained page: what came of it, why, and what each source and each stage did."""

from typing import Any

from index.ingest import COUNTS
from recommender.templating import templates_in

OUTCOMES = {
    "published": "Published",
    "unchanged": "Nothing changed",
    "refused": "Refused, and not published",
    "failed": "Failed, and nothing changed",
    "running": "Running",
    "interrupted": "Interrupted, and nothing changed",
}

_templates = templates_in("recommender")


def rendered(report: dict[str, Any]) -> str:
    """The page. Titles, addresses and errors in it are other people's, and are escaped."""
    slowest = max(report["timings"].values(), default=0) or 1
    bars = [(stage, seconds, round(100 * seconds / slowest, 1)) for stage, seconds in report["timings"].items()]
    return _templates.get_template("rebuild.html").render(
        report=report, title=OUTCOMES[report["outcome"]], counts=COUNTS, bars=bars, number=_number
    )


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
