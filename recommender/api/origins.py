"""Any site's pages may ask: links are public. Nobody's page may do more, so other methods are refused."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "POST")
_ANY = {"access-control-allow-origin": "*"}
_MAY = {
    "access-control-allow-methods": ", ".join(METHODS),
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "600",
    "cache-control": "no-store",
}


class AnyOrigin:
    """Says so in every answer, asked or not: caches on the way then keep one answer for all sites."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what browsers ask beforehand, or pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and (wanted := Headers(scope=scope).get("access-control-request-method")):
            await _preflight(wanted)(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_ANY)
            await send(message)

        await self.app(scope, receive, marked)


def _preflight(wanted: str) -> PlainTextResponse:
    if wanted not in METHODS:
        return PlainTextResponse(f"pages of other sites may not {wanted}", 400, _ANY | _MAY)
    return PlainTextResponse("", 200, _ANY | _MAY)
