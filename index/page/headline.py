"""The heading on a page that is its article's headline: what is near it is of this article."""

from itertools import chain

from lxml.etree import XPath
from lxml.html import HtmlElement

from index.page.title import letters

MAX_HEADINGS, NEAR = 40, 80
"""The most headings that are looked at, and how many elements behind one are near it."""
_HEADINGS = XPath("//*[self::h1 or self::h2]")
_FOLLOWING = XPath(f"following::*[position() <= {NEAR}]")


def headline_of(tree: HtmlElement, title: str) -> HtmlElement | None:
    """The heading that has the title, otherwise the first of the first level."""
    headings, wanted = _HEADINGS(tree)[:MAX_HEADINGS], letters(title)
    same = (heading for heading in headings if letters("".join(heading.itertext())) == wanted)
    return next(chain(same, (heading for heading in headings if heading.tag == "h1")), None)


def below(headline: HtmlElement) -> list[HtmlElement]:
    """The elements near behind a headline, in the page's order."""
    return list(_FOLLOWING(headline))
