"""The routes under /v1, and those that tell how the service is."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from index.live import LiveIndex
from recommender.api.messages import (
    ArticleCard,
    Batch,
    BatchAnswers,
    Posted,
    Problem,
    Related,
)
from recommender.api.problems import MEDIA_TYPE
from recommender.api.queries import QuestionRoute
from recommender.api.stored import RELATED, cache_control
from recommender.api.unseen import PageQuery, UnseenTexts
from recommender.links import NotFoundError
from recommender.responses import article_body, encode


def make_router(live: LiveIndex, unseen: UnseenTexts) -> APIRouter:
    """All routes of the service that read, over one live index."""
    router = APIRouter()

    async def related(query: Annotated[PageQuery, Query()], request: Request) -> Response:
        """The related articles of a stored article, by its id or its URL; of another one, by its title."""
        body = await unseen.page(live.snapshot, query, request)
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

    @router.post(
        RELATED,
        response_model=Related | BatchAnswers,
        responses=_problems(413, 422, 429, 503),
        summary="Links for an unseen text, or for many pages",
    )
    async def related_to_text(query: Posted, request: Request) -> Response:
        """The related articles of a text that need not be stored, or of each page of a batch."""
        if isinstance(query, Batch):
            return _json({"answers": await unseen.batch(live.snapshot, query.requests, request)})
        return _json(await unseen.one(live.snapshot, query, request))

    @router.get("/v1/articles/{article_id:path}", response_model=ArticleCard, responses=_problems(404, 503))
    async def article(article_id: str) -> Response:
        """What is shown of a stored article."""
        table = live.snapshot.articles
        if (row := table.row_of_id(article_id)) is None:
            raise NotFoundError(f"no article with id {article_id!r} in this index")
        return _json(article_body(table.cards([row])[0]))

    return router


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store"}, media_type="application/json")


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in statuses}
