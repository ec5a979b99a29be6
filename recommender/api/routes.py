"""The routes under /v1, and those that tell how the service is."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Query, Response

from index.live import LiveIndex
from index.models import ModelError
from index.snapshot import Snapshot, SnapshotError
from recommender.api.messages import (
    ArticleCard,
    Batch,
    BatchAnswers,
    Health,
    Posted,
    Problem,
    Related,
    StoredQuery,
    TextQuery,
)
from recommender.api.problems import MEDIA_TYPE, of_error
from recommender.links import NotFoundError, Rules
from recommender.rejections import rejections
from recommender.related import Recommender
from recommender.responses import answer_body, article_body, encode, zulu
from recommender.texts import TextEmbedder

RELATED = "/v1/related"
CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"

Result = TypeVar("Result")


def make_router(live: LiveIndex, texts: TextEmbedder) -> APIRouter:
    """All routes of the service over one live index."""
    router = APIRouter()

    @router.get(RELATED, response_model=Related, responses=_problems(404, 422, 503), summary="Links for a stored page")
    async def related(query: Annotated[StoredQuery, Query()]) -> Response:
        """The related articles of a stored article, by its id or its URL, ready to be shown."""
        snapshot = live.snapshot
        body = await _stored(snapshot, query)
        headers = {"etag": f'"{body["request_id"]}{"d" * query.debug}"', "cache-control": CACHE_CONTROL}
        return Response(encode(body), headers=headers, media_type="application/json")

    @router.post(
        RELATED,
        response_model=Related | BatchAnswers,
        responses=_problems(413, 422, 503),
        summary="Links for an unseen text, or for many pages",
    )
    async def related_to_text(query: Posted) -> Response:
        """The related articles of a text that need not be stored, or of each page of a batch."""
        snapshot = live.snapshot
        if isinstance(query, Batch):
            return _json({"answers": [await _of_batch(snapshot, texts, each) for each in query.requests]})
        return _json(await _answer(snapshot, texts, query))

    @router.get("/v1/articles/{article_id:path}", response_model=ArticleCard, responses=_problems(404, 503))
    async def article(article_id: str) -> Response:
        """What is shown of a stored article."""
        table = live.snapshot.articles
        if (row := table.row_of_id(article_id)) is None:
            raise NotFoundError(f"no article with id {article_id!r} in this index")
        return _json(article_body(table.cards([row])[0]))

    @router.get("/healthz", response_model=Health, responses={503: {"model": Health}})
    async def healthz() -> Response:
        """How the service is: 503 where it cannot answer."""
        return _health(live)

    @router.get("/readyz", response_model=Health, responses={503: {"model": Health}})
    async def readyz() -> Response:
        """Whether requests may be sent here: an index is open."""
        return _health(live)

    return router


async def _stored(snapshot: Snapshot, query: StoredQuery) -> dict[str, Any]:
    rules = query.rules()

    def find() -> dict[str, Any]:
        recommender = Recommender(snapshot)
        by_id = query.id is not None
        answer = recommender.by_id(query.id or "", rules) if by_id else recommender.by_url(query.url or "", rules)
        body = answer_body(snapshot, answer, rules)
        return body | {"rejected": rejections(recommender, answer, rules)} if query.debug else body

    # Without rules the neighbours are stored and the answer takes less than a thread's hand-over.
    return find() if rules == Rules(k=rules.k) and not query.debug else await _in_thread(find)


async def _unseen(snapshot: Snapshot, texts: TextEmbedder, query: TextQuery) -> dict[str, Any]:
    def find() -> dict[str, Any]:
        article, rules = query.article(), query.rules()
        answer = Recommender(snapshot).by_text(article, texts.embed(article, snapshot), rules)
        return answer_body(snapshot, answer, rules)

    return await _in_thread(find)


async def _answer(snapshot: Snapshot, texts: TextEmbedder, query: StoredQuery | TextQuery) -> dict[str, Any]:
    if isinstance(query, StoredQuery):
        return await _stored(snapshot, query)
    return await _unseen(snapshot, texts, query)


async def _of_batch(snapshot: Snapshot, texts: TextEmbedder, query: StoredQuery | TextQuery) -> dict[str, Any]:
    try:
        return await _answer(snapshot, texts, query)
    except (NotFoundError, ModelError) as error:
        return of_error(error)


async def _in_thread(find: Callable[[], Result]) -> Result:
    return await to_thread.run_sync(find)


def _health(live: LiveIndex) -> Response:
    try:
        manifest = live.snapshot.manifest
    except SnapshotError as error:
        return _json(_health_body("unavailable", None, str(error)), 503)
    return _json(_health_body("degraded" if live.problem else "ok", manifest, live.problem))


def _health_body(status: str, manifest: dict[str, Any] | None, problem: str | None) -> dict[str, Any]:
    known = manifest or {"version": None, "built_at": None, "articles": 0}
    return {
        "status": status,
        "version": known["version"],
        "built_at": zulu(known["built_at"]),
        "articles": known["articles"],
        "problem": problem,
    }


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store"}, media_type="application/json")


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in statuses}
