"""The routes under /v1, and those that tell how the service is."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from index.live import LiveIndex
from index.shown import shown
from recommender.api.bodies import Bodies
from recommender.api.messages import (
    ArticleCard,
    Batch,
    BatchAnswers,
    Posted,
    Problem,
    Related,
)
from recommender.api.problems import MEDIA_TYPE
from recommender.api.queries import QuestionRoute, posted_route
from recommender.api.stored import RELATED, cache_control, settled
from recommender.api.unseen import PageQuery, UnseenTexts
from recommender.links import NotFoundError
from recommender.responses import article_body, encode


def make_router(live: LiveIndex, unseen: UnseenTexts, bodies: Bodies) -> APIRouter:
    """All routes of the service that read, over one live index."""
    router = APIRouter()

    async def related(query: Annotated[PageQuery, Query()], request: Request) -> Response:
        """The related articles of a stored article, by its id or its URL; of another one, by its title."""
        body = await unseen.page(await settled(live, (query.id, query.url)), query, request)
        headers = {"etag": f'"{body["request_id"]}{"d" * query.debug}"', "cache-control": cache_control(body)}
        return Response(encode(body), headers=headers, media_type="application/json")

    router.add_api_route(
        RELATED,
        related,
        route_class_override=QuestionRoute,
        response_model=Related,
        responses=_problems(404, 422, 429, 503),
        summary="Links for a page",
    )

    async def related_to_text(query: Posted, request: Request) -> Response:
        """The related articles of a text that need not be stored, or of each page of a batch."""
        if isinstance(query, Batch):
            snapshot = await settled(live, *((one.id, one.url) for one in query.requests))
            return _json({"answers": await unseen.batch(snapshot, query.requests, request)})
        return _json(await unseen.one(await settled(live, (query.id, query.url)), query, request))

    router.add_api_route(
        RELATED,
        related_to_text,
        methods=["POST"],
        route_class_override=posted_route(bodies.read),
        response_model=Related | BatchAnswers,
        responses=_problems(413, 422, 429, 503),
        summary="Links for an unseen text, or for many pages",
    )

    router.add_api_route(
        "/v1/articles/{article_id:path}",
        _article_of(live),
        response_model=ArticleCard,
        responses=_problems(404, 503),
        summary="Article",
    )
    return router


def _article_of(live: LiveIndex) -> Callable[[str], Coroutine[Any, Any, Response]]:
    async def article(article_id: str) -> Response:
        """What is shown of a stored article."""
        table = (await settled(live, (article_id, None))).articles
        if (row := table.row_of_id(article_id)) is None:
            raise NotFoundError(f"no article with id {shown(article_id)} in this index")
        return _json(article_body(table.cards([row])[0]))

    return article


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store"}, media_type="application/json")


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in statuses}
