"""Where in a saved page the links stand that its editors picked: under a label, in a labelled card, or set into it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from index.article import Pick
from index.page import labels
from index.page.layout import HEADINGS, Layout, inside
from index.page.links import Links, headline, is_by_machine, shown, words
from index.page.lists import FAR, HIGHEST, LISTS, PAGE, Lists
from index.page.names import is_not_picked, is_related, navigations

MOST = 15
"""The most links of a list that somebody picked; longer ones are listings."""
_MOST_LABELS, _LARGEST_WIDGET = 200, 4_000
_LINES = {"a", "b", "blockquote", "li", "p", "strong", *HEADINGS}
# Parts of a sentence, rows and items: a link that stands alone in one was not set between paragraphs.
_NOT_INSET = {"a", "b", "em", "i", "li", "small", "span", "strong", "td", "tr", "u", *HEADINGS}


@dataclass(slots=True)
class Block:
    """What an editor picked at one place, and the parts of the page that show it."""

    picks: list[Pick] = field(default_factory=list)
    parts: list[HtmlElement] = field(default_factory=list)
    begun: HtmlElement | None = None  # the element whose first words are the label

    def remove(self) -> None:
        """Takes the parts out of the page."""
        if self.begun is not None:
            self.begun.text = None
        for part in self.parts:
            if part.getparent() is not None:
                part.drop_tree()


class Finder:
    """Finds the blocks of one page."""

    def __init__(self, tree: HtmlElement, links: Links) -> None:
        self._links, self._layout = links, Layout(tree, links)
        self._lists = Lists(links, self._layout)
        self._hiding = {*navigations(tree), *filter(self._is_button, self._layout.elements)}
        self._hidden = self._inside(self._hiding)
        self._called: dict[tuple[HtmlElement, bool], bool] = {}  # whether a part is called no place of picks
        self._closed: set[HtmlElement] = set()
        self._around: set[HtmlElement] = set()  # what holds something closed

    def blocks(self) -> list[Block]:
        """The blocks of picks in the page's order."""
        place = {element: number for number, element in enumerate(self._layout.elements)}
        return sorted([*self._labelled(), *self._insets()], key=lambda block: place[block.parts[0]])

    def _labelled(self) -> Iterator[Block]:
        tried = 0
        for element in self._layout.elements:
            kind, title = self._label(element) if tried < _MOST_LABELS else (None, None)
            if kind is None or self._is_closed(element):
                continue
            tried += 1
            if kind == "inset" and not self._is_set_in(element, title):
                continue
            block = self._titled(element, title) if title else self._under(element, kind)
            # A button that says "Read more" must not close the card in which it stands.
            if kind == "other" or block.parts:
                self._close([element, *block.parts])
            if kind != "other" and block.parts and self._is_picked(block):
                yield block

    def _label(self, element: HtmlElement) -> tuple[labels.Kind | None, str | None]:
        """What the element's words label, or the headline that they label themselves."""
        length, site, kind = self._layout.text(element), self._links.site, None
        if element.tag in _LINES and 0 < length < labels.MAX_LINE:
            text = shown(element)
            if self._layout.links(element) <= 1 and (told := labels.labelled(text, site)):
                return told
            kind = labels.kind(text, site)
        return kind or (labels.kind(words(element.text), site) if length else None), None

    def _is_set_in(self, element: HtmlElement, title: str | None) -> bool:
        """Whether a label stands between paragraphs, or a line with a link behind one."""
        if title:
            return self._layout.links(element) > 0 and self._layout.is_behind_text(self._alone(element))
        return any(map(self._layout.is_in_text, islice(element.iterancestors(), HIGHEST)))

    def _is_closed(self, element: HtmlElement) -> bool:
        theirs = labels.names_editors(words(element.text))
        around = [element, *element.iterancestors()]
        for one in around[:HIGHEST]:
            if one in self._closed or one in self._hiding:
                return True
            if self._layout.text(one) < _LARGEST_WIDGET and self._is_not_picked(one, theirs):
                return one.tag not in PAGE
        higher = around[HIGHEST:]
        return bool(higher) and (higher[0] in self._hidden or not self._closed.isdisjoint(higher))

    def _is_not_picked(self, element: HtmlElement, theirs: bool) -> bool:
        if (element, theirs) not in self._called:
            self._called[element, theirs] = is_not_picked(element, by_editors=theirs)
        return self._called[element, theirs]

    def _inside(self, parts: set[HtmlElement]) -> set[HtmlElement]:
        """The parts and all that they hold."""
        held = set(parts)
        for element in self._layout.elements:
            if element.getparent() in held:
                held.add(element)
        return held

    def _is_button(self, element: HtmlElement) -> bool:
        """Whether it is a link to something else than an article, and not a list's heading."""
        if element.tag != "a" or self._layout.links(element) or (element.get("href") or "#").startswith("#"):
            return False
        parent = element.getparent()
        return parent is None or parent.tag not in HEADINGS

    def _close(self, elements: Iterable[HtmlElement]) -> None:
        for element in elements:
            self._closed.add(element)
            self._around.update(element.iterancestors())

    def _is_picked(self, block: Block) -> bool:
        if any(is_by_machine(link) for part in block.parts for link in part.iter("a")):
            return False
        # Where all links leave the site they are sources; where most begin in lower case, topics that are searched for.
        own = any(pick.url is None or self._links.is_own(pick.url) for pick in block.picks)
        lower = sum((pick.title or "")[:1].islower() for pick in block.picks)
        return own and len(block.picks) <= MOST and lower <= len(block.picks) / 2

    def _titled(self, element: HtmlElement, title: str) -> Block:
        # "Read more – our choice" above a list of links is its heading; alone, the same form is one link.
        heads = element.tag in HEADINGS and not self._layout.links(element)
        below = self._list(element, list(self._lists.following(element))) if heads else Block()
        return below if below.parts else self._line(element, title)

    def _line(self, element: HtmlElement, title: str) -> Block:
        """A line such as "Read more: Headline", linked or not."""
        around = (element, *element.iterancestors("a"), *element.iterdescendants("a"))
        url = next((self._links.article(link) for link in around if self._lists.is_link(link)), None)
        # Without an address its words alone make it a headline.
        sure = url is not None or labels.is_sure_headline(title)
        return Block([Pick(title, url)], [self._alone(element)]) if sure else Block()

    def _alone(self, element: HtmlElement) -> HtmlElement:
        """The highest element that shows no more than this one."""
        parent, length = element.getparent(), self._layout.text(element)
        while parent is not None and parent.tag not in PAGE and self._layout.text(parent) == length:
            element, parent = parent, parent.getparent()
        return element

    def _under(self, label: HtmlElement, kind: labels.Kind) -> Block:
        link = next(filter(self._lists.is_link, (label, *label.iterancestors("a"))), None)
        if link is not None:
            return self._card(link, words(label.text))
        if self._layout.text(label) > len(words(label.text)) and labels.kind(words(label.text)):
            parts = self._lists.run(islice(inside(label), FAR))
            # "More on cranes" in one line may be a link to all of a topic.
            return Block(list(filter(self._is_long, self._lists.picks(parts))), parts, label)
        items = list(self._lists.following(label))
        if kind == "other" and items and self._lists.is_label(items[0]):
            return Block()  # its list was left empty
        if (block := self._list(label, items)).parts:
            return block
        parts, titles = self._lists.bare(items)
        return Block(titles, [self._alone(label), *parts]) if parts else Block()

    def _list(self, label: HtmlElement, items: list[HtmlElement | str]) -> Block:
        parts = self._lists.run(iter(items))
        return Block(self._lists.picks(parts), [self._alone(label), *parts]) if parts else Block()

    def _card(self, link: HtmlElement, label: str) -> Block:
        """A linked card that holds its own label."""
        title = headline(link).removeprefix(label).strip(" :|")
        if not labels.is_headline(title):
            return Block()
        return Block([Pick(title, self._links.article(link))], [self._alone(link)])

    def _insets(self) -> Iterator[Block]:
        """Links to the site's own articles that stand alone in the text."""
        for element in self._layout.elements:
            if element.tag in _NOT_INSET or element in self._around or not self._is_inset(element):
                continue
            held = (element, *filter(self._lists.is_link, element.iter("a")))
            picks = [] if any(map(self._is_closed, held)) else self._lists.picks([element])
            if picks and all(self._is_long(pick) and self._links.is_typical(pick.url or "") for pick in picks):
                self._close([element])
                yield Block(picks, [element])

    def _is_inset(self, element: HtmlElement) -> bool:
        """Whether it holds but links, and an editor set it between or behind the paragraphs of a text."""
        card = self._layout.is_card(element) and (element.tag == "aside" or is_related(element))
        if not (card or self._layout.is_alone(element)):
            return False
        return self._layout.is_in_text(element) or (element.tag in LISTS and self._layout.is_end_of_text(element))

    def _is_long(self, pick: Pick) -> bool:
        return labels.is_sure_headline(pick.title or "")
