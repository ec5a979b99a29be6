"""What the service is compared with: the same bytes from a bare ASGI application and from one FastAPI route."""

import os
from pathlib import Path

from fastapi import FastAPI, Response
from starlette.types import Receive, Scope, Send

BODY = Path(os.environ["CONSTANT_BODY"]).read_bytes()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Nothing but the two messages that every answer is made of."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


route = FastAPI(openapi_url=None)


@route.get("/v1/related")
async def related() -> Response:
    """The least that a FastAPI application can do."""
    return Response(BODY, media_type="application/json")
