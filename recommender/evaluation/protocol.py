"""Protocols: which pages are asked about, which candidates each may have, and which judged links count for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.space import Space
from recommender.evaluation.judgements import Judgements
from recommender.evaluation.statistics import SEED
from recommender.links import Page, Rules
from recommender.ranking import DAY

GRACE = DAY
"""Editors link what is already published; a day of grace covers pages that were updated."""

EARLIER = 0.6
"""The share of judged pages, in the order of publication, that weights may be learned from."""

Kind = Literal["as-of", "whole"]


@dataclass(frozen=True, slots=True)
class Question:
    """A page, what may be linked from it (n,), and its judged links with their grades."""

    row: int
    allowed: NDArray[np.bool_]
    gold: dict[int, float]
    before: float | None


def split(questions: Sequence[Question]) -> tuple[Sequence[Question], Sequence[Question]]:
    """The earlier pages, to learn from, and the later ones, to be judged on; rows are in the order of publication."""
    cut = int(len(questions) * EARLIER)
    return questions[:cut], questions[cut:]


@dataclass(frozen=True, slots=True)
class Protocol:
    """`as-of`: only what was published up to a day after the page, undated articles out; `whole`: everything.

    `later` keeps to the pages that `tune` is judged on, `sample` to so many pages, the same every time.
    """

    kind: Kind = "as-of"
    same_section: bool = False
    same_language: bool = False
    later: bool = False
    sample: int | None = None

    def rules(self, page: Page, question: Question, k: int) -> Rules:
        """What our own system is asked for a question: k links within the protocol's limits."""
        return Rules(
            k=k,
            before=question.before,
            section=page.section if self.same_section else None,
            language=page.language if self.same_language else None,
        )

    def questions(self, space: Space, judgements: Judgements) -> Sequence[Question]:
        """A question for every judged page that has a judged link left, in the order of rows; fewer if so asked."""
        every: Sequence[Question] = list(self._questions(space, judgements))
        return _sample(split(every)[1] if self.later else every, self.sample)

    def _questions(self, space: Space, judgements: Judgements) -> Iterator[Question]:
        for row, judged in sorted(judgements.gold.items()):
            allowed, before = self._allowed(space, row)
            gold = {link: grade for link, grade in judged.items() if allowed[link]}
            if gold:
                yield Question(row, allowed, gold, before)

    def _allowed(self, space: Space, row: int) -> tuple[NDArray[np.bool_], float | None]:
        allowed, before = np.ones(len(space), np.bool_), None
        if self.kind == "as-of":
            before = float(np.nextafter(space.published[row] + GRACE, np.inf))
            allowed = space.published < before
        if self.same_section:
            allowed &= space.section == space.section[row]
        if self.same_language:
            allowed &= space.language == space.language[row]
        allowed[row] = False
        return allowed, before


def _sample(questions: Sequence[Question], size: int | None) -> list[Question]:
    if size is None or size >= len(questions):
        return list(questions)
    chosen = np.random.default_rng(SEED).choice(len(questions), size, replace=False)
    return [questions[place] for place in sorted(chosen)]
