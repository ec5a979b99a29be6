"""Stage 1, a wide net: everything near the page that its rules allow."""

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows
from index.neighbours import POOL, closest
from index.snapshot import Snapshot
from index.space import UNKNOWN, code
from recommender.links import ANY, Candidates, Page, Rules

ENOUGH, MOST = 3, 0.75
"""Searched again where rules leave fewer than ENOUGH times k of the stored neighbours, or not MOST of them."""


def find_candidates(snapshot: Snapshot, page: Page, rules: Rules, hidden: frozenset[int]) -> Candidates:
    """The page's stored neighbours, or where it has none or rules leave too few, the nearest by a filtered search.

    `hidden` are groups of copies that must not be shown besides the page's own.
    """
    hidden |= page.copies
    if page.row is not None:
        rows, signals = snapshot.neighbours.of(page.row)
        kept = allowed(snapshot, page, rules, rows, hidden)
        if np.count_nonzero(kept) >= max(ENOUGH * rules.k, MOST * len(rows)):
            return Candidates(rows[kept], signals[kept])
    mask = allowed(snapshot, page, rules, np.arange(len(snapshot)), hidden)
    probe = page.probe()
    pool = snapshot.index.search(probe.vector, POOL, mask)
    return Candidates(*closest(snapshot.space, probe, pool))


def allowed(snapshot: Snapshot, page: Page, rules: Rules, rows: Rows, hidden: frozenset[int]) -> NDArray[np.bool_]:
    """Which of `rows` the rules let through, (len(rows),), and none of the `hidden` groups of copies."""
    kept = np.ones(len(rows), np.bool_)
    for passed in checks(snapshot, page, rules, rows, hidden).values():
        kept &= passed
    return kept


def checks(
    snapshot: Snapshot, page: Page, rules: Rules, rows: Rows, hidden: frozenset[int]
) -> dict[str, NDArray[np.bool_]]:
    """Which of `rows` pass each rule that applies, (len(rows),), by what is wrong with those that do not."""
    space, groups = snapshot.space, snapshot.duplicates[rows]
    passed = {"copy or excluded": ~_among(groups, hidden)} if hidden else {}
    if snapshot.gone is not None:
        passed["removed"] = ~snapshot.gone[rows]
    language = rules.language or page.language
    if language not in (None, ANY):
        languages = space.language[rows]
        passed["language"] = (languages == code(language)) | ((languages == UNKNOWN) & (rules.language is None))
    if rules.section is not None:
        passed["section"] = space.section[rows] == code(rules.section)
    if rules.after is not None:
        passed["too old"] = space.published[rows] >= rules.after
    if rules.before is not None:
        passed["too new"] = space.published[rows] < rules.before
    return passed


def _among(groups: NDArray[np.int32], hidden: frozenset[int]) -> NDArray[np.bool_]:
    # Nearly always it is only the page's own, and `isin` takes longer than the ranking.
    among: NDArray[np.bool_] = groups == next(iter(hidden)) if len(hidden) == 1 else np.isin(groups, list(hidden))
    return among
