"""What every source says of a row that it cannot use, and of itself when it cannot be read."""

from dataclasses import dataclass


class SourceError(Exception):
    """A source that cannot be read at all: says which, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was skipped: where it stood and what was wrong with it."""

    source: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.source}, line {self.line:,}, {self.reason}"
