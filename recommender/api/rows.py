"""Articles as they come over HTTP: a row of a source, as one JSON object or one a line."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from fastapi import HTTPException, Request
from pydantic import BaseModel, Field

from index.address import MAX_URL
from index.article import Article, InvalidFieldError, parse_article
from index.fields import ACCESS, MAX_ID, MAX_PICKS, MAX_TAGS, MAX_TEXT, MAX_TITLE, parse_field
from recommender.api.bodies import decoded
from recommender.api.problems import of_field
from recommender.pushing import MOST_AT_ONCE

JSON, NDJSON = "application/json", "application/x-ndjson"

_TEXT = {"type": "string"}
_MOMENT = _TEXT | {"maxLength": 64, "examples": ["2026-09-14T07:45:00+01:00"]}
ROW: dict[str, Any] = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "id": {"type": ["string", "integer"], "maxLength": MAX_ID},
        "url": _TEXT | {"maxLength": MAX_URL},
        "title": _TEXT | {"minLength": 1, "maxLength": MAX_TITLE},
        "text": _TEXT | {"maxLength": MAX_TEXT},
        "published": _MOMENT,
        "updated": _MOMENT,
        "section": _TEXT | {"maxLength": 200},
        "language": _TEXT | {"examples": ["en", "pt-BR"]},
        "tags": {"type": "array", "items": _TEXT, "maxItems": MAX_TAGS},
        "author": _TEXT,
        "image": {"anyOf": [_TEXT, {"type": "object", "required": ["src"]}]},
        "excerpt": _TEXT | {"maxLength": 2_000},
        "access": {"enum": list(ACCESS)},
        "picks": {"type": "array", "maxItems": MAX_PICKS},
    },
}
"""What the documentation says of a row; what is taken, `parse_article` decides."""


class Rejected(BaseModel):
    """A line of a bulk that was not stored, and why."""

    line: int
    field: str
    value: str
    problem: str


class Stored(BaseModel):
    """What became of an article that was put."""

    id: str
    new: bool = Field(description="Whether there was no article of this id.")


class BulkStored(BaseModel):
    """How many articles of a bulk are stored, how many of them are new, and which lines were left out."""

    stored: int
    new: int
    rejected: list[Rejected]


class Removed(BaseModel):
    """How many articles were removed: 0 where there was none of this id, which is kept out all the same."""

    removed: int


def sent(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """What the documentation says of a route's body."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


async def body_of(request: Request, media_type: str) -> bytes:
    """The body of a request. Raises HTTPException 415 where it is of another type, or packed."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    packed = request.headers.get("content-encoding", "identity").lower()
    if given != media_type or packed != "identity":
        raise HTTPException(415, f"send {media_type}, not compressed")
    return await request.body()


def valid_id(given: str) -> str:
    """An id as it stands in a path. Raises InvalidFieldError."""
    if not given:
        raise InvalidFieldError("id", given, "is empty", "name the article in the path")
    return str(parse_field("id", given))


def article_of(body: bytes, article_id: str) -> Article:
    """The article of a JSON object that was put under this id. Raises InvalidFieldError."""
    named, row = valid_id(article_id), _row(body)
    if parse_field("id", row.get("id")) not in (None, named):
        raise InvalidFieldError("id", row["id"], f"is not {named!r}", "name the article as in the path, or only there")
    return parse_article(row | {"id": named})


def articles_of(body: bytes) -> tuple[list[Article], list[dict[str, Any]]]:
    """The articles of JSON Lines, of several with one id the last, and a Rejected for each line that is none."""
    articles, rejected = dict[str, Article](), list[dict[str, Any]]()
    for number, line in enumerate(_lines(body), start=1):
        if not line.strip():
            continue
        if len(articles) + len(rejected) == MOST_AT_ONCE:
            raise HTTPException(413, f"more than {MOST_AT_ONCE:,} lines; send fewer at once")
        try:
            article = parse_article(_row(line))
        except InvalidFieldError as error:
            rejected.append({"line": number} | of_field(error))
        else:
            articles[article.id] = article
    return list(articles.values()), rejected


def _lines(body: bytes) -> Iterator[bytes]:
    # One at a time: four million empty ones would take thirty times the body's memory.
    return (line.removesuffix(b"\n") for line in BytesIO(body))


def _row(line: bytes) -> dict[str, Any]:
    row = decoded(line)
    if not isinstance(row, dict):
        raise InvalidFieldError("body", row, "is not a JSON object", "send one JSON object")
    return row
