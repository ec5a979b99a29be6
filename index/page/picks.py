"""The links that a page's editors picked: found, taken out of the page, and named."""

from collections.abc import Iterable

from lxml.html import HtmlElement

from index.address import url_key
from index.article import Pick
from index.page import labels
from index.page.blocks import MOST, Finder
from index.page.links import Links, words

MAX_PICKS = 100


def take_picks(tree: HtmlElement, url: str | None) -> list[Pick]:
    """The editors' picks of the page in their order; their blocks are removed from the tree."""
    found: dict[str, Pick] = {}
    for block in Finder(tree, Links(tree, url)).blocks():
        for pick in block.picks:
            found.setdefault(url_key(pick.url) if pick.url else pick.title or "", pick)
        block.remove()
    return list(found.values())[:MAX_PICKS]


def take_picks_from_lines(lines: list[str]) -> tuple[list[str], list[Pick]]:
    """The lines without lists of picks and what follows them, and those picks (titles alone)."""
    kept: list[str] = []
    titles: list[str] = []
    for number, line in enumerate(lines):
        if (told := labels.labelled(words(line))) and told[0] == "picks":
            titles.append(told[1])
        elif labels.kind(line) == "picks" and (listed := _headlines(lines[n] for n in range(number + 1, len(lines)))):
            titles += listed
            break
        else:
            kept.append(line)
    return kept, [Pick(title=title) for title in dict.fromkeys(titles)][:MAX_PICKS]


def _headlines(lines: Iterable[str]) -> list[str]:
    """The headlines up to a footer's label or the end, or none where running text follows."""
    titles: list[str] = []
    for line in filter(None, map(words, lines)):
        if labels.kind(line) or labels.is_fragment(line):
            break
        if not labels.is_headline(line) or len(titles) == MOST:
            return []
        titles.append(line)
    return titles
