"""Why a link is there: how its article stands to the page, and a short label that a reader could be shown."""

from collections.abc import Sequence

from index.arrays import Vectors
from index.space import SIGNALS
from index.terms import shared_terms
from recommender.links import Page, Relation

STORY_DAYS = 30.0
STORY_WORDS = 0.12
STORY_CLOSENESS = 0.7
SHARED, LABELLED, STEM = 8, 3, 5


def relation(days: float, signals: Vectors) -> Relation:
    """same_story: another instalment; follow_up: one that came a day or more after the page; background: the rest.

    `days` from the page to the link, negative for an older one, NaN where a date is missing.
    """
    meaning, words = float(signals[0]), float(signals[1])
    # Comparisons with a missing date are false, so without dates everything is background.
    if words < STORY_WORDS or meaning + 2 * words < STORY_CLOSENESS or not abs(days) <= STORY_DAYS:
        return "background"
    return "follow_up" if days >= 1 else "same_story"


def shared(page: Page, tags: Sequence[str], terms: Sequence[str]) -> tuple[str, ...]:
    """What page and link share, most telling first: tags as the link spells them, then names and words."""
    own = {tag.casefold() for tag in page.tags}
    found = [tag for tag in tags if tag.casefold() in own]
    said = " ".join(found).casefold()
    for term in shared_terms(page.terms, terms):
        # "Veslandic" says nothing beside "Vesland".
        if (folded := term.casefold())[:STEM] not in said:
            found.append(term)
            said += " " + folded
    return tuple(found[:SHARED])


def label(page: Page, common: Sequence[str], section: str | None) -> str | None:
    """Why a link is there, short enough for readers; None where nothing nameable is shared."""
    if common:
        return "Also about: " + ", ".join(common[:LABELLED])
    return f"Also in {section}" if section and section == page.section else None


def named(signals: Vectors) -> dict[str, float]:
    """The signals by name, to three places; those that say nothing are left out."""
    return {name: round(float(value), 3) for name, value in zip(SIGNALS, signals, strict=True) if abs(value) >= 5e-4}
