"""Finished answers: what was answered before for the same version and query is a look-up of its bytes.

Stands in front of routing. An answer is kept as the application made it, so it is the same bytes and headers either
way; conditional requests (If-None-Match) are answered here for both.
"""

from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.live import LiveIndex
from index.snapshot import SnapshotError

KEPT_BYTES = 32 * 1024 * 1024
LONGEST_QUERY = 2_048

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Finished:
    """A response as it is sent."""

    status: int
    headers: Headers
    body: bytes

    @property
    def etag(self) -> bytes | None:
        """Its entity tag, quoted, or None."""
        return next((value for name, value in self.headers if name == b"etag"), None)


class FinishedAnswers:
    """Keeps the answers of GET `path`, at most `kept_bytes` of them, the longest unused leaving first."""

    def __init__(self, app: ASGIApp, live: LiveIndex, path: str, kept_bytes: int = KEPT_BYTES) -> None:
        self.app, self.live, self.path, self.kept_bytes = app, live, path, kept_bytes
        self._kept: OrderedDict[tuple[str, bytes], Finished] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass the request on and keep its answer."""
        if scope["type"] != "http" or scope["path"] != self.path or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        key = self._key(scope["query_string"])
        if key is not None and (kept := self._kept.get(key)):
            self._kept.move_to_end(key)
            await _send(kept, scope, send)
            return
        made = await _capture(self.app, scope, receive)
        # Where another version came in between, it is not known which of the two answered.
        if key is not None and made.status == 200 and key == self._key(scope["query_string"]):
            self._keep(key, made)
        await _send(made, scope, send)

    def _key(self, query: bytes) -> tuple[str, bytes] | None:
        try:
            return (self.live.snapshot.version, query) if len(query) <= LONGEST_QUERY else None
        except SnapshotError:
            return None

    def _keep(self, key: tuple[str, bytes], made: Finished) -> None:
        if key not in self._kept:
            self._kept[key] = made
            self._size += len(made.body)
        while self._size > self.kept_bytes:
            self._size -= len(self._kept.popitem(last=False)[1].body)


async def _capture(app: ASGIApp, scope: Scope, receive: Receive) -> Finished:
    start: Message = {}
    body: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.append(message.get("body", b""))

    await app(scope, receive, keep)
    return Finished(start["status"], list(start["headers"]), b"".join(body))


async def _send(made: Finished, scope: Scope, send: Send) -> None:
    wanted = next((value for name, value in scope["headers"] if name == b"if-none-match"), None)
    if wanted is not None and made.etag is not None and _matches(wanted, made.etag):
        made = Finished(304, [header for header in made.headers if header[0] not in _OF_BODY], b"")
    await send({"type": "http.response.start", "status": made.status, "headers": made.headers})
    await send({"type": "http.response.body", "body": made.body})


_OF_BODY = (b"content-length", b"content-type")


def _matches(wanted: bytes, etag: bytes) -> bool:
    # RFC 9110, 13.1.2: the weak comparison.
    return wanted.strip() == b"*" or etag in (tag.strip().removeprefix(b"W/") for tag in wanted.split(b","))
