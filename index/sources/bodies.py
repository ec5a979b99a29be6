"""Articles whose body comes as a piece of HTML, in a feed or from an interface, instead of as a page."""

from collections.abc import Mapping
from dataclasses import asdict

from index.article import Article, InvalidFieldError, parse_article
from index.page import PageError
from index.sources.markup import read_body

_NEEDED = ("id", "title", "url")


def article_of_body(markup: str, fields: Mapping[str, object]) -> Article:
    """The article of a body and of the fields that came with it, among them `title` and `url`. Raises PageError."""
    body = read_body(markup, str(fields["title"]), str(fields["url"]))
    return article_of({**fields, "text": body.text, "picks": [asdict(pick) for pick in body.picks]})


def article_of(row: Mapping[str, object]) -> Article:
    """The article of a row, without those fields that cannot be used. Raises PageError where it needs them."""
    usable = dict(row)
    while True:
        try:
            return parse_article(usable)
        except InvalidFieldError as error:
            if error.field in _NEEDED:
                raise PageError(str(error)) from None
            del usable[error.field]
