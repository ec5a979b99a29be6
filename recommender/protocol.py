"""HTTP as uvicorn speaks it, with a limit on heads: their size, and how long a client may take to send one.

httptools itself takes a head of any size for any time, so that a few clients that dribble would hold every connection.
"""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
PATIENCE_S = 15.0
LINGER_S = 0.5
_REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 20\r\nconnection: close\r\n\r\nthe head is too long"
)


class GuardedProtocol(HttpToolsProtocol):
    """Closes the connection of a client whose head is longer than MAX_HEAD, or not there after PATIENCE_S."""

    _head, _waiting = 0, True
    _patience: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """The client has until then to say what it wants."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the end of a head, and how long it takes; most come at once and need no clock."""
        super().data_received(data)
        self._head += len(data)
        if not self._waiting or self.transport.is_closing():
            return
        if self._head > MAX_HEAD:
            self.transport.write(_REFUSED)
            self.transport.close()
        elif self._patience is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._stop()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """The next head may come."""
        self._head, self._waiting = 0, True
        super().on_response_complete()

    def shutdown(self) -> None:
        """The server ends; a connection that seems idle is kept a moment longer, as a request may be on its way."""
        self.loop.call_later(LINGER_S, super().shutdown)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is waited for."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._patience = self.loop.call_later(PATIENCE_S, self._give_up)

    def _stop(self) -> None:
        self._waiting = False
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        if not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()
