"""The answer about a stored article, which the JSON, the fragment and the feed are made of."""

from typing import Any

from anyio import to_thread

from index.snapshot import Snapshot
from recommender.api.messages import StoredQuery
from recommender.api.metrics import Metrics
from recommender.links import Rules
from recommender.rejections import rejections
from recommender.related import Recommender
from recommender.responses import answer_body

RELATED = "/v1/related"
CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"


async def stored_answer(snapshot: Snapshot, query: StoredQuery, metrics: Metrics) -> dict[str, Any]:
    """The links of the article that the query names. Raises NotFoundError."""
    rules = query.rules()

    def find() -> dict[str, Any]:
        recommender = Recommender(snapshot)
        by_id = query.id is not None
        answer = recommender.by_id(query.id or "", rules) if by_id else recommender.by_url(query.url or "", rules)
        body = answer_body(snapshot, answer, rules)
        metrics.answered(answer.fallback)
        return body | {"rejected": rejections(recommender, answer, rules)} if query.debug else body

    # Without rules the neighbours are stored and the answer takes less than a thread's hand-over.
    return find() if rules == Rules(k=rules.k) and not query.debug else await to_thread.run_sync(find)
