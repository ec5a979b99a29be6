"""The rows of a version's table: all that a build can write is let through, in time that grows as the table does."""

from pathlib import Path
from typing import Any

import numpy as np
from growth import LINEAR, exponent
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from newsroom import article

from index.fields import InvalidFieldError
from index.table import ArticleTable
from index.table_rows import check_rows
from index.table_schema import check_schema
from index.words import BUCKETS

IDF = np.ones(BUCKETS, np.float32)
TEXT = st.text(max_size=40)
ADDRESSES = st.builds("http{}://{}/{}".format, st.sampled_from(["", "s"]), st.from_regex(r"[\w.:-]{1,20}"), TEXT)
ROWS = st.fixed_dictionaries(
    {"id": TEXT, "title": TEXT},
    optional={
        "url": ADDRESSES,
        "text": st.text(max_size=400),
        "published": st.datetimes().map(str),
        "updated": st.datetimes().map(str),
        "section": TEXT,
        "language": st.sampled_from(["en", "pt-BR", "und", "zxx"]),
        "tags": st.lists(TEXT, max_size=4),
        "author": st.lists(TEXT, max_size=3),
        "image": st.one_of(ADDRESSES, st.fixed_dictionaries({"src": ADDRESSES, "alt": TEXT, "width": st.integers()})),
        "excerpt": TEXT,
        "access": st.sampled_from(["free", "paid"]),
        "picks": st.lists(st.one_of(TEXT, ADDRESSES, st.fixed_dictionaries({"title": TEXT, "url": ADDRESSES}))),
    },
)


@given(ROWS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
def test_whatever_article_there_can_be_its_row_is_let_through(tmp_path: Path, row: dict[str, Any]) -> None:
    try:
        stored = article(**row)
    except InvalidFieldError:
        assume(False)
    path = tmp_path / "articles.sqlite"
    path.unlink(missing_ok=True)
    ArticleTable.write(path, [stored], IDF)
    check_schema(path)
    check_rows(path, 1)


def test_the_longest_article_is_let_through(tmp_path: Path) -> None:
    long = "\u0e01" * 1_000_000
    given = {"id": "i" * 512, "title": "t" * 1_000, "text": long, "tags": [f"{n}" + "g" * 3_900 for n in range(100)]}
    ArticleTable.write(tmp_path / "table", [article(**given, author="a" * 4_000, excerpt="e" * 2_000)], IDF)
    check_rows(tmp_path / "table", 1)


def test_reading_a_table_through_takes_as_long_as_it_is_large(tmp_path: Path) -> None:
    def made(count: int) -> tuple[Path, int]:
        path = tmp_path / str(count)
        if not path.exists():
            ArticleTable.write(
                path, [article(id=f"a{n}", title=f"Title {n}", text="Text. ") for n in range(count)], IDF
            )
        return path, count

    assert exponent(made, lambda table: check_rows(*table), 800) < LINEAR
