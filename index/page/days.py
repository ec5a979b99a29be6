"""The day that a page shows rather than states: in its address, below its headline, or anywhere in it."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from urllib.parse import unquote

from htmldate import find_date
from lxml.html import HtmlElement

from index.address import path_of
from index.page.headline import below

MAX_LINE, PARAGRAPH = 100, 200
"""The longest line with a day, and the shortest text of a body."""
MAX_DAYS, MAX_DIFFERENT = 5, 3
"""How many days below a headline are read, and how many different ones are no list of other articles."""

_YEAR, _MM, _DD = r"(?:19|20)\d\d", r"0?[1-9]|1[0-2]", r"0?[1-9]|[12]\d|3[01]"
_ADDRESS = (
    re.compile(rf"/({_YEAR})/({_MM})/({_DD})(?![^/])"),
    re.compile(rf"(?<![\da-z])({_YEAR})([-_/.]?)(?=\d\d)({_MM})\2(?=\d\d)({_DD})(?![\da-z])", re.IGNORECASE),
    re.compile(rf"/({_YEAR})/(?=\d{{4}})({_MM})({_DD})(?![^/])"),
)
_MONTH_IN_ADDRESS = re.compile(rf"/({_YEAR})[/-]?(?=\d\d?/)({_MM})/")
_NUMBERS = re.compile(rf"(?<!\d)({_YEAR})(?:\s?[年년]\s?|[-/.]\s?)({_MM})(?:\s?[月월]\s?|[-/.]\s?)({_DD})(?!\d)")
_DOTTED = re.compile(rf"(?<!\d)({_DD})\.\s?({_MM})\.\s?({_YEAR})(?!\d)")
_MONTH = r"[^\W\d_]{3,12}\.?"
_WRITTEN = re.compile(
    rf"(?<!\d)\d\d?(?:\.|st|nd|rd|th|er|º|ª)?\s(?:de\s|of\s)?{_MONTH},?\s(?:de\s|del\s)?{_YEAR}(?!\d)"
    rf"|(?<!\w){_MONTH}\s\d\d?(?:st|nd|rd|th)?,?\s{_YEAR}(?!\d)",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"^\W*(?:last\s)?(?:updated|modified|aktualisiert|mis à jour|actualizado|atualizado|aggiornato|更新)", re.IGNORECASE
)
_UNREAD = frozenset(("script", "style", "noscript", "template", "blockquote"))


def days_of_address(address: str) -> Iterator[str]:
    """The days in an address, as most sites have them that have folders by date."""
    for pattern in _ADDRESS:
        for found in pattern.finditer(unquote(path_of(address))):
            year, *_, month, day = found.groups()
            yield f"{year}-{int(month):02}-{int(day):02}"


def is_elsewhen(day: date, address: str) -> bool:
    """Whether the address has a year and a month, and the day is of quite another one."""
    found = _MONTH_IN_ADDRESS.search(unquote(path_of(address)))
    return found is not None and abs(12 * (day.year - int(found[1])) + day.month - int(found[2])) > 1


def days_below(headline: HtmlElement) -> list[str]:
    """The days between the headline and the text, as year, month and day or in words; none where they are a list."""
    days = list(dict.fromkeys(islice(_days_below(headline), MAX_DAYS)))
    return days if len(days) <= MAX_DIFFERENT else []


def _days_below(headline: HtmlElement) -> Iterator[str]:
    for line in _lines_below(headline):
        if _CHANGED.match(line):
            continue
        for found in _NUMBERS.finditer(line):
            yield f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
        for found in _DOTTED.finditer(line):
            yield f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
        yield from _WRITTEN.findall(line)


def _lines_below(headline: HtmlElement) -> Iterator[str]:
    for element in below(headline):
        if element.tag == "p" and len(element.text or "") > PARAGRAPH:
            return
        if element.tag not in _UNREAD:
            yield from (" ".join(t.split()) for t in (element.text, element.tail) if t and len(t) < MAX_LINE)


def searched_day(tree: HtmlElement) -> str | None:
    """The day that is likeliest the page's among all dates in it, unless only its year is there."""
    try:
        day = find_date(tree, original_date=True, extensive_search=True)
    except Exception:  # noqa: BLE001 - a search in hostile markup: what it cannot read has no date
        return None
    # The search makes 1 January of a year alone, such as a copyright line has.
    return None if day and day.endswith("-01-01") and not _has_new_year(tree, day[:4]) else day


def _has_new_year(tree: HtmlElement, year: str) -> bool:
    first = r"(?<!\d)0?1"
    names = r"(?:j[aä]n|gen|ene|янв|січ|sty|oca|ιαν|يناير|ינואר)\w{0,12}\.?"
    written = re.compile(
        rf"{year}(?:[-/.]|\s?[年년]\s?)0?1(?:[-/.]|\s?[月월]\s?)0?1(?!\d)|{year}0101(?!\d)|{first}[./-]0?1[./-]{year}"
        rf"|{first}(?:\.|st|er|º|ª)?\s(?:de\s|of\s)?{names},?\s(?:de\s|del\s)?{year}|{names}\s0?1(?:st)?,?\s{year}",
        re.IGNORECASE,
    )
    texts = (part for e in tree.iter() for part in (e.text, e.tail, *e.values()) if part and year in part)
    return any(written.search(text) for text in texts)
