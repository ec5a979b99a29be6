"""Characters: Unicode's normal forms in linear time, and text that cannot steer a terminal or forge a line of a log."""

import re
import unicodedata
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MAX_MARKS = 30
"""Combining marks kept in a row: the limit of Unicode's stream-safe text (UAX #15), beyond any language's needs."""

BIDI_CONTROLS = "\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates, as a range of a regular expression. The marks LRM, RLM and ALM are harmless."""

# No mark by their class, but decomposed into marks: Tibetan vowel signs, and the voicing of half-width katakana.
_BECOME_MARKS = (0xF73, 0xF75, 0xF81, 0xFF9E, 0xFF9F)
_UNSEEN = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{BIDI_CONTROLS}\ud800-\udfff]")
_UNSEEN_IN_LINES = re.compile(_UNSEEN.pattern.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f"))


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form, at most MAX_MARKS combining marks in a row; normalizing it again changes nothing."""
    # Normalizing sorts each run of marks, which takes quadratic time. It also makes runs a little longer.
    return with_few_marks(unicodedata.normalize(form, with_few_marks(text)))


def visible(text: str, *, lines: bool = False) -> str:
    r"""The text with what no terminal should obey written as \u001b; `lines` keeps line ends and tabs."""
    return (_UNSEEN_IN_LINES if lines else _UNSEEN).sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def with_few_marks(text: str) -> str:
    """The text without the marks beyond MAX_MARKS in a row, for whatever normalizes it."""
    if len(text) <= MAX_MARKS or text.isascii():
        return text
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    marks = np.flatnonzero(_is_mark()[codes])
    late, early = marks[MAX_MARKS:], marks[:-MAX_MARKS]
    surplus = late[late - early == MAX_MARKS]  # nothing but marks are between the two
    if not len(surplus):
        return text
    return np.delete(codes, surplus).tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _is_mark() -> NDArray[np.bool_]:
    table = np.zeros(0x110000, np.bool_)
    table[[code for code in range(0x300, 0x20000) if unicodedata.combining(chr(code))]] = True
    table[list(_BECOME_MARKS)] = True
    return table
