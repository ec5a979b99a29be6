"""The two boxes beside an article: the recommender's links and the editors' picks, and where they agree."""

from dataclasses import dataclass

from index.snapshot import Snapshot
from recommender.links import Answer, Link, Rules
from recommender.pages.cards import Card, card, cards
from recommender.pages.wording import Wording
from recommender.related import Recommender

SHOWN_LINKS = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link of a box. `why`, `relation` and `percent` are the recommender's, and None for an editor's pick."""

    card: Card
    agreed: bool
    why: str | None = None
    relation: str | None = None
    percent: str | None = None


@dataclass(frozen=True, slots=True)
class Boxes:
    """Both choices, best first. `shortage` says why the recommender has fewer links, `verdict` how far both agree."""

    chosen: tuple[Suggestion, ...]
    picked: tuple[Suggestion, ...]
    shortage: str | None
    verdict: str | None


def boxes(recommender: Recommender, row: int, words: Wording) -> Boxes:
    """The boxes of the article in this row."""
    snapshot = recommender.snapshot
    answer = recommender.answer(recommender.stored(row), Rules(k=SHOWN_LINKS))
    picks = snapshot.articles.rows_of_picks(row)
    chosen_texts = [_text(snapshot, link.row) for link in answer.links]
    picked_texts = [_text(snapshot, pick) for pick in picks]
    return Boxes(
        chosen=tuple(
            _chosen(link, text in picked_texts, words) for link, text in zip(answer.links, chosen_texts, strict=True)
        ),
        picked=tuple(
            Suggestion(card, text in chosen_texts)
            for card, text in zip(cards(snapshot, picks, words), picked_texts, strict=True)
        ),
        shortage=_shortage(answer, words),
        verdict=_verdict(len(set(chosen_texts) & set(picked_texts)), len(answer.links), words) if picks else None,
    )


def _text(snapshot: Snapshot, row: int) -> int:
    # Copies of one text count as one article: whoever links either means the same.
    return int(snapshot.duplicates[row])


def _chosen(link: Link, agreed: bool, words: Wording) -> Suggestion:
    return Suggestion(
        card=card(link.card, words),
        agreed=agreed,
        why=words.reason(link.label),
        relation=words.relations[link.relation],
        percent=words.percent.format(number=round(100 * link.score) or "<1"),
    )


def _shortage(answer: Answer, words: Wording) -> str | None:
    if answer.fallback is None:
        return None
    return words.fewer_links if answer.links else words.no_links


def _verdict(both: int, chosen: int, words: Wording) -> str:
    return words.agree.format(both=both, all=chosen) if both else words.differ
