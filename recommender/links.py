"""The words of the field: what is asked, what could be shown, what is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from index.arrays import Rows, Vectors
from index.space import Probe
from recommender.counts import DEFAULT_K

ANY = "*"
"""In place of a language: any."""

Relation = Literal["same_story", "follow_up", "background"]


class NotFoundError(Exception):
    """An id or URL that the index does not hold: says which, and what to do next."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the links of one answer must be. Times are in seconds since 1970: `after` inclusive, `before` exclusive.

    `language` None means the page's own, ANY any; where it gives fewer than k, `then` are asked in turn. `exclude`
    holds ids and URLs; `min_score` is a probability.
    """

    k: int = DEFAULT_K
    section: str | None = None
    language: str | None = None
    after: float | None = None
    before: float | None = None
    exclude: frozenset[str] = frozenset()
    min_score: float = 0.0

    @property
    def one_language(self) -> str | None:
        """The language asked for first, None where that is any: what a text in no stated language is taken to be in."""
        return None if self.language == ANY else self.language

    then: tuple[str, ...] = ()


def in_turn(languages: str | None) -> tuple[str | None, tuple[str, ...]]:
    """`language` and `then` of Rules, from languages with commas between."""
    asked = [language.strip() for language in (languages or "").lower().split(",") if language.strip()]
    return (asked[0], tuple(asked[1:])) if asked else (None, ())


@dataclass(frozen=True, slots=True)
class Page:
    """The article that links are for. `row` is None where it is not stored; `published` is NaN where unknown.

    `place` is how many stored articles are older, NaN where unknown: rows are in the order of publication.
    `probe` makes what it is compared by, which the stored neighbours usually make needless.
    `copies` are the groups (see `index.duplicates`) of the articles that are the same text, the page's own among them.
    """

    id: str | None
    url: str | None
    title: str
    language: str | None
    published: float
    place: float
    probe: Callable[[], Probe]
    row: int | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    copies: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidates:
    """Articles that could be shown: m `rows`, their `signals` (m, SIGNALS), and once ranked their `scores` (m,)."""

    rows: Rows
    signals: Vectors
    scores: Vectors = field(default_factory=lambda: np.empty(0, np.float32))

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, which: NDArray[Any] | Sequence[int]) -> "Candidates":
        """Those at these places, or where this mask is true, in that order."""
        scores = self.scores[which] if len(self.scores) else self.scores
        return Candidates(self.rows[which], self.signals[which], scores)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of an answer, with what is shown of its article and why it is there."""

    row: int
    card: dict[str, Any]
    score: float
    relation: Relation
    label: str | None
    shared: tuple[str, ...]
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """The links of one page. `fallback` says why there are fewer than were asked for, or None."""

    page: Page
    links: tuple[Link, ...]
    fallback: str | None
