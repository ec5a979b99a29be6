"""WordPress exports: published posts, one after another; a file that is cut gives what stands before the cut."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from readings import read, reading

from index.article import Article, Pick
from index.sources import Item, Rejected, SourceError, read_source, wxr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- This is an export -->\n<rss version="2.0"'
    ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>'
    "<title>The site</title><link>https://news.example</link><wp:wxr_version>1.2</wp:wxr_version>"
    "<wp:author><wp:author_login><![CDATA[ifalk]]></wp:author_login>"
    "<wp:author_display_name><![CDATA[Ines Falk]]></wp:author_display_name></wp:author>\n"
)
TAIL = "</channel>\n</rss>\n"
BODY = """The <b>harbour</b> board met on Tuesday &amp; decided to open the second quay to ferries from May.

[caption id="a" width="3"]<img src="q.jpg" /> A quay[/caption]Nobody on the board objected [sic], said its chair.
[gallery ids="1,2"]
<h3>Read more</h3>
<ul><li><a href="/2026/08/30/dockers-walk-out/">Dockers walk out over night shifts</a></li></ul>"""


def post(title: str = "A quay opens", content: str = "Text", more: str = "", **fields: str) -> str:
    values = {"post_type": "post", "status": "publish", "post_date_gmt": "2026-09-14 06:45:00", "post_password": ""}
    said = "".join(f"<wp:{name}><![CDATA[{value}]]></wp:{name}>" for name, value in (values | fields).items())
    slug = title.lower().replace(" ", "-")
    return (
        f"<item><title>{escape(title)}</title><link>https://news.example/2026/{escape(slug)}/</link>"
        f"<pubDate>Mon, 14 Sep 2026 06:45:00 +0000</pubDate><dc:creator><![CDATA[ifalk]]></dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>{said}{more}</item>\n"
    )


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., list[Item]]:
    def read_text(text: str | bytes, name: str = "export.xml") -> list[Item]:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(tmp_path, f"wxr:{tmp_path / name}")

    return read_text


def titles(items: list[Item]) -> list[str]:
    return [item.title for item in items if isinstance(item, Article)]


def test_a_post_becomes_an_article(export: Callable[..., list[Item]]) -> None:
    more = (
        '<category domain="post_tag" nicename="harbour"><![CDATA[Harbour]]></category>'
        '<category domain="category" nicename="uncategorized"><![CDATA[Uncategorised]]></category>'
        '<category domain="category" nicename="arts"><![CDATA[Arts &amp; Ports]]></category>'
        '<category domain="category" nicename="world"><![CDATA[World]]></category>'
        '<category domain="post_tag" nicename="strike"><![CDATA[Strike]]></category>'
        "<excerpt:encoded><![CDATA[<p>Talks went on.</p>]]></excerpt:encoded>"
        "<wp:post_modified_gmt>2026-09-15 08:00:00</wp:post_modified_gmt>"
        "<!-- a plugin was here --><wp:comment><wp:comment_content>First!</wp:comment_content></wp:comment>"
    )
    (article,) = export(HEAD + post("A quay & a <i>port</i> open", BODY, more) + TAIL)
    assert isinstance(article, Article)
    assert article == Article(
        id=article.id,
        url="https://news.example/2026/a-quay-&-a-%3Ci%3Eport%3C/i%3E-open/",
        title="A quay & a port open",
        text="The harbour board met on Tuesday & decided to open the second quay to ferries from May.\n\n"
        "Nobody on the board objected [sic], said its chair.",
        published=datetime(2026, 9, 14, 6, 45, tzinfo=UTC),
        updated=datetime(2026, 9, 15, 8, tzinfo=UTC),
        section="Arts & Ports",
        tags=("Harbour", "Strike"),
        author="Ines Falk",
        excerpt="Talks went on.",
    )
    assert article.picks == (
        Pick("Dockers walk out over night shifts", "https://news.example/2026/08/30/dockers-walk-out/"),
    )


def test_only_posts_that_everyone_can_read_are_taken(export: Callable[..., list[Item]]) -> None:
    others = (
        post("Draft", status="draft"),
        post("Page", post_type="page"),
        post("Picture", post_type="attachment"),
        post("Secret", post_password="x"),  # noqa: S106
        post("Future", status="future"),
    )
    assert titles(export(HEAD + "".join(others) + post("Public") + TAIL)) == ["Public"]


def test_a_post_without_a_date_in_utc_has_that_of_the_feed(export: Callable[..., list[Item]]) -> None:
    (article,) = export(HEAD + post(post_date_gmt="0000-00-00 00:00:00") + TAIL)
    assert isinstance(article, Article)
    assert article.published == datetime(2026, 9, 14, 6, 45, tzinfo=UTC)


def test_a_post_that_cannot_be_used_is_named_by_its_number(export: Callable[..., list[Item]]) -> None:
    rejected, article = export(HEAD + post("") + post() + TAIL)
    assert isinstance(rejected, Rejected)
    assert str(rejected).endswith(
        "export.xml, item 1: field title: None is missing or empty; every article needs a title"
    )
    assert isinstance(article, Article)


def test_an_export_is_known_by_its_content_and_can_be_compressed(tmp_path: Path) -> None:
    for name, pack in (("export.xml", bytes), ("export.xml.gz", gzip.compress)):
        (tmp_path / name).write_bytes(pack((HEAD + post() + TAIL).encode()))
        assert titles(read(tmp_path, tmp_path / name)) == ["A quay opens"]


def test_what_editors_paste_is_no_reason_to_stop(export: Callable[..., list[Item]]) -> None:
    text = (HEAD + post(content="one\x08two \uffff") + post("Caf\xe9") + TAIL).encode().replace("é".encode(), b"\xe9")
    first, second = export(text)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.text, second.title) == ("one two", "Caf\ufffd")


def test_a_declared_encoding_is_followed(export: Callable[..., list[Item]]) -> None:
    text = (HEAD.replace("UTF-8", "ISO-8859-1") + post("Café") + TAIL).encode("latin-1")
    assert titles(export(text)) == ["Café"]


@pytest.mark.parametrize("name", ["export.xml", "export.xml.gz"])
def test_items_before_a_cut_are_given_and_the_error_says_after_which(tmp_path: Path, name: str) -> None:
    whole = (HEAD + "".join(post(f"Title {number}") for number in range(3))).encode()
    (tmp_path / name).write_bytes(gzip.compress(whole)[:-8] if name.endswith(".gz") else whole[:-9])
    items = read_source(reading(tmp_path, f"wxr:{tmp_path / name}"))
    taken: list[Item] = []
    with pytest.raises(
        SourceError, match=rf"{name}: cannot be read after item \d \(.*\); check that the file is whole"
    ):
        taken.extend(items)
    assert titles(taken)[:2] == ["Title 0", "Title 1"]


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_a_document_type_is_refused(export: Callable[..., list[Item]], declared: str) -> None:
    with pytest.raises(SourceError, match="declares a document type, which no export does"):
        export(HEAD.replace("<!-- This is an export -->", declared) + post() + TAIL)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "cannot be read"),
        (HEAD + "<item><title>&nbsp;</title></item>" + TAIL, "cannot be read (Entity 'nbsp' not defined"),
        (HEAD + TAIL, "no item in it; is this an export of WordPress?"),
        ("<rss><channel>" + "<a>" * 5_000, "cannot be read"),
        (HEAD.replace("UTF-8", "zlib_codec") + TAIL, "cannot be read ('zlib_codec' is not a text encoding"),
        (HEAD.replace("UTF-8", "no-such-code") + TAIL, "cannot be read (unknown encoding: no-such-code)"),
        ("plain text", "cannot be read"),
    ],
)
def test_what_is_no_export_is_a_source_error(export: Callable[..., list[Item]], text: str, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        export(text)
    assert f"export.xml: {problem}" in str(caught.value)


def test_a_post_about_document_types_is_taken(
    export: Callable[..., list[Item]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wxr, "AT_ONCE", len(HEAD))
    assert titles(export(HEAD + post("On <!DOCTYPE>", "The <!DOCTYPE html> line") + TAIL)) == ["On <!DOCTYPE>"]


def test_a_post_longer_than_a_part_that_is_read_at_once_is_whole(
    export: Callable[..., list[Item]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wxr, "AT_ONCE", 7)
    (article,) = export(HEAD + post(content="Zürich " * 300) + TAIL)
    assert isinstance(article, Article)
    assert article.text == ("Zürich " * 300).strip()


PARTS = st.binary(max_size=30) | st.sampled_from(
    [HEAD.encode(), TAIL.encode(), post().encode(), b"<item>", b"]]>", b"&"]
)


@given(st.lists(PARTS, max_size=6).map(b"".join))
@example(HEAD.encode() + b"\xff\xfe")
def test_arbitrary_bytes_raise_nothing_but_source_errors(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xml"
    path.write_bytes(content)
    with suppress(SourceError):
        assert all(isinstance(item, Article | Rejected) for item in read(path.parent, f"wxr:{path}"))
