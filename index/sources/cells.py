"""From the cells of a table to an article: typed and untyped values, as databases and their exports hold them."""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from index.address import urljoin
from index.article import Article, InvalidFieldError, parse_article, parse_moment
from index.fields import parse_field
from index.sources.markup import is_markup, one_line, read_body

FORGIVEN = ("image", "language", "access")
"""Fields left out where they cannot be used: a table that was not made for us has its own idea of them."""
MAX_EXCERPT = 2_000
MAX_SECONDS = 100_000_000_000
"""Greater numbers count milliseconds or less."""

_SEPARATORS = re.compile(r"[,;|]")
_PICKS = re.compile(r"[\s|]+")
_SINCE_1970 = re.compile(r"\d{9,19}(?:\.\d+)?")
_YEAR_FIRST = re.compile(r"(\d{4})/(\d\d)/(\d\d)")
_UTC = re.compile(r"(?<!\s)\s*(?:UTC|GMT)$")


def article_of(cells: Mapping[str, object]) -> Article:
    """The article of a row's cells, by field. Raises InvalidFieldError, PageError."""
    row: dict[str, Any] = {field: _READERS.get(field, _line)(_plain(field, cell)) for field, cell in cells.items()}
    for field in FORGIVEN:
        row[field] = _usable(field, row.get(field), row.get("url"))
    return parse_article(with_body(row, row.get("text")))


def with_body(row: dict[str, Any], body: object) -> dict[str, Any]:
    """The row with this body: its text, and the links in it, unless the row has its own. Raises as `article_of`."""
    if not isinstance(body, str) or not is_markup(body):
        return row | {"text": body}
    parse_field("title", row.get("title"))  # a row without one is rejected for that
    read = read_body(body, row["title"], row.get("url"))
    picks = [{"title": pick.title, "url": pick.url} for pick in read.picks]
    return row | {"text": read.text, "picks": row.get("picks") or picks}


def moment_of(value: object) -> object:
    """A date in ISO 8601, of a typed one, of seconds or less since 1970, or of a mail's; other values as they are."""
    if value is None or isinstance(value, date):  # a datetime is one too
        return value and value.isoformat()
    text = _YEAR_FIRST.sub(r"\1-\2-\3", _UTC.sub("+00:00", str(value).strip()))
    if text.startswith("0000-00-00"):  # how MySQL writes that there is none
        return None
    if _SINCE_1970.fullmatch(text):
        return _since_1970(float(text))
    for parse in (parse_moment, parsedate_to_datetime):
        with suppress(ValueError, TypeError, OverflowError, IndexError):
            return parse(text).isoformat()
    return value


def list_of(value: object) -> object:
    """The strings of a list, of a JSON list, or of names between commas, semicolons or bars; others as they are."""
    if isinstance(value, str):
        parsed = _json_list(value)
        value = _SEPARATORS.split(value.strip("{} ")) if parsed is None else parsed
    if not isinstance(value, list | tuple | set | frozenset):
        return value
    names = (part.get("name") if isinstance(part, Mapping) else part for part in value)
    return [one_line(str(name)).strip(' "') for name in names if isinstance(name, str | int | float | Decimal)]


def _plain(field: str, cell: object) -> object:
    if isinstance(cell, memoryview | bytearray | bytes):
        cell = _decoded(field, bytes(cell))
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float | Decimal):
        return None if "nan" in str(cell).lower() else int(cell) if float(cell).is_integer() else cell
    return cell


def _decoded(field: str, cell: bytes) -> str:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        raise InvalidFieldError(field, cell[:80], "is not UTF-8", "give text") from None


def _line(value: object) -> object:
    if value is None or isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple):
        return next(iter(value), None) and _line(value[0])
    return one_line(str(value))


def _as_it_is(value: object) -> object:
    return value


def _text(value: object) -> object:
    return value if value is None or isinstance(value, Mapping | list | tuple) else str(value)


def _author(value: object) -> object:
    parts = _json_list(value) if isinstance(value, str) else value
    parts = [parts] if isinstance(parts, Mapping) else parts
    return list_of(parts) if isinstance(parts, list | tuple) else _line(value)


def _excerpt(value: object) -> object:
    line = _line(value)
    return line[:MAX_EXCERPT] if isinstance(line, str) else line


def _picks(value: object) -> object:
    if not isinstance(value, str):
        return value
    parsed = _json_list(value)
    return [part for part in _PICKS.split(value) if part] if parsed is None else parsed


def _json_list(text: str) -> list[object] | None:
    with suppress(ValueError, RecursionError):
        parsed = json.loads(text) if text.startswith("[") else None
        return parsed if isinstance(parsed, list) else None
    return None


def _since_1970(number: float) -> str | None:
    while number > MAX_SECONDS:
        number /= 1_000
    return datetime.fromtimestamp(number, UTC).isoformat()


def _usable(field: str, value: object, base: object) -> object:
    try:
        if field == "image" and isinstance(value, str):
            value = urljoin(str(base or ""), value)
        return value and parse_field(field, value) and value
    except ValueError:
        return None


_READERS: dict[str, Callable[[object], object]] = {
    "url": _text,
    "text": _text,
    "published": moment_of,
    "updated": moment_of,
    "tags": list_of,
    "author": _author,
    "image": _as_it_is,
    "excerpt": _excerpt,
    "picks": _picks,
}
"""How the cells of a field are read that are not one line of text."""
