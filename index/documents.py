"""JSON that somebody else may have written: bounded, and wrong in one way only."""

import json
from pathlib import Path
from typing import Any, NoReturn

MOST_BYTES = 1 << 20


def parse_json(content: str | bytes) -> Any:
    """The value of a JSON text. Raises ValueError for whatever is none, however it is nested; NaN is none."""
    try:
        return json.loads(content, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_json(path: Path, most: int = MOST_BYTES) -> Any:
    """The value of a JSON file of at most so many bytes. Raises ValueError, OSError."""
    with path.open("rb") as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise ValueError(f"over {most:,} bytes")
    return parse_json(content)


def parse_object(content: str | bytes) -> dict[str, Any]:
    """As `parse_json`, for a JSON object. Raises ValueError."""
    return as_object(parse_json(content))


def as_object(value: object) -> dict[str, Any]:
    """A value that must be a JSON object. Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - wrong in one way
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
