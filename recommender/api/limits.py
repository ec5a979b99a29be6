"""A limit on the size of request bodies, before anything reads them."""

from anyio import fail_after
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.api.problems import problem, problem_response

MAX_BODY = 4 * 1024 * 1024
PATIENCE_S = 30.0
"""A body that takes longer keeps a connection from others."""


class BodyLimit:
    """Answers 413 to a body of more than `limit` bytes, whether its length was announced or not, 408 to a slow one."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with at most `limit` bytes of body."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        try:
            with fail_after(PATIENCE_S):
                body = await self._body(receive)
        except TimeoutError:
            await _refuse(408, f"the body took longer than {PATIENCE_S:.0f} s", scope, receive, send)
            return
        if body is None:
            await _refuse(413, f"the body is longer than {self.limit:,} bytes; send less", scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, replay, send)

    async def _body(self, receive: Receive) -> bytes | None:
        # None where there is more than the limit, or the client left.
        body, more = bytearray(), True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.limit or message["type"] != "http.request":
                return None
        return bytes(body)


async def _refuse(status: int, detail: str, scope: Scope, receive: Receive, send: Send) -> None:
    response = problem_response(problem(status, detail))
    response.headers["connection"] = "close"  # what is left of the body is not waited for
    await response(scope, receive, send)
