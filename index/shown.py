"""A value of any size as the few characters of it that an error shows."""

from collections.abc import Iterable, Iterator

SHOWN = 80
MOST_BITS = 1_024


def shown(value: object) -> str:
    """The value as Python writes it, cut to SHOWN characters; the cost does not grow with the value."""
    text = ""
    for piece in _pieces(value):
        text += piece
        if len(text) > SHOWN:
            return text[: SHOWN - 3] + "..."
    return text


def _pieces(value: object) -> Iterator[str]:
    # As generators, so that nothing is written of what is behind the cut, however large or deep it is.
    if isinstance(value, str | bytes):
        yield repr(value[:SHOWN])
        yield "..." * (len(value) > SHOWN)
    elif isinstance(value, int) and value.bit_length() > MOST_BITS:  # decimal digits cost their square
        yield f"a number of {value.bit_length():,} bits"
    elif isinstance(value, dict):
        yield from _between("{", (_pair(*pair) for pair in value.items()), "}")
    elif isinstance(value, list):
        yield from _between("[", map(_pieces, value), "]")
    elif isinstance(value, tuple | set | frozenset):
        yield from _between("(", map(_pieces, value), ")")
    else:
        yield repr(value)


def _between(opening: str, parts: Iterable[Iterator[str]], closing: str) -> Iterator[str]:
    yield opening
    for number, part in enumerate(parts):
        yield ", " * (number > 0)
        yield from part
    yield closing


def _pair(name: object, value: object) -> Iterator[str]:
    yield from _pieces(name)
    yield ": "
    yield from _pieces(value)
