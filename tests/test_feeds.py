"""Feeds: what each format says of its entries, which need no fetching, and what broken and hostile ones do."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from website import PARAGRAPH, Site, articles, page, visit

from index.fields import Image, Pick
from index.sources.feed_entries import feed_entries
from index.sources.items import Listing, Unchanged

LONG = "".join(f"<p>{number}. {PARAGRAPH}</p>" for number in range(12))
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Quay</title><link>{site}/</link>
<language>en-gb</language>%s</channel></rss>"""
ATOM = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Kai</title>%s</feed>'


def rss_item(title: str, link: str = "", more: str = "") -> str:
    return f"<item><title>{title}</title>{f'<link>{link}</link>' if link else ''}{more}</item>"


def test_an_rss_entry_with_its_whole_article_is_taken_without_its_page(site: Site, tmp_path: Path) -> None:
    more = (
        "<pubDate>Mon, 02 Nov 2026 10:00:00 +0200</pubDate><dc:creator>Ada Quill</dc:creator>"
        "<category>Bridges</category>"
        '<category>Council</category><media:content url="/b.jpg" medium="image" width="640" height="480"/>'
        '<media:content url="/s.jpg" medium="image" width="64"/><description>A plan at last.</description>'
        f"<content:encoded><![CDATA[{LONG}<p>Read more:</p><ul><li><a href='/ferry'>The ferry that nobody takes any "
        "more</a></li></ul>]]></content:encoded>"
    )
    feed = site.put("/feed", RSS % rss_item("Council &amp;amp; bridge: &lt;em&gt;a plan&lt;/em&gt;", "/plan", more))
    assert visit(tmp_path, feed).counts() == {"new": 1}
    assert site.paths() == ["/feed"]
    article = articles(tmp_path)["Council & bridge: a plan"]
    assert (article.url, article.author, article.language) == (site.url("/plan"), "Ada Quill", "en")
    assert article.published == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert article.tags == ("Bridges", "Council")
    assert article.image == Image(site.url("/b.jpg"), 640, 480)
    assert article.excerpt == "A plan at last."
    assert article.text.startswith("0. The harbour council")
    assert "Read more" not in article.text
    assert article.picks == (Pick("The ferry that nobody takes any more", site.url("/ferry")),)


def test_a_summary_is_no_article_so_that_the_page_is_read_and_the_feed_fills_its_gaps(
    site: Site, tmp_path: Path
) -> None:
    site.put("/plan", page("The bridge plan as its page has it", head='<meta name="author" content="Bo Page">'))
    more = (
        "<pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate><author>a@paper.example (Ada Quill)</author>"
        "<description>&lt;p&gt;A plan &lt;b&gt;at&lt;/b&gt; last.&lt;/p&gt;</description><category>Bridges</category>"
    )
    feed = site.put("/feed", RSS % rss_item("The bridge plan", "/plan?utm_source=feed", more))
    assert visit(tmp_path, feed).counts() == {"new": 1}
    assert site.paths() == ["/feed", "/plan"]
    article = articles(tmp_path)["The bridge plan as its page has it"]
    assert (article.author, article.tags, article.excerpt) == ("Bo Page", ("Bridges",), "A plan at last.")
    assert article.published == datetime(2026, 11, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        "<p>Short.</p>",
        LONG + "<p>And then […]</p>",
        LONG + "<p>And then…</p><p><a href='/plan'>Continue reading →</a></p>",
    ],
)
def test_a_body_that_is_short_or_cut_is_no_article(content: str, site: Site, tmp_path: Path) -> None:
    site.put("/plan", page("The page of the bridge plan"))
    more = f"<description>x</description><content:encoded><![CDATA[{content}]]></content:encoded>"
    visit(tmp_path, site.put("/feed", RSS % rss_item("The bridge plan", "/plan", more)))
    assert list(articles(tmp_path)) == ["The page of the bridge plan"]


def test_an_atom_feed_has_its_times_people_and_literal_titles(site: Site, tmp_path: Path) -> None:
    entry = (
        '<entry><title type="text">What &lt;b&gt; means &amp;amp; why</title><link rel="alternate" href="/b"/>'
        "<id>tag:paper.example,2026:1</id><published>2026-11-02T10:00:00+02:00</published>"
        "<updated>2026-11-03T10:00:00Z</updated><author><name>Ada Quill</name></author><author><name>Bo</name></author>"
        f'<category term="web" label="The Web"/><content type="html"><![CDATA[{LONG}]]></content></entry>'
    )
    assert visit(tmp_path, site.put("/feed", ATOM % entry, "application/atom+xml")).counts() == {"new": 1}
    article = articles(tmp_path)["What <b> means &amp; why"]
    assert article.published == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert article.updated == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert (article.author, article.tags, article.language) == ("Ada Quill, Bo", ("The Web",), "de")
    assert article.excerpt is None


def test_rss_1_and_its_dublin_core_dates_are_read() -> None:
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><title>x</title></channel>
    <item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link>
    <dc:date>2026-11-02T10:00:00+02:00</dc:date><dc:creator>Ada Quill</dc:creator></item></rdf:RDF>"""
    (entry,) = feed_entries(rdf, "")
    assert (entry.link, entry.title, entry.fields["author"]) == ("https://a.example/1", "One", ["Ada Quill"])
    assert entry.fields["published"] == "2026-11-02T08:00:00+00:00"


def test_rss_0_91_is_read() -> None:
    old = (
        b'<rss version="0.91"><channel><item><title>One</title><link>https://a.example/1</link></item></channel></rss>'
    )
    assert [entry.title for entry in feed_entries(old, "")] == ["One"]


def test_a_json_feed_is_read(site: Site, tmp_path: Path) -> None:
    site.put("/b", page("A page that a JSON Feed names"))
    items = [
        {"id": "1", "url": "/a", "title": "A &amp; B", "content_html": LONG, "summary": "Short.", "tags": ["x", 7]}
        | {"date_published": "2026-11-02T10:00:00+02:00", "date_modified": "2026-11-03T10:00:00Z", "image": "/i.jpg"}
        | {"authors": [{"name": "Ada Quill"}, {"url": "x"}], "language": "en-GB"},
        {"id": site.url("/b"), "title": "B", "summary": "Short."},
        {"id": "3", "title": "No link"},
        {"id": "4", "url": "/c", "title": "Plain", "content_text": ("1 < 2 & so on. " + PARAGRAPH * 5 + "\n\n") * 3},
        {"url": "/c", "title": "Plain again"},
        {"url": "/e", "title": "Rubbish", "content_html": "\x01" * 2_000},
        {"url": "http://[x/", "title": "Broken"},
        "no object",
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items}
    done = visit(tmp_path, site.put("/feed.json", json.dumps(feed), "application/feed+json"))
    assert done.rejected == [
        f"{site.url('/feed.json')}: entry 'No link' has no link, so that nothing can lead to it",
        f"{site.url('/e')}: this is no text but some other kind of file; give a page saved as HTML or as plain text",
        f"{site.url('/feed.json')}: entry 'Broken' links to 'http://[x/', which is no web address",
    ]
    kept = articles(tmp_path)
    assert kept.keys() == {"A & B", "A page that a JSON Feed names", "Plain"}
    article = kept["A & B"]
    assert article.published == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert (article.author, article.tags, article.excerpt) == ("Ada Quill", ("x",), "Short.")
    assert article.image == Image(site.url("/i.jpg"))
    assert kept["Plain"].text.startswith("1 < 2 & so on.")


def test_links_are_resolved_or_named_with_their_entry(site: Site, tmp_path: Path) -> None:
    site.put("/old/story", page("A story with a relative link"))
    site.put("/guid", page("A story whose permalink is its guid"))
    entries = (
        rss_item("Relative", "story"),
        rss_item("By guid", more=f"<guid>{site.url('/guid')}</guid>"),
        rss_item("Script", "javascript:alert(1)"),
        rss_item("Nowhere", more='<guid isPermaLink="false">17</guid>'),
        rss_item("", more="<description>nothing</description>"),
    )
    feed = site.put("/old/feed", RSS.replace("<link>{site}/</link>", "") % "".join(entries))
    done = visit(tmp_path, f"feed:{feed}")
    assert done.rejected == [
        f"{feed}: entry 'Script' links to 'javascript:alert(1)', which is no web address",
        f"{feed}: entry 'Nowhere' has no link, so that nothing can lead to it",
        f"{feed}: an entry without a title has no link, so that nothing can lead to it",
    ]
    assert articles(tmp_path).keys() == {"A story with a relative link", "A story whose permalink is its guid"}


def test_a_second_reading_costs_one_short_answer_and_tells_the_pages_unchanged(site: Site, tmp_path: Path) -> None:
    for name in "ab":
        site.put(f"/{name}", page(f"The page of story {name}"))
    feed = site.put("/feed", RSS % (rss_item("A", "/a") + rss_item("B", "/b")), etag='"f1"')
    first = visit(tmp_path, feed)
    assert [type(item) for item in first.items][-1] is Listing
    site.forget()
    second = visit(tmp_path, feed)
    assert site.paths() == ["/feed"]
    assert second.counts() == {"unchanged": 2}
    assert {type(item) for item in second.items} == {Unchanged}


def test_a_changed_feed_costs_only_its_changed_entries(site: Site, tmp_path: Path) -> None:
    for name in "abc":
        site.put(f"/{name}", page(f"The page of story {name}"))
    feed = site.put("/feed", RSS % (rss_item("A", "/a") + rss_item("B", "/b")), etag='"f1"')
    visit(tmp_path, feed)
    site.forget()
    whole = f"<content:encoded><![CDATA[{LONG}]]></content:encoded>"
    entries = rss_item("A", "/a") + rss_item("B, corrected", "/b") + rss_item("C", "/c", whole)
    site.put("/feed", RSS % entries, etag='"f2"')
    site.put("/b", page("The page of story b, corrected"))
    assert visit(tmp_path, feed).counts() == {"new": 1, "changed": 1, "unchanged": 1}
    assert site.paths() == ["/feed", "/b"]
    site.put("/feed", RSS % entries, etag='"f3"')
    assert visit(tmp_path, feed).counts() == {"unchanged": 3}


def test_a_feed_of_which_a_page_failed_is_read_again(site: Site, tmp_path: Path) -> None:
    site.put("/a", page("The page of story a"))
    site.take("/b", 403)
    feed = site.put("/feed", RSS % (rss_item("A", "/a") + rss_item("B", "/b")), etag='"f1"')
    done = visit(tmp_path, feed)
    assert (done.counts(), done.rejected) == ({"new": 1, "failed": 1}, [f"{site.url('/b')}: answered 403"])
    site.forget()
    site.put("/b", page("The page of story b"))
    assert visit(tmp_path, feed).counts() == {"new": 1, "unchanged": 1}
    assert site.paths() == ["/feed", "/b"]


def test_a_feed_can_be_a_file(site: Site, tmp_path: Path) -> None:
    site.put("/a", page("The page of story a"))
    path = tmp_path / "news.rss"
    path.write_text(RSS % rss_item("A", site.url("/a")))
    assert visit(tmp_path, path).counts() == {"new": 1}
    assert visit(tmp_path, path).counts() == {"unchanged": 1}
