"""Learns the weights that the package ships from judged sets, and shows what they are worth on a set they never saw.

    python benchmarks/learn_weights.py NAME=HOME=QRELS[=whole] ... [--write]

Each HOME holds a built index of the set's articles. Sets count alike, whatever their size. Those judged over the whole
pool are only tested on: without a date for each page there is no nearness in time to learn from them.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.releases import Releases
from index.snapshot import open_snapshot
from recommender.evaluation.judgements import read_qrels
from recommender.evaluation.measures import ndcg
from recommender.evaluation.protocol import Protocol
from recommender.learning import Example, examples, fit, flat
from recommender.ranking import Weights, score

STRENGTH, K = 1.0, 5
SHIPPED = Path(__file__).parents[1] / "recommender" / "weights.json"


def main(arguments: Sequence[str]) -> None:
    given = {name: rest for name, *rest in (a.split("=") for a in arguments if "=" in a)}
    every = {name: _examples(*rest) for name, rest in given.items()}
    sets = {name: own for name, own in every.items() if "whole" not in given[name]}
    print("| set | pages | learned on the others, nDCG@5 | learned on all |\n|---|---|---|---|")
    shipped = fit(list(sets.values()), flat(), STRENGTH)
    for name, own in every.items():
        others = fit([rest for other, rest in sets.items() if other != name], flat(), STRENGTH)
        print(f"| {name} | {len(own)} | {_quality(others, own):.4f} | {_quality(shipped, own):.4f} |", flush=True)
    document = shipped.document() | {
        "provenance": {
            "learned_from": {name: len(own) for name, own in sets.items()},
            "pages": sum(map(len, sets.values())),
            "date": datetime.now(UTC).date().isoformat(),
        }
    }
    print(json.dumps(document, indent=1))
    if "--write" in arguments:
        SHIPPED.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _examples(home: str, qrels: str, kind: str = "as-of") -> list[Example]:
    snapshot = open_snapshot(Releases(Path(home)).current_path())
    protocol = Protocol("whole" if kind == "whole" else "as-of")
    questions = list(protocol.questions(snapshot.space, read_qrels(Path(qrels), snapshot)))
    return examples(snapshot, questions, k=K)


def _quality(weights: Weights, own: Sequence[Example]) -> float:
    ranked = [e.rows[np.lexsort((e.rows, -score(e.features, weights)))].tolist() for e in own]
    return float(np.mean([ndcg(rows, e.question.gold, K) for rows, e in zip(ranked, own, strict=True)]))


if __name__ == "__main__":
    main(sys.argv[1:])
