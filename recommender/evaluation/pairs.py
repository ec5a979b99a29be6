"""Human similarity ratings: how closely the likeness of two articles, ours and that of rivals, follows people's.

A pairs file has tabs and a header: `id1`, `id2`, and `overall` (1, most similar, to 4) or a column whose name begins
with `similarity` (more is more similar); with `lang`, languages are also measured one by one.
"""

from collections.abc import Callable, Mapping
from csv import DictReader, Error
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from index.arrays import Rows, Vectors
from index.article import Article
from index.batches import batched
from index.meaning import Embedder, ModelStamp, embed_articles, unit
from index.models import ModelError, ModelFiles, find_model
from index.snapshot import Snapshot
from index.space import UNKNOWN
from index.words import BUCKETS, SparseRows
from recommender.evaluation.judgements import JudgementError, Judgements
from recommender.evaluation.rivals import RIVALS
from recommender.evaluation.statistics import SEED, Values

LEAST_SIMILAR = 4.0
"""The end of the scale of `overall`, whose other end is 1 for the most similar."""
RESAMPLES = 2_000
EMBEDDED_AT_ONCE = 64
GRAM = 4
ALL = "all"

Load = Callable[[ModelFiles], Embedder]


@dataclass(frozen=True, slots=True)
class Pairs:
    """n rated pairs by row of a snapshot, more is more similar; `unknown` counts those that it does not hold."""

    first: Rows
    second: Rows
    rated: Values
    languages: NDArray[np.str_]
    unknown: int = 0

    def __len__(self) -> int:
        return len(self.rated)

    def groups(self) -> dict[str, NDArray[np.bool_]]:
        """Which pairs are in each group: all of them, then those of each language that the file names."""
        named = sorted(set(self.languages.tolist()) - {""})
        return {ALL: np.ones(len(self), np.bool_)} | {name: self.languages == name for name in named}


def read_pairs(path: Path, snapshot: Snapshot) -> Pairs:
    """The rated pairs of a file. Raises JudgementError."""
    found: list[tuple[int, int, float, str]] = []
    rows = _lines(path)
    for number, line in enumerate(rows, start=2):
        first, second = (snapshot.articles.row_of_id(line.get(name) or "") for name in ("id1", "id2"))
        if first is not None and second is not None:
            found.append((first, second, _rating(path, number, line), line.get("lang") or ""))
    if len(found) < 2:
        raise JudgementError(f"{path}: {len(found)} of its {len(rows):,} pairs in this index; build with its articles")
    one, two, rated, languages = zip(*found, strict=True)
    return Pairs(np.array(one), np.array(two), np.array(rated), np.array(languages), len(rows) - len(found))


def measure_pairs(snapshot: Snapshot, pairs: Pairs, load: Load = ModelFiles.load) -> dict[str, Any]:
    """Pearson's r with the ratings, by system and language, and the 95 % interval by which ours is ahead.

    Raises ModelError where this machine lacks the snapshot's model.
    """
    systems, groups = _systems(snapshot, pairs, load), pairs.groups()
    ours = systems["recommender"]
    ahead = {
        name: {group: _ahead(ours[mask], theirs[mask], pairs.rated[mask]) for group, mask in groups.items()}
        for name, theirs in systems.items()
        if name != "recommender"
    }
    correlations = {
        name: {group: _rounded(_pearson(values[mask], pairs.rated[mask])) for group, mask in groups.items()}
        for name, values in systems.items()
    }
    sizes = {group: int(mask.sum()) for group, mask in groups.items()}
    return {"pairs": len(pairs), "unknown": pairs.unknown, "sizes": sizes, "systems": correlations, "ahead_of": ahead}


def likeness(signals: Mapping[str, Values], foreign: NDArray[np.bool_]) -> Values:
    """Our likeness of two articles: the plain mean of five signals; between two languages, of those of meaning."""
    # Nothing is fitted: weights learned on four languages of SemEval-2022 are no better on the fifth.
    every = np.mean(list(signals.values()), axis=0)
    return np.where(foreign, (signals["meaning"] + signals["title meaning"]) / 2, every)


def pair_signals(snapshot: Snapshot, pairs: Pairs, load: Load = ModelFiles.load) -> dict[str, Values]:
    """Five signals of each pair, (n,): meaning, a title's meaning in the other article, the same of words, letters."""
    one, two, space = pairs.first, pairs.second, snapshot.space
    whole = unit(np.asarray(space.vectors[:, : space.meaning_width], np.float32))
    titles = _title_meaning(snapshot, np.union1d(one, two), load)
    words, title_words, grams = _matrix(space.words), _matrix(space.titles), _grams(snapshot)
    return {
        "meaning": _dots(whole[one], whole[two]),
        "title meaning": (_dots(titles[one], whole[two]) + _dots(titles[two], whole[one])) / 2,
        "words": _products(words[one], words[two]),
        "title words": (_products(title_words[one], words[two]) + _products(title_words[two], words[one])) / 2,
        # Few grams are shared by any two texts: the root spreads what is crowded near zero.
        "letters": np.sqrt(np.maximum(_products(grams[one], grams[two]), 0)),
    }


def _systems(snapshot: Snapshot, pairs: Pairs, load: Load) -> dict[str, Values]:
    signals, language = pair_signals(snapshot, pairs, load), snapshot.space.language
    one, two = language[pairs.first], language[pairs.second]
    tfidf = RIVALS["tfidf"](snapshot, Judgements("none", {}))
    return {
        "recommender": likeness(signals, (one != two) & (one != UNKNOWN) & (two != UNKNOWN)),
        "meaning": signals["meaning"],
        "words": signals["words"],
        "tfidf": np.array([tfidf(a)[b] for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)]),
    }


def _title_meaning(snapshot: Snapshot, rows: Rows, load: Load) -> Vectors:
    # Titles alone are not in a snapshot; those that are asked about are embedded anew, (len(snapshot), d).
    stamp = ModelStamp(**snapshot.manifest["model"])
    embedder = load(find_model(stamp.name))
    if embedder.stamp.key != stamp.key:
        raise ModelError(f"{stamp.name}: other weights than this index was built with; build again with it")
    vectors = np.zeros((len(snapshot), stamp.dimension), np.float32)
    for some in batched(rows.tolist(), EMBEDDED_AT_ONCE):
        titles = [Article(card["id"], "", card["title"]) for card in snapshot.articles.cards(some)]
        vectors[some] = embed_articles(embedder, titles)
    return vectors


def _grams(snapshot: Snapshot) -> csr_matrix:
    # Letters find what words miss: endings and prefixes, as in Arabic and Turkish, and names in other spellings.
    articles = map(snapshot.articles.article, range(len(snapshot)))
    texts = (f"{article.title}\n{article.text}" for article in articles)
    grams = TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(GRAM, GRAM), dtype=np.float32)
    return grams.fit_transform(texts).tocsr()


def _matrix(rows: SparseRows) -> csr_matrix:
    return csr_matrix((rows.values.astype(np.float32), rows.buckets, rows.starts), shape=(len(rows), BUCKETS))


def _products(one: csr_matrix, two: csr_matrix) -> Values:
    return np.asarray(one.multiply(two).sum(axis=1), np.float64).ravel()


def _dots(one: Vectors, two: Vectors) -> Values:
    return np.asarray(np.einsum("ij,ij->i", one, two), np.float64)


def _pearson(values: Values, rated: Values) -> float:
    # Nothing follows a constant, and nothing can be followed that is one.
    if np.ptp(values) == 0 or np.ptp(rated) == 0:
        return 0.0
    return float(np.corrcoef(values, rated)[0, 1])


def _ahead(ours: Values, theirs: Values, rated: Values) -> tuple[float, float]:
    random, n = np.random.default_rng(SEED), len(rated)
    drawn = (random.integers(n, size=n) for _ in range(RESAMPLES))
    leads = [_pearson(ours[some], rated[some]) - _pearson(theirs[some], rated[some]) for some in drawn]
    low, high = np.quantile(leads, [0.025, 0.975])
    return _rounded(low), _rounded(high)


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _lines(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(DictReader(file, delimiter="\t"))
    except (OSError, UnicodeDecodeError, Error) as error:
        raise JudgementError(f"{path}: cannot be read ({error})") from error


def _rating(path: Path, number: int, line: Mapping[str, str]) -> float:
    name = next((name for name in line if name == "overall" or str(name).startswith("similarity")), None)
    if name is None:
        raise JudgementError(f"{path}: no column overall or similarity…; write a header with id1, id2 and one of them")
    try:
        rating = float(line[name])
    except (TypeError, ValueError):
        raise JudgementError(f"{path}, line {number:,}: {name} is {line[name]!r}; write a number") from None
    return LEAST_SIMILAR - rating if name == "overall" else rating
