"""The application: `create_app` puts the routes, the errors, the limits and the look for new versions together."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_offline import FastAPIOffline
from starlette.responses import RedirectResponse

from index.build import DISTRIBUTION
from index.live import LiveIndex
from recommender.api.finished import FinishedAnswers
from recommender.api.limits import BodyLimit
from recommender.api.problems import install
from recommender.api.routes import RELATED, make_router
from recommender.pages import pages_router
from recommender.texts import TextEmbedder

LOOK_EVERY_S = 0.5

log = logging.getLogger("recommender.api")


def create_app(
    home: Path, *, pages: bool = False, site: str | None = None, texts: TextEmbedder | None = None
) -> FastAPI:
    """The service over a home's current version; with `pages`, its articles as a site to look at, named `site`.

    Starts without a version too, answering 503 until there is one; a new version is noticed within a second.
    """
    live = LiveIndex(home)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(_watch(live))
        yield
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch

    app = FastAPIOffline(
        redoc_url=None,
        title="Related articles",
        version=version(DISTRIBUTION),
        summary='The "Read more" links an editor would pick, for any article.',
        lifespan=lifespan,
    )
    app.include_router(make_router(live, texts or TextEmbedder()))
    if pages:
        app.include_router(pages_router(live, site), include_in_schema=False)
    else:
        app.add_api_route("/", _to_docs, include_in_schema=False)
    install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(FinishedAnswers, live=live, path=RELATED)
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["content-type"]
    )
    return app


async def _to_docs() -> RedirectResponse:
    return RedirectResponse("docs")


async def _watch(live: LiveIndex) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await to_thread.run_sync(live.refresh)
        except Exception:
            log.exception("the look for a new version failed; what is open serves on")


def app_from_environment() -> FastAPI:
    """The service as `recommender serve` starts it in each worker, from what it put into the environment."""
    pages, site = os.environ.get("RECOMMENDER_PAGES") == "1", os.environ.get("RECOMMENDER_SITE")
    return create_app(Path(os.environ["RECOMMENDER_HOME"]), pages=pages, site=site or None)
