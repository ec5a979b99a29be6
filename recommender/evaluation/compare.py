"""Two built versions side by side: on which pages the links changed, and how much, before one replaces the other."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from index.snapshot import Snapshot
from recommender.evaluation.statistics import SEED
from recommender.links import Rules
from recommender.related import Recommender

PAGES = 2_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A page whose links changed: the share of links both versions give, and both lists of titles."""

    id: str
    title: str
    kept: float
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one version to another, over the `pages` looked at of those that both hold."""

    old: str
    new: str
    common: int
    only_old: int
    only_new: int
    pages: int
    unchanged: float
    kept: float
    most_changed: tuple[Change, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def compare(old: Snapshot, new: Snapshot, k: int = 5) -> Comparison:
    """The links of the pages that both versions hold, at most PAGES of them, evenly chosen and the same every time."""
    ids = [card["id"] for card in old.articles.cards(range(len(old)))]
    common = [article_id for article_id in ids if new.articles.row_of_id(article_id) is not None]
    looked_at = _sample(common)
    found = [_change(Recommender(old), Recommender(new), article_id, k) for article_id in looked_at]
    changes = [change for change in found if change is not None]
    kept = [change.kept if change else 1.0 for change in found]
    return Comparison(
        old=old.version,
        new=new.version,
        common=len(common),
        only_old=len(old) - len(common),
        only_new=len(new) - len(common),
        pages=len(found),
        unchanged=round(1 - len(changes) / max(1, len(found)), 4),
        kept=round(float(np.mean(kept)), 4) if kept else 1.0,
        most_changed=tuple(sorted(changes, key=lambda change: (change.kept, change.id))[:SHOWN]),
    )


def _change(old: Recommender, new: Recommender, article_id: str, k: int) -> Change | None:
    before, after = (each.by_id(article_id, Rules(k=k)) for each in (old, new))
    was, now = ([link.card["id"] for link in answer.links] for answer in (before, after))
    if was == now:
        return None
    kept = len(set(was) & set(now)) / max(len(was), len(now))
    titles = [tuple(link.card["title"] for link in answer.links) for answer in (before, after)]
    return Change(article_id, after.page.title, round(kept, 4), titles[0], titles[1])


def _sample(ids: Sequence[str]) -> list[str]:
    if len(ids) <= PAGES:
        return list(ids)
    places = np.random.default_rng(SEED).choice(len(ids), PAGES, replace=False)
    return [ids[place] for place in sorted(places)]
