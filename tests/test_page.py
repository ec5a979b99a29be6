"""A saved page becomes one article: its text, and whatever it is, an Article or a PageError."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.page import PageError, read_page
from index.page.document import MAX_ELEMENTS, tree_of

URL = "https://news.example/2026/harbour"
PARAGRAPHS = [
    "The harbour of Skerry reopened on Monday after three weeks of repairs to its outer wall, the port master said.",
    "Ferries will call there twice a day until October, and fishing boats may use the northern quay again at night.",
    "The repairs cost four million crowns, half of which the island paid from a fund that it set up after the storm.",
]
ARABIC = [
    "أعيد فتح ميناء الجزيرة يوم الاثنين بعد ثلاثة أسابيع من أعمال الإصلاح في الجدار الخارجي، كما قال مدير الميناء.",
    "وستتوقف العبارات هناك مرتين في اليوم حتى أكتوبر، ويمكن لقوارب الصيد استخدام الرصيف الشمالي ليلا مرة أخرى.",
]


def page(body: str = "", head: str = "", title: str = "Harbour reopens") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{paragraphs}{body}</article></body></html>"
    )


def stating(**fields: object) -> str:
    return page(head=f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>')


def test_a_page_becomes_an_article_with_its_paragraphs_apart() -> None:
    article = read_page(page(), URL)
    assert (article.title, article.url, article.language) == ("Harbour reopens", URL, "en")
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_an_arabic_page_is_read_as_any_other() -> None:
    body = "".join(f"<p>{text}</p>" for text in [*ARABIC, "وقت القراءة: 3 دقائق", "تابعونا على تويتر"])
    article = read_page(f"<html lang=ar dir=rtl><h1>إعادة فتح الميناء</h1><article>{body}</article></html>", URL)
    assert (article.title, article.language, article.text) == ("إعادة فتح الميناء", "ar", "\n\n".join(ARABIC))


def test_furniture_bylines_and_captions_are_no_text() -> None:
    beside = "<p>3 min read</p><p>Ada Quill</p><p>The quay of Skerry at dawn</p><p>Follow us on Telegram</p>"
    head = '<meta name=author content="Ada Quill">'
    article = read_page(page(f'{beside}<img src=q.jpg alt="The quay of Skerry at dawn">', head), URL)
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_headline_repeated_above_the_text_is_dropped() -> None:
    article = read_page(page().replace("</h1>", "</h1><p>HARBOUR REOPENS!</p>"), URL)
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_description_that_the_page_shows_is_its_first_paragraph() -> None:
    lead = "Repairs took three weeks and cost half of what the island had feared."
    head = f'<meta name=description content="{lead}">'
    shown = page(head=head).replace("<article>", f"<header><div><b>Repairs</b>{lead[7:]}</div></header><article>")
    assert read_page(shown, URL).text == "\n\n".join([lead, *PARAGRAPHS])
    assert read_page(page(head=head), URL).text == "\n\n".join(PARAGRAPHS)


def test_lines_that_a_page_does_not_count_to_its_text_are_dropped() -> None:
    notice = "<p>Readers of this paper get a tenth off tickets for the museum all summer, if they bring this page.</p>"
    whole, cut = " ".join(PARAGRAPHS), " ".join(PARAGRAPHS)[:200]
    told = stating(headline="Harbour reopens", articleBody=whole).replace("</article>", f"{notice}</article>")
    assert read_page(told, URL).text == "\n\n".join(PARAGRAPHS)
    short = stating(headline="Harbour reopens", articleBody=cut).replace("</article>", f"{notice}</article>")
    assert read_page(short, URL).text.endswith("if they bring this page.")


def test_a_stated_text_stands_for_one_that_is_not_on_the_page() -> None:
    stated = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    head = stating(headline="Harbour reopens", articleBody=stated).split("</head>")[0]
    assert read_page(f"{head}</head><body><h1>Harbour reopens</h1></body></html>", URL).text == "\n\n".join(PARAGRAPHS)


def test_a_page_without_headline_is_called_by_its_first_words() -> None:
    article = read_page("<html><body><p>" + "</p><p>".join(PARAGRAPHS) + "</p></body></html>", URL)
    assert article.title == PARAGRAPHS[0][:200]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", ""), ("utf-16", ""), ("cp1256", "windows-1256"), ("iso-8859-6", "iso-8859-6"), ("utf-8-sig", "latin-1")],
)
def test_a_page_is_read_in_the_encoding_it_is_saved_in(encoding: str, declared: str) -> None:
    text = f"<html><head><meta charset={declared}><title>ميناء الجزيرة</title></head><body><p>نص</p></body></html>"
    assert read_page(text.encode(encoding), URL).title == "ميناء الجزيرة"


def test_an_encoding_that_a_page_declares_wrongly_is_guessed() -> None:
    russian = "Порт острова снова открыт после трёх недель ремонта внешней стены, сообщил начальник порта. " * 5
    text = f"<html><head><meta charset=utf-8><title>Порт открыт</title></head><body><p>{russian}</p></body></html>"
    assert read_page(text.encode("cp1251"), URL).title == "Порт открыт"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the page is empty"),
        (" \n\t", "the page is empty"),
        (b"%PDF-1.7 ...", "some other kind of file"),
        (bytes(range(256)) * 9, "some other kind of file"),
        ("<html><body></body></html>", "neither a headline nor a text"),
        ("<!-- nothing -->", "holds no HTML"),
        ("a" * 10_000_001, "the page has 10,000,001 bytes; at most 10,000,000 are read"),
    ],
)
def test_what_is_no_page_is_refused_with_what_to_do(content: bytes | str, problem: str) -> None:
    with pytest.raises(PageError, match=problem):
        read_page(content, URL)


def test_a_page_that_does_not_say_where_it_is_is_named_by_its_words() -> None:
    assert read_page(page(head=f'<link rel="canonical" href="{URL}">')).url == URL
    nowhere = read_page(page())
    assert nowhere.url == f"urn:article:{nowhere.id}"
    assert nowhere.id.startswith("page-")
    assert read_page(page(title="Harbour closes")).id != nowhere.id
    for url in ("javascript:alert(1)", "http://[broken"):
        assert read_page(page(), url) == nowhere


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 20_000 + "deep",
        "<b>" * 20_000 + "deep",
        "<p " + " ".join(f"a{number}=1" for number in range(60_000)) + ">",
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">{"@type": "Article", "headline": 1e999, "author": {"name": [{}]}}</script>',
        "<p>x</p>" * 5_000,
        "<a href='http://[x'><img src='http://['><link rel=canonical href='http://['>",
        "\x00\ud800<p>\x1b",
        "<title>" + "a - " * 200_000,
    ],
)
def test_a_hostile_page_keeps_its_headline(body: str) -> None:
    assert read_page(page(body), URL).title == "Harbour reopens"


def test_no_more_elements_are_read_than_can_be() -> None:
    assert sum(1 for _ in tree_of("<p>x" * (MAX_ELEMENTS + 500)).iter()) <= MAX_ELEMENTS + 3


def test_entities_of_a_page_are_not_multiplied() -> None:
    bomb = "".join(f"<!ENTITY a{number} '{f'&a{number - 1};' * 9}'>" for number in range(1, 20))
    article = read_page(f"<!DOCTYPE html [<!ENTITY a0 'x'>{bomb}]><html><h1>Harbour</h1><p>&a19;</p></html>", URL)
    assert len(article.text) < 100


NAMES = [
    *(
        "@graph",
        "@type",
        "headline",
        "name",
        "author",
        "url",
        "image",
        "width",
        "datePublished",
        "keywords",
        "articleBody",
    ),
    *("publisher", "mainEntityOfPage", "itemListElement", "isAccessibleForFree", "articleSection", "inLanguage"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("NewsArticle"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
TAGS = st.sampled_from(
    ["html", "head", "body", "title", "h1", "p", "div", "a", "article", "meta", "link", "time", "img", "script", "td"]
)
MARKUP = st.builds(
    lambda tag, text, attribute, close: f"<{tag} {attribute}={text!r}>{text}" + f"</{tag}>" * close,
    TAGS,
    st.text(max_size=20),
    st.sampled_from(["href", "content", "property", "name", "datetime", "lang", "rel", "alt"]),
    st.booleans(),
)


def read(content: bytes | str) -> None:
    """Whatever the page, an article in plain text or a PageError."""
    try:
        article = read_page(content, URL)
    except PageError:
        return
    assert isinstance(article, Article)
    assert article.title == " ".join(article.title.split())
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in article.title + article.text)


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_bytes_are_an_article_or_an_error(content: bytes | str) -> None:
    read(content)


@given(st.lists(MARKUP, max_size=20).map("".join))
def test_any_markup_is_an_article_or_an_error(markup: str) -> None:
    read(markup)


@given(st.data())
def test_a_page_cut_or_changed_anywhere_is_an_article_or_an_error(data: st.DataObject) -> None:
    whole = bytearray(stating(headline="Harbour reopens", datePublished="2026-09-14").encode())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=20)):
        whole[place] = data.draw(st.integers(0, 255))
    read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


@given(JSON)
def test_any_statement_is_an_article_or_an_error(value: object) -> None:
    read(page(head=f'<script type="application/ld+json">{json.dumps(value)}</script>'))
