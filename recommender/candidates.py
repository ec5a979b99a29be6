"""Stage 1, a wide net: everything near the page that its rules allow."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows
from index.neighbours import POOL, closest
from index.snapshot import Snapshot
from index.space import UNKNOWN, code
from recommender.links import ANY, Candidates, Page, Rules

ENOUGH, MOST = 3, 0.75
"""Searched again where rules leave fewer than ENOUGH times k of the stored neighbours, or not MOST of them."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What must not be linked: groups of copies (see `index.duplicates`), and addresses (see `ArticleTable`)."""

    groups: frozenset[int] = frozenset()
    addresses: frozenset[int] = frozenset()

    def with_rows(self, snapshot: Snapshot, rows: Iterable[int]) -> "Hidden":
        """The same and these articles, with their copies and whatever else is at their addresses."""
        some = list(rows)
        return Hidden(
            self.groups.union(snapshot.duplicates[some].tolist()),
            self.addresses.union(snapshot.articles.addresses[some].tolist()),
        )


NOTHING = Hidden()


def stored_candidates(snapshot: Snapshot, page: Page, rules: Rules, hidden: Hidden) -> Candidates | None:
    """The page's stored neighbours; None where it has none, or the rules leave too few of them."""
    if page.row is None:
        return None
    rows, signals = snapshot.neighbours.of(page.row)
    kept = allowed(snapshot, page, rules, rows, hidden)
    enough = np.count_nonzero(kept) >= max(ENOUGH * rules.k, MOST * len(rows))
    return Candidates(rows[kept], signals[kept]) if enough else None


def searched_candidates(
    snapshot: Snapshot, page: Page, rules: Rules, hidden: Hidden, *, unlike: bool = False
) -> Candidates:
    """The nearest articles that the rules allow; where they must be `unlike`, one of each text and each address."""
    mask = allowed(snapshot, page, rules, np.arange(len(snapshot)), hidden)
    probe = page.probe()
    pool = snapshot.index.search(probe.vector, POOL, _one_of_each(snapshot, mask) if unlike else mask)
    return Candidates(*closest(snapshot.space, probe, pool))


def find_candidates(snapshot: Snapshot, page: Page, rules: Rules, hidden: Hidden = NOTHING) -> Candidates:
    """The page's stored neighbours, or where it has none or rules leave too few, the nearest by a filtered search."""
    stored = stored_candidates(snapshot, page, rules, hidden)
    return searched_candidates(snapshot, page, rules, hidden) if stored is None else stored


def allowed(snapshot: Snapshot, page: Page, rules: Rules, rows: Rows, hidden: Hidden) -> NDArray[np.bool_]:
    """Which of `rows` the rules let through, (len(rows),), and are not hidden."""
    kept = np.ones(len(rows), np.bool_)
    for passed in checks(snapshot, page, rules, rows, hidden).values():
        kept &= passed
    return kept & ~_among(snapshot.articles.addresses[rows], hidden.addresses) if hidden.addresses else kept


def checks(snapshot: Snapshot, page: Page, rules: Rules, rows: Rows, hidden: Hidden) -> dict[str, NDArray[np.bool_]]:
    """Which of `rows` pass each rule that applies, (len(rows),), by what is wrong with those that do not."""
    space, groups = snapshot.space, hidden.groups | page.copies
    passed = {"copy or excluded": ~_among(snapshot.duplicates[rows], groups)} if groups else {}
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


def _among(codes: NDArray[np.int32], hidden: frozenset[int]) -> NDArray[np.bool_]:
    # Nearly always it is only the page's own, and `isin` takes longer than the ranking.
    among: NDArray[np.bool_] = codes == next(iter(hidden)) if len(hidden) == 1 else np.isin(codes, list(hidden))
    return among


def _one_of_each(snapshot: Snapshot, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    # Of thousands of copies, or of articles at one address, only one can be a link: the rest would fill the pool.
    rows = np.flatnonzero(mask)
    for codes in (snapshot.articles.addresses, snapshot.duplicates):
        newest = np.full(len(mask), UNKNOWN)
        newest[codes[rows]] = rows  # of those assigned to one place the last stays
        rows = np.sort(newest[newest != UNKNOWN])
    one = np.zeros(len(mask), np.bool_)
    one[rows] = True
    return one
