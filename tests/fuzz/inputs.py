"""Inputs: seeds that are edited for errors, fragments that are repeated for cost; each comes again from its number."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import count
from random import Random

from hypothesis import strategies as st

from fuzz.seeds import SEEDS
from fuzz.words import WORDS

_BORDER = re.compile(rb"\b|(?<=\W)|(?=\W)")
_TIMES = (1, 1, 1, 1, 2, 3, 9, 40, 300)


@cache
def mutants(name: str) -> st.SearchStrategy[bytes]:
    """A parser's seeds with up to eight edits, words without order, and bytes without any."""
    words = [word.replace(b"{n}", b"7") for word in WORDS[name]]
    piece = st.one_of(st.sampled_from(words + _pieces_of_seeds(name)), st.binary(max_size=6))
    edit = st.tuples(st.integers(0, 999), st.integers(0, 12), st.one_of(piece, st.none()), st.sampled_from(_TIMES))
    edited = st.builds(_edited, st.sampled_from(SEEDS[name]), st.lists(edit, min_size=1, max_size=8))
    # Shrinking prefers what stands first.
    return st.one_of(st.binary(), st.lists(piece, max_size=30).map(b"".join), edited, edited)


def _edited(content: bytes, edits: list[tuple[int, int, bytes | None, int]]) -> bytes:
    """The content with pieces of it replaced by others, or by themselves, many times."""
    for place, width, piece, times in edits:
        borders = _borders(content)
        first = place * len(borders) // 1_000
        start, end = borders[first], borders[min(first + width, len(borders) - 1)]
        content = content[:start] + (content[start:end] if piece is None else piece) * times + content[end:]
    return content


def _borders(content: bytes) -> list[int]:
    return [found.start() for found in _BORDER.finditer(content)] or [0]


@cache
def _pieces_of_seeds(name: str) -> list[bytes]:
    random, pieces = Random(name), []
    for seed in SEEDS[name]:
        borders = _borders(seed)
        for _ in range(60):
            start = random.randrange(len(borders))
            pieces.append(seed[borders[start] : borders[min(len(borders) - 1, start + random.choice((1, 2, 5, 20)))]])
    return [piece for piece in pieces if piece] or [b"a"]


@dataclass(frozen=True)
class Recipe:
    """How to make an input of any size: fragments, repeated together, one after another or around each other."""

    before: bytes
    fragments: tuple[bytes, ...]
    shape: str
    after: bytes

    def made(self, size: int) -> bytes:
        """The input, of about as many bytes."""
        room = max(0, size - len(self.before) - len(self.after))
        whole = b"".join(self.fragments)
        if self.shape == "together":
            grown = _repeated(whole, room // len(whole) + 1)
        elif self.shape == "in turn":
            grown = b"".join(_repeated(one, room // len(self.fragments) // len(one) + 1) for one in self.fragments)
        else:
            first, *middle, last = self.fragments
            times = room // (len(first) + len(last)) + 1
            grown = _repeated(first, times) + b"".join(middle) + _repeated(last, times)
        return self.before + grown + self.after

    def __str__(self) -> str:
        place = f"{self.before[-40:]!r} … {self.after[:40]!r}" if self.before or self.after else "nothing"
        return f"{self.fragments!r} {self.shape}, between {place}"


def recipe(name: str, number: int) -> Recipe:
    """A parser's recipe of this number."""
    random = Random(f"{name} {number}")
    words = WORDS[name] if random.random() < 0.8 else _pieces_of_seeds(name)
    fragments = tuple(random.choice(words) for _ in range(random.choice((1, 1, 2, 2, 3))))
    shapes = ("together", "in turn", "around") if len(fragments) > 1 else ("together",)
    if random.random() < 0.2:
        return Recipe(b"", fragments, random.choice(shapes), b"")
    seed = random.choice(SEEDS[name])
    place = random.choice(_borders(seed))
    rest = seed[place:] if random.random() < 0.7 else b""
    return Recipe(seed[:place], fragments, random.choice(shapes), rest)


def _repeated(fragment: bytes, times: int) -> bytes:
    if b"{n}" not in fragment:
        return fragment * times
    numbers = count()
    return b"".join(fragment.replace(b"{n}", b"%d" % next(numbers)) for _ in range(times))
