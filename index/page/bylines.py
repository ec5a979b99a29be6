"""Where a page shows who wrote its article: the byline nearest to the headline, in any of the usual markups."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from lxml.etree import XPath
from lxml.html import HtmlElement

from index.address import path_of
from index.page.headline import NEAR, below, headline_of
from index.page.people import begins_byline, names_in
from index.page.structured import plain

MAX_MARKED = 40
"""The most parts of a page that are tried as bylines, of each kind."""
MAX_CALLED = 100
"""A longer word in a class is no name of a part."""
MAX_BYLINE, MAX_CARD = 250, 1_000
"""The most letters of a byline, and of a teaser of another article."""
BEFORE = 3
"""How many times as far from the headline the marked parts before it count."""
LEVELS = 6
"""How far around a byline a teaser of another article is looked for."""

_MARKED = XPath("//*[self::h1 or self::h2 or @rel or @itemprop or @property or @class or @id or @href]")
_HEADINGS = XPath("descendant::*[self::h1 or self::h2 or self::h3 or self::h4][descendant::a or ancestor::a]")
_AUTHOR = re.compile(
    r"author(?!i[tz])|by-?line|(?<![a-z])(?:autor(?:e[ns]?|in)?|auteurs?|(?:staff|story)?writers?|contribut[oe]rs?"
    r"|reporters?|journalists?|verfasser|redacteur|(?:posted|written|story)-?by)(?![a-z])"
    r"|^(?:fn|vcard)$"
)
_BESIDE = re.compile(
    r"bio|avatar|image|img|photo|pic|icon|twitter|social|follow|share|date|time|comment|more|desc|role|job|position"
    r"|mail|contact|count|archive|relat|recommend|widget|sidebar"
)
_OTHER = re.compile(
    r"(?<![a-z])(?:categor(?:y|ies)|sections?|topics?|tags?|dates?|time(?:stamp)?)(?![a-z])", re.IGNORECASE
)
_NAME = re.compile(r"(?<![a-z])names?(?![a-z])|authorname|(?<!\S)fn(?!\S)")
_LENGTH = XPath("string-length(normalize-space())")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
# The folders where sites keep a page about each of their authors.
_ABOUT = re.compile(
    r"[^?#]*/(?:authors?|autor(?:es|en|i)?|auteurs?|autore|staff|journalists?|reporters?|writers?|columnists?|contributors?"
    r"|editors|signataires|redaktion|bios?|by)/[^/?#]+/?(?:[?#]|$)",
    re.IGNORECASE,
)
_UNREAD = frozenset(("script", "style", "noscript", "template", "svg", "button", "time", "select", "option"))
_OUTSIDE = frozenset(("nav", "blockquote", "figcaption"))
# Whose authors are those of comments and of other articles.
_OTHERS = re.compile(
    r"(?<![a-z])(?:comments?(?!-?count)|respond|related|recommend|trending|popular|most-?(?:read|viewed|shared)|teasers?"
    r"|newsletters?|menu|outbrain|taboola)(?![a-z])"
)
_COMMENT = re.compile(r"schema\.org/(?:User)?Comment", re.IGNORECASE)


class Bylines:
    """The parts of a page that may be its byline."""

    def __init__(self, tree: HtmlElement, title: str) -> None:
        marked = _MARKED(tree)
        headline = headline_of(tree, title)
        place = marked.index(headline) if headline in marked else 0
        # Kept, as elements are known by their objects.
        self._around = set() if headline is None else {*headline.iterancestors()}
        self._teasers: dict[HtmlElement, HtmlElement | None] = {}
        near: tuple[list[HtmlElement], ...] = ([], [], [])
        far: tuple[list[HtmlElement], ...] = ([], [], [])
        for distance, element in _by_distance(marked, place):
            kind = kind_of(element)
            if kind is not None and element is not headline:
                (near if distance <= NEAR else far)[kind].append(element)
        self._kinds = (*near, _under(headline), *far)
        self._marked = (*near[0], *far[0])

    def names(self) -> list[str]:
        """The authors whom the page shows: in what says so near the headline first, in links far from it last."""
        return next(filter(None, map(self._first, self._kinds)), [])

    def stated_names(self) -> list[str]:
        """The authors in what is marked for machines as the author."""
        return self._first(self._marked)

    def _first(self, parts: Sequence[HtmlElement]) -> list[str]:
        """The names of the first byline among parts of one kind, those of all its authors."""
        tried = [part for part in parts[:MAX_MARKED] if self._is_own(part)]
        for number, part in enumerate(tried):
            if names := _shown(part):
                whole = _byline(part)
                beside = [e for e in tried[number + 1 :] if whole in islice(e.iterancestors(), LEVELS)]
                return list(dict.fromkeys((*names, *(name for e in beside for name in _shown(e)))))
        return []

    def _is_own(self, part: HtmlElement) -> bool:
        """Whether the part belongs to this article: not to a comment, a teaser or the site's frame."""
        for level, element in enumerate((part, *part.iterancestors())):
            if element in self._around:
                break
            if _is_of_others(element) or (element.tag in _OUTSIDE and kind_of(part) != 0):
                return False
            if level < LEVELS and self._is_teaser(element, part):
                return False
        return True

    def _is_teaser(self, element: HtmlElement, part: HtmlElement) -> bool:
        """Whether the element is one linked heading and little else, and `part` not in that heading."""
        if element not in self._teasers:
            linked = _HEADINGS(element) if _LENGTH(element) < MAX_CARD else []
            self._teasers[element] = linked[0] if len(linked) == 1 else None
        heading = self._teasers[element]
        return heading is not None and heading not in (part, *part.iterancestors(), *part.iterdescendants())


def _by_distance(marked: list[HtmlElement], place: int) -> list[tuple[int, HtmlElement]]:
    far = [(n - place if n >= place else BEFORE * (place - n), element) for n, element in enumerate(marked)]
    return sorted(far, key=itemgetter(0))


def _is_of_others(element: HtmlElement) -> bool:
    told = _COMMENT.search(element.get("itemtype") or "") or element.tag in ("form", "button")
    return bool(told) or _OTHERS.search(f"{element.get('class') or ''} {element.get('id') or ''}".lower()) is not None


def kind_of(element: HtmlElement) -> int | None:
    """What a part is: 0 where it says itself that it is an author, 1 where it is called so, 2 where it links to one."""
    get = element.get
    if element.tag in ("meta", "link", "html", "body", "head", "img"):
        return None
    if "author" in f"{get('rel')} {get('itemprop')} {get('property')}".lower().split():
        return 0
    called = f"{get('class') or ''} {get('id') or ''}"
    if any(map(_is_called_author, called.split())) and not _OTHER.search(called):
        return 1
    return 2 if element.tag == "a" and _ABOUT.match(get("href") or "") else None


@lru_cache(maxsize=10_000)
def _is_called_author(word: str) -> bool:
    if len(word) > MAX_CALLED or "[" in word or ":" in word:  # styles, not names
        return False
    name = _HUMP.sub("-", word).lower()
    return _AUTHOR.search(name) is not None and (_BESIDE.search(name) is None or _NAME.search(name) is not None)


def _shown(part: HtmlElement) -> list[str]:
    """The names in a byline: what is marked as a name in it, otherwise its links, otherwise its text."""
    if _LENGTH(part) >= MAX_BYLINE:
        return []
    inside = list(islice(part.iterdescendants(), MAX_MARKED))
    marked = [e for e in inside if (e.get("itemprop") or "") == "name" or _NAME.search((e.get("class") or "").lower())]
    for group in (marked, [e for e in inside if e.tag == "a"]):
        named = [(e, names) for e in group if (names := names_in(_pieces(e)))]
        if named:
            alike = [name for e, names in named if _is_alike(e, named[0][0]) for name in names]
            return list(dict.fromkeys(alike))
    return max(_listed(inside), names_in(_pieces(part), lower=kind_of(part) == 0), key=len)


def _listed(inside: list[HtmlElement]) -> list[str]:
    """Whole names that stand in parts of one class each, with nothing said between them."""
    leaves = [(e, names) for e in inside if e.get("class") and not len(e) and (names := names_in([e.text or ""]))]
    alike = [names for e, names in leaves if (e.tag, e.get("class")) == (leaves[0][0].tag, leaves[0][0].get("class"))]
    return [name for names in alike for name in names if " " in name]


def _is_alike(one: HtmlElement, other: HtmlElement) -> bool:
    """Whether both lead into the same folder, as links to authors do and those to sections do not."""
    return _folder(one) == _folder(other)


def _folder(link: HtmlElement) -> str:
    return path_of(link.get("href") or "").rstrip("/").rpartition("/")[0]


def _under(headline: HtmlElement | None) -> list[HtmlElement]:
    """The parts below the headline that begin with "By" or the like."""
    if headline is None:
        return []
    begun = [e for e in below(headline) if e.tag not in _UNREAD and begins_byline(e.text)]
    return [part for e in begun for part in (e, e.getparent())]  # the name may stand beside a part that has "By" alone


def _pieces(element: HtmlElement) -> Iterator[str]:
    if element.tag == "meta":
        yield plain(element.get("content"))
    for part in islice(element.iter(), MAX_MARKED):
        if part.tag not in _UNREAD:
            yield part.text or ""
        if part is not element:
            yield part.tail or ""


def _byline(part: HtmlElement) -> HtmlElement:
    """The widest part around that is no longer than a byline."""
    for around in islice(part.iterancestors(), LEVELS // 2):
        if _LENGTH(around) >= MAX_BYLINE:
            break
        part = around
    return part
