"""What editors write above the links they picked, and above those that a machine picked, in many languages."""

import re
import unicodedata
from typing import Literal

from index.characters import normalized
from index.page import phrases

Kind = Literal["picks", "inset", "other"]
"""Of the links under a label: picks, picks where it stands between the paragraphs of a text, or another list."""

_NOT_WORD = re.compile(r"[\W_]+")
_SIGNS = str.maketrans("", "", "«»‹›“”„‘’…–—·•→▸►")
MAX_LABEL, MAX_LINE = 80, 300
"""The longest label, and the longest line that may hold a label and a headline."""

_LABELLED = re.compile(r"\W*([^:：|–—]{2,60}?)\s*(?:[:：|–—]|\s-\s)\s*(\S.*)", re.DOTALL)
_SENTENCE_END = (".", "。", "；", ";", "،", "؛", "।", ",", ":")
_LONGEST, _SHORTEST, _SHORTEST_IDEOGRAPHIC, _SURE_WORDS, _SURE_LENGTH = 200, 12, 6, 4, 25

# "Read our report:", whatever is to be read.
_TO_READ = re.compile(
    r"(?:read|see|watch|siehe|lesen sie|lies|lire|lisez|voir|leer?|lea|lean|ver|vea|vean|mira|leia|veja|confira|"
    r"leggi|guarda|lees|bekijk|czytaj|przeczytaj|zobacz|читаите|читать|смотрите|اقرا|شاهد|oku|okuyun|baca|simak)"
    # "Read this article" is the button of any teaser.
    r"(?! (?:this|diesen|cet|este|questo|dit|эту) )(?: \w+){0,4}"
)
_EDITORS = re.compile(r"\bredac|\bredak|\bredaz|\beditor|編集|编辑|編輯|редакц")
# "What the editor of this article recommends", but not "what readers of this article read".
_THIS_ARTICLE = re.compile(r"この記事(?!を読んだ|の?ランキング).{0,14}(?:おすすめ|オススメ|関連|読みたい)")
_ON_SITE = re.compile(
    r"(?P<more>(?:more|mehr|plus|mas|mais|altro) )?(?:also |auch )?(?:on|auf|sur|en|em|su|op) "
    r"(?P<site>\w+(?: \w+){0,2})"
)


def normal(text: str) -> str:
    """The text's words alone: compatibility forms, case, accents, vowel signs and punctuation make no difference."""
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    plain = normalized("NFKD", text).casefold().replace("ß", "ss")
    return _NOT_WORD.sub(" ", "".join(c for c in plain if unicodedata.category(c) != "Mn")).strip()


def _phrases(block: str) -> frozenset[str]:
    return frozenset(normal(phrase) for phrase in re.split(r"[|\n]", block) if phrase.strip())


_RELATED = re.compile(
    r"related (?:\w+ ){0,2}(?:articles?|content|coverage|features?|items?|links?|news|posts?|reading|reads?|reporting|"
    r"reports?|reviews?|stories|story)|"
    r"(?:read )?more (?:on|about) (?:this|(?:this|the) (?:case|issue|news|stories|story|subject|topic))|"
    rf".{{0,20}}(?:{'|'.join(_phrases(phrases.RELATED_AT_END))})"
)
# Papers for which the reader pays with an address are advertising; topics and companies are no articles.
_RELATED_OTHER = re.compile(
    r"related (?:\w+ )?(?:compan(?:y|ies)|ebooks?|events?|jobs?|keywords?|people|products?|quotes?|resources?|searches|"
    rf"stocks?|tags?|topics?|webinars?|white ?papers?)|{normal('関連スポンサー')}.{{0,8}}"
)
_PICK_PHRASES, _OTHER_PHRASES = _phrases(phrases.PICKS), _phrases(phrases.OTHER)
_STARTS, _INSET_STARTS, _OTHER_STARTS = (
    tuple(f"{phrase} " for phrase in _phrases(block))
    for block in (phrases.WITH_MORE, phrases.INSETS_WITH_MORE, phrases.OTHER_WITH_MORE)
)
_INSET_PHRASES, _INSET_WITH_COLON = _phrases(phrases.INSETS), _phrases(phrases.INSETS_WITH_COLON)
_WITH_COLON = {"dazu", "mehr", "more", *_INSET_PHRASES}


def kind(text: str, site: str = "") -> Kind | None:
    """What the links under this label are on a site of this name, or None where it is no label."""
    if not text or len(text) > MAX_LABEL:
        return None
    words, has_colon = normal(text), text.rstrip().endswith((":", "："))
    return _of_phrase(words, has_colon) or _of_site(words, has_colon, site) or _of_beginning(words, has_colon)


def _of_phrase(words: str, has_colon: bool) -> Kind | None:
    if words in _PICK_PHRASES or (has_colon and words in _WITH_COLON) or _RELATED.fullmatch(words):
        return "picks"
    if words in _INSET_PHRASES or (has_colon and words in _INSET_WITH_COLON):
        return "inset"
    return "other" if words in _OTHER_PHRASES or _RELATED_OTHER.fullmatch(words) else None


def _of_site(words: str, has_colon: bool, site: str) -> Kind | None:
    match = _ON_SITE.fullmatch(words)
    if match is None or len(site) < 2 or site not in match["site"].replace(" ", ""):
        return None
    # "On Example.com:" stands before an article of the site, "More on Example.com" above all that it has.
    return "other" if match["more"] else "picks" if has_colon else "inset"


def _of_beginning(words: str, has_colon: bool) -> Kind | None:
    if words.startswith(_OTHER_STARTS):
        return "other"
    if words.startswith(_STARTS) or _THIS_ARTICLE.match(words) or (has_colon and words.startswith(_INSET_STARTS)):
        return "picks"
    return "inset" if words.startswith(_INSET_STARTS) or (has_colon and _TO_READ.fullmatch(words)) else None


def labelled(line: str, site: str = "") -> tuple[Kind, str] | None:
    """What a line such as "Read more: Headline" is labelled, and the headline; None where it is no such line."""
    match = _LABELLED.fullmatch(line) if len(line) < MAX_LINE else None
    title = match[2].strip(" ]") if match else ""
    title = title.removesuffix(")") if line.lstrip().startswith("(") else title
    told = kind(match[1] + ":", site) if match and is_headline(title) else None
    return (told, title) if told and told != "other" else None


def names_editors(text: str) -> bool:
    """Whether a label says itself that editors chose what is under it."""
    return 0 < len(text) <= MAX_LABEL and _EDITORS.search(normal(text)) is not None


def is_fragment(text: str) -> bool:
    """Whether the text is too short for a headline: a button, a date, a section."""
    if text.translate(_SIGNS).isascii():
        return len(text) < _SHORTEST or " " not in text
    return len(text) < _SHORTEST_IDEOGRAPHIC


def is_headline(text: str) -> bool:
    """Whether the text can be a headline: neither a word or two nor a paragraph."""
    ends = text.endswith(_SENTENCE_END) and not text.endswith("...")
    return len(text) <= _LONGEST and not ends and not is_fragment(text)


def is_sure_headline(text: str) -> bool:
    """Whether the text is long enough to be a headline where nothing but its place says that it is one."""
    # What begins in lower case was cut out of a sentence.
    whole = is_headline(text) and not text[:1].islower()
    return whole and (len(text.split()) >= _SURE_WORDS or len(text) >= _SURE_LENGTH or not text.isascii())
