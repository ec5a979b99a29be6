"""The recommender: the one path from a query to its links."""

from dataclasses import replace
from functools import partial

import numpy as np

from index.arrays import Rows, Vectors
from index.article import Article
from index.duplicates import RESEMBLANCE, SAME_WORDS, resemblance, shingles
from index.snapshot import Snapshot
from index.space import Probe
from recommender.candidates import find_candidates
from recommender.diversity import diversify
from recommender.links import Answer, Candidates, Link, NotFoundError, Page, Rules
from recommender.ranking import Weights, default_weights, rank
from recommender.reasons import label, named, relation

COPIES_LOOKED_AT = 10


class Recommender:
    """Links for the articles of one snapshot, and for texts it has never seen."""

    def __init__(self, snapshot: Snapshot, weights: Weights | None = None) -> None:
        self.snapshot, self.weights = snapshot, weights or default_weights()

    def by_id(self, article_id: str, rules: Rules) -> Answer:
        """Links for a stored article. Raises NotFoundError."""
        row = self.snapshot.articles.row_of_id(article_id)
        if row is None:
            raise NotFoundError(f"no article with id {article_id!r} in this index; build with it, or POST its text")
        return self.answer(self.stored(row), rules)

    def by_url(self, url: str, rules: Rules) -> Answer:
        """Links for the stored article at an address, in any spelling of it. Raises NotFoundError."""
        row = self.snapshot.articles.row_of_url(url)
        if row is None:
            raise NotFoundError(f"no article at {url!r} in this index; build with it, or POST its text")
        return self.answer(self.stored(row), rules)

    def by_text(self, article: Article, meaning: Vectors, rules: Rules) -> Answer:
        """Links for an article that need not be stored, from its embedding (d,)."""
        return self.answer(self.unseen(article, meaning), rules)

    def answer(self, page: Page, rules: Rules) -> Answer:
        """The path itself: candidates, ranking, diversity, and what is shown of each."""
        space, groups = self.snapshot.space, self.snapshot.duplicates
        hidden = frozenset(int(groups[row]) for row in map(self._row, sorted(rules.exclude)) if row is not None)
        candidates = find_candidates(self.snapshot, page, rules, hidden)
        ranked = rank(page, candidates, space, self.weights)
        chosen = diversify(ranked, space, groups, rules.k)
        return Answer(page, self._links(page, chosen), _fallback(len(chosen), rules.k))

    def stored(self, row: int) -> Page:
        """The stored article in this row, as a page to find links for."""
        snapshot, (card,) = self.snapshot, self.snapshot.articles.cards([row])
        return Page(
            id=card["id"],
            url=card["url"],
            title=card["title"],
            language=card["language"],
            published=float(snapshot.space.published[row]),
            probe=partial(snapshot.space.probe, row),
            row=row,
            section=card["section"],
            tags=tuple(card["tags"]),
            copies=frozenset([int(snapshot.duplicates[row])]),
        )

    def unseen(self, article: Article, meaning: Vectors) -> Page:
        """An article given as text, as a page to find links for; what is stored of the same text is its copy."""
        probe = self.snapshot.space.probe_of(article, meaning)
        page = Page(
            id=article.id,
            url=article.url or None,
            title=article.title,
            language=article.language,
            published=article.published.timestamp() if article.published else np.nan,
            probe=lambda: probe,
            section=article.section,
            tags=article.tags,
        )
        near = self.snapshot.index.search(probe.vector, COPIES_LOOKED_AT)
        same = self._same_text(article, probe, near)
        known = [row for row in (self._row(article.id), self._row(article.url)) if row is not None]
        return replace(page, copies=frozenset(int(self.snapshot.duplicates[row]) for row in same + known))

    def _same_text(self, article: Article, probe: Probe, rows: Rows) -> list[int]:
        words = self.snapshot.space.words.dot(probe.words, rows)
        suspects, own = rows[words >= SAME_WORDS], shingles(article)
        stored = self.snapshot.articles.article
        return [int(row) for row in suspects if resemblance(own, shingles(stored(int(row)))) >= RESEMBLANCE]

    def _row(self, id_or_url: str) -> int | None:
        row = self.snapshot.articles.row_of_id(id_or_url)
        return self.snapshot.articles.row_of_url(id_or_url) if row is None else row

    def _links(self, page: Page, chosen: Candidates) -> tuple[Link, ...]:
        cards = self.snapshot.articles.cards(chosen.rows)
        return tuple(
            Link(
                row=int(row),
                card=card,
                score=round(float(score), 4),
                relation=relation(page, float(self.snapshot.space.published[row]), signals),
                label=label(page, card["tags"], card["section"]),
                signals=named(signals),
            )
            for row, card, score, signals in zip(chosen.rows, cards, chosen.scores, chosen.signals, strict=True)
        )


def _fallback(found: int, k: int) -> str | None:
    return None if found == k else "fewer_than_asked" if found else "none_found"
