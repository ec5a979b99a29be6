"""Characters: Unicode's normal forms in linear time, and text that cannot steer a terminal or forge a line of a log."""

import re
import unicodedata
from functools import cache
from typing import Literal

MAX_MARKS = 30
"""Combining marks kept in a row: the limit of Unicode's stream-safe text (UAX #15), beyond any language's needs."""

BIDI_CONTROLS = "\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates, as a range of a regular expression. The marks LRM, RLM and ALM are harmless."""

# No mark by their class, but decomposed into marks: Tibetan vowel signs, and the voicing of half-width katakana.
_BECOME_MARKS = "\u0f73\u0f75\u0f81\uff9e\uff9f"
_UNSEEN = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{BIDI_CONTROLS}\ud800-\udfff]")
_UNSEEN_IN_LINES = re.compile(_UNSEEN.pattern.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f"))


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form, at most MAX_MARKS combining marks in a row; normalizing it again changes nothing."""
    # Normalizing sorts each run of marks, which takes quadratic time. It also makes runs a little longer.
    return with_few_marks(unicodedata.normalize(form, with_few_marks(text)))


def with_few_marks(text: str) -> str:
    """The text without the marks beyond MAX_MARKS in a row, for whatever normalizes it."""
    if len(text) <= MAX_MARKS or text.isascii():
        return text
    suspect, surplus = _runs()
    return suspect.sub(lambda run: surplus.sub(r"\1", run[0]), text)


def visible(text: str, *, lines: bool = False) -> str:
    r"""The text with what no terminal should obey written as \u001b; `lines` keeps line ends and tabs."""
    return (_UNSEEN_IN_LINES if lines else _UNSEEN).sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@cache
def _runs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # A class with single characters beyond U+FFFF is slow: it is asked only where one with all of them as a range says.
    marks = [chr(code) for code in range(0x300, 0x20000) if unicodedata.combining(chr(code))]
    low = "".join(mark for mark in marks if mark <= "\uffff") + _BECOME_MARKS
    suspect = re.compile(f"[{low}\U00010000-\U0001ffff]{{{MAX_MARKS + 1},}}")
    each = f"[{''.join(marks)}{_BECOME_MARKS}]"
    return suspect, re.compile(f"({each}{{{MAX_MARKS}}}){each}+")
