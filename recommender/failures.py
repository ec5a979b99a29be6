"""Which exit code each known error stands for, and in which words it leaves."""

import errno

_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EROFS: "mount the disk so that it can be written",
    errno.EACCES: "see who may read and write there",
    errno.ENOENT: "check the path",
}


class UsageError(Exception):
    """A command that was asked for what it cannot do: says what, and what to do instead."""


def exit_code(error: Exception) -> int:
    """The exit code of an error; raises the error again where it is none that we know."""
    for kind, code in _known().items():
        if isinstance(error, kind):
            return code
    raise error


def sentence(error: Exception) -> str:
    """What an error says to whoever asked: those of the system name the file, what is wrong and what helps."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    named = [str(error.filename)] if error.filename else []
    helps = _REMEDIES.get(error.errno or 0)
    return ": ".join([*named, error.strerror]) + (f"; {helps}" if helps else "")


def _known() -> dict[type[Exception], int]:
    from index.corpus import CorpusError
    from index.models import ModelError
    from index.outcome import BuildError, BuildGatedError, BuildRefusedError
    from index.releases import BusyError
    from index.remote import RemoteError
    from index.snapshot import SnapshotError
    from index.sources import SourceError
    from recommender.evaluation.judgements import JudgementError
    from recommender.keys import KeysError
    from recommender.links import NotFoundError
    from recommender.settings import SettingsError

    refused = (BuildRefusedError, BuildGatedError)
    failed = (
        BuildError,
        BusyError,
        CorpusError,
        JudgementError,
        KeysError,
        ModelError,
        RemoteError,
        SnapshotError,
        SourceError,
    )
    codes: dict[type[Exception], int] = {UsageError: 2, SettingsError: 2, **dict.fromkeys(refused, 3), NotFoundError: 5}
    return codes | dict.fromkeys((*failed, OSError), 1)
