"""The heading on a page that is its article's headline: what is near it is of this article."""

from itertools import chain

from lxml.etree import XPath
from lxml.html import HtmlElement

from index.page.title import letters

MAX_HEADINGS = 40
_HEADINGS = XPath("//h1|//h2")


def headline_of(tree: HtmlElement, title: str) -> HtmlElement | None:
    """The heading that has the title, otherwise the first of the first level."""
    headings, wanted = _HEADINGS(tree)[:MAX_HEADINGS], letters(title)
    same = (heading for heading in headings if letters("".join(heading.itertext())) == wanted)
    return next(chain(same, (heading for heading in headings if heading.tag == "h1")), None)
