"""How much text and how many links to articles each part of a saved page holds, counted once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from index.page.links import SILENT, Links, words

_NO_WORD = re.compile(r"[\W_]*")
_ENOUGH_LINKED, _MOSTLY_LINKED, _WHOLLY_LINKED = 0.15, 0.6, 0.85
_SHORT, _LONGEST_LINE, _LONGEST_EXCERPT, _MOST_LINKS, _MOST_INSET, _NEAR = 40, 150, 500, 60, 6, 3
_LEAST_PROSE, _MOST_PROSE, _MOST_ANCHORED, _FAR = 100, 2_500, 0.3, 100
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass(slots=True)
class Size:
    """Characters, those of links, those of links to articles, and the number of the latter."""

    text: int = 0
    anchored: int = 0
    linked: int = 0
    links: int = 0


class Layout:
    """The sizes of all elements of a tree."""

    def __init__(self, tree: HtmlElement, links: Links) -> None:
        self.elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        self.sizes: dict[HtmlElement, Size] = {}
        for element in reversed(self.elements):  # what is inside comes later in the document
            self.sizes[element] = self._measure(element, links)
        self._with_paragraphs = _holding(tree.iter("p"))

    def _measure(self, element: HtmlElement, links: Links) -> Size:
        if element.tag in SILENT:
            return Size()
        size = Size(_length(element.text))
        for child in element:
            part = self.sizes.get(child, _NOTHING)  # comments have no size
            size.text += part.text + _length(child.tail)
            size.anchored += part.anchored
            size.linked += part.linked
            size.links += part.links
        if element.tag != "a":
            return size
        return Size(size.text, size.text, size.text, 1) if links.article(element) else Size(size.text, size.text)

    def text(self, element: HtmlElement) -> int:
        """How many characters a reader sees in the element."""
        return self.sizes.get(element, _NOTHING).text

    def links(self, element: HtmlElement) -> int:
        """How many links to articles the element holds."""
        return self.sizes.get(element, _NOTHING).links

    def is_empty(self, element: HtmlElement) -> bool:
        """Whether neither text nor a link to an article is there."""
        return not self.text(element) and not self.links(element)

    def is_short(self, element: HtmlElement) -> bool:
        """Whether it is no more than the words above or beside a card's headline: a section, a date."""
        return self.text(element) <= _SHORT and not self.links(element)

    def is_linked(self, element: HtmlElement) -> bool:
        """Whether links to articles are most of it: a list of links, or cards of headline and excerpt."""
        size = self.sizes.get(element, _NOTHING)
        is_paragraph = element.tag == "p" and not self._begins_linked(element)
        enough = size.linked >= (_MOSTLY_LINKED if is_paragraph else _ENOUGH_LINKED) * size.text
        return enough and 0 < size.links <= _MOST_LINKS and size.text - size.linked <= _LONGEST_EXCERPT * size.links

    def _begins_linked(self, element: HtmlElement) -> bool:
        # A headline and its short excerpt are often one paragraph.
        first = next((child for child in element if self.text(child)), None)
        is_link = first is not None and self.links(first) > 0 and not (element.text or "").strip()
        return is_link and self.text(element) <= _LONGEST_LINE

    def is_alone(self, element: HtmlElement) -> bool:
        """Whether it holds but a few links to articles."""
        size = self.sizes.get(element, _NOTHING)
        share = _WHOLLY_LINKED if element.tag == "p" else _MOSTLY_LINKED
        return 0 < size.links <= _MOST_INSET and size.linked >= share * size.text

    def is_card(self, element: HtmlElement) -> bool:
        """Whether it holds a few links to articles and excerpts of these."""
        return self.links(element) <= _MOST_INSET and self.is_linked(element)

    def is_in_text(self, element: HtmlElement) -> bool:
        """Whether it stands between two paragraphs of a text."""
        return self.is_behind_text(element) and any(self._prose(element, preceding=False))

    def is_behind_text(self, element: HtmlElement) -> bool:
        """Whether a paragraph of a text stands a little before it."""
        return any(self._prose(element, preceding=True))

    def is_end_of_text(self, element: HtmlElement) -> bool:
        """Whether it follows on paragraphs of a text alone."""
        before = list(self._prose(element, preceding=True))
        return len(before) == _NEAR and all(before)

    def _prose(self, element: HtmlElement, *, preceding: bool) -> Iterator[bool]:
        """Of the siblings next to the element that show something: whether they are paragraphs of a text."""
        siblings = islice(element.itersiblings(preceding=preceding), _FAR)
        return map(self._is_prose, islice(filter(self.text, siblings), _NEAR))

    def _is_prose(self, element: HtmlElement) -> bool:
        size = self.sizes[element]
        enough = _LEAST_PROSE <= size.text <= _MOST_PROSE and size.anchored < _MOST_ANCHORED * size.text
        return enough and element in self._with_paragraphs


_NOTHING = Size()


def _holding(elements: Iterable[HtmlElement]) -> set[HtmlElement]:
    """The elements and all that they are in."""
    holding: set[HtmlElement] = set()
    for element in elements:
        around: HtmlElement | None = element
        while around is not None and around not in holding:
            holding.add(around)
            around = around.getparent()
    return holding


def after(element: HtmlElement) -> Iterator[HtmlElement | str]:
    """What follows the element inside its parent: text and elements in turn."""
    yield element.tail or ""
    for sibling in element.itersiblings():
        if isinstance(sibling.tag, str):
            yield sibling
        yield sibling.tail or ""


def inside(element: HtmlElement) -> Iterator[HtmlElement | str]:
    """What follows the text with which the element begins."""
    for child in element:
        if isinstance(child.tag, str):
            yield child
        yield child.tail or ""


def is_blank(text: str) -> bool:
    """Whether no word is in it, only space and signs such as bullets and bars."""
    return _NO_WORD.fullmatch(text) is not None


def _length(text: str | None) -> int:
    return len(words(text)) if text else 0
