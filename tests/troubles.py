"""Parsers that go wrong, for worker processes to import."""

import os
import re
import signal
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from index.article import Article, parse_article


def spin(word: str) -> str:
    """Never ends, in Python."""
    while word:
        pass
    return word


def pause(*words: Any) -> str:
    """Never ends, waiting."""
    signal.pause()
    return str(words)


def match(word: str) -> str:
    """Does not end in years, in C code that gives nobody else a turn."""
    re.fullmatch("(a|a)*b", "a" * 60)
    return word


def die(word: str) -> str:
    """Is killed from outside, as where memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)
    return word


def leave(word: str) -> str:
    """Ends without a word."""
    os._exit(len(word))


def swell(count: int) -> bytes:
    """Gives more than anybody takes."""
    return bytes(count)


def nest(word: str) -> str:
    """Is nested too deeply."""
    return nest(word)


def refuse(word: str) -> str:
    """Says what is wrong."""
    raise ValueError(f"{word} is no page")


def chat(word: str) -> str:
    """Prints to where answers go."""
    sys.stdout.write("hello\n")
    os.write(1, b"hello\n")
    return word


def note(word: str, path: str) -> str:
    """Leaves a trace of each time it is called."""
    with Path(path).open("a") as trace:
        trace.write(word)
    return word


def hang_in(word: str, victim: str) -> str:
    """Never ends with one word, and gives the others back."""
    return pause(word) if word == victim else word


def upper(word: str) -> str:
    """What parsers do."""
    return word.upper()


def hang_on_file(*arguments: Any) -> Article:
    """Never ends with the second file."""
    path = next(one for one in arguments if isinstance(one, PurePosixPath) and not isinstance(one, Path))
    return _article(path.stem)


def hang_on_page(_: bytes, url: str, __: object) -> Article:
    """Never ends with the second page."""
    return _article(url.rpartition("/")[2])


def hang_on_row(row: dict[str, Any], *_: object) -> Article:
    """Never ends with the second row."""
    return _article(str(row.get("url") or row.get("link")).rpartition("/")[2])


def hang_on_body(_: str, fields: dict[str, Any]) -> Article:
    """Never ends with the second entry."""
    return hang_on_row(fields)


def _article(number: str) -> Article:
    return parse_article({"id": hang_in(number, "1"), "title": f"Article {number}"})


def tell_and_pause(*_: object) -> str:
    """Never ends, and says once that it has begun."""
    with Path(os.environ["TOLD"]).open("w") as told:
        told.write("at it")
    return pause()
