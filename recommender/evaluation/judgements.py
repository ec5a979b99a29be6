"""Judgements: which links are good for which page, from qrels files, editors' picks or readers' clicks.

qrels    `query doc grade` (tabs) or TREC's `query 0 doc grade`; a grade above 0 is relevant
clicks   `session article` a line: articles read in one session are judged relevant to each other
picks    what the corpus itself holds
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from index.snapshot import Snapshot

_GRADE = re.compile(r"-?\d+(?:\.\d+)?")
CLICKED_TOGETHER = 2
"""How many sessions must hold both articles: one may be chance."""

Gold = dict[int, dict[int, float]]
"""Row of the page -> row of the link -> grade."""


class JudgementError(Exception):
    """Judgements that cannot be used: says which file and line, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """Judged links by row of a snapshot; `unknown` counts the judged pairs whose articles it does not hold."""

    source: str
    gold: Gold
    unknown: int = 0

    def __len__(self) -> int:
        return len(self.gold)


def read_qrels(path: Path, snapshot: Snapshot) -> Judgements:
    """Judgements from a qrels file of 3 or 4 columns. Raises JudgementError."""
    return _by_row(str(path), ((query, doc, grade) for query, doc, grade in _qrels(path) if grade > 0), snapshot)


def picks_of(snapshot: Snapshot) -> Judgements:
    """The links that the articles' own editors picked, grade 1. Raises JudgementError where there are none."""
    gold = {row: dict.fromkeys(picks, 1.0) for row in range(len(snapshot)) if (picks := _picks(snapshot, row))}
    if not gold:
        raise JudgementError("no article of this index carries picks; name a judgement file with --qrels or --clicks")
    return Judgements("picks", gold)


def read_clicks(path: Path, snapshot: Snapshot) -> Judgements:
    """Judgements from sessions: the grade of a pair is the number of sessions with both. Raises JudgementError."""
    sessions: dict[str, set[str]] = defaultdict(set)
    for number, columns in read_columns(path):
        if len(columns) != 2:
            raise JudgementError(f"{path}, line {number:,}: {len(columns)} columns; write session and article")
        sessions[columns[0]].add(columns[1])
    together: dict[tuple[str, str], float] = defaultdict(float)
    for articles in sessions.values():
        for pair in permutations(sorted(articles), 2):
            together[pair] += 1
    clicked = ((*pair, count) for pair, count in together.items() if count >= CLICKED_TOGETHER)
    return _by_row(str(path), clicked, snapshot)


def _picks(snapshot: Snapshot, row: int) -> list[int]:
    return snapshot.articles.rows_of_picks(row)


def _by_row(source: str, judged: Iterable[tuple[str, str, float]], snapshot: Snapshot) -> Judgements:
    gold: Gold = {}
    unknown = 0
    for query, doc, grade in judged:
        page, link = snapshot.articles.row_of_id(query), snapshot.articles.row_of_id(doc)
        if page is None or link is None:
            unknown += 1
        elif page != link:
            gold.setdefault(page, {})[link] = grade
    if not gold:
        raise JudgementError(
            f"{source}: none of its {unknown:,} judged pairs is in this index; build with its articles"
        )
    return Judgements(source, gold, unknown)


def _qrels(path: Path) -> Iterator[tuple[str, str, float]]:
    for number, columns in read_columns(path):
        if len(columns) not in (3, 4) or not _GRADE.fullmatch(columns[-1]):
            shown = " ".join(columns)[:60]
            raise JudgementError(f"{path}, line {number:,}: {shown!r} is no judgement; write query, doc and grade")
        yield columns[0], columns[-2], float(columns[-1])


def read_columns(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and columns of each line that is not blank, split at tabs, or else at spaces. Raises JudgementError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise JudgementError(f"{path}: cannot be read ({error})") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.split("\t") if "\t" in line else line.split()
