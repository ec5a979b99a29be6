"""HTTP as uvicorn speaks it, with a limit on heads, on how long a client may take to send one, and to read an answer.

httptools itself takes a head of any size for any time, so that a few clients that dribble would hold every connection,
and it takes requests without a Host or with two, of which two servers on the way may each believe another one.
"""

import re
import socket
from asyncio import TimerHandle, Transport
from contextlib import suppress

from httptools import HttpParserError, parse_url
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
PATIENCE_S = 15.0
LINGER_S = 0.5
_REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 20\r\nconnection: close\r\n\r\nthe head is too long"
)
# RFC 9110, 7.2 and RFC 3986, 3.2.2: a name or an address, a port; never a user.
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+;=-]*)(:[0-9]*)?")


class GuardedProtocol(HttpToolsProtocol):
    """Closes the connection of a client whose head is longer than MAX_HEAD, or not there after PATIENCE_S.

    Likewise of one that has read nothing of what waits for it for as long.
    """

    _head, _waiting = 0, True
    _patience: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """The client has until then to say what it wants."""
        super().connection_made(transport)
        _let_go_of_silent(transport.get_extra_info("socket"))
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
        """The head is there. Raises HttpParserError, which is answered 400, where it names no one host."""
        self._stop()
        names_user = not self.url.startswith(b"/") and parse_url(self.url).userinfo
        if names_user or not _is_for_one_host(self.headers, self.parser.get_http_version()):
            raise HttpParserError("not one host")
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


def _let_go_of_silent(connection: socket.socket | None) -> None:
    # Only the system knows whether anything is read of what it holds; Linux can be told what to do then.
    if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(1_000 * PATIENCE_S))


def _is_for_one_host(headers: list[tuple[bytes, bytes]], version: str) -> bool:
    hosts = [value for name, value in headers if name == b"host"]
    return all(map(_HOST.fullmatch, hosts)) and (len(hosts) == 1 or (not hosts and version == "1.0"))
