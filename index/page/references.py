"""Character references such as `&amp;` and `&#8211;` in a text."""

import html
import re

_NO_CHARACTER = re.compile(r"&#(?:\d{1000,}+|0*+\d{8,}+);?")
"""Unicode's last character has seven digits, and Python refuses to read a number of thousands."""


def unescape(text: str) -> str:
    """The text with its references resolved; what is no character becomes U+FFFD."""
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))
