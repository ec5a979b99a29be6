"""The judge of a rebuild: what the editors picked, asked of the version that serves and of the new one.

The same pages and the same picks for both: those that both hold, as of each page's date.
"""

from collections.abc import Iterator

import numpy as np

from index.gates import Judged
from index.snapshot import Snapshot
from recommender.evaluation.judgements import Gold, Judgements
from recommender.evaluation.measures import ndcg
from recommender.evaluation.protocol import Protocol
from recommender.evaluation.run import recommender
from recommender.evaluation.statistics import SEED, difference_p

K = 5
FEWEST_PAGES = 30
PAGES = 300
LOOKED_AT = 20_000
"""So many articles are looked through for picks: a judge must be quick in an archive of any size."""


def judge(old: Snapshot, new: Snapshot) -> Judged | None:
    """nDCG@5 of both versions on at most PAGES pages, the same every time; None where fewer than FEWEST_PAGES are."""
    golds: tuple[Gold, Gold] = ({}, {})
    for before, after in _judged(old, new):
        for gold, judged in zip(golds, (before, after), strict=True):
            gold[judged[0]] = dict.fromkeys(judged[1:], 1.0)
    rows = dict(zip(*golds, strict=True))
    was, now = _values(old, golds[0]), _values(new, golds[1])
    pages = [(was[before], now[after]) for before, after in rows.items() if before in was and after in now]
    if len(pages) < FEWEST_PAGES:
        return None
    theirs, ours = np.array(pages, np.float64).T
    p = difference_p(ours, theirs)
    return Judged(f"nDCG@{K}", len(pages), round(float(theirs.mean()), 4), round(float(ours.mean()), 4), round(p, 4))


def _judged(old: Snapshot, new: Snapshot) -> Iterator[tuple[list[int], list[int]]]:
    """The row of a page and those of its picks, in the old version and in the new one."""
    found = 0
    for row in np.random.default_rng(SEED).permutation(len(new))[:LOOKED_AT].tolist():
        if found == PAGES:
            return
        rows = [row, *new.articles.rows_of_picks(row)]
        if len(rows) == 1 or (page := _row_in(old, new, row)) is None:
            continue
        held = {other: before for other in rows[1:] if (before := _row_in(old, new, other)) is not None}
        if held:
            found += 1
            yield [page, *held.values()], [row, *held]


def _row_in(old: Snapshot, new: Snapshot, row: int) -> int | None:
    return old.articles.row_of_id(new.articles.cards([row])[0]["id"])


def _values(snapshot: Snapshot, gold: Gold) -> dict[int, float]:
    system, protocol = recommender(snapshot), Protocol()
    questions = protocol.questions(snapshot.space, Judgements("picks", gold))
    return {one.row: ndcg(system(one, K).tolist(), one.gold, K) for one in questions}
