"""The telling terms of an article, as a reader would name them: people, places and what it keeps coming back to.

A name is a run of capitalised words inside a sentence, so only scripts with capitals have names; all have words. A word
counts where it stands in the title or more than once.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from index.arrays import Vectors
from index.article import Article
from index.words import bucket_of, tokens

TERMS = 24
NAME_WORTH = 1.5

# Bounded, as a word of capitals could be a name from each of them on, and a text of such words one long name.
_CAPITALISED = r"[A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w’'-]{0,60}\w"
# Not the first word of a sentence, which is capitalised whatever it is; two in a row are a name there too.
_GAP = r"[^\S\n]"  # a new line begins a sentence, and no name goes on there
_MORE = f"(?:{_GAP}{_CAPITALISED})"
_NAME = re.compile(rf"(?<=[\w,;]{_GAP}){_CAPITALISED}{_MORE}{{0,9}}|{_CAPITALISED}{_MORE}{{1,9}}")
_NO_NAME = re.compile(r"^(?:The|A|An|In|On|At|But|And|If|For|Dr|Mr|Mrs|Ms|As|By)\s|['’]s$")
_WORD = re.compile(r"[^\W\d_]{3,60}")


def telling_terms(article: Article, idf: Vectors) -> list[str]:
    """At most TERMS terms in the spelling of the text, most telling first; none stands inside another."""
    names = Counter(_NO_NAME.sub("", name) for name in _NAME.findall(article.text))
    words = Counter(_WORD.findall(article.text.lower()))
    words.update(_WORD.findall(article.title.lower()) * 2)
    weights = {name: NAME_WORTH * _worth(name, count, idf) for name, count in names.items()}
    weights |= {word: _worth(word, count, idf) for word, count in words.items() if count > 1}
    return list(_apart(sorted(weights, key=lambda term: (-weights[term], term))))


def shared_terms(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The terms that two articles share, in the order of `ours`; of a name and a part of it, the whole name."""
    # Few terms have a word in common, and only those are compared in pairs: this runs for every link.
    near = _with_words(theirs, _words(tuple(ours)))
    own = _with_words(ours, _words(tuple(term for term, _ in near))) if near else []
    pairs = [(term, other) for term, one in own for other, two in near if one <= two or two <= one]
    return list(dict.fromkeys(max(pair, key=len) for pair in pairs))


def _with_words(terms: Iterable[str], words: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    return [(term, frozenset(parts)) for term in terms if not words.isdisjoint(parts := _parts(term))]


@lru_cache(maxsize=64)  # asked of one page for each of its links
def _words(terms: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(_parts, terms))


def _worth(term: str, count: int, idf: Vectors) -> float:
    rarest = max((float(idf[bucket_of(word)]) for word in tokens(term)), default=0.0)
    return rarest * math.sqrt(1 + count)


def _apart(terms: Iterable[str]) -> Iterator[str]:
    kept: list[frozenset[str]] = []
    for term in terms:
        parts = frozenset(_parts(term))
        if not any(parts <= other or other <= parts for other in kept):
            kept.append(parts)
            yield term
        if len(kept) == TERMS:
            return


def _parts(term: str) -> list[str]:
    return term.casefold().split()
