"""Markdown with front matter: Hugo's and Jekyll's fields, addresses and drafts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from readings import read, take

from index.article import Article, Image, Pick
from index.corpus import Corpus
from index.sources import Rejected, SourceError, markdown
from index.sources.items import Found
from index.sources.sites import STYLES

SITE = {"url": "https://site.example"}
POST = "---\ntitle: A title\ndate: 2026-09-14\n---\nText\n"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def one(folder: Path, place: Path, columns: Mapping[str, str] | None = None) -> Article:
    (item,) = read(folder, place, columns)
    assert isinstance(item, Found), str(item)
    return item.article


def addresses(folder: Path, place: Path, columns: Mapping[str, str] | None = None) -> list[str]:
    return sorted(item.article.url for item in read(folder, place, columns) if isinstance(item, Found))


YAML = """---
title: Harbour talks &amp; <em>more</em>
date: 2026-09-14 07:45:00 +0100
lastmod: 2026-09-15
tags: [Harbour, Strike]
categories:
  - World
  - Ports
author: {name: Ines Falk}
description: Talks went on.
image: pic.jpg
lang: en
---
"""
TOML = """+++
title = "Harbour talks & more"
date = 2026-09-14T07:45:00+01:00
lastmod = 2026-09-15
tags = ["Harbour", "Strike"]
categories = ["World", "Ports"]
authors = ["Ines Falk"]
summary = "Talks went on."
images = ["pic.jpg"]
language = "en"
+++
"""
JSON = """{
  "title": "Harbour talks & more", "date": "2026-09-14T07:45:00+01:00", "lastmod": "2026-09-15",
  "tags": "Harbour, Strike", "categories": "World", "author": "Ines Falk", "excerpt": "Talks went on.",
  "cover": {"image": "pic.jpg", "alt": "A quay"}, "lang": "en-GB"
}
"""


@pytest.mark.parametrize("matter", [YAML, TOML, JSON, YAML.replace("\n", "\r\n"), "\ufeff" + YAML], ids=repr)
def test_front_matter_of_three_kinds_is_one_article(tmp_path: Path, matter: str) -> None:
    site = write(tmp_path / "site", {"content/posts/harbour.md": f"{matter}The *board* met.\n"})
    assert one(tmp_path, site, SITE) == Article(
        id=one(tmp_path, site, SITE).id,
        url="https://site.example/posts/harbour/",
        title="Harbour talks & more",
        text="The board met.",
        published=datetime(2026, 9, 14, 6, 45, tzinfo=UTC),
        updated=datetime(2026, 9, 15, tzinfo=UTC),
        section="World",
        language="en",
        tags=("Harbour", "Strike"),
        author="Ines Falk",
        image=Image("https://site.example/posts/harbour/pic.jpg"),
        excerpt="Talks went on.",
    )


def test_markdown_becomes_plain_text_and_read_more_lists_become_picks(tmp_path: Path) -> None:
    body = """
The **harbour** board met [on Tuesday](/tuesday) and decided to open the second quay to ferries from May.

{{< figure src="quay.jpg" caption="A quay" >}}
{% include ad.html %}
- One point that was made there
- Another point

## Read more

- [Dockers walk out over night shifts](/2026/08/30/dockers-walk-out/)
- [Second quay opens in May]({{ site.baseurl }}/2026/second-quay-opens-in-may/)
"""
    article = one(tmp_path, write(tmp_path / "site", {"a.md": POST.replace("Text", body)}), SITE)
    assert article.text == (
        "The harbour board met on Tuesday and decided to open the second quay to ferries from May.\n\n"
        "- One point that was made there\n\n- Another point"
    )
    assert article.picks == (
        Pick("Dockers walk out over night shifts", "https://site.example/2026/08/30/dockers-walk-out/"),
        Pick("Second quay opens in May", "https://site.example/2026/second-quay-opens-in-may/"),
    )


HUGO = {
    "content/_index.md": POST,
    "content/posts/_index.md": POST,
    "content/posts/Quay Opens.md": POST,
    "content/posts/bundle/index.md": POST,
    "content/posts/slug.md": POST.replace("title:", "slug: Another Slug\ntitle:"),
    "content/posts/url.md": POST.replace("title:", "url: /stated/\ntitle:"),
    "content/about.md": POST,
    "README.md": POST,
    "themes/a/exampleSite/content/posts/x.md": POST,
    "themes/.git/readme.md": POST,
    "node_modules/x/readme.md": POST,
}


@pytest.mark.parametrize(
    "config",
    [
        {"hugo.toml": 'baseURL = "https://site.example/blog/"'},
        {"config.toml": 'baseurl = "https://site.example/blog"'},
        {"hugo.yaml": "baseURL: https://site.example/blog/"},
        {"config/_default/hugo.toml": 'baseURL = "https://site.example/blog/"'},
    ],
    ids=lambda config: next(iter(config)),
)
def test_hugos_addresses_are_told_by_its_configuration(tmp_path: Path, config: dict[str, str]) -> None:
    site = write(tmp_path / "site", HUGO | config)
    posts = [
        f"https://site.example/blog/{path}/"
        for path in ("posts/another-slug", "posts/bundle", "posts/quay-opens", "stated")
    ]
    assert addresses(tmp_path, site) == ["https://site.example/blog/about/", *posts]
    assert addresses(tmp_path, site / "content" / "posts") == posts
    assert one(tmp_path, site / "content" / "about.md").url == "https://site.example/blog/about/"


def test_hugos_permalinks_are_followed(tmp_path: Path) -> None:
    config = 'baseURL = "https://site.example/"\n[permalinks]\nposts = "/:year/:month/:slug/"\n'
    site = write(tmp_path / "site", {"hugo.toml": config, "content/posts/quay.md": POST, "content/news/a.md": POST})
    assert addresses(tmp_path, site) == ["https://site.example/2026/09/quay/", "https://site.example/news/a/"]


@pytest.mark.parametrize(
    ("permalink", "path"),
    [
        ("", "b/world/2026/09/14/quay-opens.html"),
        ("permalink: pretty\n", "b/world/2026/09/14/quay-opens/"),
        ("permalink: none\n", "b/world/quay-opens.html"),
        ("permalink: /:year/:title/\n", "b/2026/quay-opens/"),
    ],
)
def test_jekylls_addresses_are_told_by_its_configuration(tmp_path: Path, permalink: str, path: str) -> None:
    post = "---\ntitle: A title\ncategories: World Ports\ntags: one two\n---\nText\n".replace(" Ports", "")
    config = f"url: https://site.example\nbaseurl: /b\n{permalink}"
    site = write(tmp_path / "site", {"_config.yml": config, "_posts/2026-09-14-quay-opens.md": post, "README.md": POST})
    article = one(tmp_path, site)
    assert article.url == f"https://site.example/{path}"
    assert article.published == datetime(2026, 9, 14, tzinfo=UTC)
    assert (article.section, article.tags) == ("World", ("one", "two"))
    assert one(tmp_path, site / "_posts").url == article.url


def test_folders_above_jekylls_posts_are_categories_and_a_post_can_say_where_it_is(tmp_path: Path) -> None:
    files = {
        "_config.yml": "url: https://site.example",
        "news/_posts/2026-09-14-a.md": POST,
        "_posts/2026-09-15-b.md": POST.replace("title:", "permalink: /:year/here/\ntitle:"),
        "_posts/2026-09-15-c.md": POST.replace("title:", "permalink: https://other.example/c/\ntitle:"),
        "_drafts/d.md": POST,
    }
    site = write(tmp_path / "site", files)
    assert addresses(tmp_path, site / "news" / "_posts") == ["https://site.example/news/2026/09/14/a.html"]
    assert addresses(tmp_path, site) == [
        "https://other.example/c/",
        "https://site.example/2026/here/",
        "https://site.example/news/2026/09/14/a.html",
    ]


def test_the_operator_comes_before_the_configuration(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {"hugo.toml": 'baseURL = "https://old.example"', "content/posts/a/index.md": POST})
    assert addresses(tmp_path, site, SITE) == ["https://site.example/posts/a/"]
    assert addresses(tmp_path, site, {"url": "https://site.example/x/{path}.html"}) == [
        "https://site.example/x/posts/a.html"
    ]


@pytest.mark.parametrize("columns", [{"url": "site.example"}, {"url": "https://a.example/{slug}"}, {"title": "x"}])
def test_an_address_that_is_none_is_refused(tmp_path: Path, columns: dict[str, str]) -> None:
    with pytest.raises(SourceError, match=r"of Markdown files only \{\"url\": \"https://site\.example\"\} can be said"):
        read(tmp_path, write(tmp_path / "site", {"a.md": POST}), columns)


def test_without_any_address_an_article_is_known_by_its_path(tmp_path: Path) -> None:
    assert one(tmp_path, write(tmp_path / "site", {"news/a.md": POST})) == Article(
        "news/a", "urn:article:news/a", "A title", "Text", datetime(2026, 9, 14, tzinfo=UTC)
    )
    assert take(tmp_path, tmp_path / "site")[0].without_url == 1


def test_a_configuration_that_cannot_be_read_is_a_source_error(tmp_path: Path) -> None:
    for name in ("hugo.toml", "_config.yml"):
        site = write(
            tmp_path / name / "site", {name: "a = [", "a.md": POST} | ({name: "a: ["} if "yml" in name else {})
        )
        with pytest.raises(SourceError, match=f"{name}: this configuration cannot be read"):
            read(tmp_path, site)


@pytest.mark.parametrize(
    "hidden",
    ["draft: true", "published: false", "date: 2926-09-14", "publishDate: 2926-09-14T00:00:00Z"],
)
def test_drafts_are_skipped_and_what_becomes_one_again_is_gone(tmp_path: Path, hidden: str) -> None:
    draft = POST.replace("date: 2026-09-14", hidden)
    site = write(tmp_path / "site", {"a.md": draft, "b.md": POST})
    report, rejected = take(tmp_path, site, SITE)
    assert (report.new, report.removed, rejected) == (1, 0, [])
    write(site, {"a.md": POST})
    assert take(tmp_path, site, SITE)[0].new == 1
    write(site, {"a.md": draft})
    report, _ = take(tmp_path, site, SITE)
    assert (report.removed, report.unchanged) == (1, 1)
    assert [article.url for article in Corpus(tmp_path / "corpus.sqlite")] == ["https://site.example/b/"]


def test_unchanged_files_are_read_again_only_for_another_address(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {"a.md": POST})
    assert [take(tmp_path, site, SITE)[0].unchanged for _ in range(2)] == [0, 1]
    report, _ = take(tmp_path, site, {"url": "https://moved.example"})
    assert (report.new, report.removed) == (1, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("---\ntitle: [x\n---\n", "its front matter cannot be read (while parsing a flow sequence"),
        ("---\n- x\n---\n", "its front matter cannot be read (it is no list of names and values)"),
        ("---\na: &a [x]\nb: [*a, *a]\ntitle: x\n---\n", "its front matter cannot be read (aliases are not taken)"),
        ("---\ndate: 2026-99-99\n---\n", "its front matter cannot be read (month must be in 1..12)"),
        ("+++\ntitle = \n+++\n", "its front matter cannot be read (Invalid value"),
        ('{"title": "x"', "its front matter cannot be read (Expecting ',' delimiter"),
        ("---\na: " + "[" * 2_000 + "\n---\n", "its front matter cannot be read ("),
        ("Text without a title\n", "field title: None is missing or empty; every article needs a title"),
        ("---\ntitle: {a: b}\n---\n", "field title: {'a': 'b'} is an object; give a string"),
        ("---\ntitle: x\ndate: yesterday\n---\n", "field published: 'yesterday' is no date"),
    ],
    ids=lambda value: value[:20],
)
def test_a_bad_file_is_rejected_with_what_is_wrong(tmp_path: Path, content: str, reason: str) -> None:
    site = write(tmp_path / "site", {"a.md": content, "b.md": POST})
    rejected, _ = read(tmp_path, site, SITE)
    assert isinstance(rejected, Rejected)
    assert str(rejected).startswith(f"{site}/a.md: {reason}")


def test_a_file_that_is_not_utf_8_is_rejected(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {"a.md": POST})
    (site / "b.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    assert str(read(tmp_path, site, SITE)[1]).endswith("b.md: not UTF-8 at byte 14; save the file as UTF-8")


def test_a_file_that_is_too_long_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MAX_TEXT", 10)
    (rejected,) = read(tmp_path, write(tmp_path / "site", {"a.md": POST}), SITE)
    assert str(rejected).endswith(f"a.md: has {len(POST)} characters; at most 10 are read")


def test_hugos_folder_of_contents_and_jekylls_of_posts_are_known_without_a_configuration(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {"content/news/a.md": POST, "x/_posts/2026-09-14-b.md": POST})
    assert addresses(tmp_path, site / "content" / "news", SITE) == ["https://site.example/news/a/"]
    assert addresses(tmp_path, site / "x" / "_posts", SITE) == ["https://site.example/2026/09/14/b.html"]


def test_the_first_heading_is_the_title_where_nothing_else_is(tmp_path: Path) -> None:
    article = one(
        tmp_path, write(tmp_path / "site", {"a.md": "# A *title* of it #\n\nText under the heading.\n"}), SITE
    )
    assert (article.title, article.text) == ("A *title* of it", "Text under the heading.")


KEYS = st.sampled_from(
    ["title", "date", "slug", "url", "permalink", "tags", "categories", "author", "image", "draft", "published", "lang"]
)
VALUES = st.sampled_from(
    [
        "x",
        "[a, 1, [2]]",
        "{name: x, url: 3}",
        "5",
        "1.5",
        "2026-09-14",
        "null",
        "true",
        "'{{'",
        "''",
        "'://['",
        "!!set {a}",
    ]
)


@given(
    st.dictionaries(KEYS, VALUES, max_size=8), st.binary(max_size=40), st.sampled_from(["a.md", "_posts/2026-1-2-a.md"])
)
@example({"title": "x", "url": "'https://['"}, b"", "a.md")
def test_whatever_a_file_says_it_is_an_article_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, matter: dict[str, str], body: bytes, name: str
) -> None:
    lines = "\n".join(f"{key}: {value}" for key, value in matter.items())
    path = write(tmp_path_factory.getbasetemp() / "any", {name: ""}) / name
    path.write_bytes(f"---\n{lines}\n---\n".encode() + body)
    items = read(tmp_path_factory.getbasetemp(), path, SITE)
    assert all(isinstance(item, Found | Rejected) for item in items)


def test_every_style_of_jekyll_makes_an_address(tmp_path: Path) -> None:
    for style in STYLES:
        files = {"_config.yml": f"url: https://site.example\npermalink: {style}", "_posts/2026-09-14-a.md": POST}
        assert one(tmp_path, write(tmp_path / style, files)).url.startswith("https://site.example/")
