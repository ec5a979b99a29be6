"""CSV, TSV and Parquet: columns are found by their names, good rows kept, and bad ones named by file and line."""

import csv
import gzip
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from readings import read

from index.article import Article, Image, InvalidFieldError, Pick, clean
from index.fields import PARSERS
from index.page import PageError
from index.sources import Item, Rejected, SourceError, tables
from index.sources.cells import article_of

HEADER = b"id,title,text\n"
Read = Callable[..., list[Item]]


@pytest.fixture
def table(tmp_path: Path) -> Read:
    def read_bytes(content: bytes, name: str = "news.csv", columns: Mapping[str, str] | None = None) -> list[Item]:
        (tmp_path / name).write_bytes(content)
        return read(tmp_path, tmp_path / name, columns)

    return read_bytes


@pytest.fixture
def parquet(tmp_path: Path) -> Read:
    def read_query(query: str, columns: Mapping[str, str] | None = None, name: str = "news.parquet") -> list[Item]:
        duckdb.connect().execute(f"copy ({query}) to '{tmp_path / name}' (format parquet)")
        return read(tmp_path, tmp_path / name, columns)

    return read_query


def told(items: Iterable[Item]) -> list[str]:
    return [str(item).rpartition("/")[2] if isinstance(item, Rejected) else item.title for item in items]  # type: ignore[union-attr]


def test_a_row_becomes_an_article_by_the_common_names_of_its_columns(table: Read) -> None:
    content = (
        "GUID,Headline,Body,Link,Pub Date,Category,Keywords,Byline,Lang,Summary,image_url,picks\n"
        'n1,"Dockers walk out, again","One line.\nAnother line.",https://news.example/a,2026-09-14T07:45:00+01:00,World,'
        "Harbour; strike|talks,Ines Falk,en-GB,Short,/pic.jpg,n2 n3|https://news.example/d\n"
    )
    assert table(content.encode()) == [
        Article(
            id="n1",
            url="https://news.example/a",
            title="Dockers walk out, again",
            text="One line.\nAnother line.",
            published=datetime(2026, 9, 14, 6, 45, tzinfo=UTC),
            section="World",
            language="en",
            tags=("Harbour", "strike", "talks"),
            author="Ines Falk",
            image=Image("https://news.example/pic.jpg"),
            excerpt="Short",
        )
    ]
    (article,) = table(content.encode())
    assert isinstance(article, Article)
    assert article.picks == (Pick(id="n2"), Pick(id="n3"), Pick(url="https://news.example/d"))


def test_an_exact_name_comes_before_another_that_would_do(table: Read) -> None:
    assert table(b"headline,Title,title,ID\nfirst,second,third,a\n") == [Article("a", "urn:article:a", "third")]


def test_what_the_operator_says_comes_before_what_names_tell(table: Read) -> None:
    content = b"title,Web Headline,id\nfor search engines,For readers,a\n"
    assert table(content, columns={"title": "web headline"}) == [Article("a", "urn:article:a", "For readers")]


@pytest.mark.parametrize(
    ("content", "columns", "problem"),
    [
        (b"", {}, "its first line is empty; it must name the columns"),
        (b"\n1,2\n", {}, "its first line is empty"),
        (b"a,b\n1,2\n", {}, 'no column for the title; say which it is, as in {"title": "..."}; its columns are a, b'),
        (b"title,b\n1,2\n", {}, "no column for id or url; say which it is"),
        (HEADER, {"text": "story"}, "no column 'story' for text; its columns are id, title, text"),
        (HEADER, {"headline": "title"}, "articles have no field 'headline'; their fields are id, url, title,"),
        (b"PK\x03\x04\x00\xff\xfe,xx\n", {}, "no column for the title"),
        (b'"id"x,title\n', {}, "cannot be read as CSV (',' expected after '\"'); check its first line"),
    ],
)
def test_a_table_without_the_columns_it_needs_is_a_source_error_that_lists_them(
    table: Read, content: bytes, columns: Mapping[str, str], problem: str
) -> None:
    with pytest.raises(SourceError) as caught:
        table(content, columns=columns)
    assert f"news.csv: {problem}" in str(caught.value)


def test_a_header_alone_holds_nothing(table: Read) -> None:
    assert table(HEADER) == []


def test_bad_rows_are_named_by_their_first_line_and_the_others_are_kept(table: Read) -> None:
    rows = [
        b'a,A,"two\nlines"',
        b"b,caf\xe9,x",
        b"c,short",
        b"d,D,long,longer",
        b"",
        b"e,,x",
        b'f,"F" and more,x',
        b"g,G,x,,",
        b'h,H,"open',
        b"i,I,x",
    ]
    assert told(table(HEADER + b"\n".join(rows))) == [
        "A",
        "news.csv, line 4, not UTF-8; save the file as UTF-8",
        "news.csv, line 5, has 2 fields and the first line 3; put quotes around fields with delimiters or line ends",
        "news.csv, line 6, has 4 fields and the first line 3; put quotes around fields with delimiters or line ends",
        "news.csv, line 8, field title: None is missing or empty; every article needs a title",
        "news.csv, line 9, cannot be read as CSV (',' expected after '\"'); check its quotes",
        "G",
        "news.csv, line 11, cannot be read as CSV up to line 12 (unexpected end of data); check its quotes",
    ]


def test_a_huge_line_is_rejected_and_the_next_is_read(table: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_LINE", 100)
    huge = b"x,X," + b"x" * 1_000 + b"\n"
    try:
        assert told(table(HEADER + huge + b"a,A,x\n" + huge)) == [
            "news.csv, line 2, cannot be read as CSV (line longer than 100 characters); check its quotes",
            "A",
            "news.csv, line 4, cannot be read as CSV (line longer than 100 characters); check its quotes",
        ]
    finally:
        csv.field_size_limit(131_072)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"id;title;text\na;A, and;x\n", "news.csv"),
        (b"id\ttitle\ttext\na\tA, and\tx\n", "news.csv"),
        (b"id|title|text\na|A, and|x\n", "news.csv"),
        (b"id\ttitle,;\ttext\na\tA, and\tx\n".replace(b",;", b""), "news.tsv"),
        (b"\xef\xbb\xbfid;title;text\r\na;A, and;x\r\n", "news.csv"),
        ("id\ttitle\ttext\na\tA, and\tx\n".encode("utf-16"), "news.csv"),
        (gzip.compress(b'id,title,text\na,"A, and",x\n'), "news.csv.gz"),
        (b"id,title,text\ra,A\0 and,x\r".replace(b"A\0 and", b'"A,\0and"'), "news.csv"),
    ],
)
def test_delimiters_encodings_and_line_ends_do_not_matter(table: Read, content: bytes, name: str) -> None:
    assert table(content, name) == [Article("a", "urn:article:a", "A, and", "x")]


def test_rows_before_the_damage_are_given(table: Read) -> None:
    with pytest.raises(SourceError, match=r"news\.csv\.gz: cannot be read after line \d.*check that the file is whole"):
        table(gzip.compress(HEADER + b"a,A,x\n" * 100)[:-10], "news.csv.gz")


def test_markup_in_a_body_is_read_like_a_page_and_its_links_are_picks(table: Read) -> None:
    body = (
        "<p>The <b>harbour</b> board met on Tuesday &amp; decided to open the second quay to ferries from May.</p>"
        "<script>track()</script><p>Nobody on the board objected, said its chair, who has waited for years.</p>"
        "<h3>Read more</h3><ul><li><a href='/2026/08/30/dockers-walk-out/'>"
        "Dockers walk out over night shifts</a></li></ul>"
    )
    (article,) = table(f'url,title,body\nhttps://news.example/2026/a,A quay opens,"{body}"\n'.encode())
    assert isinstance(article, Article)
    assert article.text == (
        "The harbour board met on Tuesday & decided to open the second quay to ferries from May.\n\n"
        "Nobody on the board objected, said its chair, who has waited for years."
    )
    assert article.picks == (
        Pick("Dockers walk out over night shifts", "https://news.example/2026/08/30/dockers-walk-out/"),
    )


def test_a_text_without_markup_is_taken_as_it_is(table: Read) -> None:
    (article,) = table(HEADER + b'a,A,"if x<y and z>1\n\nR&amp;D"\n')
    assert isinstance(article, Article)
    assert article.text == "if x<y and z>1\n\nR&amp;D"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("<b>AT&amp;T</b> wins<br>again", "AT&T wins again"),
        ("If x<y and z>1", "If x<y and z>1"),
        ("<h1>Bold</h1><script>x()</script>", "Bold"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
    ],
)
def test_a_title_is_plain_text(table: Read, written: str, title: str) -> None:
    assert told(table(f"id,title\na,{written}\n".encode())) == [title]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-09-14", datetime(2026, 9, 14, tzinfo=UTC)),
        ("2026-09-14 07:45:00 UTC", datetime(2026, 9, 14, 7, 45, tzinfo=UTC)),
        ("2026-09-14 07:45:00+02", datetime(2026, 9, 14, 5, 45, tzinfo=UTC)),
        ("2026/09/14 07:45", datetime(2026, 9, 14, 7, 45, tzinfo=UTC)),
        ("20260914", datetime(2026, 9, 14, tzinfo=UTC)),
        ('"Mon, 14 Sep 2026 07:45:00 +0100"', datetime(2026, 9, 14, 6, 45, tzinfo=UTC)),
        ("1789371900", datetime(2026, 9, 14, 7, 45, tzinfo=UTC)),
        ("1789371900123", datetime(2026, 9, 14, 7, 45, 0, 123000, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("", None),
    ],
)
def test_dates_are_read_in_the_notations_that_can_be_told(table: Read, written: str, moment: datetime | None) -> None:
    (article,) = table(f"id,title,date\na,A,{written}\n".encode())
    assert isinstance(article, Article)
    assert article.published == moment


def test_a_date_that_could_be_two_days_is_refused(table: Read) -> None:
    assert told(table(b"id,title,date\na,A,03/04/2026\n")) == [
        "2026' is no date; write ISO 8601, for example 2026-09-14T07:45:00+01:00"
    ]


def test_cells_that_matter_little_are_left_out_where_they_cannot_be_used(table: Read) -> None:
    assert table(b"id,title,image,language,access\na,A,none,English!,premium\n") == [Article("a", "urn:article:a", "A")]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r<&{["), max_size=20)


@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from(tables.DELIMITERS), st.sampled_from(["\n", "\r\n"])
)
def test_rows_written_as_csv_come_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str, end: str
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end)
    writer.writerows(
        [("id", "title", "text"), *((f"n{n}", f"T {title}", text) for n, (title, text) in enumerate(rows))]
    )
    path = tmp_path_factory.getbasetemp() / "round.csv"
    path.write_bytes(written.getvalue().encode())
    read_back = [item for item in read(path.parent, path) if isinstance(item, Article)]
    assert [(item.id, item.title.split(), item.text.split()) for item in read_back] == [
        (f"n{n}", clean(f"T {title}").split(), clean(text).split()) for n, (title, text) in enumerate(rows)
    ]


PARTS = st.binary(max_size=30) | st.sampled_from([HEADER, b"a,A,x\n", b'"', b",", b"\xff\xfe", b"\r", b"<p>", b"&"])


@given(st.lists(PARTS, max_size=8).map(b"".join), st.sampled_from(["x.csv", "x.tsv", "x.csv.gz", "x.parquet"]))
@example(HEADER + b'"', "x.csv")
@example(b"\xff\xfea", "x.csv")
@example(b"PAR1xxxxPAR1", "x.parquet")
def test_arbitrary_bytes_raise_nothing_but_source_errors(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    try:
        assert all(isinstance(item, Article | Rejected) for item in read(path.parent, path))
    except SourceError as error:
        str(error).encode()


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=20) | st.binary()
    | st.datetimes() | st.dates() | st.uuids() | st.timedeltas()
)  # fmt: skip
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from(["src", "name", "url"]), SCALARS)


@given(st.dictionaries(st.sampled_from(list(PARSERS)), VALUES))
@example({"id": "a", "title": "A", "section": float("inf"), "published": Decimal("1E+400")})
def test_whatever_a_database_holds_it_is_an_article_or_refused(cells: dict[str, object]) -> None:
    with suppress(InvalidFieldError, PageError):
        article_of(cells)


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"id": 7.0, "title": 1984}, {"id": "7", "title": "1984"}),
        ({"id": Decimal("7.00"), "title": "A", "section": ["World", "Ports"]}, {"id": "7", "section": "World"}),
        ({"id": "a", "title": "A", "tags": '["x", {"name": "y"}, null]'}, {"tags": ("x", "y")}),
        ({"id": "a", "title": "A", "tags": '{x,"y z"}'}, {"tags": ("x", "y z")}),
        ({"id": "a", "title": "A", "author": '["Ines Falk", "Bo Lind"]'}, {"author": "Ines Falk, Bo Lind"}),
        ({"id": "a", "title": "A", "author": "Falk, Ines"}, {"author": "Falk, Ines"}),
        ({"id": "a", "title": "A", "picks": '["x", "y z"]'}, {"picks": (Pick(id="x"), Pick(id="y z"))}),
        ({"id": "a", "title": "A", "picks": ["x"]}, {"picks": (Pick(id="x"),)}),
        ({"id": "a", "title": "A", "excerpt": "x" * 3_000}, {"excerpt": "x" * 2_000}),
        ({"id": "a", "title": "A", "published": date(2026, 9, 14)}, {"published": datetime(2026, 9, 14, tzinfo=UTC)}),
        ({"id": "a", "title": "A", "section": float("nan"), "text": memoryview(b"T")}, {"section": None, "text": "T"}),
    ],
)
def test_cells_of_every_type_are_read(cells: dict[str, object], fields: dict[str, object]) -> None:
    article = article_of(cells)
    assert {name: getattr(article, name) for name in fields} == fields


def test_parquet_keeps_its_types(parquet: Read) -> None:
    items = parquet(
        "select 7 as id, 'A <i>title</i>' as headline, 'Text' as body, ['x', 'y'] as tags, "
        "timestamptz '2026-09-14 07:45:00+01' as published_at, date '2026-09-15' as updated, 1.5 as ignored, "
        "['Ines Falk', 'Bo Lind'] as authors, {'src': 'https://a.example/i.png', 'width': 20} as image"
    )
    assert items == [
        Article(
            id="7",
            url="urn:article:7",
            title="A title",
            text="Text",
            published=datetime(2026, 9, 14, 6, 45, tzinfo=UTC),
            updated=datetime(2026, 9, 15, tzinfo=UTC),
            tags=("x", "y"),
            author="Ines Falk, Bo Lind",
            image=Image("https://a.example/i.png", 20),
        )
    ]


def test_parquet_is_read_beyond_one_batch_in_its_order(parquet: Read) -> None:
    items = parquet("select i as id, 'T ' || i as title from range(1200) t(i)", name="a [1]*.parquet")
    assert [item.title for item in items if isinstance(item, Article)] == [f"T {number}" for number in range(1200)]


def test_a_bad_row_of_parquet_is_named_by_its_number(parquet: Read) -> None:
    assert told(parquet("select 'a' as id, null as title union all select 'b', 'B'")) == [
        "news.parquet, line 1, field title: None is missing or empty; every article needs a title",
        "B",
    ]


def test_one_column_can_hold_two_fields(parquet: Read) -> None:
    assert parquet("select 'a' as key, 'A' as title", {"id": "key", "section": "title", "title": "title"}) == [
        Article("a", "urn:article:a", "A", section="A")
    ]


def test_a_parquet_file_that_is_not_there_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing\.parquet: no such file; check the path"):
        read(tmp_path, f"parquet:{tmp_path / 'missing.parquet'}")


def test_parquet_without_its_library_says_what_to_install(table: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(SourceError, match=r"parquet needs an extra: pip install 'related-articles\[parquet\]'"):
        table(b"", "news.parquet")


def test_a_parquet_file_that_is_cut_is_a_source_error(parquet: Read, table: Read, tmp_path: Path) -> None:
    parquet("select 'a' as id, 'A' as title")
    with pytest.raises(SourceError, match=r"news\.parquet: cannot be read \(.*\); check that the file is whole"):
        table((tmp_path / "news.parquet").read_bytes()[:-20], "news.parquet")
