"""Rivals: the usual ways to find related articles, each as one plain function of a question and k.

What takes preparation is prepared by `rival(name, snapshot)`; the function it returns is asked page by page.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows
from index.snapshot import Snapshot
from index.words import BUCKETS
from recommender.evaluation.judgements import Judgements
from recommender.evaluation.protocol import Question

System = Callable[[Question, int], Rows]
Scores = NDArray[np.floating[Any]]
Scorer = Callable[[int], Scores]

MORE_LIKE_THIS_TERMS = 25
SEED = 7


def rival(name: str, snapshot: Snapshot, judgements: Judgements) -> System:
    """The rival called `name`, ready to be asked. Raises KeyError."""
    scorer = RIVALS[name](snapshot, judgements)

    def ask(question: Question, k: int) -> Rows:
        return best(scorer(question.row), question.allowed, k)

    return ask


def best(scores: Scores, allowed: NDArray[np.bool_], k: int) -> Rows:
    """The k allowed rows with the largest scores, ties by row; fewer where fewer are allowed."""
    rows = np.flatnonzero(allowed)
    if len(rows) > 4 * k:
        cut = np.partition(scores[rows], -k)[-k]
        rows = rows[scores[rows] >= cut]
    return rows[np.lexsort((rows, -scores[rows]))[:k]]


def _texts(snapshot: Snapshot) -> list[str]:
    articles = map(snapshot.articles.article, range(len(snapshot)))
    return [f"{article.title}\n{article.text}" for article in articles]


def _tfidf(snapshot: Snapshot, _: Judgements) -> Scorer:
    """Cosine of tf-idf as scikit-learn has it: sublinear tf, English stop words out."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32).fit_transform(_texts(snapshot))
    by_term = matrix.T.tocsr()
    return lambda row: (matrix[row] @ by_term).toarray().ravel()


def _bm25(snapshot: Snapshot, _: Judgements, terms: int | None = None) -> Scorer:
    """BM25 (Lucene's variant) with the whole article as the query, or with its most telling `terms`."""
    import bm25s

    tokenized = bm25s.tokenize(_texts(snapshot), stopwords="en", return_ids=False, show_progress=False)
    index = bm25s.BM25()
    index.index(tokenized, show_progress=False)
    frequency = Counter(word for words in tokenized for word in set(words))

    def telling(row: int) -> list[str]:
        counts = Counter(tokenized[row])
        weights = {word: tf * np.log(len(snapshot) / frequency[word]) for word, tf in counts.items()}
        return sorted(weights, key=lambda word: (-weights[word], word))[:terms]

    def score(row: int) -> Scores:
        query = tokenized[row] if terms is None else telling(row)
        return index.get_scores(query) if query else np.zeros(len(snapshot))

    return score


def _more_like_this(snapshot: Snapshot, judgements: Judgements) -> Scorer:
    return _bm25(snapshot, judgements, MORE_LIKE_THIS_TERMS)


def _words(snapshot: Snapshot, _: Judgements) -> Scorer:
    """The words half of our own vectors, exactly."""
    from scipy.sparse import csr_matrix

    rows = snapshot.space.words
    matrix = csr_matrix((rows.values.astype(np.float32), rows.buckets, rows.starts), shape=(len(rows), BUCKETS))
    by_term = matrix.T.tocsr()
    return lambda row: (matrix[row] @ by_term).toarray().ravel()


def _embedding(snapshot: Snapshot, _: Judgements) -> Scorer:
    width = snapshot.space.meaning_width
    meaning = np.asarray(snapshot.space.vectors[:, :width], np.float32)
    return lambda row: meaning @ meaning[row]


def _tags_and_section(snapshot: Snapshot, _: Judgements) -> Scorer:
    """Jaccard of the tag sets, the section counted as one more tag."""
    cards = snapshot.articles.cards(range(len(snapshot)))
    labels = [{tag.casefold() for tag in card["tags"]} | {f"section:{card['section'] or card['id']}"} for card in cards]
    return lambda row: np.array([len(labels[row] & other) / len(labels[row] | other) for other in labels])


def _newest(snapshot: Snapshot, _: Judgements) -> Scorer:
    published = np.nan_to_num(snapshot.space.published, nan=-np.inf)
    return lambda _: published


def _most_linked(snapshot: Snapshot, judgements: Judgements) -> Scorer:
    """How often older pages' judged links led to the article; rows are in the order of publication."""

    def score(row: int) -> Scores:
        older = (link for page, links in judgements.gold.items() if page < row for link in links)
        return np.bincount(list(older), minlength=len(snapshot)).astype(float)

    return score


def _random(snapshot: Snapshot, _: Judgements) -> Scorer:
    return lambda row: np.random.default_rng((SEED, row)).random(len(snapshot))


RIVALS: dict[str, Callable[[Snapshot, Judgements], Scorer]] = {
    "tfidf": _tfidf,
    "bm25": _bm25,
    "bm25-mlt": _more_like_this,
    "embedding": _embedding,
    "our-words": _words,
    "tags": _tags_and_section,
    "newest": _newest,
    "most-linked": _most_linked,
    "random": _random,
}
DEFAULT_RIVALS = tuple(name for name in RIVALS if name != "our-words")
"""`our-words` is no rival but one half of our own vectors, there to be asked for."""
