"""Editions: which articles of a snapshot a front page is made of, newest first, each text once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows
from index.snapshot import Snapshot
from index.space import UNKNOWN, code


def languages(snapshot: Snapshot) -> list[str]:
    """The languages there are articles in, that with the most first."""
    return _names(snapshot, snapshot.space.language, _newest_first(snapshot), "language")


def sections(snapshot: Snapshot, rows: Rows) -> list[str]:
    """The sections that these articles, newest first, are in, that with the most first."""
    return _names(snapshot, snapshot.space.section, rows, "section")


def main_language(snapshot: Snapshot) -> str | None:
    """The language of the front page that is shown unasked; None, for all, where most articles have no language."""
    known = (snapshot.space.language != UNKNOWN).mean()
    return languages(snapshot)[0] if known > 0.5 else None


def edition(snapshot: Snapshot, language: str | None) -> Rows:
    """All articles in a language (None: in any), newest first; of copies of one text only the newest."""
    newest_first = _newest_first(snapshot)
    if language is not None:
        # The few whose language nobody wrote down are most likely in the main one.
        codes = [code(language), *([UNKNOWN] if language == main_language(snapshot) else [])]
        newest_first = newest_first[np.isin(snapshot.space.language[newest_first], codes)]
    _, first = np.unique(snapshot.duplicates[newest_first], return_index=True)
    return newest_first[np.sort(first)]


def _newest_first(snapshot: Snapshot) -> Rows:
    # What is pushed stands in the rows after the last stored one, whenever it was published.
    rows = np.arange(len(snapshot)) if snapshot.gone is None else np.flatnonzero(~snapshot.gone)
    return rows[np.lexsort((rows, np.nan_to_num(snapshot.space.published[rows], nan=-np.inf)))][::-1]


def within(snapshot: Snapshot, rows: Rows, section: str) -> Rows:
    """Those of the rows that are in a section."""
    chosen: Rows = rows[snapshot.space.section[rows] == code(section)]
    return chosen


def _names(snapshot: Snapshot, codes: NDArray[Any], rows: Rows, field: str) -> list[str]:
    # The arrays hold hashes: a name is read from the newest article that has it.
    found, newest, counts = np.unique(codes[rows], return_index=True, return_counts=True)
    order = [place for place in np.argsort(-counts, kind="stable") if found[place] != UNKNOWN]
    return [str(card[field]) for card in snapshot.articles.cards(rows[newest[order]])]
