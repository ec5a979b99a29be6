"""A page saved as plain text: its first line is the headline, and what a browser's copy adds is left out."""

from datetime import UTC, datetime

import pytest

from index.article import Article, InvalidFieldError
from index.page import PageError, read_page

URL = "https://news.example/harbour"
COPY = """
Harbour reopens

Published: Updated:
Read Mode
100% Font Size
3 min read

The harbour of Skerry reopened on Monday, the port master said.

For all the latest headlines follow our Google News channel online.

Ferries call there “twice a day.”

Read more:

Storm closes the harbour of Skerry for weeks

Island sets up a fund for repairs to its harbour

Top Content Trending
"""


def test_a_copied_page_becomes_an_article_and_its_picks() -> None:
    article = read_page(COPY, URL)
    assert article.title == "Harbour reopens"
    assert article.text == (
        "The harbour of Skerry reopened on Monday, the port master said.\n\nFerries call there “twice a day.”"
    )
    assert [pick.title for pick in article.picks] == [
        "Storm closes the harbour of Skerry for weeks",
        "Island sets up a fund for repairs to its harbour",
    ]


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Published: 2026-06-17T10:30:00+04:00", datetime(2026, 6, 17, 6, 30, tzinfo=UTC)),
        ("Published 17 June 2026, 10:30 GMT | Updated: 18 June 2026", datetime(2026, 6, 17, 10, 30, tzinfo=UTC)),
        ("Veröffentlicht: 17.06.2026, 10:30 Uhr", datetime(2026, 6, 17, 10, 30, tzinfo=UTC)),
        ("Publié le 17 juin 2026", datetime(2026, 6, 17, tzinfo=UTC)),
        ("نشر في: 17 يونيو 2026", datetime(2026, 6, 17, tzinfo=UTC)),
        ("公開日：2026年6月17日", datetime(2026, 6, 17, tzinfo=UTC)),
        ("Published in 1998, the novel sold well.", None),
        ("Published: 17 June 2999", None),
    ],
)
def test_a_line_may_state_the_date(line: str, published: datetime | None) -> None:
    assert read_page(f"Harbour reopens\n\n{line}\n\nThe harbour reopened.", URL).published == published


def test_a_headline_alone_is_an_article() -> None:
    article = read_page("الميناء يفتح أبوابه\n", URL)
    assert (article.title, article.text, article.url) == ("الميناء يفتح أبوابه", "", URL)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("word " * 400, "word " * 39 + "word…"),
        ("x" * 5_000, "x" * 199 + "…"),
        ("港" * 5_000, "港" * 199 + "…"),
        ('{"text": "' + "port reopens " * 200 + '"}', '{"text": "' + "port reopens " * 14 + "port…"),
        ("a" * 1_001, "a" * 199 + "…"),
    ],
)
@pytest.mark.parametrize("url", [URL, None, "https://a.example/" + "x" * 5_000])
def test_a_first_line_that_is_too_long_for_a_headline_is_text_and_its_beginning_stands_for_one(
    content: str, title: str, url: str | None
) -> None:
    article = read_page(f"{content}\n\nThe harbour reopened.", url)
    assert article.title == title
    assert article.text == f"{content.strip()}\n\nThe harbour reopened."


def test_a_headline_of_a_thousand_characters_is_one() -> None:
    assert read_page("b" * 1_000 + "\n\nThe harbour reopened.", URL).title == "b" * 1_000


@pytest.mark.parametrize("field", ["title", "id", "published", "elsewhere"])
def test_a_field_that_a_page_needs_is_never_left_out(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    def refuse(_: object) -> Article:
        raise InvalidFieldError(field, "x", "is odd", "give another")

    monkeypatch.setattr("index.page.parse_article", refuse)
    with pytest.raises(PageError, match=f"field {field}: 'x' is odd; give another"):
        read_page("Harbour reopens\n\nPublished: 2026-06-17\n\nThe harbour reopened.", URL)
