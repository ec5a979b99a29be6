"""Errors that nobody foresaw: a sentence for whoever asked, and the traceback in the log for whoever mends it."""

import logging
import traceback
from pathlib import Path

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # where nothing keeps a log, the sentence is all that is told

FRAMES = 40
"""The most calls of a traceback that are kept, the last of them: one that is nested too deeply has a thousand."""


def mishap(error: BaseException) -> str:
    """The sentence for an error that nobody foresaw; its traceback goes to the log."""
    return noted(*told(error))


def told(error: BaseException) -> tuple[str, str]:
    """(sentence, traceback) of an error."""
    place = _place(error)
    sentence = f"cannot be read: {type(error).__name__}{f' in {place}' if place else ''}; please report it"
    return sentence, "".join(traceback.format_exception(error, limit=-FRAMES, chain=False))


def noted(sentence: str, trace: str) -> str:
    """The sentence, once the traceback that belongs to it is in the log."""
    log.error("%s", f"{sentence}\n{trace}".rstrip())
    return sentence


def _place(error: BaseException) -> str:
    """Where in our own code the error came from, as "page/body.py, line 33"; empty where no call was ours."""
    ours, place = Path(__file__).parent, ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ours) and path.stem not in ("worker", "workers"):
            place = f"{path.relative_to(ours)}, line {line}"
    return place
