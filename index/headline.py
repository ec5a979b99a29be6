"""Headlines: what two spellings of one have in common, so that a bare headline finds its article."""

import re
import unicodedata

from index.characters import normalized

_SOURCE = re.compile(r"(?<!\s)\s+(?:[|–—·•-]|::|//)\s+(?P<name>[^|–—·•]{1,40})$")
_OTHER = re.compile(r"[\W_]+")
MIN_WORDS = 3
"""A headline shorter than this keeps what may be a source's name: too little would be left to tell it by."""


def headline_keys(title: str) -> list[str]:
    """Letters and digits of a headline, case ignored; then, where it ends in a source's name, those without it."""
    keys = [_letters(title)]
    if (found := _SOURCE.search(title)) and len(title[: found.start()].split()) >= MIN_WORDS:
        keys.append(_letters(title[: found.start()]))
    return [key for key in dict.fromkeys(keys) if key]


def _letters(title: str) -> str:
    # Decomposed first, so that accents and vowel signs that one spelling leaves out make no difference.
    plain = normalized("NFKD", title.casefold())
    return _OTHER.sub("", "".join(c for c in plain if not unicodedata.combining(c)))
