"""What every request passes: it is timed, counted, named, logged where it went wrong or took long, and drained."""

import logging
import re
from collections.abc import Collection
from time import perf_counter
from urllib.parse import parse_qs
from uuid import uuid4

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.live import LiveIndex
from recommender.api.draining import Draining
from recommender.api.finished import FinishedAnswers
from recommender.api.metrics import UNROUTED, Metrics

SLOW_S = 1.0
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_CLOSE = (b"connection", b"close")
_HOST = re.compile(r"\s*https?://(?:[^/?#]*@)?([^/?#@]*)", re.IGNORECASE)
LOOKED_AT = 4_096
"""Bytes of a query string in which a log line looks for the page."""

log = logging.getLogger("recommender.access")


class Front:
    """Stands before everything else; answers that were given before leave from here.

    Those are the same for all who ask, so they carry no request's id; every other answer does.
    """

    def __init__(
        self,
        app: ASGIApp,
        live: LiveIndex,
        paths: Collection[str],
        metrics: Metrics,
        draining: Draining,
        access_log: bool = False,
    ) -> None:
        self._finished, self._metrics = FinishedAnswers(app, live, paths), metrics
        self._live, self._draining, self._access_log = live, draining, access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell how it went."""
        if scope["type"] != "http":
            await self._finished(scope, receive, send)
            return
        started = perf_counter()
        if self._live.is_behind:  # whatever is asked, what was removed is gone from the answer
            await to_thread.run_sync(self._live.look)
        if (kept := self._finished.get(scope)) is None:
            await self._passed_on(scope, receive, send, started)
            return
        status = await kept.send(scope, _closing(send) if self._draining.begun else send)
        self._metrics.hit()
        self._tell(scope, scope["path"], status, started)

    async def _passed_on(self, scope: Scope, receive: Receive, send: Send, started: float) -> None:
        scope["request_id"] = request_id = _request_id(scope)
        status, shared = 500, self._finished.holds(scope)
        if shared:
            self._metrics.miss()
        sent = _closing(send) if self._draining.begun else send

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if status >= 400 or not shared:
                    MutableHeaders(scope=message)["x-request-id"] = request_id
            await sent(message)

        try:
            await self._finished(scope, receive, watched)
        finally:
            self._tell(scope, getattr(scope.get("route"), "path_format", UNROUTED), status, started)

    def _tell(self, scope: Scope, route: str, status: int, started: float) -> None:
        seconds = perf_counter() - started
        self._metrics.observe(route, scope["method"], status, seconds)
        if status >= 500 or seconds >= SLOW_S or self._access_log:
            _log(scope, route, status, seconds)


def _log(scope: Scope, route: str, status: int, seconds: float) -> None:
    event, level = "request", logging.INFO
    if seconds >= SLOW_S:
        event, level = "slow request", logging.WARNING
    if status >= 500:  # 503 is said of something that is known already
        event, level = "failed request", logging.WARNING if status == 503 else logging.ERROR
    fields = {"method": scope["method"], "route": route, "status": status, "ms": round(1_000 * seconds, 2)}
    log.log(level, event, extra={"request_id": scope.get("request_id"), "fields": fields | _page(scope)})


def _page(scope: Scope) -> dict[str, str]:
    # Which page it was about, and nothing else of the query.
    query = parse_qs(scope["query_string"][:LOOKED_AT].decode("latin-1"))
    named = {name: query[name][0] for name in ("id", "url") if name in query}
    if "url" in named:
        # Not by urlsplit, which raises an error for some addresses that are none.
        host = _HOST.match(named["url"])
        named["url"] = host[1] if host else ""
    return {name: value[:200] for name, value in named.items()}


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if _REQUEST_ID.fullmatch(given) else uuid4().hex


def _closing(send: Send) -> Send:
    # Who keeps the connection is to come back by another one, to another process.
    async def last(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], _CLOSE]}
        await send(message)

    return last
