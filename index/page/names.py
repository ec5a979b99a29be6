"""What the names that developers gave to a part of a page say about it; general words, no site's own."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from index.page.layout import HEADINGS

_NOT_PICKED = re.compile(
    r"most-?(?:read|viewed|popular|shared)|trending|popular|sponsor|comments?\b|\bnav|\bmenu|newsletter|"
    r"recirc|recommend|\bpag(?:ination|er)s?\b|breadcrumb|"
    # Programs that choose links by what readers click or by words in common.
    r"outbrain|taboola|zergnet|cxense|jp-relatedposts|\bcrp_related|\byarpp|\brp4wp|"
    r"\bwp_rp_|\bnrelate|linkwithin|contextly|\bjeg_postblock|\bjnews_(?:inline_)?related",
    re.IGNORECASE,
)
_RECOMMEND = re.compile(r"recommend", re.IGNORECASE)
_RELATED = re.compile(r"relat|read-?more|see-?also", re.IGNORECASE)
_HEAD = re.compile(r"head|title|label", re.IGNORECASE)


def is_not_picked(element: HtmlElement, *, by_editors: bool = False) -> bool:
    """Whether the part is called navigation, advertising, comments or a list that a machine makes."""
    names = _names(element)
    # Editors recommend too: where a label says that it was them, a part called so is theirs.
    return _NOT_PICKED.search(_RECOMMEND.sub("", names) if by_editors else names) is not None


def navigations(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Headers that hold navigation, and navigation that is not called related by itself or what is around it."""
    for nav in tree.iter("nav"):
        yield from nav.iterancestors("header")
        around = nav.getparent()
        if not is_related(nav) and (around is None or not is_related(around)):
            yield nav


def is_related(element: HtmlElement) -> bool:
    """Whether the part, and not only its heading, is called related."""
    names = _names(element)
    return _RELATED.search(names) is not None and element.tag not in HEADINGS and not _HEAD.search(names)


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"
