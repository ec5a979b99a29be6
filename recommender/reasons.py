"""Why a link is there: how its article stands to the page, and a short label that a reader could be shown."""

from index.arrays import Vectors
from index.space import SIGNALS
from recommender.links import Page, Relation
from recommender.ranking import DAY

STORY_DAYS = 30.0
STORY_WORDS = 0.12
STORY_CLOSENESS = 0.7
LABELLED_TAGS = 2


def relation(page: Page, published: float, signals: Vectors) -> Relation:
    """same_story: another instalment; follow_up: one that came a day or more after the page; background: the rest."""
    meaning, words = float(signals[0]), float(signals[1])
    days = (published - page.published) / DAY
    # Comparisons with a missing date are false, so without dates everything is background.
    if words < STORY_WORDS or meaning + 2 * words < STORY_CLOSENESS or not abs(days) <= STORY_DAYS:
        return "background"
    return "follow_up" if days >= 1 else "same_story"


def label(page: Page, tags: list[str], section: str | None) -> str | None:
    """What page and link share, in words: tags as the link spells them, else the section; None for neither."""
    own = {tag.casefold() for tag in page.tags}
    if shared := [tag for tag in tags if tag.casefold() in own]:
        return "Also about: " + ", ".join(shared[:LABELLED_TAGS])
    return f"Also in {section}" if section and section == page.section else None


def named(signals: Vectors) -> dict[str, float]:
    """The signals by name, to three places; those that say nothing are left out."""
    return {name: round(float(value), 3) for name, value in zip(SIGNALS, signals, strict=True) if abs(value) >= 5e-4}
