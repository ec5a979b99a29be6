"""What the fuzzers begin with: a few good inputs for each parser."""

import gzip
import json

BODY = "The council met on Monday and, after a long debate, agreed a plan for the bridge. " * 5
ROW = {
    "id": "a1",
    "url": "https://news.example/1",
    "title": "A title",
    "text": "Some text.",
    "published": "2026-09-14T07:45:00+01:00",
    "updated": "2026-09-15",
    "section": "News",
    "language": "en",
    "tags": ["Harbour", "Strikes"],
    "author": ["Ines Falk", "Tom Reyes"],
    "image": {"src": "https://news.example/a.jpg", "width": 3, "height": 2, "alt": "A quay"},
    "excerpt": "In short.",
    "access": "free",
    "picks": ["a2", "https://news.example/2", {"title": "Another"}],
}
_MANIFEST = {
    "format": 9,
    "version": "20260101T000000-00000abc",
    "articles": 14,
    "built_at": "2026-09-14T07:45:00+00:00",
    "files": {"articles.sqlite": "0" * 64, "vectors.faiss": "0" * 64},
    "model": {"name": "toy", "revision": None, "weights": "0" * 64, "dimension": 7, "max_tokens": 256},
    "languages": {"en": 12},
    "sequence": 20,
    "recall_at_10": 1.0,
}
_FEED = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>News</title>
<item><title>A &amp; B</title><link>https://news.example/1</link><guid>1</guid><author>a@b.example (Ines Falk)</author>
<pubDate>Mon, 14 Sep 2026 07:45:00 GMT</pubDate><category>Harbour</category><dc:creator>Tom Reyes</dc:creator>
<media:content url="https://news.example/a.jpg" medium="image" width="3"/><description>In <b>short</b></description>
<content:encoded><![CDATA[<p>{BODY}</p><p>{BODY}</p><p><a href="/2">Read more: a title</a></p>]]></content:encoded>
</item>
<item><title>C</title><link>/2</link><enclosure url="a.png" type="image/png" length="1"/></item></channel></rss>"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>News</title><entry><id>tag:a,2026:1</id>
<title type="html">A &lt;i&gt;title&lt;/i&gt;</title><link rel="alternate" href="https://news.example/1"/>
<updated>2026-09-14T07:45:00Z</updated><author><name>Ines Falk</name></author><category term="Harbour"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p></div></content></entry></feed>"""
_JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "News",
    "items": [
        {"id": "1", "url": "https://news.example/1", "title": "A", "content_html": f"<p>{BODY}</p>" * 3, "tags": ["b"]}
        | {"date_published": "2026-09-14T07:45:00Z", "authors": [{"name": "Ines"}], "image": "a.jpg", "summary": "S"}
    ],
}
_PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A title - News</title>
<link rel="canonical" href="https://news.example/1"><meta property="og:title" content="A title">
<meta name="author" content="Ines Falk"><meta property="article:published_time" content="2026-09-14T07:45:00Z">
<link rel="alternate" type="application/rss+xml" href="/feed"><meta property="og:image" content="/a.jpg">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "A title", "datePublished": "2026-09-14",
"author": [{{"@type": "Person", "name": "Ines Falk"}}], "articleSection": "News", "keywords": "a, b"}}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>A title</h1><p class="byline">By Ines Falk</p>
<time datetime="2026-09-14">14 September 2026</time><p>{BODY}</p><p>{BODY}</p><h2>Read more</h2>
<ul><li><a href="/2">Another title of the day</a></li><li><a href="/3">A third title of the day</a></li></ul>
<table><tr><td>1</td></tr></table><blockquote>Said</blockquote></article><footer>(c)</footer></body></html>"""
_PLAIN = f"A title\n\nBy Ines Falk\n14 September 2026\n\n{BODY}\n\n{BODY}\n\nRead more:\n- Another title of the day\n"
_EXPORT = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2</wp:wxr_version><wp:author>
<wp:author_login>ifalk</wp:author_login><wp:author_display_name>Ines</wp:author_display_name></wp:author>
<item><title>A title</title><link>https://news.example/1</link><dc:creator>ifalk</dc:creator>
<content:encoded><![CDATA[{BODY}

[caption id="a" width="3"]<img src="q.jpg" /> A quay[/caption][gallery ids="1,2"]
<ul><li><a href="/2">Another title of the day</a></li></ul>]]></content:encoded><excerpt:encoded>S</excerpt:encoded>
<wp:post_type>post</wp:post_type><wp:status>publish</wp:status><wp:post_date_gmt>2026-09-14 06:45:00</wp:post_date_gmt>
<category domain="category" nicename="b"><![CDATA[B]]></category><category domain="post_tag" nicename="c">C</category>
</item></channel></rss>"""
_POST = {
    "id": 1,
    "link": "https://news.example/1",
    "date_gmt": "2026-09-14T07:45:00",
    "modified_gmt": "2026-09-14T07:45:00",
    "title": {"rendered": "A &#8220;title&#8221;"},
    "content": {"rendered": f"<p>{BODY}</p>", "protected": False},
    "excerpt": {"rendered": "<p>In short.</p>"},
    "_embedded": {"author": [{"name": "Ines"}], "wp:term": [[{"taxonomy": "category", "name": "B"}]]}
    | {"wp:featuredmedia": [{"source_url": "https://news.example/a.jpg", "media_details": {"width": 3}}]},
}
_SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://news.example/1?a=b&amp;c</loc><lastmod>2026-09-14</lastmod><news:news><news:publication>
<news:language>en</news:language></news:publication><news:publication_date>2026-09-14T07:45Z</news:publication_date>
<news:title>A title</news:title><news:keywords>a, b</news:keywords></news:news>
<image:image><image:loc>https://news.example/a.jpg</image:loc></image:image></url></urlset>"""
_INDEX = "<sitemapindex><sitemap><loc>https://news.example/s.xml</loc><lastmod>2026</lastmod></sitemap></sitemapindex>"
_MARKDOWN = """
# Heading #

Text with *emphasis*, `code`, [a link](/b "t"), ![p](c.png), <b>HTML</b> & {{< figure src="a" >}}{% include b %}

> quote

1. one
   - two

| a | b |
|---|---|
| 1 | 2 |

```py
code
```

[d]: /e 'f'
"""
_YAML = "title: A title\ndate: 2026-09-14 07:45:00 +01:00\ntags: [a, 'b']\ncategories:\n  - c\ndraft: false\n"
_YAML += "description: >-\n  In\n  short\nimage: {url: a.jpg}\nauthor: &x Ines\n"
_TOML = 'title = "A title"\ndate = 2026-09-14T07:45:00Z\ntags = ["a", \'b\']\n[params.a]\nx = {b = 1, c = 1.5}\n[[d]]\n'
_SETTINGS = """site = "https://news.example"
home = "var"
model = "all-MiniLM-L6-v2"
[[source]]
place = "feed:https://news.example/feed"
columns = {url = "address"}
[fetch]
user_agent = "bot/1"
delay_s = 0.5
proxy = "http://proxy.example:3128"
[gates]
shrink = 0.1
[limits]
texts_per_minute = 60
[serve]
max_age_h = 36
"""
_ROBOTS = """User-agent: *
Disallow: /a*b$
Allow: /
Crawl-delay: 2
User-agent: related-articles
Disallow: /private
Sitemap: https://news.example/sitemap.xml
"""
_QUESTION = {"title": "A flood", "text": BODY, "k": 5, "language": "en,*", "tags": ["Flood"], "exclude": ["a"]}
_QUESTION |= {"after": "2026-01-01", "min_score": 0.1, "page_language": "en", "url": "https://news.example/x"}
_QUERY = "k=5&language=en,*&after=2026-01-01&before=2027-01-01T00:00:00Z&exclude=a&exclude=b&min_score=.1&section=News"
_TABLE = (
    "id,url,title,text,published,tags,author,image,picks\n"
    '1,https://news.example/1,"A ""b""","Some\ntext <p>x</p>",14/09/2026,"a;b",Ines,a.jpg,"[""c""]"\n'
    '2,https://news.example/2,B,C,1789000000,"[\'a\']","[{""name"": ""I""}]",,x y\n'
)


def _encoded(*texts: object) -> list[bytes]:
    return [(text if isinstance(text, str) else json.dumps(text)).encode() for text in texts]


SEEDS: dict[str, list[bytes]] = {
    "jsonl": [b"\n".join(_encoded(ROW, {"id": 1, "title": "B", "text": BODY}))],
    "csv": _encoded(_TABLE, _TABLE.replace(",", ";")),
    "tsv": _encoded("title\turl\tbody\nA\thttps://news.example/1\tText\n"),
    "feed": _encoded(_FEED, _ATOM, _JSON_FEED),
    "sitemap": _encoded(_SITEMAP, _INDEX, "https://news.example/1\nhttps://news.example/2\n"),
    "urls": _encoded("https://news.example/1\n# no\nhttps://news.example/2?utm_source=a#b\n"),
    "wxr": _encoded(_EXPORT),
    "markdown": _encoded(
        f"---\n{_YAML}---\n{_MARKDOWN}",
        f"+++\n{_TOML}+++\n{_MARKDOWN}",
        json.dumps({"title": "A", "tags": ["b"]}) + _MARKDOWN,
    ),
    "pages": _encoded(_PAGE, _PLAIN),
    "page": _encoded(_PAGE, _PLAIN, ROW),
    "hugo": _encoded('baseURL = "https://site.example/b"\n[permalinks]\n"/" = "/:year/:slug/"\nposts = ":filename"\n'),
    "jekyll": _encoded("url: https://site.example\nbaseurl: /b\npermalink: /:categories/:title.html\n"),
    "wordpress": _encoded([_POST]),
    "address": _encoded(_PAGE, _FEED),
    "gzip": [gzip.compress(b"text", mtime=0) * 2, gzip.compress(bytes(999), mtime=0) + bytes(9)],
    "robots": _encoded(_ROBOTS),
    "settings": _encoded(_SETTINGS),
    "manifest": _encoded(_MANIFEST),
    "weights": _encoded({"intercept": -1.5, "coefficients": {"words": 2.0, "titles": 1e3}}),
    "pointer": _encoded({"version": _MANIFEST["version"], "manifest": "0" * 64}),
    "question": _encoded(_QUESTION, {"id": "flood-town"}, {"requests": [{"id": "flood-town"}, _QUESTION]}),
    "put": _encoded({**ROW, "id": "a"}),
    "bulk": [b"\n".join(_encoded(ROW, {"id": "b", "title": "B"}))],
    "query": _encoded(f"id=flood-town&{_QUERY}&debug=1", f"url=https://news.example/x&title=A&{_QUERY}"),
    "html": _encoded(f"id=flood-town&{_QUERY}", "url=https://news.example/x&title=A&lang=en"),
    "rss": _encoded(f"id=flood-town&{_QUERY}"),
}
