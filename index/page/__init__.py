"""From a saved page to an article: metadata, body text and the links its editors picked."""

from hashlib import blake2b
from typing import Any

from index.address import canonical_url
from index.article import Article, parse_article
from index.fields import MAX_TITLE, InvalidFieldError, Pick
from index.page.body import body_of
from index.page.document import PageError, is_html, text_of, tree_of
from index.page.metadata import metadata
from index.page.picks import take_picks, take_picks_from_lines
from index.page.plain import article_of
from index.page.structured import body_stated, statements

__all__ = ["PageError", "read_page"]


BEGINNING = 200
"""The longest beginning of a text that stands for a missing headline."""
_NEEDED = ("id", "title")


def read_page(content: bytes | str, url: str | None = None) -> Article:
    """The article of a page saved as HTML or plain text; `url` is where it was found. Raises PageError.

    Where neither that nor the page says where it is, the article is named by its words, under no address.
    """
    text, url = text_of(content), _address(url)
    row, picks = _marked_up(text, url) if is_html(text) else _plain(text, url)
    row["title"] = _headline(row["title"] or "") or _beginning(row["text"])
    row["picks"] = [{"title": pick.title, "url": pick.url} for pick in picks]
    if not row["title"]:
        raise PageError("the page has neither a headline nor a text; give the saved page of one article")
    return _article({name: value for name, value in row.items() if value})


def _address(url: str | None) -> str | None:
    try:
        return canonical_url(url) if url else None
    except ValueError:
        return None


def _marked_up(text: str, url: str | None) -> tuple[dict[str, Any], list[Pick]]:
    tree = tree_of(text)
    stated = statements(tree)
    row = metadata(tree, stated, url)
    picks = take_picks(tree, row["url"])
    row["text"] = body_of(tree, row, body_stated(stated))
    return row, picks


def _plain(text: str, url: str | None) -> tuple[dict[str, Any], list[Pick]]:
    lines, picks = take_picks_from_lines(text.split("\n"))
    row = {"url": url, **article_of(lines)}
    if _headline(row["title"]) != row["title"]:  # the first line is no headline, and is text
        row |= article_of([_beginning(row["title"]), *lines])
    return row, picks


def _headline(title: str) -> str:
    """A headline as it is, and the beginning of one that is none for its length."""
    return title if len(title) <= MAX_TITLE else _beginning(title)


def _beginning(text: str) -> str:
    line = " ".join(text.lstrip().partition("\n")[0][: 2 * BEGINNING].split())
    if len(line) <= BEGINNING:
        return line
    words = line[:BEGINNING].rpartition(" ")[0]
    return f"{words if 2 * len(words) > BEGINNING else line[: BEGINNING - 1]}…"


def _article(row: dict[str, Any]) -> Article:
    """The article of a row, without the fields that cannot be used. Raises PageError where it needs them."""
    while True:
        if "url" not in row:
            words = repr((row["title"], row.get("text")))
            row["id"] = f"page-{blake2b(words.encode(errors='replace'), digest_size=8).hexdigest()}"
        try:
            return parse_article(row)
        except InvalidFieldError as error:
            if error.field in _NEEDED or error.field not in row:
                raise PageError(str(error)) from None
            del row[error.field]
