"""The links of a saved page: where they lead, what they are called, and which lead to articles of the same site."""

import re
from collections.abc import Iterator

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from index.address import canonical_url, url_key, urljoin, urlsplit

SILENT = ("head", "iframe", "noscript", "script", "select", "style", "svg", "template", "textarea")
"""Elements whose text no reader sees."""
_SPACE = re.compile(r"\s+")
_UNSEEN = ("time", *SILENT)
_STOPS = (":", ";", ",", ".", "!", "?")
_WITHIN_WORDS = {"a", "abbr", "b", "em", "font", "i", "mark", "q", "strong", "sub", "sup", "u"}
_LISTING = re.compile(
    r"/(?:tags?|tagged|topics?|temas|themen?|thema|category|categories|kategorien?|rubriken?|keyword|search|suche|login|signin|"
    r"register|registrazione|subscri\w+|abo|newsletters?|contact|hashtag|share|comments|etiquetas?|mots?-cles?|"
    r"schlagworte?|stichworte?|assuntos?|marcadores|argomenti|trefwoorden|etiket(?:ler)?|tagi)(?:/|$)|/comment/?$|"
    r"/(?:authors?|autor(?:en|es)?|auteurs?|profile?|people|person|redaktion)(?:/[^/]*)?/?$|"
    r"privacy|terms-|accessibility|datenschutz|impressum|cookie"
)
# Before the question mark stands the headline, in which somebody may recommend something.
_QUERY, _BY_MACHINE = re.compile(r"[?#]"), re.compile(r"recirc|recommend", re.IGNORECASE)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_HEADLINE_CLASS = re.compile(r"(?:^|[-_ ])(?:head(?:line)?|title|titel|titre|titulo|titolo)(?:$|[-_ ])", re.IGNORECASE)
_SECOND_LEVEL = {"ac", "co", "com", "edu", "go", "gob", "gov", "gv", "ne", "net", "or", "org"}
_CODE, _SLUG, _TITLE_WORDS, _TITLE_CHARACTERS, _MOST_ADDRESS = 10, 20, 4, 30, 4_000


class Links:
    """The links of the page at `url`, whose `<base>` counts."""

    def __init__(self, tree: HtmlElement, url: str | None) -> None:
        base = next(iter(tree.iter("base")), None)
        href = base.get("href") if base is not None else None
        self._base = _join(url, href if href and len(href) <= _MOST_ADDRESS else None)
        self._itself, self.site = url_key(url or ""), _site(url)

    def article(self, link: HtmlElement) -> str | None:
        """The canonical http(s) address of the article to which the link leads, if it does and not to this page."""
        try:
            url = canonical_url(_join(self._base, link.get("href")))
        except ValueError:
            return None
        if len(url) > _MOST_ADDRESS or self._is_itself(url):
            return None
        return url if _can_be_article(url) and (_is_article(url) or _is_long(link)) else None

    def _is_itself(self, url: str) -> bool:
        key = url_key(url)
        if key == self._itself:
            return True
        # Its pictures, its comments and its next pages are below its address, or elsewhere under its own last part.
        path, last = self._itself.partition("/")[2], self._itself.rpartition("/")[2]
        return bool(path) and (key.startswith(f"{self._itself}/") or (len(last) >= _SLUG and key.endswith(f"/{last}")))

    def is_typical(self, url: str) -> bool:
        """Whether the address alone looks like an article's of this site."""
        return self.is_own(url) and _is_article(url)

    def is_own(self, url: str) -> bool:
        """Whether the address is of the page's own site, as far as that is known."""
        return not self.site or _site(url) == self.site


def is_by_machine(link: HtmlElement) -> bool:
    """Whether the link tells the site's statistics that a machine recommended it."""
    href = link.get("href") or ""
    query = _QUERY.search(href)
    return query is not None and _BY_MACHINE.search(href, query.end()) is not None


def words(text: str | None) -> str:
    """The text with single spaces."""
    return _SPACE.sub(" ", text or "").strip()


def shown(element: HtmlElement) -> str:
    """What a reader sees of the element, without times; boxes that touch are words apart."""
    if not len(element):
        return words(element.text)
    pieces: list[str] = []
    before = None
    for box, text in _texts(element):
        if before is not None and not (_is_inline(box) and (_is_inline(before) or box.getparent() is before)):
            pieces.append(_gap(pieces[-1], text))
        pieces.append(text)
        before = box
    return words("".join(pieces))


def _texts(element: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """The seen texts in an element, each with the element that it begins or follows."""
    if element.tag in _UNSEEN or next(element.iterancestors(*_UNSEEN), None) is not None:
        return
    unseen = None  # the element whose inside is passed over
    for event, part in iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start" and unseen is None:
            if part.tag in _UNSEEN:
                unseen = part
            elif part.text:
                yield part, part.text
        elif event != "start" and (unseen is None or part is unseen):
            unseen = None
            if part.tail and part is not element:
                yield part, part.tail


def _is_inline(element: HtmlElement) -> bool:
    return element.tag in _WITHIN_WORDS


def _gap(one: str, other: str) -> str:
    return " " if (one[-1:].isalnum() or one.endswith(_STOPS)) and other[:1].isalnum() else ""


def headline(link: HtmlElement) -> str:
    """What the link's article is called: the heading inside it, else its text, else its title."""
    # Above the headline may stand a lesser heading: the section, or whose article it is.
    headings = sorted(filter(_is_heading, link.iterdescendants()), key=_rank)
    return next(filter(None, map(shown, headings)), "") or shown(link) or words(link.get("title"))


def _is_heading(part: HtmlElement) -> bool:
    named = isinstance(part.tag, str) and _HEADLINE_CLASS.search(part.get("class") or "")
    return part.tag in _HEADINGS or bool(named)


def _rank(heading: HtmlElement) -> str:
    return heading.tag if heading.tag in _HEADINGS else "h1"


def _can_be_article(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query) and not _LISTING.search(parts.path.lower())


def _is_article(url: str) -> bool:
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if re.search(r"\d{4}", parts.path + parts.query) or (len(last) >= _CODE and re.search(r"\d", last)):
        return True
    return len(last) >= _SLUG or len(re.findall(r"[-_]", last)) > 1


def _is_long(link: HtmlElement) -> bool:
    text = shown(link)
    return len(text) >= _TITLE_CHARACTERS and len(text.split()) >= _TITLE_WORDS


def _join(base: str | None, href: str | None) -> str:
    try:
        return urljoin(base or "", (href or "").strip())
    except ValueError:
        return base or ""


def _site(url: str | None) -> str:
    # A publisher's editions differ in what surrounds its name: www.news.co.uk and news.com.
    try:
        parts = (urlsplit(url or "").hostname or "").removeprefix("www.").split(".")[:-1]
    except ValueError:
        return ""
    return parts[-2] if len(parts) > 1 and parts[-1] in _SECOND_LEVEL else "".join(parts[-1:])
