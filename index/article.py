"""An article, and how a row of a source becomes one."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from index.address import url_key
from index.fields import PARSERS, Image, InvalidFieldError, Pick, clean, parse_field, parse_moment


@dataclass(frozen=True, slots=True)
class Article:
    """One published piece. `published` and `updated` are aware and in UTC; `language` is a primary subtag ("en")."""

    id: str
    url: str
    title: str
    text: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    section: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    author: str | None = None
    image: Image | None = None
    excerpt: str | None = None
    access: str | None = None
    picks: tuple[Pick, ...] = field(default=(), compare=False)

    @property
    def url_key(self) -> str:
        """What two spellings of this article's address have in common."""
        return url_key(self.url)

    @property
    def content_key(self) -> bytes:
        """16 bytes that change when what is embedded (title, text) changes."""
        return blake2b(f"{self.title}\0{self.text}".encode(), digest_size=16).digest()

    @property
    def fingerprint(self) -> bytes:
        """16 bytes that change when any field changes."""
        whole = json.dumps(to_row(self), ensure_ascii=False, sort_keys=True)
        return blake2b(whole.encode(), digest_size=16).digest()


def to_row(article: Article) -> dict[str, Any]:
    """The JSON object that `parse_article` turns back into the same article."""
    row = asdict(article)
    for name in ("published", "updated"):
        if row[name] is not None:
            row[name] = row[name].isoformat()
    row["picks"] = [{name: value for name, value in pick.items() if value} for pick in row["picks"]]
    return row


def parse_article(row: Mapping[str, object]) -> Article:
    """An Article from a JSON object; unknown fields are ignored. Raises InvalidFieldError."""
    values: dict[str, Any] = {name: parse_field(name, row.get(name)) for name in PARSERS}
    url, article_id = values["url"], values["id"]
    if url is None and article_id is None:
        raise InvalidFieldError("id", None, "is missing and so is url", "give at least one of the two")
    if article_id is None:
        values["id"] = "u-" + blake2b(url_key(url).encode(), digest_size=8).hexdigest()
    if url is None:
        values["url"] = f"urn:article:{article_id}"
    return Article(**values)


__all__ = ["Article", "Image", "InvalidFieldError", "Pick", "clean", "parse_article", "parse_moment", "to_row"]
