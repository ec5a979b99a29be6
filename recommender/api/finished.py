"""Finished answers: what was answered before for the same version and query is a look-up of its bytes.

Stands in front of routing. An answer is kept as the application made it, so it is the same bytes and headers either
way, whoever asks; conditional requests (If-None-Match) and HEAD are answered here for both.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator
from sys import getsizeof

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.live import LiveIndex
from index.snapshot import SnapshotError

KEPT_BYTES = 32 * 1024 * 1024
ENTRY_BYTES = 128
"""What the dictionary needs for an entry, beside what is in it; measured with tracemalloc."""
LONGEST_QUERY = 2_048
ASKING = ("GET", "HEAD")

Headers = tuple[tuple[bytes, bytes], ...]
Key = tuple[str, str, bytes]

_OF_BODY = (b"content-length", b"content-type")


class Finished:
    """A response. It is made of what the garbage collector need not follow: thousands are kept."""

    __slots__ = ("_body", "_etag", "_headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status, self._headers, self._body = status, headers, body
        self._etag = next((value for name, value in headers if name == b"etag"), None)

    @property
    def is_empty(self) -> bool:
        """Whether there is no body."""
        return not self._body

    @property
    def size(self) -> int:
        """The memory it takes: of small answers, headers take several times as much as the body."""
        return sum(map(getsizeof, self._parts()))

    def _parts(self) -> Iterator[object]:
        yield from (self, self._body, self._headers)
        for header in self._headers:
            yield from (header, *header)

    async def send(self, scope: Scope, send: Send) -> int:
        """Send it, or 304 to who has it already; returns the status sent."""
        status, headers, body = self.status, self._headers, b"" if scope["method"] == "HEAD" else self._body
        for name, value in scope["headers"]:
            if name == b"if-none-match" and self._etag is not None and _matches(value, self._etag):
                without = tuple(header for header in headers if header[0] not in _OF_BODY)
                status, headers, body = 304, without, b""
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return status


class FinishedAnswers:
    """Keeps the answers of GET `paths`, at most `kept_bytes` of them, the longest unused leaving first."""

    def __init__(self, app: ASGIApp, live: LiveIndex, paths: Collection[str], kept_bytes: int = KEPT_BYTES) -> None:
        self.app, self.live, self.paths, self.kept_bytes = app, live, frozenset(paths), kept_bytes
        self._kept: OrderedDict[Key, Finished] = OrderedDict()
        self._size = 0

    def holds(self, scope: Scope) -> bool:
        """Whether the answer to this request is one that would be kept."""
        return scope["type"] == "http" and scope["path"] in self.paths and scope["method"] in ASKING

    def get(self, scope: Scope) -> Finished | None:
        """The answer to an HTTP request, if it was given before."""
        if scope["method"] not in ASKING:
            return None
        key = self._key(scope)
        if key is not None and (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass the request on and keep its answer."""
        if not self.holds(scope):
            await self.app(scope, receive, send)
        elif (kept := self.get(scope)) is not None:
            await kept.send(scope, send)
        else:
            await (await self._made(scope, receive)).send(scope, send)

    async def _made(self, scope: Scope, receive: Receive) -> Finished:
        key = self._key(scope)
        made = await _capture(self.app, scope, receive)
        # Where another version came in between, it is not known which of the two answered.
        if key is not None and made.status == 200 and key == self._key(scope):
            self._keep(key, made)
        return made

    def _key(self, scope: Scope) -> Key | None:
        query = scope["query_string"]
        try:
            return (self.live.snapshot.state, scope["path"], query) if len(query) <= LONGEST_QUERY else None
        except SnapshotError:
            return None

    def _keep(self, key: Key, made: Finished) -> None:
        if key not in self._kept and not made.is_empty:
            self._kept[key] = made
            self._size += _size(key, made)
        while self._size > self.kept_bytes:
            self._size -= _size(*self._kept.popitem(last=False))


def _size(key: Key, made: Finished) -> int:
    return ENTRY_BYTES + sum(map(getsizeof, (key, *key))) + made.size


async def _capture(app: ASGIApp, scope: Scope, receive: Receive) -> Finished:
    start: Message = {}
    body: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.append(message.get("body", b""))

    # Of HEAD too, the answer to GET is made, and kept for both.
    asked = scope if scope["method"] == "GET" else {**scope, "method": "GET"}
    try:
        await app(asked, receive, keep)
    except Exception:
        # Starlette answers an error that nobody expected, logs it, and raises it again for servers to see.
        if not start:
            raise
    scope["route"] = asked.get("route")
    return Finished(start["status"], tuple(start["headers"]), b"".join(body))


def _matches(wanted: bytes, etag: bytes) -> bool:
    # RFC 9110, 13.1.2: the weak comparison.
    return wanted.strip() == b"*" or etag in (tag.strip().removeprefix(b"W/") for tag in wanted.split(b","))
