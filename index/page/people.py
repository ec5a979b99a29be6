"""The names in a byline: without what stands around names there, such as "By", roles, places and dates."""

import re
from collections.abc import Iterable
from itertools import islice

from index.page.furniture import is_furniture

MAX_NAME, MAX_WORDS, MAX_IDEOGRAPHS = 60, 5, 16
MAX_PIECES, MAX_LINE = 40, 100
"""The most pieces of a byline that are read, and the longest line that is one."""

_BY = re.compile(r"\s*(?:by|von|par|por)(?:\s*[:：]\s*|\s+|$)", re.IGNORECASE)
# What introduces names: "Words by", "Text: ", "取材・文=".
_BEFORE = re.compile(
    r"\W*(?:(?:[^\W\d]+\s+){0,3}?(?:by|von|par|por|di|door)(?:\s*[:：]\s*|\s+|$)"
    r"|(?:the\s)?(?:authors?|autor(?:es|en|in|e|i)?|auteurs?|автор|texte?|writer|reporter|words)\s*[:：]\s*"
    r"|(?:[・／/＆&、]?(?:取材|構成|撮影))*[・／/＆&、]?(?:文|作者|著者|執筆者?|ライター|撰文|記者|(?:本报)?记者)"
    r"(?:\s*[:：●=＝◎／/]+\s*|\s+))",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s*(?:記者|记者|기자|(?<=\s)(?:著|氏|さん))$|\s*\([a-z.]{2,6}\)$")
# Where names have ended: at a sign between parts, an address, a number (a date's), a place or an employer.
_END = re.compile(
    r"\s[-–—/|·•]+\s|[|·•(\[（【@#\d]|(?<=\s)(?:for|in|at|on|from|aus|is|was|has|pour|para|published|updated|posted)\s",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:[,;、，；&＆／]|(?<=\s)(?:and|und|et|with|och|og|и|та)(?=\s))\s*", re.IGNORECASE)
_JOINED_SHORTLY = re.compile(r"\s(?:y|e|en|i|a)\s")
"""Words that are within names too, so that they join whole names alone."""
_JOINER = re.compile(r"[\s,;、，；&＆／]*(?:and|und|et|y|e|en|with|och|og|i|и|та)?[\s,;、，；&＆]*", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:[,;、，；&＆]|\s(?:and|und|et|y|e|en|och|og))$", re.IGNORECASE)
_SUFFIX = re.compile(r",\s*(?=(?:jr|sr)\b)", re.IGNORECASE)
_IN_NAMES = re.compile(r"[^\W\d_][^\d@/:;!?<>=_#*\[\](){}|\"“”„«»…+%&©,]*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CREDIT = re.compile(r"\s(?:監?訳|編|監修)$")  # who translated or edited a book


def _words(block: str) -> frozenset[str]:
    return frozenset(block.split())


_PARTICLES = _words("""
de la van von der den di da del della dos das do du le les el al bin ibn ben ter ten te zu zur y e i of the af av san
""")
_ROLES = _words("""
staff writer writers editor editors editorial reporter reporters correspondent contributor contributors columnist
journalist producer chief senior executive associate assistant managing deputy guest freelance bureau team desk
photographer analyst director fellow intern professor phd md dr political business news technology sports redaktion
redakteur redakteurin korrespondent korrespondentin autorin volontär redaction rédaction rédacteur rédactrice
journaliste envoyé correspondant correspondante redacción redactor redactora periodista corresponsal redazione
giornalista redactie verslaggever redacteur reportero jornalista repórter agenturen agencies
""")
_ORGANISATIONS = _words("""
news press times post journal magazine media reuters afp dpa ap bbc cnn agency agencies university institute network
radio tv television company inc ltd llc gmbh group foundation associated daily herald tribune gazette weekly online
zeitung nachrichten agentur verlag agence presse agencia agenzia
""")
_NO_NAMES = _words("""
by author authors byline view see read more all follow following posts post articles article stories archive profile
biography bio contact email mail tweet share comments comment about published updated posted written photo photos
photograph subscribe login website facebook twitter instagram linkedin home here click show hide open close unknown
anonymous admin administrator none null undefined copyright image credit video autor autoren mehr alle artikel folgen
profil zum auteur auteurs voir plus suivre autores más ver todos seguir autore autori leggi altri segui 執筆 著者 作者
記者 记者 編集部 プロフィール 記事一覧 フォロー 関連記事 文 写真
""")
# No names where nothing else stands beside them; some are first names.
_DATES = _words("""
today yesterday ago hours minutes hour minute min january february march april may june july august september october
november december monday tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov
dec mon tue wed thu fri sat sun est edt pst pdt gmt utc am pm januar februar märz mai juni juli oktober dezember heute
gestern janvier février mars avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo
junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre
dicembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
""")
_NOT_ALONE = _ROLES | _DATES


def names_in(pieces: Iterable[str], *, lower: bool = False) -> list[str]:
    """The names in the pieces of a byline's text, in their order; `lower` also believes one without capitals."""
    names: list[str] = []
    goes_on = True
    for piece in islice(pieces, MAX_PIECES):
        text = " ".join(piece[:MAX_LINE].split())
        begun = _BEFORE.match(text)
        if _JOINER.fullmatch(text) or (begun and begun.end() == len(text)):
            goes_on = goes_on or bool(text)
            continue
        found, ended = _names(text[begun.end() :] if begun else text, bool(names), lower)
        if names and not (found and (goes_on or _JOINED.match(text))):
            break
        names += found
        goes_on = not names or (not ended and _GOES_ON.search(text) is not None)
    return list(dict.fromkeys(names))


def begins_byline(text: str | None) -> bool:
    """Whether an element's text begins as a byline does: with "By" and nothing or a whole name behind it."""
    found = _BY.match(text or "")
    if found is None or text is None or len(text) > MAX_LINE:
        return False
    names = names_in([text[found.end() :]])
    return " " in names[0] if names else not text[found.end() :].strip()


def is_name(text: str, *, lower: bool = False) -> bool:
    """Whether a text can be the name of a person or an editorial office, and nothing else of what bylines have."""
    words = text.split()
    if not 0 < len(words) <= MAX_WORDS or not 1 < len(text) <= MAX_NAME or not _IN_NAMES.fullmatch(text):
        return False
    if _UNSPACED.search(text) and (len(text) > MAX_IDEOGRAPHS or _CREDIT.search(text)):
        return False
    bare = [word.casefold().strip(".'’") for word in words]
    if not _NO_NAMES.isdisjoint(bare) or _NOT_ALONE.issuperset(bare) or is_furniture(text):
        return False
    return lower or (_is_capital(words) and words[-1] not in _PARTICLES)


def is_beside(part: str) -> bool:
    """Whether it is what stands behind a name and a comma: a role or an organisation."""
    words = {word.casefold().strip(".") for word in part.split()}
    return not words.isdisjoint(_ROLES | _ORGANISATIONS) or part.startswith("The ") or "." in part[-4:-1]


def split_names(text: str) -> list[str]:
    """The names of a text that joins several whole ones; the text itself where it does not."""
    parts = [part for part in _JOINED.split(text) if part]
    whole = len(parts) > 1 and all(" " in part and is_name(part) and not is_beside(part) for part in parts)
    return parts if whole else [_AFTER.sub("", text)]


def _names(text: str, more: bool, lower: bool) -> tuple[list[str], bool]:
    """The names that a text begins with, and whether something else follows them; `more` where names precede it."""
    names: list[str] = []
    end = _END.search(text)
    in_sentence = end is not None and end[0].strip().isalpha()  # so that its first word may be no name
    for part in _parts(_SUFFIX.sub(" ", text[: end.start()] if end else text)):
        name = _AFTER.sub("", part).strip(" .:-–—")
        # A single word behind a comma is a place or an employer, except in scripts without spaces.
        alone = " " not in name and not _UNSPACED.search(name)
        if (
            not is_name(name, lower=lower)
            or (alone and in_sentence)
            or ((more or names) and (alone or is_beside(name)))
        ):
            return names, True
        names.append(name)
    return names, end is not None


def _parts(text: str) -> list[str]:
    return [name for part in _JOINED.split(text) if part for name in _halves(part)]


def _halves(part: str) -> list[str]:
    halves = _JOINED_SHORTLY.split(part, maxsplit=1)
    return halves if len(halves) == 2 and all(" " in half and is_name(half) for half in halves) else [part]


def _is_capital(words: list[str]) -> bool:
    small = [word for word in words if word[0].islower()]
    return len(small) < len(words) and all(word in _PARTICLES or word in _ROLES or "'" in word for word in small)
