"""Which column of a table holds which field of an article, as the operator says or as its name tells."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from index.fields import PARSERS
from index.sources.cells import article_of
from index.sources.items import Rejected, SourceError
from index.sources.parsing import Unparsed
from index.workers import Call

NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "guid", "uuid", "article_id", "post_id", "slug"),
    "url": ("url", "link", "permalink", "canonical_url", "article_url", "web_url", "address", "href"),
    "title": ("title", "headline", "name", "post_title", "article_title"),
    "text": (
        "text",
        "body",
        "content",
        "article_text",
        "body_text",
        "body_html",
        "content_html",
        "post_content",
        "html",
    ),
    "published": (
        *("published", "published_at", "publish_date", "published_date", "publication_date", "publishedat"),
        *("pub_date", "pubdate", "date_published", "date", "post_date_gmt", "post_date", "created_at", "created"),
    ),
    "updated": ("updated", "updated_at", "modified", "modified_at", "last_modified", "lastmod", "post_modified_gmt"),
    "section": ("section", "category", "category_name", "desk", "rubric"),
    "language": ("language", "lang", "locale"),
    "tags": ("tags", "keywords", "tag_names"),
    "author": ("author", "byline", "authors", "creator", "author_name"),
    "image": ("image", "image_url", "featured_image", "lead_image", "thumbnail"),
    "excerpt": ("excerpt", "summary", "description", "standfirst", "teaser", "dek"),
    "access": ("access",),
    "picks": ("picks", "editors_picks", "read_more"),
}
"""For each field the names of columns that hold it, the surest first."""


def recognised(place: str, columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """The number of the column that holds each field, where there is one. Raises SourceError."""
    held = {field: _mapped(place, columns, field, column) for field, column in mapping.items()}
    taken = set(held.values())
    for field, names in NAMES.items():
        if field not in held and (number := _named(columns, names, taken)) is not None:
            held[field] = number
    if "title" not in held:
        raise SourceError(
            f'{place}: no column for the title; say which it is, as in {{"title": "..."}}; {_all(columns)}'
        )
    if not held.keys() & {"id", "url"}:
        raise SourceError(f'{place}: no column for id or url; say which it is, as in {{"url": "..."}}; {_all(columns)}')
    return held


def articles(
    name: str, held: Mapping[str, int], rows: Iterable[tuple[int | None, Sequence[object] | str]]
) -> Iterator[Unparsed | Rejected]:
    """The articles of numbered rows; a row that is a sentence is rejected with it."""
    for line, row in rows:
        if isinstance(row, str):
            yield Rejected(name, line, row)
            continue
        cells = {field: row[number] for field, number in held.items()}
        yield Unparsed(Call(article_of, (cells,)), lambda article: article, partial(Rejected, name, line))


def _mapped(place: str, columns: Sequence[str], field: str, column: str) -> int:
    if field not in PARSERS:
        raise SourceError(f"{place}: articles have no field {field!r}; their fields are {', '.join(PARSERS)}")
    for same in (str, _plain):
        if (number := _index(columns, column, same)) is not None:
            return number
    raise SourceError(f"{place}: no column {column!r} for {field}; {_all(columns)}")


def _named(columns: Sequence[str], names: Iterable[str], taken: set[int]) -> int | None:
    for name in names:
        for same in (str, _plain):
            if (number := _index(columns, name, same)) is not None and number not in taken:
                return number
    return None


def _index(columns: Sequence[str], name: str, same: Callable[[str], str]) -> int | None:
    return next((number for number, column in enumerate(columns) if same(column) == same(name)), None)


def _plain(column: str) -> str:
    return column.strip().lower().replace(" ", "_").replace("-", "_")


def _all(columns: Sequence[str]) -> str:
    shown = ", ".join(columns)
    return f"its columns are {shown if len(shown) <= 500 else shown[:497] + '...'}"
