"""Which exit code each known error stands for."""

from index.build import BuildError, BuildRefusedError
from index.corpus import CorpusError
from index.models import ModelError
from index.releases import BusyError
from index.snapshot import SnapshotError
from index.sources import SourceError
from recommender.evaluation.judgements import JudgementError
from recommender.links import NotFoundError


class UsageError(Exception):
    """A command that was asked for what it cannot do: says what, and what to do instead."""


EXIT_CODES: dict[type[Exception], int] = {
    UsageError: 2,
    BuildRefusedError: 3,
    NotFoundError: 5,
    BuildError: 1,
    BusyError: 1,
    CorpusError: 1,
    JudgementError: 1,
    ModelError: 1,
    SnapshotError: 1,
    SourceError: 1,
    OSError: 1,
}


def exit_code(error: Exception) -> int:
    """The exit code of an error; raises the error again where it is none that we know."""
    for kind, code in EXIT_CODES.items():
        if isinstance(error, kind):
            return code
    raise error
