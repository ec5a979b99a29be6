"""Parsers that go wrong, for worker processes to import."""

import os
import re
import signal
import sys
from pathlib import Path


def spin(word: str) -> str:
    """Never ends, in Python."""
    while word:
        pass
    return word


def pause(word: str) -> str:
    """Never ends, waiting."""
    signal.pause()
    return word


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
