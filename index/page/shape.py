"""The shape of a tree, cut to that of real pages: extraction takes longer than a wider or deeper one grows."""

from lxml.html import HtmlElement

MAX_DEPTH, MAX_CHILDREN, MAX_BESIDE = 100, 3_000, 200_000
"""The most elements one inside the other, the most children of one, and the most characters beside those."""
MAX_NAMES = 2_000
"""The longest class or id that is read, in characters."""


def prune(tree: HtmlElement) -> None:
    """Removes elements that are nested deeper, or stand farther behind their siblings, than on any real page."""
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in _children(element)]
    for element in level:
        del element[:]


def _children(element: HtmlElement) -> list[HtmlElement]:
    for name in ("class", "id"):
        if len(names := element.get(name) or "") > MAX_NAMES:
            element.set(name, names[:MAX_NAMES])
    if not len(element):
        return []
    children: list[HtmlElement] = []
    beside = 0
    for child in element:
        beside += len(child.tail or "")
        if len(children) == MAX_CHILDREN or beside > MAX_BESIDE:
            break
        children.append(child)
    else:
        return children
    del element[len(children) :]
    return children
