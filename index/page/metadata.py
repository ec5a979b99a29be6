"""The fields of a page's article that are not its text: what schema.org, OpenGraph and meta elements state of it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

from index.address import urljoin, urlsplit
from index.fields import ACCESS, MAX_TAGS, clean
from index.page.authors import authors_of
from index.page.moments import published_of, updated_of
from index.page.structured import Statements, plain, texts
from index.page.title import title_of

_HOME = re.compile(r"/?(?:(?:index|home|default)\.\w+)?$")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])", re.IGNORECASE)
_PLATFORM = re.compile(r"^(?:www|m|amp|mobile)\d?\.")
_TIERS = dict(zip(("free", "metered", "locked"), ACCESS, strict=True))
MAX_TAG, MAX_EXCERPT = 100, 2_000


def metadata(tree: HtmlElement, stated: Statements, url: str | None) -> dict[str, Any]:
    """A row of the page's fields, as far as it states them; `url` is where it was found."""
    address = address_of(tree, stated, url)
    title = title_of(tree, stated, address or "")
    return {
        "url": address,
        "title": title,
        "published": published_of(tree, stated, title, address or ""),
        "updated": updated_of(stated),
        "author": authors_of(tree, stated, title, address or ""),
        "section": _section(stated),
        "tags": _tags(stated),
        "language": _language(tree, stated),
        "image": _image(tree, stated, address or ""),
        "excerpt": _excerpt(stated),
        "access": _access(stated),
    }


def address_of(tree: HtmlElement, stated: Statements, url: str | None) -> str | None:
    """The page's canonical address where it is one of the same site, otherwise `url`."""
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    pages = (text for value in stated.of_article("mainEntityOfPage", "url") for text in texts(value, "@id", "url"))
    for link in (*links, *stated.meta("og:url"), *pages):
        address = _joined(url or "", link)
        if address and not _is_home(address) and (url is None or _same_site(address, url)):
            return address
    return url


def _joined(base: str, link: object) -> str | None:
    try:
        address = urljoin(base, clean(str(link or "")).strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def _same_site(one: str, other: str) -> bool:
    """Whether the hosts are one, or one is a part of the other."""
    first, second = ("." + _PLATFORM.sub("", urlsplit(address).hostname or "") for address in (one, other))
    return first.endswith(second) or second.endswith(first)


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.query and _HOME.fullmatch(parts.path) is not None


def _section(stated: Statements) -> str | None:
    named = (text for value in stated.of_article("articleSection") for text in texts(value, "name"))
    candidates = (*named, *stated.meta("article:section", "og:article:section", "parsely-section"), *_trail(stated))
    return next((name for name in candidates if len(name) <= MAX_TAG), None)


def _trail(stated: Statements) -> Iterator[str]:
    """The breadcrumb's first step below the home page, unless it is the article itself."""
    for node in stated.nodes:
        steps = node.get("itemListElement")
        if "BreadcrumbList" in texts(node.get("@type")) and isinstance(steps, list):
            names = [name for step in steps for name in texts(step, "name", "item")[:1]]
            yield from names[1:2] if len(names) > 2 else ()


def _tags(stated: Statements) -> list[str]:
    keywords = (text for value in stated.of_article("keywords") for text in texts(value, "name"))
    for source in (keywords, stated.meta("article:tag"), stated.meta("news_keywords"), stated.meta("keywords")):
        if tags := _split(source):
            return tags[:MAX_TAGS]
    return []


def _split(keywords: Iterable[str]) -> list[str]:
    parts = (part.strip(" #") for text in keywords for part in re.split("[,;،、，]", text))
    return list(dict.fromkeys(part for part in parts if 0 < len(part) <= MAX_TAG))


def _language(tree: HtmlElement, stated: Statements) -> str | None:
    spoken = (text for value in stated.of_article("inLanguage") for text in texts(value, "alternateName", "name"))
    declared = (tree.get("lang") or tree.get("xml:lang") or "", *spoken, *stated.meta("og:locale", "content-language"))
    return next((found[0] for text in declared if (found := _LANGUAGE.match(text.strip()))), None)


def _image(tree: HtmlElement, stated: Statements, base: str) -> dict[str, Any] | None:
    for picture in (*_pictures(stated), *_shared_picture(stated)):
        if src := _joined(base, picture["src"]):
            alts = (img.get("alt") for img in tree.iter("img") if _joined(base, img.get("src")) == src)
            return {**picture, "src": src, "alt": picture["alt"] or next(filter(None, map(plain, alts)), None)}
    return None


def _pictures(stated: Statements) -> Iterator[dict[str, Any]]:
    for value in stated.of_article("image"):
        for part in value if isinstance(value, list) else [value]:
            about = part if isinstance(part, dict) else {}
            alt = next((text for name in ("caption", "description") for text in texts(about.get(name))), None)
            sizes = {side: _pixels(about.get(side)) for side in ("width", "height")}
            yield from (
                {"src": src, "alt": alt and alt[:1_000], **sizes} for src in texts(part, "url", "contentUrl", "@id")
            )


def _shared_picture(stated: Statements) -> Iterator[dict[str, Any]]:
    alt = next(stated.meta("og:image:alt", "twitter:image:alt"), None)
    sizes = {side: _pixels(next(stated.meta(f"og:image:{side}"), None)) for side in ("width", "height")}
    for src in stated.meta("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"):
        yield {"src": src, "alt": alt and alt[:1_000], **sizes}


def _pixels(value: object) -> int | None:
    found = re.match(r"\d{1,5}(?!\d)", str(value.get("value") if isinstance(value, dict) else value))
    return int(found[0]) if found else None


def _excerpt(stated: Statements) -> str | None:
    described = (text for value in stated.of_article("description") for text in texts(value))
    return next((text[:MAX_EXCERPT] for text in (*stated.meta("og:description", "description"), *described)), None)


def _access(stated: Statements) -> str | None:
    for tier in stated.meta("article:content_tier"):
        if tier.lower() in _TIERS:
            return _TIERS[tier.lower()]
    answers = {str(value).lower() for value in stated.of_article("isAccessibleForFree")}
    return "paid" if "false" in answers else "free" if "true" in answers else None
