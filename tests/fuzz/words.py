"""The words of each grammar: what the fuzzers edit good inputs with, and what they repeat.

They are parted by ¦. `{n}` in a word is another number each time that the word is repeated.
"""

import gzip


def _words(text: str) -> list[bytes]:
    return [word.encode() for word in text.split("¦")]


TEXT = _words(
    """a¦A¦é¦ß¦ﬁ¦\u01c6¦\u0130¦\u0301¦\u0316¦\u0f73¦한¦中¦م¦\u202e¦\u200b¦\ufeff¦\ufdfa¦😀¦\ud7ff¦ ¦  ¦\t¦\r\n¦\n¦\n\n¦\
\xa0¦\u2028¦\x00¦\x1b[31m¦\x85¦1¦0¦-¦–¦—¦|¦/¦\\¦:¦;¦,¦.¦…¦(¦)¦[¦]¦{¦}¦<¦>¦"¦'¦`¦*¦_¦#¦~¦^¦$¦%¦&¦=¦+¦?¦!¦@¦»¦•¦\
By¦by¦00¦-1¦1e999¦999999999999999999999999999999¦{n}¦a{n} ¦2026-09-14¦14 September 2026 ¦https://a.example/{n} ¦\
a.¦http://¦//¦www.¦Read more: ¦Ines Falk ¦By Ines Falk and ¦said. ¦A title | ¦ - ¦a\x00"""
)
XML = _words(
    """&amp;¦&#1;¦&#x110000;¦&a¦&lt;¦<!--¦-->¦--¦<![CDATA[¦]]>¦<!DOCTYPE a [¦]>¦<!ENTITY a 'b'>¦&a;¦<?a ¦?>¦<a b="¦"¦\
<a>¦</a>¦<a/>¦<a ¦a{n}="" ¦<b{n}>¦<a xmlns:n{n}="u{n}"/>¦<n{n}:a/>¦<a\n¦</¦<¦ xml:base="http://a/"¦\
 xml:lang="en\""""
)
HTML = _words(
    """<p>¦</p>¦<p>A text. ¦<div>¦</div>¦<div class='a b'>¦<h1>A title</h1>¦<h1>¦<h2>Read more</h2>¦<ul>¦<li>¦\
<li><a href='/{n}'>A title of the day {n}</a></li>¦<a href='/{n}'>A title {n}</a>¦<a href='¦\
<p class='byline'>By Ines Falk</p>¦<p class=author>¦<time datetime='2026-09-14'>¦<br>¦<span>¦<b>¦\
<table><tr><td>¦<td>¦<script>¦</script>¦<style>¦<title>A | B</title>¦<meta name='author' ¦content='Ines Falk'>¦\
<meta property='article:tag' content='{n}'>¦<img src='a.jpg' alt='b'>¦<figure>¦\
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A {n}"}</script>¦<svg>¦<template>¦\
<script type="application/ld+json">¦<noscript>¦<select><option>¦<p><strong>Read more:</strong> ¦<hr>¦<a>¦</a>¦\
<p>Read more: <a href='/{n}'>A title of the day {n}</a></p>¦<i>¦<font>¦<frameset>¦<pre>¦<base href='/a/'>¦\
<article>¦<section>¦<blockquote>¦<aside>¦<link rel='canonical' href='/{n}'>"""
)
JSON = _words(
    """"¦[¦]¦{¦}¦,¦:¦[[¦{"a": ¦"a{n}": 1, ¦null¦true¦1e400¦-1¦NaN¦0.1¦1,¦"\\ud800"¦\\u0301¦\\n¦\\¦""¦[],¦{},¦"title": ¦\
"tags": [¦"id": ¦"picks": [¦"url": "¦"text": "¦"a",¦\\u0000¦\\u202e¦{"title": "A", "id": "a{n}"}\n¦\
"https://news.example/{n}","""
)
FEEDS = _words(
    """<item>¦</item>¦<item><title>A</title><link>/{n}</link></item>¦<entry>¦<source>¦<author>¦<link>¦<title>¦\
<pubDate>¦<category>{n}</category>¦<description>¦<content:encoded>¦<media:group>¦<guid>¦\
<entry><id>http://a/{n}</id><title>A</title></entry>¦a@b.example (¦<media:content url='a' medium='image'/>¦\
<dc:creator>Ines</dc:creator>¦<itunes:keywords>a,¦<enclosure url='a'/>¦<link rel='self' href='a'/>"""
)
SITEMAPS = _words(
    """<url>¦</url>¦<loc>¦</loc>¦<url><loc>https://a.example/{n}</loc></url>¦<lastmod>2026</lastmod>¦<news:news>¦\
<image:image>¦<sitemap>¦<urlset>¦</urlset>¦<news:keywords>a,¦https://a.example/{n}\n"""
)
EXPORTS = _words(
    """[caption]¦[/caption]¦[caption a¦[gallery ¦[a b=¦[/a]¦<item>¦</item>¦<wp:status>publish¦</wp:status>¦\
<wp:post_type>post</wp:post_type>¦<content:encoded>¦<wp:author>¦<rss¦<wp:comment>¦\
<category domain='post_tag' nicename='{n}'>{n}</category>¦<wp:postmeta>¦<link>https://a.example/{n}</link>"""
)
MARKDOWN = _words(
    """---\n¦+++\n¦...\n¦- ¦? ¦: ¦a: ¦a{n}: b\n¦  ¦  a:\n¦- - ¦&a{n} ¦*a¦<<: ¦!!int ¦!!binary ¦!!timestamp ¦|\n¦>-\n¦\
1:0¦:0¦0x¦0b1¦1_0¦.inf¦%YAML 1.1\n¦!a ¦'¦"¦[a.b]\n¦[[a]]\n¦a.¦a = 1\n¦a{n} = 1\n¦x = {¦""\"¦'''¦[¦{¦]¦}¦07:45¦\
2026-09-14T¦{{< ¦ >}}¦{{¦}}¦{% ¦ %}¦# ¦#¦> ¦* ¦1. ¦![¦](¦[a]¦[a]: b\n¦<b>¦`¦``¦~~¦**¦| ¦|-¦\\¦***\n¦    ¦<!--¦\
```\n¦[a{n}]: /b\n¦_a¦a_¦&#1;¦<a@b.c>¦permalink: ¦:categories/¦:title¦draft: true\n¦title: ¦tags: ¦date: ¦url: ¦\
[permalinks]\n"""
)
QUERIES = _words("""&¦=¦%¦%00¦%F0¦+¦id=¦url=¦title=¦text=¦k=¦&a{n}=b¦&exclude={n}¦language=¦en,¦debug=¦after=¦;""")
ROBOTS = _words("""User-agent: ¦user-agent: a{n}\n¦Disallow: ¦Allow: /{n}\n¦*¦$¦Crawl-delay: ¦Sitemap: """)
TABLES = _words(""""¦""¦,¦;¦\t¦|¦",¦,"¦a,¦"\n¦title,¦{n},¦{n};¦a b ¦[¦'a',""")
TEXT += [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xff\xfe", b"a\x00"]
PACKED = [gzip.compress(content, mtime=0) for content in (b"", b"a", bytes(9_999))] + [bytes(8), b"\x1f\x8b\x08"]

_GRAMMARS: dict[str, list[list[bytes]]] = {
    "jsonl put bulk question": [JSON, HTML],
    "manifest weights pointer": [JSON],
    "wordpress": [JSON, HTML, XML],
    "csv tsv": [TABLES, JSON, HTML],
    "feed": [FEEDS, XML, HTML, JSON],
    "sitemap": [SITEMAPS, XML],
    "urls": [SITEMAPS],
    "wxr": [EXPORTS, XML, HTML],
    "markdown hugo jekyll settings": [MARKDOWN, JSON, HTML],
    "page pages address": [HTML, XML, JSON],
    "gzip": [PACKED],
    "robots": [ROBOTS],
    "query html rss": [QUERIES],
}
WORDS: dict[str, list[bytes]] = {
    name: sum(groups, TEXT) for names, groups in _GRAMMARS.items() for name in names.split()
}
"""By parser."""
