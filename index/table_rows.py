"""The rows of a version's table of articles: each is there once, and holds what a page or an answer can show."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from index.address import urlsplit
from index.documents import as_object, parse_object
from index.fields import ACCESS, MAX_ID, MAX_TEXT, MAX_TITLE, parse_field
from index.shown import shown
from index.table_schema import connect

MOST_STRING, MOST_STRINGS, MOST_PIXELS = 4_096, 256, 100_000

_HEADLINE_ROWS = """select count(*) from headline
    where typeof(row) <> 'integer' or row < 0 or row >= ? or typeof(key) <> 'text' or whole not in (0, 1)"""


def check_rows(path: Path, articles: int) -> None:
    """Read a table of so many articles through. Raises ValueError, sqlite3.Error."""
    db = connect(path)
    db.execute("pragma cell_size_check = on")
    try:
        _check_file(db)
        _check_counts(db, articles)
        cards = db.execute("select row, id, card from article order by row")
        rests = db.execute("select fields from rest order by row")
        for (row, article_id, card), (rest,) in zip(cards, rests, strict=True):
            try:
                _check_row(article_id, parse_object(card), parse_object(rest))
            except (ValueError, TypeError) as error:
                raise ValueError(f"row {row}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
    finally:
        db.close()


def _check_file(db: sqlite3.Connection) -> None:
    # Also whether each index holds the rows that its table has: a lookup believes the index.
    (said,) = db.execute("pragma integrity_check(1)").fetchone()
    if said != "ok":
        raise ValueError(" ".join(str(said).split()))


def _check_counts(db: sqlite3.Connection, articles: int) -> None:
    expected = (articles, 0 if articles else None, articles - 1 if articles else None)
    for table in ("article", "rest"):
        found = db.execute(f"select count(*), min(row), max(row) from {table}").fetchone()
        if found != expected:
            raise ValueError(f"{table} does not hold the rows from 0 to {articles - 1}")
    if db.execute(_HEADLINE_ROWS, (articles,)).fetchone() != (0,):
        raise ValueError("headlines of articles that are not there")


def _check_row(article_id: str, card: dict[str, Any], rest: dict[str, Any]) -> None:
    if card.get("id") != article_id:
        raise ValueError(f"its id is {shown(card.get('id'))}, not {shown(article_id)}")
    _check_fields(card, _CARD)
    _check_fields(rest, _REST)


def _check_fields(fields: Mapping[str, Any], kinds: Mapping[str, Callable[[Any], bool]]) -> None:
    if fields.keys() != kinds.keys():
        raise ValueError(f"{shown(min(fields.keys() ^ kinds.keys()))} is missing, or too many")
    for name, is_good in kinds.items():
        if not is_good(fields[name]):
            raise ValueError(f"{name} is {shown(fields[name])}")


def _is_string(value: object, most: int = MOST_STRING) -> bool:
    return isinstance(value, str) and len(value) <= most and _is_utf8(value)


def _is_utf8(value: str) -> bool:
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:  # half a surrogate pair, which no answer can be written with
        return False


def _is_address(value: object) -> bool:
    return _is_string(value) and _leads_somewhere(str(value))


def _leads_somewhere(address: str) -> bool:
    if address.startswith("urn:article:"):
        return True
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _is_moment(value: object) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def _are_strings(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_STRINGS and all(map(_is_string, value))


def _is_image(value: object) -> bool:
    image = as_object(value)
    sizes = (image.get("width"), image.get("height"))
    return (
        image.keys() == {"src", "width", "height", "alt"}
        and _is_address(image["src"])
        and all(size is None or (isinstance(size, int) and 0 < size < MOST_PIXELS) for size in sizes)
        and _or_none(_is_string)(image["alt"])
    )


def _are_picks(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_STRINGS and all(map(_is_pick, value))


def _is_pick(value: object) -> bool:
    pick = as_object(value)
    known = pick.keys() <= {"id", "url", "title"} and all(map(_is_string, pick.values()))
    return known and ("url" not in pick or _is_address(pick["url"]))


def _is_id(value: object) -> bool:
    return _is_string(value, MAX_ID) and parse_field("id", value) == value


def _or_none(is_good: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or is_good(value)


_CARD: dict[str, Callable[[Any], bool]] = {
    "id": _is_id,
    "url": _is_address,
    "title": lambda value: _is_string(value, MAX_TITLE) and bool(value),
    "published": _or_none(_is_moment),
    "section": _or_none(_is_string),
    "language": _or_none(_is_string),
    "image": _or_none(_is_image),
    "excerpt": _or_none(_is_string),
    "tags": _are_strings,
    "author": _or_none(_is_string),
    "terms": _are_strings,
}
_REST: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: _is_string(value, MAX_TEXT),
    "updated": _or_none(_is_moment),
    "access": _or_none(lambda value: value in ACCESS),
    "picks": _are_picks,
}
