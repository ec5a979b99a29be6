"""The recommender: the one path from a query to its links."""

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.article import Article
from index.duplicates import COPIES_LOOKED_AT, copies_among
from index.neighbours import NEIGHBOURS
from index.snapshot import Snapshot
from index.terms import telling_terms
from recommender.candidates import MOST, Hidden, searched_candidates, stored_candidates
from recommender.diversity import diversify, unlike
from recommender.links import Answer, Candidates, Link, NotFoundError, Page, Rules
from recommender.ranking import DAY, Weights, rank, weights_in
from recommender.reasons import label, named, relation, shared


class SearchNeededError(Exception):
    """An answer for which the whole index must be searched, where only stored neighbours were allowed."""


class Recommender:
    """Links for the articles of one snapshot, and for texts it has never seen.

    Without `searching` it uses stored neighbours only, and raises SearchNeededError where they are not enough.
    """

    def __init__(self, snapshot: Snapshot, weights: Weights | None = None, *, searching: bool = True) -> None:
        self.snapshot, self.weights = snapshot, weights or weights_in(snapshot.folder)
        self._searching = searching

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
        """The links of a page: those in its language, or as the rules have it, in several in turn."""
        hidden, links, dropped = self.hidden(page, rules), tuple[Link, ...](), False
        for language in (rules.language, *rules.then):
            if missing := rules.k - len(links):
                more, some = self._in_one_language(page, replace(rules, language=language, k=missing), hidden)
                links, dropped = links + more, dropped or some
                hidden = hidden.with_rows(self.snapshot, (link.row for link in more))
        return Answer(page, links, _fallback(len(links), rules.k, dropped))

    def hidden(self, page: Page, rules: Rules) -> Hidden:
        """The page itself and what the rules exclude by id or URL, with all copies and whatever has their address."""
        named = (page.id or "", page.url or "")
        own = [row for name in named for row in self._rows(name)] if page.row is None else [page.row]
        excluded = (row for name in rules.exclude for row in self._rows(name))
        return Hidden(page.copies).with_rows(self.snapshot, [*own, *excluded])

    def _in_one_language(self, page: Page, rules: Rules, hidden: Hidden) -> tuple[tuple[Link, ...], bool]:
        # The links, and whether `min_score` left any out.
        space = self.snapshot.space
        ranked = rank(page, self._candidates(page, rules, hidden), space, self.weights)
        good = ranked.take(ranked.scores >= rules.min_score)
        return self._links(page, diversify(good, space, self._alike, rules.k)), len(good) < len(ranked)

    def _candidates(self, page: Page, rules: Rules, hidden: Hidden) -> Candidates:
        stored = stored_candidates(self.snapshot, page, rules, hidden)
        if stored is not None and not self._is_crowded(stored, rules.k):
            return stored
        if not self._searching:
            raise SearchNeededError
        if stored is None:
            found = searched_candidates(self.snapshot, page, rules, hidden)
            if not self._is_crowded(found, rules.k):
                return found
        return searched_candidates(self.snapshot, page, rules, hidden, unlike=True)

    def _is_crowded(self, candidates: Candidates, k: int) -> bool:
        """Whether there may be more links beyond candidates of which most are copies or at one address."""
        # A page has at most NEIGHBOURS, of which rules may have left out some, but not most.
        full = len(candidates) >= MOST * NEIGHBOURS
        return full and len(unlike([one[candidates.rows] for one in self._alike], k)) < k

    @property
    def _alike(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        return self.snapshot.duplicates, self.snapshot.articles.addresses

    def stored(self, row: int) -> Page:
        """The stored article in this row, as a page to find links for."""
        snapshot, (card,) = self.snapshot, self.snapshot.articles.cards([row])
        published = float(snapshot.space.published[row])
        return Page(
            id=card["id"],
            url=card["url"],
            title=card["title"],
            language=card["language"],
            published=published,
            place=np.nan if np.isnan(published) else float(snapshot.space.places(np.array([row]))[0]),
            probe=partial(snapshot.space.probe, row),
            row=row,
            section=card["section"],
            tags=tuple(card["tags"]),
            terms=tuple(card["terms"]),
            copies=frozenset([int(snapshot.duplicates[row])]),
        )

    def unseen(self, article: Article, meaning: Vectors) -> Page:
        """An article given as text, as a page to find links for; what is stored of the same text is its copy."""
        probe = self.snapshot.space.probe_of(article, meaning)
        published = article.published.timestamp() if article.published else np.nan
        page = Page(
            id=article.id,
            url=article.url or None,
            title=article.title,
            language=article.language,
            published=published,
            place=self.snapshot.space.place(published),
            probe=lambda: probe,
            section=article.section,
            tags=article.tags,
            terms=tuple(telling_terms(article, self.snapshot.space.idf)),
        )
        near = self.snapshot.index.search(probe.vector, COPIES_LOOKED_AT)
        same = copies_among(article, probe, near, self.snapshot.space, self.snapshot.articles.article)
        known = [*self._rows(article.id), *self._rows(article.url)]
        return replace(page, copies=frozenset(int(self.snapshot.duplicates[row]) for row in same + known))

    def _rows(self, id_or_url: str) -> list[int]:
        table = self.snapshot.articles
        row = table.row_of_id(id_or_url)
        row = table.row_of_url(id_or_url) if row is None else row
        return [] if row is None else [row]

    def _links(self, page: Page, chosen: Candidates) -> tuple[Link, ...]:
        return tuple(map(partial(self._link, page), chosen.rows, chosen.scores, chosen.signals))

    def _link(self, page: Page, row: int, score: float, signals: Vectors) -> Link:
        (card,) = self.snapshot.articles.cards([row])
        common = shared(page, card["tags"], card["terms"])
        return Link(
            row=int(row),
            card=card,
            score=round(float(score), 4),
            relation=relation((self.snapshot.space.published[row] - page.published) / DAY, signals),
            label=label(page, common, card["section"]),
            shared=common,
            signals=named(signals),
        )


def _fallback(found: int, k: int, dropped: bool) -> str | None:
    if found == k:
        return None
    if dropped:
        return "below_min_score"
    return "fewer_than_asked" if found else "none_found"
