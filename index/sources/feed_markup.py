"""The markup of a feed made well-formed and bounded, so that its parser works in linear time and on one path."""

import codecs
import re
from collections.abc import Iterator
from html.entities import name2codepoint
from xml.sax.saxutils import escape

MAX_DEPTH = 250
MAX_TAGS = 500_000
MAX_NAMESPACES = 100
MAX_ATTRIBUTES = 50
MAX_VALUE = 4_000
"""Characters of an attribute; a longer one is left out."""
MAX_SHORT = 500
"""Characters of a name, a date or a list of keywords; more are cut."""
MAX_TERMS = 2_000
"""Characters of all categories of an entry, each counted as at least 10; more are left out."""

_NAME = r"[A-Za-z_][\w.-]*+(?::[A-Za-z_][\w.-]*+)?"
# Whatever is tried ends at the next "<", so that no text is looked at twice.
_TOKEN = re.compile(
    rf"<!\[CDATA\[|<!--|<[?!][A-Za-z][^<>]*>|</({_NAME})[^<>]*>"
    rf"|<({_NAME})((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>",
    re.ASCII,
)
_ATTRIBUTE = re.compile(rf"(?<![\w.:-])({_NAME})\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]++))", re.ASCII)
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{1,31}))?(;?)", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENCODING = re.compile(rb"""\s*<\?xml[^<>]{0,200}?encoding\s*=\s*["']([\w:.-]{2,30})["']""")
_TEXT_CODECS = re.compile("utf-8|iso8859|cp(?!037|1140|1026|500|273|424|875)|koi8|gb|big5|euc|shift_jis|mac|tis|ascii")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>"
_PREDEFINED = ("lt", "gt", "amp", "quot", "apos")
_ENTRIES = ("item", "entry")
_VOID = ("br", "hr", "img", "wbr")
_TERMS = {"category", "keywords", "subject", "tags"}
_SHORT = _TERMS | {
    *("author", "contributor", "creator", "email", "managingeditor", "name", "owner", "publisher", "webmaster"),
    *("created", "date", "expirationdate", "issued", "lastbuilddate", "modified", "pubdate", "published", "updated"),
    *("available", "guid", "id", "language", "link", "origlink", "uri", "url"),
}
_KNOWN = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
"""What prefixes mean that a feed uses and does not declare."""


def tidied(content: bytes) -> bytes:
    """A feed as well-formed XML in UTF-8, without comments and document types. Raises ValueError."""
    tidy = _Tidy()
    for kind, value, more in _tokens(_NOT_XML.sub("", _decoded(content))):
        getattr(tidy, kind)(value, more)
    return tidy.finished().encode("utf-8")


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    declared = _ENCODING.match(content)
    for name in (declared[1].decode() if declared else "utf-8", "utf-8"):
        try:
            encoding = codecs.lookup(name).name
            if _TEXT_CODECS.match(encoding):
                return content.decode("gb18030" if encoding == "gb2312" else encoding)
        except (LookupError, UnicodeError):
            continue
    return content.decode("cp1252", "replace")


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """(kind, value, attributes) of each tag and each piece of text, in order."""
    end = 0
    while found := _TOKEN.search(text, end):
        yield "text", text[end : found.start()], ""
        end = found.end()
        if found[1]:
            yield "close", found[1], ""
        elif found[2]:
            yield "open", found[2], found[3]
        elif found[0] == "<![CDATA[":  # one that does not end is as long as what is left
            start, end = end, _after(text, "]]>", end)
            yield "literal", text[start:end].removesuffix("]]>"), ""
        elif found[0] == "<!--":
            end = _after(text, "-->", end)
    yield "text", text[end:], ""


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


class _Tidy:
    """What is written of a feed: all that was opened is closed, and nothing has more of anything than it may."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._open: list[str] = []
        self._root = ""
        self._declared: dict[str, str] = {}
        self._prefixes: set[str] = set()
        self._tags = 0
        self._short = 0  # the level of an element that is short, and the characters left in it
        self._left = 0
        self._muted = 0  # the level of an element that is left out
        self._terms = MAX_TERMS

    def open(self, name: str, attributes: str) -> None:
        """A start tag. Raises ValueError."""
        local = name.rpartition(":")[2].lower()
        if name in _ENTRIES:
            self._terms = MAX_TERMS
            self.close(name)
        self._tags += 1
        if self._tags > MAX_TAGS or len(self._open) == MAX_DEPTH:
            many = f"more than {MAX_TAGS:,} tags" if self._tags > MAX_TAGS else f"elements nested {MAX_DEPTH + 1} deep"
            raise ValueError(f"it has {many}")
        self._open.append(name)
        if local in _SHORT and not self._short:
            self._short, self._left = len(self._open), MAX_SHORT
        if local in _TERMS and not self._take_term(10):
            self._muted = self._muted or len(self._open)
        start = f"<{name}{''.join(self._attributes(attributes))}"
        self._use(name.rpartition(":")[0])
        if len(self._open) > 1:
            self._write(f"{start}>")
        else:  # it will declare the prefixes, which are then known
            self._root = start
        if attributes.endswith("/") or (local in _VOID and len(self._open) > 1):
            self.close(name)

    def close(self, name: str, _: str = "") -> None:
        """An end tag; the root stays open to the end, and what is not open is not closed."""
        if name not in self._open[1:]:
            return
        closed = ""
        while closed != name:
            closed = self._open.pop()
            self._write(f"</{closed}>")
            self._muted = self._muted if len(self._open) >= self._muted else 0
        self._short = self._short if len(self._open) >= self._short else 0

    def text(self, text: str, _: str = "") -> None:
        """Text between tags, with its entities."""
        self._say(_ENTITY.sub(_entity, self._cut(text)).replace("<", "&lt;").replace(">", "&gt;"))

    def literal(self, text: str, _: str = "") -> None:
        """Text of a CDATA section."""
        self._say(escape(self._cut(text)))

    def finished(self) -> str:
        """The whole document. Raises ValueError where it has no element."""
        if not self._open:
            raise ValueError("it is not well-formed: no element is in it")
        declared = "".join(
            f" xmlns:{prefix}={_quoted(self._declared.get(prefix) or _KNOWN.get(prefix, f'urn:undeclared:{prefix}'))}"
            for prefix in sorted(self._prefixes - {"", "xml", "xmlns"})
        )
        left_open = "".join(f"</{name}>" for name in reversed(self._open))
        return f"{_DECLARATION}{self._root}{declared}>{''.join(self._written)}{left_open}"

    def _attributes(self, text: str) -> Iterator[str]:
        taken: dict[str, str] = {}
        for found in _ATTRIBUTE.finditer(text.removesuffix("/")):
            value = found[2] or found[3] or found[4] or ""
            if len(taken) < MAX_ATTRIBUTES and len(value) <= MAX_VALUE:
                taken.setdefault(found[1], value)
        for name, value in taken.items():
            prefix, _, local = name.rpartition(":")
            if prefix == "xmlns":
                self._declare(local, value)
            else:
                self._use(prefix)
            if prefix != "xmlns" or (value and len(self._open) > 1 and local not in ("xml", "xmlns")):
                yield f" {name}={_quoted(value)}"

    def _declare(self, prefix: str, uri: str) -> None:
        self._declared.setdefault(prefix, uri)
        self._use(prefix)

    def _use(self, prefix: str) -> None:
        self._prefixes.add(prefix)
        if len(self._prefixes) > MAX_NAMESPACES:
            raise ValueError(f"it has more than {MAX_NAMESPACES} namespaces")

    def _take_term(self, characters: int) -> bool:
        self._terms -= characters
        return self._terms >= 0

    def _cut(self, text: str) -> str:
        if not self._short:
            return text
        kept = text[: self._left]
        self._left -= len(kept)
        if self._open and self._open[-1].rpartition(":")[2].lower() in _TERMS:
            self._take_term(len(kept))
        return kept

    def _say(self, text: str) -> None:
        if self._open:
            self._write(text)

    def _write(self, text: str) -> None:
        if not self._muted:
            self._written.append(text)


def _quoted(value: str) -> str:
    return '"' + _ENTITY.sub(_entity, value).replace("<", "&lt;").replace('"', "&quot;") + '"'


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name, end = found.groups()
    if name in _PREDEFINED and end:
        return found[0]
    if (name in name2codepoint or decimal or hexadecimal) and end:
        number = name2codepoint[name] if name else int(decimal or hexadecimal, 10 if decimal else 16)
        return f"&#{number};" if number <= 0x10FFFF and not _NOT_XML.match(chr(number)) else ""
    return "&amp;" + found[0][1:]
