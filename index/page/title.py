"""The headline of a page as its readers see it, among all that a page calls its title."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

from index.address import urlsplit
from index.page.links import shown as displayed
from index.page.structured import Statements, plain, texts

MAX_TITLE, MAX_HEADINGS = 1_000, 200
LIMIT_OF_HEADLINE = 100
"""Search engines take 110 characters of a headline, so that some sites cut theirs about there."""
MIN_HEADLINE = 12
"""A shorter title keeps what may be a site's name."""

_SEPARATOR = re.compile(r"\s+(?:[|–—·•»:-]|::|//|--|>)\s+|\s*[|：｜]\s*")
_SITE = re.compile(r"(?:\S+ ){0,4}\S{1,30}(?<![.?!…])")  # no more than five words, and no sentence
_LETTER = re.compile(r"[\W_]+")
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")


def title_of(tree: HtmlElement, stated: Statements, address: str = "") -> str:
    """The article's headline without the site's name; empty where the page has none."""
    headlines = _bounded(text for value in stated.of_article("headline", "name") for text in texts(value))[:1]
    shared = _bounded(stated.meta("og:title", "twitter:title"))
    shown = _bounded(_headings(tree))
    named = _bounded(_named(tree))[:1]
    known = {letters(text) for text in (*headlines, *shared, *shown, *named)}
    names = (site_names(stated, address) | _around(stated)) - {""}
    written = chain(_for_links(stated, headlines, shown, named, names), headlines)
    # Each is asked only where those before it name nothing.
    candidates = chain(written, _agreed(shown, shared, named), _sole(tree, names), shared, named, shown)
    title = next(candidates, "")
    bare = _without_site(_whole(title, [*shown, *shared]), known - {letters(title)}, names)
    sure = {*headlines, *shared, *shown}
    return (bare if bare in sure else _shortened(bare))[:MAX_TITLE] if bare == title else bare[:MAX_TITLE]


def same(one: str, other: str) -> bool:
    """Whether two lines have the same letters and digits."""
    return letters(one) == letters(other) != ""


def _for_links(
    stated: Statements, headlines: list[str], shown: list[str], named: list[str], names: set[str]
) -> Iterator[str]:
    # Where what readers see and what the data, or else the page's title, says agree, another headline that is given
    # for sharing, and twice, was written by an editor for links from elsewhere; unless the title bears it too: then it
    # was for search engines.
    shared, again = next(stated.meta("og:title"), "")[:MAX_TITLE], next(stated.meta("twitter:title"), None)
    seen = shown[0] if shown else ""
    said = headlines or [_without_site(text, {letters(seen)}, names) for text in named]
    agree = said != [] and all(same(text, seen) for text in said)
    told = shared != "" and again is not None and again.startswith(shared)  # or with a subtitle
    searched = any(same(_without_site(text, {letters(shared)}, names), shared) for text in named)
    if told and agree and not searched and "|" not in shared and _without_site(shared, set(), names) == shared:
        yield shared


def _bounded(candidates: Iterable[str]) -> list[str]:
    return [text[:MAX_TITLE] for text in islice(candidates, MAX_HEADINGS)]


def _headings(tree: HtmlElement) -> Iterator[str]:
    """The texts of all headings, those of the first level first; not the site's name, which links to its home page."""
    for level in ("h1", "h2", "h3"):
        for heading in islice(tree.iter(level), MAX_HEADINGS):
            links = [link.get("href") or "" for link in (*heading.iter("a"), *heading.iterancestors("a"))]
            text = plain(displayed(heading))
            if text and not any(_leads_home(link) for link in links):
                yield text


def _sole(tree: HtmlElement, names: set[str]) -> Iterator[str]:
    # The only heading of its level is what readers see; what else names the page is for sharing and searching.
    texts = [text for heading in islice(tree.iter("h1"), MAX_HEADINGS) if (text := plain(displayed(heading)))]
    alone = [text for text in texts if len(text) >= MIN_HEADLINE and letters(text) not in names]
    if len(alone) == 1:
        yield alone[0]


def _leads_home(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query and not parts.fragment and bool(parts.path or parts.netloc)


def _named(tree: HtmlElement) -> Iterator[str]:
    # Drawings have titles too.
    titles = (title for title in tree.iter("title") if title.getparent().tag in ("head", "html", "body"))
    return (text for title in titles if (text := plain(title.text_content())))


def _agreed(shown: list[str], shared: list[str], named: list[str]) -> Iterator[str]:
    # What is shown may have a kicker in front, what is shared the site's name behind: the shorter one is the headline.
    bare = [(social, letters(social)) for social in shared]
    for visible in shown:
        seen = letters(visible)
        for social, told in bare if seen else ():
            if seen.endswith(told or " "):
                yield social
            elif told.startswith(seen):
                yield visible
    whole = letters(" ".join(named))
    # A short one that the title holds may be the section's.
    within = [visible for visible in shown if len(visible) >= MIN_HEADLINE and letters(visible) in whole]
    yield from sorted(within, key=len, reverse=True)


def _without_site(title: str, known: set[str], names: set[str]) -> str:
    """The title up to a separator where another title ends, or after which only the site's name follows."""
    for found in _SEPARATOR.finditer(title):
        before, after = title[: found.start()], title[found.end() :]
        if before and (letters(before) in known or letters(after) in names):
            return before
    return title


def _shortened(title: str) -> str:
    """A title of which nothing else is known, without what stands behind its last separator as a site's name does."""
    found = next(iter([*_SEPARATOR.finditer(title)][-1:]), None)
    if found is None or found.start() < MIN_HEADLINE or not _SITE.fullmatch(title, found.end()):
        return title
    return title[: found.start()]


def site_names(stated: Statements, address: str) -> set[str]:
    """What the site is called as the article's publisher, in its metadata and its address, in letters alone."""
    host = urlsplit(address).hostname or ""
    publishers = [name for value in stated.of_article("publisher") for name in texts(value, "name")]
    shared = stated.meta("og:site_name", "application-name")
    return set(map(letters, (*publishers, *shared, *host.split("."), host, host.removeprefix("www."))))


def _around(stated: Statements) -> set[str]:
    """What any site or organisation on the page is called, and what the article is part of."""
    sites = (node for node in stated.nodes if {"WebSite", "Organization"} & set(texts(node.get("@type"))))
    whole = (*stated.of_article("isPartOf"), *sites)
    return {letters(name) for value in whole for name in texts(value, "name")}


def _whole(title: str, others: list[str]) -> str:
    """The title, or another one that goes on where this one was cut."""
    stem = _CUT.sub("", title)
    if stem == title and len(title) < LIMIT_OF_HEADLINE:
        return title
    longer = (other for other in others if other.startswith(stem) and len(other) > len(title))
    return next((other for other in longer if not _SEPARATOR.match(other, len(stem))), title)


def letters(text: str) -> str:
    """Letters and digits alone, case ignored."""
    return _LETTER.sub("", text).casefold()
