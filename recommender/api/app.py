"""The application: `create_app` puts the routes, the errors, the limits and the look for new versions together."""

import gc
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.responses import RedirectResponse, Response

from index import DISTRIBUTION
from index.live import LiveIndex
from recommender.allowance import Allowance
from recommender.api.bodies import Bodies
from recommender.api.draining import Draining
from recommender.api.embeds import EMBEDDED, embeds_router
from recommender.api.front import Front
from recommender.api.health import Checkup, health_router
from recommender.api.limits import BodyLimit
from recommender.api.metrics import CONTENT_TYPE, Metrics
from recommender.api.origins import AnyOrigin
from recommender.api.problems import install
from recommender.api.rates import Rates
from recommender.api.routes import make_router
from recommender.api.tracing import tracing
from recommender.api.unseen import UnseenTexts
from recommender.api.writing import preload, writing_router
from recommender.keys import Keys
from recommender.loops import Loop, running
from recommender.operation import Operation
from recommender.pages import pages_router
from recommender.pushing import Pushes
from recommender.supervisor import end_with_supervisor
from recommender.texts import TextEmbedder
from recommender.trial import try_out

LOOK_EVERY_S, SHRINK_EVERY_S = 0.5, 10.0
OPERATION = Operation()


def create_app(
    home: Path,
    *,
    pages: bool = False,
    site: str | None = None,
    texts: TextEmbedder | None = None,
    allowance: Allowance | None = None,
    operation: Operation = OPERATION,
) -> FastAPI:
    """The service over a home's current version; with `pages`, its articles as a site to look at, named `site`.

    Starts without a version too, answering 503 until there is one; a new version is noticed within a second.
    """
    live, metrics, texts = LiveIndex(home, try_out), Metrics(), texts or TextEmbedder()
    texts.embedded, draining = metrics.embedded, Draining(operation.drain_s)
    rates, keys, pushes = Rates(allowance or Allowance()), Keys(home), Pushes(home, texts)
    checkup = Checkup(live, home, operation.max_age_h, draining)
    checkup.loops = _loops(live, checkup, pushes, keys)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        draining.before_the_end()
        with running(checkup.loops):
            yield

    app, unseen = _described(lifespan), UnseenTexts(texts, rates, metrics)
    reading, writing = make_router(live, unseen, Bodies(rates)), writing_router(live, pushes, keys, rates)
    for router in (reading, writing, embeds_router(live, unseen), health_router(checkup)):
        app.include_router(router)
    app.add_api_route("/metrics", lambda: _metrics(metrics, live), include_in_schema=False)
    if pages:
        app.include_router(pages_router(live, site), include_in_schema=False)
    else:
        app.add_api_route("/", _to_docs, include_in_schema=False)
    install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(AnyOrigin)
    # Around all that Starlette puts around an application: an answer given before needs none of it.
    app.middleware_stack = Front(app.build_middleware_stack(), live, EMBEDDED, metrics, draining, operation.access_log)
    return app


def _loops(live: LiveIndex, checkup: Checkup, pushes: Pushes, keys: Keys) -> tuple[Loop, ...]:
    return (
        Loop("watch", live.refresh, LOOK_EVERY_S, woken=live.woken),
        Loop("inspect", checkup.inspect),
        Loop("preload", partial(preload, live, pushes, keys)),
        Loop("shrink the journal", pushes.shrink_journal, SHRINK_EVERY_S),
    )


def _described(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> FastAPI:
    return FastAPIOffline(
        redoc_url=None,
        title="Related articles",
        version=version(DISTRIBUTION),
        summary='The "Read more" links an editor would pick, for any article.',
        description="How a site shows them: [element, HTML fragment and feed, live](embed).",
        lifespan=lifespan,
        telemetry=tracing(),
    )


async def _to_docs() -> RedirectResponse:
    return RedirectResponse("docs")


def _metrics(metrics: Metrics, live: LiveIndex) -> Response:
    return Response(metrics.text(live), headers={"cache-control": "no-store"}, media_type=CONTENT_TYPE)


def app_from_environment() -> FastAPI:
    """The service as `recommender serve` starts it in each worker, from what it put into the environment."""
    end_with_supervisor()
    told = os.environ
    app = create_app(
        Path(told["RECOMMENDER_HOME"]),
        pages=told.get("RECOMMENDER_PAGES") == "1",
        site=told.get("RECOMMENDER_SITE") or None,
        allowance=Allowance.from_environment(),
        operation=Operation.from_environment(),
    )
    # What is here now stays: the garbage collector need not stop requests to look through it again.
    gc.collect()
    gc.freeze()
    return app
