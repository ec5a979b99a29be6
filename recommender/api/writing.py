"""Putting and removing articles over HTTP, with a key: durable before it is answered, served by the next request."""

import logging
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from index.live import LiveIndex
from index.models import ModelError
from index.snapshot import SnapshotError
from recommender.api.messages import Problem
from recommender.api.problems import MEDIA_TYPE, problem, problem_response
from recommender.api.rates import Rates
from recommender.api.rows import (
    JSON,
    NDJSON,
    ROW,
    BulkStored,
    Removed,
    Stored,
    article_of,
    articles_of,
    body_of,
    sent,
    valid_id,
)
from recommender.keys import Keys
from recommender.pushing import Pushes
from recommender.responses import encode

ONE, MANY = "/v1/articles/{article_id:path}", "/v1/articles"
AT_ONCE = 2
"""So many requests write at once; the others wait their turn, and keep no thread from those that read."""

Given = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="A key that `recommender keys add NAME` made.")),
]
Result = TypeVar("Result")

log = logging.getLogger("recommender.api")


class Writing:
    """The requests that write, worked on a few at a time in threads of their own."""

    def __init__(self, live: LiveIndex, pushes: Pushes) -> None:
        self._live, self._pushes, self._threads = live, pushes, CapacityLimiter(AT_ONCE)

    async def put(self, article_id: str, request: Request) -> Response:
        """Store an article as it is in a row of a source: 201 where it is new, 200 where it replaces one."""
        body = await body_of(request, JSON)
        new = await self._written(lambda: _put(self._live, self._pushes, article_id, body))
        return _json({"id": article_id, "new": bool(new)}, 201 if new else 200)

    async def put_many(self, request: Request) -> Response:
        """Store up to 1,000 articles, a JSON object a line: all good ones together, or none of them."""
        body = await body_of(request, NDJSON)
        return await self._written(lambda: _put_many(self._live, self._pushes, body))

    async def remove(self, article_id: str) -> Response:
        """Remove an article, and keep its id out, whatever sources say, until it is put again; 0 where none is."""
        named = valid_id(article_id)
        return _json({"removed": await self._written(lambda: self._pushes.remove([named]))})

    async def _written(self, write: Callable[[], Result]) -> Result:
        def work() -> Result:
            done = write()
            self._live.look()  # here, so that no reader has to
            return done

        return await to_thread.run_sync(work, limiter=self._threads)


def writing_router(live: LiveIndex, pushes: Pushes, keys: Keys, rates: Rates) -> APIRouter:
    """The routes that write to the home that `live` serves, for whoever has one of its keys."""

    async def check(given: Given) -> None:
        rates.write(_writer(keys, given))

    router, writing = APIRouter(dependencies=[Depends(check)]), Writing(live, pushes)
    router.add_api_route(
        ONE,
        writing.put,
        methods=["PUT"],
        summary="Put an article",
        response_model=Stored,
        responses=_problems(413, 415) | {201: {"model": Stored}},
        openapi_extra=sent(JSON, ROW),
    )
    router.add_api_route(
        MANY,
        writing.put_many,
        methods=["POST"],
        summary="Put many articles",
        response_model=BulkStored,
        responses=_problems(413, 415),
        openapi_extra=sent(NDJSON, {"type": "string", "description": "One article a line, at most 1,000."}),
    )
    router.add_api_route(
        ONE,
        writing.remove,
        methods=["DELETE"],
        summary="Remove an article",
        response_model=Removed,
        responses=_problems(),
    )
    return router


def preload(live: LiveIndex, pushes: Pushes, keys: Keys) -> None:
    """Where somebody may write, load the model meanwhile, so that the first to write need not wait for it."""
    try:
        if any(keys):
            pushes.warm(live.snapshot)
    except SnapshotError:
        pass  # nothing can be written yet either
    except ModelError as error:
        log.warning("the model is not loaded: %s", error)  # whoever writes will be told


def _put(live: LiveIndex, pushes: Pushes, article_id: str, body: bytes) -> int:
    new = pushes.put([article_of(body, article_id)], live.snapshot)
    live.look()
    live.settle((article_id, None))
    return new


def _put_many(live: LiveIndex, pushes: Pushes, body: bytes) -> Response:
    articles, rejected = articles_of(body)
    if not articles:
        errors = [{name: str(value) for name, value in one.items()} for one in rejected]
        return problem_response(problem(422, "no line is an article; see `errors`" if errors else "no lines", errors))
    new = pushes.put(articles, live.snapshot)
    live.catch_up()  # so that nobody writes faster than it can be shown
    return _json({"stored": len(articles), "new": new, "rejected": rejected})


def _writer(keys: Keys, given: HTTPAuthorizationCredentials | None) -> str:
    if not any(keys):
        raise HTTPException(403, "nobody may write here yet; make a key with `recommender keys add NAME`")
    if given is None:
        raise HTTPException(401, "send a key, as Authorization: Bearer KEY", {"WWW-Authenticate": "Bearer"})
    if (name := keys.name_of(given.credentials)) is None:
        told = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise HTTPException(401, "not a key of this service, or not any more", told)
    return name


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store"}, media_type="application/json")


def _problems(*more: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in (401, 403, *more, 422, 429, 503)}
