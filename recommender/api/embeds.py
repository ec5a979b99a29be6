"""What a site puts on its pages, over HTTP: the element, the fragment, the feed, and the page that shows all three."""

from collections.abc import Callable, Coroutine
from hashlib import blake2b
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException

from index.live import LiveIndex
from recommender.api.messages import Problem
from recommender.api.problems import MEDIA_TYPE, STATUS, of_error
from recommender.api.queries import QuestionRoute
from recommender.api.stored import RELATED, cache_control, settled
from recommender.api.unseen import PageQuery, UnseenTexts
from recommender.widget.rendering import feed, fragment
from recommender.widget.showing import show

SCRIPT, HTML, RSS = "/read-more.js", f"{RELATED}.html", f"{RELATED}.rss"
EMBEDDED = (RELATED, HTML, RSS, SCRIPT)
"""The paths whose answers depend on nothing but the query and what is indexed."""

KEPT_LONG = "public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800"
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REFUSED: tuple[type[Exception], ...] = tuple(STATUS)
NOSNIFF = {"x-content-type-options": "nosniff"}


class FragmentQuery(PageQuery):
    """A page, and what stands above its links."""

    heading: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="What stands above the links; “Read more”, or the same in Arabic, by default."
    )


class _Include(QuestionRoute):
    """A route whose refusals have no body: whatever they said would stand in the middle of somebody's page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, refusing in silence."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except RequestValidationError:
                return _nothing(422)
            except HTTPException as error:
                return _nothing(error.status_code)
            except REFUSED as error:
                return _nothing(of_error(error)["status"])

        return handle


def embeds_router(live: LiveIndex, unseen: UnseenTexts) -> APIRouter:
    """The routes for sites, about whatever `live` holds when one is asked."""
    router = APIRouter()

    async def related_html(query: Annotated[FragmentQuery, Query()], request: Request) -> Response:
        """The links as a `<nav>` to include in a page. Where there are none, and with any error, the body is empty."""
        body = await unseen.page(await settled(live, (query.id, query.url)), query, request)
        return _made(fragment(body, query.heading).encode(), "text/html", cache_control(body))

    router.add_api_route(
        HTML,
        related_html,
        route_class_override=_Include,
        summary="Links for a page, as HTML",
        response_class=Response,
        responses=_forms("text/html", {"description": "An empty body"}),
    )

    async def related_rss(query: Annotated[PageQuery, Query()], request: Request) -> Response:
        """The links as RSS 2.0."""
        body = await unseen.page(await settled(live, (query.id, query.url)), query, request)
        return _made(feed(body), "application/rss+xml; charset=utf-8", cache_control(body))

    router.add_api_route(
        RSS,
        related_rss,
        route_class_override=QuestionRoute,
        summary="Links for a page, as RSS",
        response_class=Response,
        responses=_forms("application/rss+xml", {"model": Problem, "content": {MEDIA_TYPE: {}}}),
    )
    _add_pages(router, live)
    return router


def _add_pages(router: APIRouter, live: LiveIndex) -> None:
    @router.api_route(SCRIPT, methods=["GET", "HEAD"], include_in_schema=False)
    async def script() -> Response:
        return _made(_file("read-more.js"), "text/javascript; charset=utf-8", KEPT_LONG)

    @router.api_route("/embed.css", methods=["GET", "HEAD"], include_in_schema=False)
    async def style() -> Response:
        return Response(_file("embed.css"), headers=NOSNIFF | {"cache-control": "no-cache"}, media_type="text/css")

    @router.api_route("/embed", methods=["GET", "HEAD"], include_in_schema=False)
    def embed(request: Request, language: str | None = None) -> Response:
        headers = NOSNIFF | {"content-security-policy": POLICY, "cache-control": "no-cache"}
        page = show(live, str(request.base_url).rstrip("/"), language)
        return Response(page, headers=headers, media_type="text/html")


def _forms(good: str, bad: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {good: {}}}, **dict.fromkeys((404, 422, 429, 503), bad)}


def _made(content: bytes, media_type: str, kept: str) -> Response:
    tag = blake2b(content, digest_size=12).hexdigest()
    headers = NOSNIFF | {"etag": f'"{tag}"', "cache-control": kept}
    return Response(content, headers=headers, media_type=media_type)


def _nothing(status: int) -> Response:
    return Response(status_code=status, headers=NOSNIFF | {"cache-control": "no-store"}, media_type="text/html")


def _file(name: str) -> bytes:
    return files("recommender.widget").joinpath(name).read_bytes()
