"""What is listed under a label: links to articles, cards of headline and excerpt, headlines without links."""

from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from index.article import Pick
from index.page import labels
from index.page.layout import HEADINGS, Layout, after, is_blank
from index.page.links import Links, headline, shown, words
from index.page.names import is_related

HIGHEST, FAR = 6, 200
"""How many elements up and how many siblings on a label reaches."""
_MOST_BETWEEN = 3
PAGE = {"html", "body", "main"}
"""Elements that hold a page's text."""
LISTS = {"ol", "ul"}
"""Elements of which every child is an item."""
_UNITS = PAGE | {"aside", "section"}
_BARE = {"li", "p", *LISTS}


class Lists:
    """The lists of one page."""

    def __init__(self, links: Links, layout: Layout) -> None:
        self._links, self._layout = links, layout

    def is_link(self, element: HtmlElement) -> bool:
        """Whether it is a link to an article."""
        return element.tag == "a" and self._layout.links(element) > 0

    def following(self, element: HtmlElement) -> Iterator[HtmlElement | str]:
        """What follows the element, at the lowest height where something does."""
        for _ in range(HIGHEST):
            parent = element.getparent()
            items = [item for item in islice(after(element), FAR) if self._is_something(item)]
            # A unit of a page with a title of its own was left empty where it holds but the label.
            if items or parent is None or parent.tag in _UNITS or is_related(parent):
                yield from items
                return
            element = parent

    def _is_something(self, item: HtmlElement | str) -> bool:
        return not is_blank(item) if isinstance(item, str) else not self._layout.is_empty(item)

    def run(self, items: Iterator[HtmlElement | str]) -> list[HtmlElement]:
        """The items made of links to articles, up to the first that is not."""
        taken: list[HtmlElement] = []
        between: list[HtmlElement] = []
        for item in filter(self._is_something, items):
            if isinstance(item, str):
                if labels.kind(item) is None:
                    return []  # the links stand in a sentence
                continue
            if self._is_other(item):
                break
            if self._layout.is_linked(item):
                taken += [*between, item]
                between = []
            elif self._layout.is_short(item) and not _ends(item, taken) and len(between) < _MOST_BETWEEN:
                between.append(item)
            else:
                break
        return taken

    def is_label(self, item: HtmlElement | str) -> bool:
        """Whether an item is nothing but the label of what follows it."""
        text = item if isinstance(item, str) else self._short(item)
        return labels.kind(text, self._links.site) is not None

    def _short(self, item: HtmlElement) -> str:
        return shown(item) if self._layout.text(item) <= labels.MAX_LABEL else ""

    def _is_other(self, item: HtmlElement) -> bool:
        """Whether the first words of an item say that it is another list."""
        first = next(filter(None, (words(part.text) for part in item.iter() if isinstance(part.tag, str))), "")
        return labels.kind(first, self._links.site) == "other"

    def picks(self, parts: list[HtmlElement]) -> list[Pick]:
        """The articles to which the parts link, once each."""
        titles: dict[str, str] = {}
        for link in (link for part in parts for link in part.iter("a")):
            url = self._links.article(link) if self.is_link(link) else None
            if url and not titles.get(url):
                title = headline(link)
                titles[url] = title if labels.is_headline(title) else ""
        return [Pick(title, url) for url, title in titles.items() if title]

    def bare(self, items: list[HtmlElement | str]) -> tuple[list[HtmlElement], list[Pick]]:
        """Headlines without links, which the label's words alone make picks."""
        parts: list[HtmlElement] = []
        titles: list[str] = []
        for item in items:
            if isinstance(item, str) or item.tag not in _BARE or next(item.iter("a"), None) is not None:
                return [], []
            texts = [shown(line) for line in item.iter("li")] or [shown(item)]
            if any(map(labels.kind, texts)):
                break
            if not all(map(labels.is_sure_headline, texts)):
                return [], []
            parts.append(item)
            titles += texts
        return parts, list(map(Pick, titles))


def _ends(item: HtmlElement, taken: list[HtmlElement]) -> bool:
    text = shown(item)
    kind = labels.kind(text)  # "Related" may go on as "More on this"
    return item.tag in HEADINGS or text.endswith((":", "：")) or kind == "other" or (kind is not None and bool(taken))
