"""What a site offers: its feeds, sitemaps and WordPress, as its home page and its robots.txt name them."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from index.address import canonical_url, urljoin, urlsplit
from index.fetching import Fetched, Fetcher, FetchError
from index.inflate import gunzip, is_gzip
from index.page.document import PageError, text_of, tree_of
from index.sources import SourceError
from index.sources.kinds import LOOKED_AT, kind_of_content

_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_USUAL = {"sitemap": ("/sitemap.xml", "/sitemap_index.xml"), "feed": ("/feed/", "/rss.xml", "/feed.xml", "/atom.xml")}
_WORDPRESS = "/wp-json/wp/v2/posts?per_page=1&_fields=id"
MAX_EACH = 5
"""Feeds and sitemaps that are offered at most."""
MAX_LOOKS = 20
"""Addresses that are looked at for them: a site may name thousands that are not there."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to read a site: a kind of source, its address, and what was found there."""

    kind: str
    url: str
    found: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """A site's name and all that it offers, the ways to read the whole of it first."""

    site: str
    url: str
    offers: tuple[Offer, ...]


def discover(url: str, fetcher: Fetcher) -> Discovery:
    """Look at a site's home page and at what it names. Raises SourceError."""
    address = url if "://" in url else f"https://{url}"
    try:
        home = fetcher.get(canonical_url(address))
        named = fetcher.robots(home.url).sitemaps
    except ValueError as error:
        raise SourceError(f"{url}: no web address ({error}); give the address of your site's home page") from None
    except FetchError as error:
        raise SourceError(f"{url}: {error}; give the address of your site's home page") from error
    page = _tree(home)
    feeds = [link.get("href", "") for link in page.iter("link") if link.get("type") in _FEEDS]
    offers = [
        *_wordpress(home, page, fetcher),
        *_checked("sitemap", named, home.url, fetcher),
        *_checked("feed", feeds, home.url, fetcher),
    ]
    return Discovery(_site_name(page, home.url), home.url, tuple(offers))


def _tree(home: Fetched) -> HtmlElement:
    try:
        return tree_of(text_of(home.content))
    except PageError:
        return tree_of("<html/>")


def _site_name(page: HtmlElement, url: str) -> str:
    names = [meta.get("content") for meta in page.iter("meta") if meta.get("property") == "og:site_name"]
    name = " ".join((names[0] or "").split()) if names else ""
    return name[:200] or (urlsplit(url).hostname or "").removeprefix("www.")


def _wordpress(home: Fetched, page: HtmlElement, fetcher: Fetcher) -> Iterator[Offer]:
    named = any(link.get("rel") == "https://api.w.org/" for link in page.iter("link"))
    if not named and b"/wp-content/" not in home.content:
        return
    try:
        answer = fetcher.get(urljoin(home.url, _WORDPRESS))
    except FetchError:
        return
    total = answer.headers.get("x-wp-total", "")[:9]
    if total.isdecimal():
        yield Offer("wordpress", urljoin(home.url, "/wp-json/"), f"{int(total):,} posts")


def _checked(kind: str, named: list[str], home: str, fetcher: Fetcher) -> Iterator[Offer]:
    checked = 0
    for url in islice(dict.fromkeys(_joined(home, named or _USUAL[kind])), MAX_LOOKS):
        if checked == MAX_EACH:
            return
        if (found := _look(kind, url, fetcher)) is not None:
            checked += 1
            yield Offer(kind, url, found)


def _joined(home: str, named: Iterable[str]) -> Iterator[str]:
    for href in named:
        with suppress(ValueError):  # no address
            yield urljoin(home, href)


def _look(kind: str, url: str, fetcher: Fetcher) -> str | None:
    try:
        answer = fetcher.get(url)
        content = gunzip(answer.content, 50 * LOOKED_AT * LOOKED_AT) if is_gzip(answer.content) else answer.content
    except (FetchError, ValueError):
        return None
    if b"jsonfeed.org" in content[:LOOKED_AT] and kind == "feed":
        return f"JSON Feed, {content.count(b'content_')} entries"
    if kind_of_content(content) != kind:
        return None
    if kind == "feed":
        return f"{content.count(b'<item') + content.count(b'<entry'):,} entries"
    index = b"<sitemapindex" in content[:LOOKED_AT]
    return f"{content.count(b'<loc>'):,} {'sitemaps' if index else 'pages'}"
