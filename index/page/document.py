"""From the bytes of a saved page to its text, or to its tree where it is HTML, whatever the bytes are."""

import codecs
import re
from itertools import islice

from charset_normalizer import from_bytes
from lxml import html
from lxml.etree import ParserError

from index.fields import clean
from index.page.shape import prune

MAX_BYTES = 10_000_000
SNIFFED = 65_536
"""What a page is, is decided by this many bytes of its beginning."""
MAX_ELEMENTS, MAX_TAG, MAX_ATTRIBUTES = 15_000, 50_000, 1_000
"""The most elements of a page, characters of a tag and attributes of one that are read: some parsers compare each
attribute with all the others, and extraction takes longer than the number of elements grows."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{2,30})""", re.IGNORECASE
)
# What browsers read instead: a superset of what is declared.
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252", "euc_kr": "cp949"}
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Comments, and tags with what is no markup behind them; nothing is read twice, so that none takes longer than it is.
_TAG = re.compile(
    r"<!--[^-]*+(?:-(?!->)[^-]*+)*+"
    r"|(?P<tag><(?:(?P<raw>script|style|title|textarea|noscript|iframe|xmp)(?=[\s/>])|[a-z])"
    r"(?:[^\"'>=]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)?+|[\"'])*+>?)(?(raw)[^<]*+(?:<(?!/(?P=raw))[^<]*+)*+)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"[^\"]*\"?|'[^']*'?")
_OPENING = re.compile(r"<[a-zA-Z]")
_HTML = re.compile(r"<(?:!doctype|!--|\?xml|[a-z])|</(?:p|div|article|h1|title|body)>", re.IGNORECASE)


class PageError(ValueError):
    """A page that no article can be made of: says what is wrong and what to do."""


def text_of(content: bytes | str) -> str:
    """The characters of a page, in whichever encoding it is saved. Raises PageError."""
    if len(content) > MAX_BYTES:
        raise PageError(f"the page has {len(content):,} bytes; at most {MAX_BYTES:,} are read: save the article alone")
    text = content if isinstance(content, str) else _decoded(content)
    beginning = text[:SNIFFED]
    if len(_NOT_TEXT.findall(beginning)) > 0.02 * len(beginning) or beginning.startswith("%PDF-"):
        raise PageError("this is no text but some other kind of file; give a page saved as HTML or as plain text")
    if not (text := clean(text)).strip():
        raise PageError("the page is empty; save it again once it has loaded")
    return text


def is_html(text: str) -> bool:
    """Whether a page is marked up; otherwise it is plain text."""
    return _HTML.search(text.lstrip(), 0, SNIFFED) is not None


def tree_of(text: str) -> html.HtmlElement:
    """The tree of a page. Raises PageError."""
    # The parser cuts what is nested deeper than 255 levels and expands no entities of the page's own.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = html.document_fromstring(_cut(_TAG.sub(_bounded, text)).encode(), parser=parser)
    except (ParserError, ValueError):
        raise PageError("the page holds no HTML; save it again once it has loaded") from None
    prune(tree)
    return tree


def _bounded(found: re.Match[str]) -> str:
    """A tag and what is behind it; without the tag where it is too long, as is a picture written into a page."""
    tag = found["tag"] or ""
    names = len(_QUOTED.sub(" ", tag).split()) if len(tag) > MAX_ATTRIBUTES else 0
    return found[0] if len(tag) <= MAX_TAG and names <= MAX_ATTRIBUTES else " " + found[0][len(tag) :]


def _cut(text: str) -> str:
    # Before it is parsed, as taking elements out of a tree takes longer than building it.
    last = next(islice(_OPENING.finditer(text), MAX_ELEMENTS, None), None)
    return text[: last.start()] if last else text


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode(_encoding(content), "replace")


def _encoding(content: bytes) -> str:
    # A declaration that does not fit is followed by a guess; one wrong letter in a thousand is no misfit.
    declared = _DECLARED.search(content, 0, SNIFFED)
    for name in (declared[1].decode() if declared else "utf-8", "utf-8"):
        try:
            known = codecs.lookup(name).name
            encoding = _SUPERSETS.get(known, known)
            if content.decode(encoding, "replace").count("\ufffd") <= len(content) / 1_000:
                return encoding
        except (LookupError, UnicodeError):
            continue
    best = from_bytes(content[:SNIFFED]).best()
    return best.encoding if best else "cp1252"
