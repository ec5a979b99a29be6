"""A version is asked before it serves: one that opens may still have no answer."""

from index.snapshot import Snapshot
from recommender.counts import MAX_K
from recommender.links import ANY, Rules
from recommender.related import Recommender
from recommender.responses import answer_body, article_body, encode, zulu

ASKED = (Rules(), Rules(k=MAX_K, language=ANY))
"""From stored neighbours, and by a search."""


def try_out(snapshot: Snapshot) -> None:
    """Ask for the links of three articles, as a reader would. Raises whatever is wrong with the version."""
    zulu(snapshot.manifest["built_at"])
    recommender, count = Recommender(snapshot), len(snapshot)
    for row in sorted({0, count // 2, count - 1}) if count else []:
        page = recommender.stored(row)
        for rules in ASKED:
            encode(answer_body(snapshot, recommender.answer(page, rules), rules))
        encode(article_body(*snapshot.articles.cards([row])))
