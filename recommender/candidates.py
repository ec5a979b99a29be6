"""Stage 1, a wide net: everything near the page that its rules allow."""

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows
from index.neighbours import POOL, closest
from index.snapshot import Snapshot
from index.space import UNKNOWN, code
from recommender.links import Candidates, Page, Rules

ENOUGH = 3
"""Searched again where the stored neighbours leave fewer than this many times k."""


def find_candidates(snapshot: Snapshot, page: Page, rules: Rules, hidden: frozenset[int]) -> Candidates:
    """The page's stored neighbours, or where it has none or rules leave too few, the nearest by a filtered search.

    `hidden` are groups of copies that must not be shown besides the page's own.
    """
    hidden |= page.copies
    if page.row is not None:
        rows, signals = snapshot.neighbours.of(page.row)
        kept = allowed(snapshot, page, rules, rows, hidden)
        if np.count_nonzero(kept) >= ENOUGH * rules.k:
            return Candidates(rows[kept], signals[kept])
    mask = allowed(snapshot, page, rules, np.arange(len(snapshot)), hidden)
    probe = page.probe()
    pool = snapshot.index.search(probe.vector, POOL, mask)
    return Candidates(*closest(snapshot.space, probe, pool))


def allowed(snapshot: Snapshot, page: Page, rules: Rules, rows: Rows, hidden: frozenset[int]) -> NDArray[np.bool_]:
    """Which of `rows` the rules let through, (len(rows),): language, section, dates, and nothing hidden."""
    space, groups = snapshot.space, snapshot.duplicates[rows]
    kept = np.ones(len(rows), np.bool_)
    for group in hidden:
        kept &= groups != group
    if (language := rules.language or page.language) is not None:
        languages = space.language[rows]
        kept &= (languages == code(language)) | ((languages == UNKNOWN) & (rules.language is None))
    if rules.section is not None:
        kept &= space.section[rows] == code(rules.section)
    if rules.after is not None:
        kept &= space.published[rows] >= rules.after
    if rules.before is not None:
        kept &= space.published[rows] < rules.before
    return kept
