"""JSON Lines: good rows are kept, bad ones are named by file and line, and only a broken file ends it."""

import gzip
import io
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from newsroom import NEWS, article
from readings import read as read_place
from readings import reading

from index.article import Article
from index.sources import Item, Rejected, SourceError, jsonl, read_source

GOOD = b'{"id": "a", "title": "A title"}\n'


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Item]]:
    def read_bytes(content: bytes, name: str = "news.jsonl") -> list[Item]:
        (tmp_path / name).write_bytes(content)
        return read_place(tmp_path, tmp_path / name)

    return read_bytes


def ids(rows: Iterable[Item]) -> list[str]:
    return [row.id for row in rows if isinstance(row, Article)]


def test_the_newsroom_is_read_in_its_order(source: Callable[[Iterable[object]], Path], tmp_path: Path) -> None:
    assert ids(read_place(tmp_path, source(NEWS))) == [row["id"] for row in NEWS]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"id": "x"}', "field title: None is missing or empty; every article needs a title"),
        (b'{"id": "x", "title": "x", "url": "ftp://a"}', "field url: 'ftp://a' is no web address"),
        (b"{'id': 'x'}", "not JSON (Expecting property name enclosed in double quotes"),
        (b'{"id": "x", "title": "x"', "not JSON (Expecting ',' delimiter"),
        (b"[1, 2]", "not a JSON object; write one object a line"),
        (b"null", "not a JSON object"),
        (b'{"id": "x", "title": "caf\xe9"}', "not UTF-8 at byte 25; save the file as UTF-8"),
        (b'{"id": ' + b"9" * 5000 + b', "title": "x"}', "not JSON (Exceeds the limit"),
        (b"[" * 100_000, "not JSON (it is nested too deeply"),
        (b'{"a":' * 100_000, "not JSON (it is nested too deeply"),
        (b"\x00\x01", "not JSON"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_bad_line_is_named_by_file_and_line_and_the_others_are_kept(
    read: Callable[..., list[Item]], tmp_path: Path, bad: bytes, reason: str
) -> None:
    first, rejected, last = read(GOOD + bad + b"\n" + GOOD.replace(b'"a"', b'"b"'))
    assert ids([first, last]) == ["a", "b"]
    assert isinstance(rejected, Rejected)
    assert str(rejected).startswith(f"{tmp_path / 'news.jsonl'}, line 2, {reason}")


def test_blank_lines_are_skipped_but_counted(read: Callable[..., list[Item]]) -> None:
    _, rejected = read(GOOD + b"\n  \t\r\n" + b"oops\n")
    assert isinstance(rejected, Rejected)
    assert rejected.line == 4


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(read: Callable[..., list[Item]]) -> None:
    assert read(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") + b'{"id": "b", "title": "B"}') == [
        article(),
        article(id="b", title="B"),
    ]


def test_an_escaped_lone_surrogate_is_cleaned_and_not_refused(read: Callable[..., list[Item]]) -> None:
    assert read(b'{"id": "a", "title": "A\\ud800title"}\n') == [article()]


def test_an_empty_file_holds_nothing(read: Callable[..., list[Item]]) -> None:
    assert read(b"") == []


@pytest.mark.parametrize("ending", [b"\n", b""])
def test_a_huge_line_is_rejected_and_the_next_is_read(
    read: Callable[..., list[Item]], monkeypatch: pytest.MonkeyPatch, ending: bytes
) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE", 100)
    huge = b'{"id": "x", "title": "' + b"x" * 350 + b'"}'
    rejected, *rest = read(huge + b"\n" + GOOD + huge + ending)
    assert isinstance(rejected, Rejected)
    assert (rejected.line, rejected.reason) == (1, "longer than 100 bytes; shorten its text")
    assert ids(rest) == ["a"]
    assert [row.line for row in rest if isinstance(row, Rejected)] == [3]


def test_a_line_of_just_the_allowed_length_is_read(
    read: Callable[..., list[Item]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE", len(GOOD))
    assert ids(read(GOOD * 2)) == ["a", "a"]


def test_a_gzipped_file_is_read(read: Callable[..., list[Item]]) -> None:
    assert read(gzip.compress(GOOD), "news.jsonl.gz") == [article()]


def test_a_ndjson_file_is_read(read: Callable[..., list[Item]]) -> None:
    assert read(GOOD, "news.ndjson") == [article()]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda whole: whole[:-9], "Compressed file ended before the end-of-stream marker was reached"),
        (lambda whole: whole[:5], "Compressed file ended"),
        (lambda whole: whole[:-6] + b"\0\0\0\0" + whole[-2:], "CRC check failed"),
        (lambda _: GOOD, "Not a gzipped file"),
        (lambda whole: whole[:40] + b"\xff" * 40 + whole[80:], "Error -3 while decompressing data"),
    ],
    ids=["cut", "cut in the header", "wrong checksum", "not gzip", "overwritten"],
)
def test_a_damaged_gzip_file_is_a_source_error_that_names_it(
    tmp_path: Path, damage: Callable[[bytes], bytes], problem: str
) -> None:
    rows = b"".join(json.dumps({"id": number, "title": f"T {number * 7919}"}).encode() + b"\n" for number in range(200))
    path = tmp_path / "news.jsonl.gz"
    path.write_bytes(damage(gzip.compress(rows)))
    with pytest.raises(SourceError) as caught:
        read_place(tmp_path, path)
    assert str(caught.value).startswith(f"{path}: cannot be read")
    assert problem in str(caught.value)
    assert str(caught.value).endswith("check that the file is whole")


def test_rows_before_the_damage_are_given_and_the_error_says_how_many(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl.gz"
    path.write_bytes(gzip.compress(GOOD * 3)[:-8])
    rows = read_source(reading(tmp_path, path))
    assert ids([next(rows), next(rows), next(rows)]) == ["a", "a", "a"]
    with pytest.raises(SourceError, match="after line 3"):
        next(rows)


def test_standard_input_is_read_by_its_name_and_left_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD + b"oops\n")))
    taken, rejected = read_place(tmp_path, "-")
    assert taken == article()
    assert str(rejected).startswith("standard input, line 2, not JSON")
    assert not sys.stdin.buffer.closed
    assert read_place(tmp_path, "-") == []


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("missing.jsonl", "missing.jsonl: no such file or folder; check the path, or give - to read standard input"),
        ("missing.csv", "missing.csv: no such file or folder"),
        ("a\0b.jsonl", "embedded null byte; check the path"),
        ("/dev/null", "/dev/null: a device or a pipe; give a file"),
    ],
)
def test_a_source_that_is_not_there_is_refused_at_once(tmp_path: Path, place: str, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(reading(tmp_path, place))
    assert problem in str(caught.value)


def test_a_file_of_an_unknown_ending_is_refused_with_the_endings_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "news.docx").write_bytes(b"PK")
    with pytest.raises(SourceError, match=r"news\.docx: unknown kind of source; known endings are \.jsonl, .*\.csv"):
        read_source(reading(tmp_path, tmp_path / "news.docx"))


def test_a_folder_without_pages_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").mkdir()
    with pytest.raises(SourceError, match="no Markdown and no HTML page in this folder"):
        read_source(reading(tmp_path, tmp_path / "news.jsonl"))


def test_a_file_that_goes_away_before_it_is_read_is_a_source_error(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_bytes(GOOD)
    rows = read_source(reading(tmp_path, path))
    path.unlink()
    with pytest.raises(SourceError, match=r"news\.jsonl: cannot be read \(.*No such file"):
        next(rows)


LINES = st.binary(max_size=80) | st.sampled_from([GOOD, b"\xef\xbb\xbf", b"\n", b'{"title":', b"\xff\xfe{\0}\0", b"[]"])


@given(st.lists(LINES, max_size=6).map(b"".join), st.sampled_from(["x.jsonl", "x.jsonl.gz"]), st.booleans())
@example(b"\xef\xbb\xbf", "x.jsonl", False)
def test_arbitrary_bytes_raise_nothing_but_source_errors(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str, compressed: bool
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = folder / name
    path.write_bytes(gzip.compress(content)[: len(content) + 15] if compressed else content)
    try:
        rows = read_place(folder, path)
    except SourceError:
        assert name.endswith(".gz")
    else:
        assert all(isinstance(row, Article | Rejected) for row in rows)
        assert compressed or len(rows) <= content.count(b"\n") + 1


@pytest.mark.parametrize("name", ["caf\udce9.jsonl", "a\x1b[31m\nerror: b.jsonl", "\u202etxt.jsonl"])
def test_a_file_of_any_name_is_read_and_its_name_told_in_one_plain_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"id": "a", "title": "T"}\nno\n', encoding="utf-8")
    told = reading(tmp_path, tmp_path / name)
    assert told.started > 0
    first, rejected = read_source(told)
    assert ids([first]) == ["a"]
    for said in (told.source.name, str(rejected)):
        assert said.isprintable(), ascii(said)
