"""TREC run files: `query Q0 doc rank score tag` a line; ours go out, any other system's come in as one more rival."""

import math
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from index.arrays import Rows
from index.snapshot import Snapshot
from recommender.evaluation.beyond import Shown
from recommender.evaluation.judgements import JudgementError, read_columns
from recommender.evaluation.protocol import Question
from recommender.evaluation.rivals import System

COLUMNS = 6


def write_run(path: Path, snapshot: Snapshot, shown: Sequence[Shown], tag: str) -> None:
    """Write what a system showed; scores are only there to keep the order, as readers of such files sort by them."""
    with path.open("w", encoding="utf-8") as file:
        for one in shown:
            page, *links = (card["id"] for card in snapshot.articles.cards([one.question.row, *one.rows]))
            for rank, link in enumerate(links, start=1):
                file.write(f"{page}\tQ0\t{link}\t{rank}\t{1 / rank:.6f}\t{tag}\n")


def read_run(path: Path, snapshot: Snapshot) -> System:
    """The system whose answers a run file holds; articles that the index lacks are left out. Raises JudgementError."""
    scored: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for number, columns in read_columns(path):
        if len(columns) != COLUMNS:
            raise JudgementError(f"{path}, line {number:,}: {len(columns)} columns; a TREC run has {COLUMNS}")
        page, link = snapshot.articles.row_of_id(columns[0]), snapshot.articles.row_of_id(columns[2])
        if page is not None and link is not None:
            scored[page].append((-_number(columns[4], path, number), link))

    def ask(question: Question, k: int) -> Rows:
        rows = np.array(list(dict.fromkeys(link for _, link in sorted(scored[question.row]))), np.int64)
        return rows[question.allowed[rows]][:k]

    return ask


def _number(text: str, path: Path, line: int) -> float:
    with suppress(ValueError):
        if not math.isnan(number := float(text)):
            return number
    raise JudgementError(f"{path}, line {line:,}: {text!r} is no score; write a number")
