"""A folder of saved pages: read where new or changed, and gone where they are no more."""

import gzip
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readings import read, take

from index.corpus import Corpus
from index.sources import Item, Rejected, SourceError
from index.sources.items import Found, Unchanged

AT = {"url": "https://news.example/{path}"}


def page(title: str, url: str | None = None) -> str:
    canonical = f'<link rel="canonical" href="{url}">' if url else ""
    return (
        f"<!doctype html><html><head><title>{title}</title>{canonical}"
        '<meta property="article:published_time" content="2026-09-14T07:45:00+01:00"></head><body><article>'
        f"<h1>{title}</h1><p>The harbour board met on Tuesday and decided to open the second quay to ferries from May."
        "</p><p>Nobody on the board objected, said its chair, who has waited for years.</p></article></body></html>"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "saved" / "2026").mkdir(parents=True)
    (tmp_path / "saved" / "a.html").write_text(page("Quay opens to ferries", "https://news.example/2026/quay-opens"))
    (tmp_path / "saved" / "2026" / "b.htm.gz").write_bytes(gzip.compress(page("Dockers walk out again").encode()))
    return tmp_path / "saved"


def urls(items: Iterable[Item]) -> list[str]:
    return [item.article.url if isinstance(item, Found) else type(item).__name__ for item in items]


def test_pages_are_where_their_canonical_link_or_the_pattern_says(folder: Path, tmp_path: Path) -> None:
    first, second = read(tmp_path, folder, AT)
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert (first.article.title, first.article.url) == ("Quay opens to ferries", "https://news.example/2026/quay-opens")
    assert first.article.published == datetime(2026, 9, 14, 6, 45, tzinfo=UTC)
    assert first.article.text.startswith("The harbour board met on Tuesday")
    assert (second.article.title, second.article.url) == ("Dockers walk out again", "https://news.example/2026/b")
    assert (first.listing, first.mark.key) == (str(folder), str(folder / "a.html"))


def test_a_pattern_can_take_the_name_alone(folder: Path, tmp_path: Path) -> None:
    assert urls(read(tmp_path, folder / "2026" / "b.htm.gz", {"url": "https://news.example/?p={name}"})) == [
        "https://news.example/?p=b"
    ]


def test_a_page_that_does_not_say_where_it_is_is_rejected_with_what_to_do(folder: Path, tmp_path: Path) -> None:
    _, rejected = read(tmp_path, folder)
    assert str(rejected) == (
        f"{folder}/2026/b.htm.gz: the page does not say where it is; give --column url=https://site.example/{{path}}"
    )


@pytest.mark.parametrize(
    "columns",
    [{"url": "https://news.example/"}, {"url": "https://news.example/{id}"}, {"title": "h1"}, {"url": "{path.parent}"}],
)
def test_a_pattern_that_would_not_tell_pages_apart_is_refused(
    folder: Path, tmp_path: Path, columns: dict[str, str]
) -> None:
    with pytest.raises(SourceError, match=r'of pages only \{"url": "https://site\.example/\{path\}"\} can be said'):
        read(tmp_path, folder, columns)


def test_unchanged_files_are_not_opened_and_changed_ones_are_read(folder: Path, tmp_path: Path) -> None:
    assert take(tmp_path, folder, AT)[0].new == 2
    os.truncate(folder / "a.html", 0)
    os.utime(folder / "a.html", ns=(1, 1))
    marked = (folder / "2026" / "b.htm.gz").stat()
    (folder / "2026" / "b.htm.gz").write_bytes(b"\0" * marked.st_size)
    os.utime(folder / "2026" / "b.htm.gz", ns=(marked.st_atime_ns, marked.st_mtime_ns))
    unchanged, emptied = read(tmp_path, folder, AT)
    assert isinstance(unchanged, Rejected)
    assert unchanged.reason.startswith("the page is empty")
    assert isinstance(emptied, Unchanged)
    (folder / "a.html").write_text(page("Quay opens to ferries in May", "https://news.example/2026/quay-opens"))
    report, rejected = take(tmp_path, folder, AT)
    assert (report.new, report.changed, report.unchanged, rejected) == (0, 1, 1, [])


def test_another_pattern_reads_the_files_again(folder: Path, tmp_path: Path) -> None:
    take(tmp_path, folder, AT)
    assert (
        urls(read(tmp_path, folder, {"url": "https://news.example/old/{path}"}))[1] == "https://news.example/old/2026/b"
    )


def test_files_that_vanish_take_their_articles_along(folder: Path, tmp_path: Path) -> None:
    take(tmp_path, folder, AT)
    (folder / "a.html").unlink()
    report, _ = take(tmp_path, folder, AT)
    assert (report.unchanged, report.removed) == (1, 1)
    assert [article.title for article in Corpus(tmp_path / "corpus.sqlite")] == ["Dockers walk out again"]


def test_a_folder_that_is_suddenly_empty_removes_nothing(folder: Path, tmp_path: Path) -> None:
    take(tmp_path, folder, AT)
    (folder / "a.html").unlink()
    (folder / "2026" / "b.htm.gz").unlink()
    with pytest.raises(SourceError, match="none of the 2 files that were here is left; check the path"):
        read(tmp_path, f"pages:{folder}", AT)
    with pytest.raises(SourceError, match="no such file or folder"):
        read(tmp_path, f"pages:{tmp_path / 'missing'}", AT)


def test_a_folder_that_cannot_be_looked_into_keeps_its_articles(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(tmp_path, folder, AT)
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("2026"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    unchanged, rejected = read(tmp_path, folder, AT)
    assert isinstance(unchanged, Unchanged)
    assert str(rejected) == f"{folder}/2026: cannot be looked into (Permission denied)"


def test_what_is_no_page_is_rejected_and_what_leads_out_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text(page("Secret of the house"))
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    (folder / "broken.html").symlink_to(folder / "nothing")
    (folder / "again.html").symlink_to(folder / "a.html")
    (folder / "loop").symlink_to(folder)
    (folder / ".hidden.html").write_text(page("Hidden from everyone"))
    (folder / "notes.pdf").write_bytes(b"%PDF-1.7")
    (folder / "bomb.html.gz").write_bytes(gzip.compress(b"\0" * 10_000_001))
    (folder / "cut.html.gz").write_bytes(b"\x1f\x8b\x08broken")
    (folder / "big.html").write_bytes(b" " * 10_000_001)
    (folder / os.fsdecode(b"caf\xe9.html")).write_text(page("Not a name at all"))
    os.mkfifo(folder / "pipe.html")
    told = {
        str(item).removeprefix(f"{folder}/").partition(" (")[0]
        for item in read(tmp_path, folder, AT)
        if isinstance(item, Rejected)
    }
    assert told == {
        "big.html: has 10,000,001 bytes; at most 10,000,000 are read",
        "bomb.html.gz: larger than 10,000,000 bytes",
        "broken.html: cannot be read",
        "caf\ufffd.html: its name is not UTF-8; rename the file",
        "cut.html.gz: damaged compression",
        "pipe.html: is no file that could be read",
    }
    assert urls(read(tmp_path, folder, AT)).count("https://news.example/2026/quay-opens") == 2


def test_a_plain_text_file_in_a_folder_is_a_page(folder: Path, tmp_path: Path) -> None:
    (folder / "c.txt").write_text("Quay closes for the winter\n\nThe second quay closes in November, the board said.\n")
    _, item, _ = read(tmp_path, folder, AT)
    assert isinstance(item, Found)
    assert item.article.url == "https://news.example/c"
    assert item.article.title == "Quay closes for the winter"
    assert item.article.text == "The second quay closes in November, the board said."


@given(
    st.binary(max_size=200)
    | st.sampled_from([b"<html>", b"<p>\xff", b"\x1f\x8b", page("A title of it").encode()[:150]])
)
def test_arbitrary_bytes_are_an_article_or_rejected(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.html"
    path.write_bytes(content)
    (item,) = read(path.parent, path, AT)
    assert isinstance(item, Found | Rejected)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(("link", "target"), [("loop", "loop"), ("up", ".."), ("page.html", "page.html"), ("a", "b")])
def test_a_folder_with_links_that_lead_in_a_circle_is_read_once(
    tmp_path: Path, link: str, target: str, named: bool
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / link).symlink_to(target)
    (folder / "b").symlink_to("a")
    (folder / "harbour.html").write_text(page("Harbour reopens", "https://a.example/1"))
    report, rejected = take(tmp_path, f"pages:{folder}" if named else folder)
    assert (report.new, report.error, report.failed) == (1, None, link == "page.html")
    assert all("cannot be read (Too many levels of symbolic links)" in str(row) for row in rejected)
