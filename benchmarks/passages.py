"""How the passages of a long article should be combined into one vector, measured on judged links.

    python benchmarks/passages.py HOME QRELS [as-of|whole]

Embeds up to six passages of every article of a built home, then measures nDCG@5 of meaning alone and of the sum of
z-scored meaning and words, for several ways to make one vector of them. Takes about a minute for 250 articles.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from index import meaning
from index.arrays import Vectors
from index.models import find_model
from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.evaluation.judgements import read_qrels
from recommender.evaluation.measures import ndcg
from recommender.evaluation.protocol import Protocol, Question
from recommender.evaluation.rivals import best

MOST, K = 6, 5
WAYS: dict[str, Callable[[int], list[float]]] = {
    "first passage alone": lambda n: [1.0] * min(n, 1),
    "mean of 2": lambda n: [1.0] * min(n, 2),
    "mean of 3": lambda n: [1.0] * min(n, 3),
    "mean of 4": lambda n: [1.0] * min(n, 4),
    "mean of 6": lambda n: [1.0] * n,
    "lead counts double, 6": lambda n: [2.0] + [1.0] * (n - 1),
    "1, 1/2, 1/3, … of 6": lambda n: [1 / rank for rank in range(1, n + 1)],
}


def main(home: str, qrels: str, kind: str = "as-of") -> None:
    snapshot = open_snapshot(Releases(Path(home)).current_path())
    protocol = Protocol("whole" if kind == "whole" else "as-of")
    questions = protocol.questions(snapshot.space, read_qrels(Path(qrels), snapshot))
    words = _words(snapshot, questions)
    parts = _embedded(snapshot)
    print(f"{len(questions)} pages of {home}\n\n| one vector from | meaning alone | meaning + words |\n|---|---|---|")
    for name, way in WAYS.items():
        vectors = meaning.unit(
            np.stack([np.average(p, axis=0, weights=way(len(p))[: len(p)]) for p in _cut(parts, way)])
        )
        alone = [vectors @ vectors[question.row] for question in questions]
        both = [_z(a) + _z(w) for a, w in zip(alone, words, strict=True)]
        print(f"| {name} | {_quality(questions, alone):.4f} | {_quality(questions, both):.4f} |", flush=True)


def _cut(parts: list[Vectors], way: Callable[[int], list[float]]) -> list[Vectors]:
    return [part[: len(way(len(part)))] for part in parts]


def _embedded(snapshot: Snapshot) -> list[Vectors]:
    meaning.PASSAGES = MOST
    embedder, parts = find_model().load(), []
    for row in range(len(snapshot)):
        article = snapshot.articles.article(row)
        parts.append(embedder.embed(meaning.passages(article.title, article.text, embedder.stamp.max_tokens)))
    return parts


def _words(snapshot: Snapshot, questions: list[Question]) -> list[Vectors]:
    rows = np.arange(len(snapshot))
    return [snapshot.space.words.dot(snapshot.space.words.row(question.row), rows) for question in questions]


def _z(scores: Vectors) -> Vectors:
    return (scores - scores.mean()) / (scores.std() + 1e-9)


def _quality(questions: list[Question], scores: list[Vectors]) -> float:
    ranked = [best(own, question.allowed, K).tolist() for question, own in zip(questions, scores, strict=True)]
    return float(np.mean([ndcg(rows, question.gold, K) for rows, question in zip(ranked, questions, strict=True)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
