"""The text of a page's article: paragraphs, without what stands between them on a page."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import dropwhile, islice
from typing import Any

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from index.fields import MAX_TEXT, clean
from index.page.furniture import is_furniture
from index.page.title import letters, same

MAX_STATED, MAX_LINES = 300_000, 3_000
"""The longest statement of a text, and the most lines, that are compared with each other."""
HALF, MOST, BEGUN = 0.5, 0.8, 25
"""Shares of a text's letters, and the first letters of a line, by which a statement of the text is believed."""
LEAD, MAX_STARTS = 40, 50
"""The letters that a standfirst and the page's description share, and how many elements are tried for it."""
MAX_COMPARED = 3_500
"""The most elements of a page whose extraction is compared with others': these take longer than a page grows."""
MAX_CAPTION, MAX_AROUND = 2_000, 1_000
"""The longest caption in characters, and the most pieces of text around a standfirst, that are read."""
MIN_CAPTION = 5
"""Words of a picture's description from which on the same line in a text is taken for it, and not for a heading."""
_UNSEEN = ("head", "script", "style", "noscript", "template", "title", "meta")

for _name in ("trafilatura", "htmldate", "courlan"):  # what they cannot read is no news for whoever reads our output
    logging.getLogger(_name).addHandler(logging.NullHandler())


def body_of(tree: HtmlElement, row: Mapping[str, Any], stated: str = "") -> str:
    """The article's text, empty where there is none; `row` and `stated` are what the page says of it."""
    beside = {letters(text) for text in (*_captions(tree), *(row["author"] or ()))}
    found = [line for line in _confirmed(_extracted(tree).split("\n"), stated) if letters(line) not in beside]
    lead = _standfirst(tree, row["excerpt"] or "", found)
    return "\n\n".join(filter(None, (*lead, paragraphs(found, row["title"]))))[:MAX_TEXT]


def paragraphs(lines: Iterable[str], title: str) -> str:
    """Lines as paragraphs, without furniture and without the headline on top."""
    kept = [line for line in map(str.strip, clean("\n".join(lines)).split("\n")) if line and not is_furniture(line)]
    return "\n\n".join(dropwhile(lambda line: same(line, title), kept))[:MAX_TEXT]


def _captions(tree: HtmlElement) -> Iterator[str]:
    texts = (
        *(image.get("alt") or "" for image in tree.iter("img")),
        *(_beginning(caption, MAX_CAPTION) for caption in tree.iter("figcaption")),
    )
    return (text for text in texts if len(text.split()) >= MIN_CAPTION)


def _beginning(element: HtmlElement, limit: int) -> str:
    """The text of an element up to a piece behind `limit` characters, all of it where it is no longer."""
    pieces, length = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > limit:
            break
    return "".join(pieces)


def _extracted(tree: HtmlElement) -> str:
    try:
        large = next(islice(tree.iter(), MAX_COMPARED, None), None) is not None
        found = bare_extraction(tree, include_comments=False, fast=large)
    except Exception:  # noqa: BLE001 - hostile markup: what cannot be extracted is no text
        return ""
    return (getattr(found, "text", None) or "") if found else ""


def _confirmed(lines: list[str], stated: str) -> list[str]:
    """The lines that the page's own statement of its text has too, or that statement where half of it is missing."""
    told = letters(stated[:MAX_STATED])
    if not told or len(lines) > MAX_LINES:
        return lines
    held = [line for line in lines if letters(line) in told]
    agreed, extracted = len(letters("".join(held))), len(letters("".join(lines)))
    if extracted < HALF * len(told) or (len(lines) == 1 and extracted <= len(told)):
        return stated.split("\n")
    # A statement that is cut short, or spells the text differently, has the beginning of a line but not all of it.
    others = set(lines).difference(held)
    differs = any(len(begun := letters(line)[:BEGUN]) == BEGUN and begun in told for line in others)
    return lines if differs or agreed < MOST * len(told) or len(told) < HALF * extracted else held


def _standfirst(tree: HtmlElement, excerpt: str, lines: list[str]) -> list[str]:
    """The sentences above the body, which extraction often misses: where the page shows its description."""
    wanted = letters(excerpt)
    if len(wanted) < LEAD or wanted[:LEAD] in letters(" ".join(lines)):
        return []
    starts = (element for element in tree.iter() if element.tag not in _UNSEEN and _starts(element.text, wanted))
    for element, _ in zip(starts, range(MAX_STARTS), strict=False):
        shown = _enclosing(element, 1.5 * len(excerpt) + LEAD)
        if letters(shown)[:LEAD] == wanted[:LEAD]:
            return [shown]
    return []


def _starts(text: str | None, wanted: str) -> bool:
    begun = letters(text[:LEAD]) if text else ""
    return len(begun) > 1 and wanted.startswith(begun)


def _enclosing(element: HtmlElement, limit: float) -> str:
    """The text of the widest element around this one that is no longer than `limit` characters."""
    shown = ""
    for around in (element, *element.iterancestors()):
        pieces = list(islice(around.itertext(), MAX_AROUND))
        text = " ".join("".join(pieces).split())
        if len(text) > limit or len(pieces) == MAX_AROUND:
            break
        shown = text
    return shown
