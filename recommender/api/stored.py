"""The answer about a stored article, which the JSON, the fragment and the feed are made of."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from anyio import to_thread

from index.live import LiveIndex, Name
from index.snapshot import Snapshot
from recommender.api.messages import StoredQuery
from recommender.api.metrics import Metrics
from recommender.links import Rules
from recommender.rejections import rejections
from recommender.related import Recommender, SearchNeededError
from recommender.responses import answer_body

RELATED = "/v1/related"
SHORTEST_S, LONGEST_S, AGES = 60, 600, 1_000
MOST_FRESH = 1_000
"""Pushed articles beside a version up to which an answer may be made on the event loop: all of them are looked at."""


def cache_control(body: dict[str, Any]) -> str:
    """How long caches may keep an answer: the older its page was when the version was made, the less its links change.

    A thousandth of that age: a minute for today's pages, ten for those of a week ago. It depends on nothing but the
    answer, which therefore is the same whenever it is given.
    """
    built, published = body["index"]["built_at"], body["source"]["published_at"]
    age = datetime.fromisoformat(built) - datetime.fromisoformat(published or built)
    max_age = min(max(SHORTEST_S, int(age.total_seconds() / AGES)), LONGEST_S)
    return f"public, max-age={max_age}, stale-while-revalidate=600, stale-if-error=86400"


async def settled(live: LiveIndex, *named: Name) -> Snapshot:
    """The snapshot in which these pages are as they were pushed last, even while a large bulk is made ready."""
    if (snapshot := live.settled) is not None:
        return snapshot
    return await to_thread.run_sync(live.settle, *named)


async def stored_answer(snapshot: Snapshot, query: StoredQuery, metrics: Metrics) -> dict[str, Any]:
    """The links of the article that the query names. Raises NotFoundError."""
    rules = query.rules()

    def find(*, searching: bool = True) -> dict[str, Any]:
        recommender = Recommender(snapshot, searching=searching)
        by_id = query.id is not None
        answer = recommender.by_id(query.id or "", rules) if by_id else recommender.by_url(query.url or "", rules)
        body = answer_body(snapshot, answer, rules)
        metrics.answered(answer.fallback)
        return body | {"rejected": rejections(recommender, answer, rules)} if query.debug else body

    few = len(snapshot) - len(snapshot.neighbours.rows) <= MOST_FRESH
    if few and rules == Rules(k=rules.k) and not query.debug:
        # Where the neighbours are stored the answer takes less than a thread's hand-over.
        with suppress(SearchNeededError):
            return find(searching=False)
    return await to_thread.run_sync(find)
