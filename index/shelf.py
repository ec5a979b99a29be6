"""The shelf: what is pushed between two builds, kept ready to stand beside a snapshot."""

from dataclasses import replace
from heapq import heappop, heappush

import numpy as np

from index.address import url_key
from index.arrays import Vectors
from index.article import Article
from index.duplicates import COPIES_LOOKED_AT, copies_among
from index.fresh import Fresh, LiveNeighbours, LiveSpace, LiveTable, LiveVectors
from index.growing import Growing, GrowingSpace
from index.snapshot import Snapshot
from index.terms import telling_terms

MOST_DEAD = 1_000
"""Slots of articles that were replaced or removed, beyond as many as there are articles."""


def freshen(article: Article, meaning: Vectors, snapshot: Snapshot) -> Fresh:
    """An article made ready to stand beside a snapshot, from its embedding (d,)."""
    return Fresh(article, snapshot.space.probe_of(article, meaning), telling_terms(article, snapshot.space.idf))


def copy_in(live: Snapshot, row: int) -> int | None:
    """The row of another article, stored or fresh, that is the same text as a fresh one; None where there is none."""
    article, probe = live.articles.article(row), live.space.probe(row)
    there = np.ones(len(live), np.bool_) if live.gone is None else ~live.gone
    there[row] = False
    near = live.index.search(probe.vector, COPIES_LOOKED_AT, there)
    return next(iter(copies_among(article, probe, near, live.space, live.articles.article)), None)


class Shelf:
    """What is pushed beside one snapshot: a slot for each push, in their order. What is replaced or removed is hidden.

    Slots are only ever added, so a snapshot made earlier goes on with those that it knew.
    """

    def __init__(self, stored: Snapshot) -> None:
        self._stored = stored
        self._slots: list[Fresh] = []
        self._at: dict[str, int] = {}
        self._urls: dict[str, tuple[tuple[int, int], ...]] = {}
        """By address the slots there, each behind its sequence and in that order; those that are dead too."""
        self._ages: list[tuple[int, int, str]] = []
        self._address: dict[str, int] = {}
        """By address the first row there, stored or fresh, even where it is gone."""
        self._hidden: set[int] = set()  # rows of the snapshot
        self._dead: list[int] = []  # slots
        self._space = GrowingSpace(stored.space)
        self._groups, self._addresses = Growing(np.int32), Growing(np.int32)

    def __len__(self) -> int:
        return len(self._at)

    def put(self, one: Fresh, sequence: int = 0) -> None:
        """Put an article, in place of the one that has its id; it is as old as the change of the corpus that put it."""
        self.remove(one.article.id)
        slot = len(self._slots)
        self._slots.append(one)
        self._at[one.article.id] = slot
        key = url_key(one.article.url)
        there = (*self._urls.get(key, ()), (sequence, slot))
        self._urls[key] = there if there[-2:] == tuple(sorted(there[-2:])) else tuple(sorted(there))
        heappush(self._ages, (sequence, slot, one.article.id))
        self._space.add(one.article, one.probe)
        self._groups.extend([len(self._stored) + slot])
        self._addresses.extend([self._address_of(one.article.url, len(self._stored) + slot)])

    def remove(self, article_id: str) -> None:
        """Hide the article with this id, if there is one."""
        self._bury(article_id)
        if (row := self._stored.articles.row_of_id(article_id)) is not None:
            self._hidden.add(row)

    def evict_oldest(self) -> None:
        """Take the article back that was put first; what the snapshot has under its id shows again."""
        while self._at.get((oldest := heappop(self._ages))[2]) != oldest[1]:
            pass
        article_id = oldest[2]
        self._bury(article_id)
        self._hidden.discard(-1 if (row := self._stored.articles.row_of_id(article_id)) is None else row)

    def group(self, article_id: str, group: int) -> int:
        """Say of which group of copies (see `index.duplicates`) a fresh article is; returns the group."""
        self._groups.all[self._at[article_id]] = group
        return group

    def compacted(self) -> "Shelf":
        """This, or where most slots are dead another one without those: each costs every answer a little."""
        if len(self._slots) - len(self._at) <= len(self._at) + MOST_DEAD:
            return self
        other, first, groups = Shelf(self._stored), len(self._stored), dict[int, int]()
        for sequence, slot, name in sorted(self._ages):
            if self._at.get(name) == slot:
                other.put(self._slots[slot], sequence)
                group = int(self._groups.all[slot])
                other.group(name, group if group < first else groups.setdefault(group, first + len(other._slots) - 1))
        other._hidden = self._hidden
        return other

    def beside(self, sequence: int | str) -> Snapshot:
        """The snapshot with all of this; `sequence` says which state of the corpus it is."""
        stored, first = self._stored, len(self._stored)
        gone = np.zeros(first + len(self._slots), np.bool_)
        gone[list(self._hidden)] = True
        gone[[first + slot for slot in self._dead]] = True
        space = LiveSpace.beside(stored.space, self._space)
        addresses = np.concatenate([stored.articles.addresses, self._addresses.all])
        return replace(
            stored,
            space=space,
            neighbours=LiveNeighbours(stored.neighbours.rows, stored.neighbours.signals, space),
            duplicates=np.concatenate([stored.duplicates, self._groups.all]),
            index=LiveVectors(stored.index, space),
            articles=LiveTable(stored.articles, first, self._slots, dict(self._at), self._urls, addresses, gone),
            gone=gone,
            sequence=str(sequence),
        )

    def _bury(self, article_id: str) -> None:
        slot = self._at.pop(article_id, None)
        if slot is None:
            return
        self._dead.append(slot)
        self._space.blank(slot)

    def _address_of(self, url: str, row: int) -> int:
        key = url_key(url)
        if key not in self._address:
            stored = self._stored.articles.row_of_url(url)
            self._address[key] = row if stored is None else int(self._stored.articles.addresses[stored])
        return self._address[key]
