"""Hostile listings, tables and files, each a function from a number of bytes, more or less, to content of that size."""

import gzip
from collections.abc import Callable

Make = Callable[[int], bytes]

_EMPTY = gzip.compress(b"", mtime=0)
_FEED = b'<rss version="2.0"><channel><item><title>A title</title><link>https://a.example/1</link>%s</item>'
_ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><id>https://a.example/1</id>%s</entry></feed>'
)
_SITEMAP = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/1</loc></url>%s'
    b"<url><loc>https://a.example/2</loc></url></urlset>"
)
_EXPORT = (
    b'<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">'
    b"<channel><item><title>A title</title><link>https://a.example/1</link><content:encoded><![CDATA[%s]]>"
    b"</content:encoded><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item></channel></rss>"
)


def _repeated(around: bytes, piece: bytes, end: bytes = b"") -> Make:
    return lambda size: around % (piece * (size // len(piece)) + end)


def _numbered(around: bytes, piece: bytes) -> Make:
    return lambda size: around % b"".join(piece.replace(b"#", b"%d" % n) for n in range(size // (len(piece) + 4)))


def _author(piece: bytes) -> Make:
    return _repeated(_FEED % b"<author>a@a.example %s</author>", piece)


def _yaml(value: bytes) -> Make:
    return _repeated(b"---\ntitle: A\nx: %s\n---\nText", value)


def _toml(around: bytes, piece: bytes) -> Make:
    return _repeated(b"+++\n" + around + b"\n+++\nText", piece)


def _markdown(piece: bytes, end: bytes = b"") -> Make:
    return _repeated(b"---\ntitle: A\n---\n%s", piece, end)


FEEDS: dict[str, Make] = {
    "author of brackets": _author(b"("),
    "author of closed brackets": lambda size: (
        _FEED % b"<author>a@a.example %s</author>" % (b"(" * (size // 2) + b")" * (size // 2))
    ),
    "author of letters": _repeated(_FEED % b"<author>%s</author>", b"a"),
    "author of dots": _repeated(_FEED % b"<author>%s@</author>", b"a."),
    "author of hosts": _repeated(_FEED % b"<author>a@%s</author>", b"a."),
    "author in pieces": _author(b"a<b/>"),
    "contributor of letters": _repeated(_FEED % b"<webMaster>%s</webMaster>", b"a"),
    "elements in elements": _repeated(_FEED, b"<a>"),
    "entries in entries": _repeated(_ATOM, b"<entry>"),
    "sources in sources": _repeated(_ATOM, b"<source>"),
    "attributes": _numbered(_FEED % b"<a %s/>", b'a#="" '),
    "attributes without a value": _numbered(_FEED % b"<a %s/>", b"a# "),
    "namespaces": _numbered(_FEED % b"<a %s/>", b'xmlns:n#="u#" '),
    "namespaces, one each": _numbered(_FEED, b'<a xmlns:n#="u#"/>'),
    "prefixes": _numbered(_FEED, b"<n#:a/>"),
    "categories": _numbered(_FEED, b"<category>#</category>"),
    "categories in attributes": _numbered(_ATOM, b'<category term="#"/>'),
    "keywords": _numbered(_FEED % b"<itunes:keywords>%s</itunes:keywords>", b"# "),
    "comments in HTML": _repeated(_FEED % b"<description><![CDATA[%s]]></description>", b"<!--"),
    "styles in HTML": _repeated(_FEED % b"<description><![CDATA[<b style='%s'>]]></description>", b"url("),
    "tags in HTML": _repeated(_FEED % b"<description><![CDATA[%s]]></description>", b"<a "),
    "comments": _repeated(_FEED, b"<!--"),
    "CDATA": _repeated(_FEED, b"<![CDATA["),
    "document types": _repeated(b"%s" + _FEED % b"", b"<!DOCTYPE rss ["),
    "lines before entities": _repeated(b"%s<!ENTITY" + _FEED % b"", b"\n"),
    "tags without an end": _repeated(_FEED, b"<a "),
    "values without an end": _repeated(_FEED, b'<a b="'),
    "declared encodings": _repeated(b"<?xml %s", b"encoding='"),
    "date of brackets": _repeated(_FEED % b"<pubDate>Mon, 2 Nov 2026 %s</pubDate>", b"("),
    "date of digits": _repeated(_FEED % b"<pubDate>%s</pubDate>", b"1-"),
    "number of a character": _repeated(_FEED % b"<description>&#%s;</description>", b"1"),
    "JSON in JSON": _repeated(b'{"version": "https://jsonfeed.org/version/1", "items": %s', b"["),
    "number of a character in JSON": _repeated(
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"title": "<b>&#%s;"}]}', b"1"
    ),
}

SITEMAPS: dict[str, Make] = {
    "CDATA": _repeated(_SITEMAP, b"<![CDATA["),
    "CDATA and ampersands": _repeated(_SITEMAP, b"<![CDATA[&"),
    "comments": _repeated(_SITEMAP, b"<!--&"),
    "instructions": _repeated(_SITEMAP, b"<?a "),
    "document types": _repeated(_SITEMAP, b"<!DOCTYPE ["),
    "tags without an end": _repeated(_SITEMAP, b"<a "),
    "values without an end": _repeated(_SITEMAP, b'<a b="'),
    "elements in a text": _repeated(_SITEMAP % b"<url><loc>%s</loc></url>", b"a<b/>"),
    "elements in an address": _repeated(_SITEMAP % b"<url>%s</url>", b"<loc>a</loc>"),
    "pages in a page": _repeated(_SITEMAP, b"<url><loc>a"),
    "ampersands": _repeated(_SITEMAP % b"<url><loc>%s</loc></url>", b"&"),
    "end tag of spaces": _repeated(b"<urlset></urlset%s", b" "),
}

PACKED: dict[str, Make] = {
    "empty members": lambda size: _EMPTY * (size // len(_EMPTY)),
    "members of one byte": lambda size: gzip.compress(b"a", mtime=0) * (size // 21),
    "zeros, then members": lambda size: gzip.compress(bytes(size * 50)) + _EMPTY * (size // len(_EMPTY)),
    "members, then rubbish": lambda size: _EMPTY * (size // len(_EMPTY) // 2) + bytes(size // 2),
}

MARKDOWN: dict[str, Make] = {
    "YAML number in base 60": _yaml(b"1:0"),
    "YAML fraction in base 60": lambda size: b"---\nx: 1%s.5\n---\n" % (b":0" * (size // 2)),
    "YAML number": _yaml(b"1"),
    "YAML lists in lists": _yaml(b"["),
    "YAML objects in objects": _yaml(b"{a: "),
    "YAML aliases": lambda size: (
        b"---\na0: &a0 [1]\n%s---\n"
        % b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, size // 20))
    ),
    "TOML key of parts": _toml(b"%sa = 1", b"a."),
    "TOML header of parts": _toml(b"[%sa]", b"a."),
    "TOML tables of parts": _toml(b"[[%s'a']]", b"'a' . "),
    "TOML inline key of parts": _toml(b"x = {%sa = 1}", b'"a".'),
    "TOML lists in lists": _toml(b"x = %s", b"["),
    "TOML number": _toml(b"x = %s", b"1"),
    "JSON lists in lists": _repeated(b'{"a": %s', b"["),
    "heading of hashes": _markdown(b"# ", b"x"),
    "heading of spaces": lambda size: b"# a" + b" " * size + b"x\n",
    "heading of tabs": lambda size: b"#" + b"\t" * size + b"\n",
    "shortcodes": _markdown(b"{{< "),
    "shortcodes of braces": _markdown(b"{"),
    "quotes in quotes": _markdown(b"> "),
    "lists in lists": _markdown(b"- "),
    "brackets": _markdown(b"["),
    "uses of a long link": lambda size: b"[a]: %s\n\n%s" % (b"b" * (size // 2), b"[a]" * (size // 6)),
    "uses of a long title": lambda size: b"[a]: b '%s'\n\n%s" % (b"b" * (size // 2), b"[a]" * (size // 6)),
    "emphasis": _markdown(b"*a _b "),
}

EXPORTS: dict[str, Make] = {
    "captions": _repeated(_EXPORT, b"[caption]"),
    "captions without an end": _repeated(_EXPORT, b"[caption a"),
    "shortcodes": _repeated(_EXPORT, b"[gallery "),
    "shortcodes with values": _repeated(_EXPORT, b"[a b="),
    "brackets": _repeated(_EXPORT, b"["),
}

DATES: dict[str, Make] = {
    "spaces": lambda size: b"x" + b" " * size + b"UTx",
    "spaces before a zone": lambda size: b"x" + b" " * size + b"UTC",
    "brackets": lambda size: b"Mon, 2 Nov 2026 " + b"(" * size,
    "digits": lambda size: b"1" * size,
    "zones": lambda size: b"+01:00" * (size // 6),
}

HOMES: dict[str, Make] = {
    "attributes": _numbered(b"<html><body %s>", b"a# "),
    "attributes with values": _numbered(b"<html><body %s>", b"a#='' "),
    "elements in elements": _repeated(b"<html><body>%s", b"<b>"),
    "ends of elements": _repeated(b"<html><body>%s", b"<b></i>"),
}
