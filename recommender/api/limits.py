"""A limit on the size of request bodies, before anything reads them."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.api.problems import problem, problem_response

MAX_BODY = 4 * 1024 * 1024


class BodyLimit:
    """Answers 413 to a body of more than `limit` bytes, whether its length was announced or not."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with at most `limit` bytes of body."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        chunks, more = b"", True
        while more:
            message = await receive()
            chunks += message.get("body", b"")
            more = message.get("more_body", False)
            if len(chunks) > self.limit or message["type"] != "http.request":
                response = problem_response(problem(413, f"the body is longer than {self.limit:,} bytes; send less"))
                await response(scope, receive, send)
                return
        whole: list[Message] = [{"type": "http.request", "body": chunks, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, replay, send)
