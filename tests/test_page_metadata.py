"""What a page states of its article, field by field: first what schema.org says, then meta elements, then the page."""

import json
from datetime import UTC, datetime

import pytest
from lxml import html

from index.article import Article, Image
from index.page import read_page
from index.page.days import days_below

URL = "https://www.news.example/2026/harbour"


def read(head: str = "", h1: str = "Harbour reopens", url: str | None = URL, **stated: object) -> Article:
    data = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **stated})
    script = f'<script type="application/ld+json">{data}</script>' if stated else ""
    return read_page(f"<html><head>{head}{script}</head><body><h1>{h1}</h1><p>Text.</p></body></html>", url)


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("head", "h1", "headline", "title"),
    [
        ("<title>Harbour reopens | Calder Post</title>", "Harbour reopens", "", "Harbour reopens"),
        (meta("og:title", "Harbour reopens - Calder Post"), "Harbour reopens", "", "Harbour reopens"),
        (meta("og:title", "Harbour reopens"), "Skerry: Harbour reopens", "", "Harbour reopens"),
        ("", "Harbour reopens", "Harbour reopens | Sport", "Harbour reopens"),
        (meta("og:title", "At last!"), "Harbour &amp; quay", "Harbour &amp;amp; <b>quay</b>", "Harbour & quay"),
        (meta("og:site_name", "Calder Post") + "<title>Harbour: open – Calder Post</title>", "", "", "Harbour: open"),
        ("<title>Harbour reopens at last – The Calder Post</title>", "", "", "Harbour reopens at last"),
        ("<title>Harbour reopens – is that wise?</title>", "", "", "Harbour reopens – is that wise?"),
        ("<title>Harbour reopens | News.example</title>", "", "", "Harbour reopens"),
        ("<title>港が再開：日報</title><h2>港が再開</h2>", "", "", "港が再開"),
        ("<title>الميناء يفتح أبوابه | البريد</title>", "الميناء يفتح أبوابه", "", "الميناء يفتح أبوابه"),
        (
            "<title>Harbour reopens | Calder</title><h3>Harbour reopens</h3>",
            "<a href=/>Calder</a>",
            "",
            "Harbour reopens",
        ),
        ("", "Word " * 30, ("Word " * 22).strip() + "…", ("Word " * 30).strip()),
        ("", "Harbour  reopens\n\u200b ", "", "Harbour reopens"),
        ("<title>What the harbour says to its critics</title>", "Harbour reopens", "", "Harbour reopens"),
        ("<title>What the harbour says to its critics</title>", "Harbour", "", "What the harbour says to its critics"),
        (
            "<title>Port opens at last : The Quay : Calder</title><h2>The Quay</h2>",
            "Harbour opens",
            "",
            "Harbour opens",
        ),
        (
            "<title>Port opens soon | The Post</title><h1>The Harbour News</h1>",
            "Harbour reopens",
            "",
            "Port opens soon",
        ),
        (
            meta("og:site_name", "The Calder Post") + "<h1>The Calder Post</h1>",
            "Harbour reopens",
            "",
            "Harbour reopens",
        ),
        (
            "",
            "<em>Osterholm</em>: <b>harbour</b>’s end<br>is <span>near</span><span>by</span>",
            "",
            "Osterholm: harbour’s end is near by",
        ),
    ],
)
def test_the_title_is_the_headline_that_readers_see(head: str, h1: str, headline: str, title: str) -> None:
    assert read(head, h1, **({"headline": headline} if headline else {})).title == title


SHARED = meta("og:title", "Port opens at last") + meta("twitter:title", "Port opens at last")
SUBTITLED = meta("og:title", "Port opens at last") + meta("twitter:title", "Port opens at last - Ferries on Monday")


@pytest.mark.parametrize(
    ("head", "h1", "headline", "title"),
    [
        (SHARED, "Harbour reopens", "Harbour reopens", "Port opens at last"),
        (SHARED, "Harbour reopens", "", "Harbour reopens"),
        (SHARED + "<title>Harbour reopens | Calder</title>", "Harbour reopens", "", "Port opens at last"),
        (meta("og:title", "Port opens at last"), "Harbour reopens", "", "Harbour reopens"),
        (meta("og:title", "Port opens at last"), "Harbour", "", "Port opens at last"),
        (SUBTITLED, "Harbour reopens", "Harbour reopens", "Port opens at last"),
        (SHARED, "Harbour opens", "Harbour reopens", "Harbour reopens"),
        (SHARED + "<title>Port opens at last, says the council</title>", "Harbour reopens", "", "Harbour reopens"),
        (SHARED + "<title>Port opens at last</title>", "Harbour reopens", "Harbour reopens", "Harbour reopens"),
        (SHARED + "<title>Port opens at last | C</title>", "Harbour reopens", "Harbour reopens", "Harbour reopens"),
        (SHARED.replace("at last", "| Calder"), "Harbour reopens", "Harbour reopens", "Harbour reopens"),
        (meta("og:title", "Port opens at last"), "Harbour reopens", "Harbour reopens", "Harbour reopens"),
    ],
)
def test_a_headline_that_editors_wrote_for_links_is_the_title(head: str, h1: str, headline: str, title: str) -> None:
    assert read(head, h1, **({"headline": headline} if headline else {})).title == title


@pytest.mark.parametrize(
    ("head", "stated", "moment"),
    [
        ("", {"datePublished": "2026-09-14T07:45:00+01:00"}, datetime(2026, 9, 14, 6, 45, tzinfo=UTC)),
        ("", {"datePublished": "2026-09-14 07:45:00 +0100"}, datetime(2026, 9, 14, 6, 45, tzinfo=UTC)),
        ("", {"datePublished": "Mon, 14 Sep 2026 07:45:00 +0100"}, datetime(2026, 9, 14, 6, 45, tzinfo=UTC)),
        (meta("article:published_time", "2026-09-14T07:45Z"), {}, datetime(2026, 9, 14, 7, 45, tzinfo=UTC)),
        (
            meta("article:published_time", "2026-09-14T07:45Z"),
            {"datePublished": "2026-09-14"},
            datetime(2026, 9, 14, 7, 45, tzinfo=UTC),
        ),
        (
            meta("article:published_time", "2026-05-01T07:45Z"),
            {"datePublished": "2026-09-14"},
            datetime(2026, 9, 14, tzinfo=UTC),
        ),
        ("<time datetime='2026-09-14T07:45:00Z'></time><time datetime='2020-01-01'></time>", {}, None),
        (meta("date", "2999-01-01"), {"datePublished": "1970-01-01"}, None),
        (meta("article:published_time", "2026-09-14"), {"datePublished": ["soon"]}, datetime(2026, 9, 14, tzinfo=UTC)),
    ],
)
def test_the_date_is_the_first_that_can_be_as_exact_as_stated(
    head: str, stated: dict[str, object], moment: datetime | None
) -> None:
    expected = datetime(2026, 9, 14, 7, 45, tzinfo=UTC) if "<time" in head else moment
    assert read(head, **stated).published == expected


def dated(body: str, path: str = "harbour", head: str = "") -> datetime | None:
    text = "<p>" + "Ferries leave the quay again. " * 20 + "</p>"
    page = f"<html><head>{head}</head><body><h1>Harbour reopens</h1>{body}{text}<p>© 2022 Calder</p></body></html>"
    return read_page(page, f"https://www.news.example/{path}").published


DAY = datetime(2019, 9, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        "<dd itemprop=datePublished content=2019-09-14>2019年9月</dd>",
        "<span itemprop=datePublished>2019-09-14</span>",
        "<time>September 14, 2019</time>",
        "<p class=date>2019年09月14日 12時00分更新</p>",
        "<p>Updated 20 September 2019</p><p>14 September 2019</p>",
        "<p>14. September 2019, 12 Uhr</p>",
        "<p>Skerry, 14.9.2019</p>",
        "<p><a href=/ada>Ada Quill</a> | 14 septembre 2019</p>",
        "<blockquote><time datetime='2018-01-05T10:00:00Z'>Jan 5</time></blockquote><p>Sept. 14, 2019</p>",
    ],
)
def test_a_day_that_only_readers_see_is_read(body: str) -> None:
    assert dated(body) == DAY


@pytest.mark.parametrize("path", ["2019/09/14/harbour", "2019/9/14/a", "news/20190914/a.html", "n1/2019/0914/c1.html"])
def test_a_day_in_the_address_counts_before_those_of_other_articles(path: str) -> None:
    other = "<time datetime='2020-03-01T10:00:00Z'></time>"
    assert dated(other, path) == DAY
    assert dated("<time datetime='2019-09-14T10:30:00Z'></time>", path) == DAY.replace(hour=10, minute=30)


@pytest.mark.parametrize("path", ["a20190914", "id/19991332", "2019/13/40/a", "2019/09/harbour"])
def test_no_day_is_made_of_other_numbers_in_an_address(path: str) -> None:
    assert dated("", path) is None


def test_a_day_is_not_guessed_from_a_year_alone() -> None:
    assert dated("") is None
    assert dated("<p>1 January 2022</p>") == datetime(2022, 1, 1, tzinfo=UTC)
    assert dated("<p>" + "Read on. " * 30 + "</p><p class=date>Published: 01/01/2022</p>") == datetime(
        2022, 1, 1, tzinfo=UTC
    )


def test_days_of_a_list_are_not_the_pages() -> None:
    listed = [f"<li>2019.09.{day} <a href=/{day}>Ferry {day} sails</a></li>" for day in range(11, 16)]
    heading, *_ = html.fromstring("<div><h1>Harbour</h1>" + "".join(listed) + "</div>")
    assert days_below(heading) == []
    heading, *_ = html.fromstring("<div><h1>Harbour</h1>" + "".join(listed[:2]) + "</div>")
    assert days_below(heading) == ["2019-09-11", "2019-09-12"]


def test_a_day_of_another_month_than_the_address_is_not_the_pages() -> None:
    assert dated("<p>14 September 2019</p>", "2016/12/harbour") is None
    assert dated("<p>14 September 2019</p>", "201908/harbour") == DAY


def test_an_update_is_told_apart_from_the_publication() -> None:
    article = read(datePublished="2026-09-14T07:45Z", dateModified="2026-09-15T08:00Z")
    assert article.updated == datetime(2026, 9, 15, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"@type": "Person", "name": "Ada Quill"}, "Ada Quill"),
        ([{"name": "By Ada Quill"}, {"name": "Bo Reed"}, {"name": "Ada Quill"}], "Ada Quill, Bo Reed"),
        (["https://news.example/ada", "Ada Quill"], "Ada Quill"),
        ({"name": ["Ada Quill"]}, "Ada Quill"),
        ({"name": 7}, None),
    ],
)
def test_authors_are_names(author: object, name: str | None) -> None:
    assert read(author=author).author == name


def test_an_author_is_read_from_meta_elements_and_from_the_page() -> None:
    assert read(meta("author", "by Ada Quill")).author == "Ada Quill"
    assert read("<a rel=author href=/ada>Ada Quill</a>").author == "Ada Quill"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://news.example/harbour", "https://news.example/harbour"),
        ("https://m.news.example/harbour", "https://m.news.example/harbour"),
        ("/harbour", "https://www.news.example/harbour"),
        ("https://elsewhere.example/harbour", URL),
        ("https://www.news.example/", URL),
        ("javascript:alert(1)", URL),
        ("http://[broken", URL),
    ],
)
def test_the_address_is_the_canonical_one_of_the_same_site(link: str, address: str) -> None:
    assert read(f'<link rel="canonical" href="{link}">').url == address


def test_the_address_is_also_read_from_opengraph_and_schema_org() -> None:
    assert read(meta("og:url", "https://news.example/a")).url == "https://news.example/a"
    assert read(mainEntityOfPage={"@id": "https://news.example/b"}, url=None).url == "https://news.example/b"


def test_section_tags_language_excerpt_and_access_are_read() -> None:
    article = read(
        articleSection=["World", "Sea"],
        keywords="Skerry, harbour , ,Skerry",
        inLanguage="sv-SE",
        description="It took <b>three</b> weeks.",
        isAccessibleForFree="False",
    )
    assert (article.section, article.tags, article.language) == ("World", ("Skerry", "harbour"), "sv")
    assert (article.excerpt, article.access) == ("It took three weeks.", "paid")


def test_meta_elements_state_the_same_fields() -> None:
    tags = meta("article:tag", "Skerry") + meta("article:tag", "harbour")
    article = read(meta("article:section", "World") + tags + meta("og:locale", "ar_AE") + meta("description", "Weeks."))
    assert (article.section, article.tags, article.language) == ("World", ("Skerry", "harbour"), "ar")
    assert (article.excerpt, article.access) == ("Weeks.", None)


@pytest.mark.parametrize(("tier", "access"), [("free", "free"), ("metered", "registered"), ("locked", "paid")])
def test_a_tier_is_a_kind_of_access(tier: str, access: str) -> None:
    assert read(meta("article:content_tier", tier), isAccessibleForFree=False).access == access


def test_a_breadcrumb_names_the_section() -> None:
    steps = [{"name": "Home"}, {"item": {"name": "World"}}, {"name": "Harbour reopens"}]
    trail = json.dumps({"@type": "BreadcrumbList", "itemListElement": steps})
    assert read(f'<script type="application/ld+json">{trail}</script>').section == "World"


def test_a_picture_has_its_size_and_description() -> None:
    picture = {"url": "/quay.jpg", "width": {"value": 1200}, "height": "800px", "caption": "The quay"}
    src = "https://www.news.example/quay.jpg"
    assert read(image=[picture, "/other.jpg"]).image == Image(src, 1200, 800, "The quay")
    shared = meta("og:image", src) + meta("og:image:width", "600") + meta("og:image:alt", "At dawn")
    assert read(shared).image == Image(src, 600, None, "At dawn")
    assert read(f'{meta("og:image", src)}<img src="/quay.jpg" alt="Dusk">').image == Image(src, alt="Dusk")


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type": "NewsArticle", "headline": "Reopened"} -->',
        '{"@graph": [{"@type": "Page", "mainEntity": {"@type": ["Thing", "BlogPosting"], "headline": "Reopened",}}]};',
        '[{"@type": "Organization", "headline": "No"}, {"@type": "Report", "headline": "Re\n\topened"}]',
    ],
)
def test_statements_are_read_as_sites_write_them(script: str) -> None:
    title = read(f'<script type="application/ld+json">{script}</script>').title
    assert title.replace(" ", "") == "Reopened"


def test_one_bad_field_costs_no_more_than_itself() -> None:
    article = read(author="x" * 9_000, image="ftp://x", inLanguage="??", articleSection={"a": 1}, keywords="Skerry")
    assert (article.author, article.image, article.language, article.section) == (None, None, None, None)
    assert article.tags == ("Skerry",)
