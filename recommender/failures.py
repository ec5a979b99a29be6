"""Which exit code each known error stands for."""


class UsageError(Exception):
    """A command that was asked for what it cannot do: says what, and what to do instead."""


def exit_code(error: Exception) -> int:
    """The exit code of an error; raises the error again where it is none that we know."""
    for kind, code in _known().items():
        if isinstance(error, kind):
            return code
    raise error


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
