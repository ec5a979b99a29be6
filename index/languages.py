"""Languages: found where an article states none, and which ones each model speaks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from index.article import Article
from index.models import DEFAULT_MODEL, MULTILINGUAL_MODEL
from index.space import UNKNOWN, Space
from index.table import ArticleTable

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_MULTILINGUAL = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
SPOKEN: dict[str, frozenset[str]] = {
    DEFAULT_MODEL: frozenset({"en"}),
    MULTILINGUAL_MODEL: frozenset(_MULTILINGUAL),
}
"""The languages of each model that we know; the sixteenth of its makers is Chinese in its other script."""

READ = 600
LETTERS = 25
SURE = 0.5
"""Of titles alone, 4 % get another language than their own; of those with a probability of SURE, 1 %."""
MANY, SHARE, NAMED = 10, 0.05, 3

# What sites file under one language; `zxx` stands for text in none.
_FILED_UNDER = {"arz": "ar", "ary": "ar", "yue": "zh", "wuu": "zh", "zxx": None}


def detected(article: Article) -> Article:
    """The article, with the language that its title and lead are in where it has none and there is enough to tell."""
    if article.language is not None:
        return article
    text = f"{article.title}\n{article.text[:READ]}"
    if sum(map(str.isalpha, text)) < LETTERS:
        return article
    language, probability = _identifier().classify(text)
    return replace(article, language=_FILED_UNDER.get(language, language)) if probability >= SURE else article


def counted(space: Space, articles: ArticleTable) -> dict[str, int]:
    """How many articles are in each language, the most frequent first; those in none that is known left out."""
    codes, firsts, counts = np.unique(space.language, return_index=True, return_counts=True)
    known = codes != UNKNOWN
    names = [card["language"] for card in articles.cards(firsts[known])]
    return dict(Counter(dict(zip(names, counts[known].tolist(), strict=True))).most_common())


def unspoken(model: str, languages: Mapping[str, int], articles: int) -> list[str]:
    """A sentence where `model` is known not to speak the languages of many of the articles, as `counted`."""
    spoken = SPOKEN.get(model, frozenset(languages))
    foreign = {name: count for name, count in languages.items() if name not in spoken}
    total = sum(foreign.values())
    if not total or total < min(MANY, SHARE * articles):
        return []
    # Rare ones are often mistakes, and the sentence is to be short.
    named = ", ".join(list(foreign)[:NAMED]) + (" and others" if len(foreign) > NAMED else "")
    helped = any(name in SPOKEN[MULTILINGUAL_MODEL] for name in foreign) and model != MULTILINGUAL_MODEL
    remedy = "use --model multilingual" if helped else "words alone relate them; use a model of that language"
    return [f"{total:,} of {articles:,} articles are in {named}, which {model} does not speak; {remedy}"]


@cache
def _identifier() -> "LanguageIdentifier":
    # Takes a second to load, which only texts in no stated language are worth.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
