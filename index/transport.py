"""How requests go out: straight to public addresses, or through the one proxy that the settings name."""

from collections.abc import Iterable, Iterator
from typing import cast
from urllib.parse import unquote

import httpcore2
import httpx2

from index.address import urlsplit
from index.network import Network

MAX_HEAD = 256 * 1024
"""Bytes of an answer's head, with all provisional answers before it."""
KEPT_CONNECTIONS = 20
KEPT_SECONDS = 5.0


class Transport(httpx2.BaseTransport):
    """Sends requests over connections that are kept, and never asks the environment for a proxy.

    A proxy connects for us, so the target is judged before it is asked.
    """

    def __init__(self, proxy: str, allow_private: bool) -> None:
        self._judged = bool(proxy) and not allow_private
        self.network = Network(guarded=not proxy and not allow_private)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            proxy=_proxy(proxy) if proxy else None,
            max_connections=None,  # the gates of each host see to that
            max_keepalive_connections=KEPT_CONNECTIONS,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=self.network,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, and have the answer's head; its body comes as it is read."""
        self.network.budget.allow(MAX_HEAD)
        if self._judged:
            timeout = request.extensions.get("timeout", {}).get("connect")
            self.network.public_addresses(request.url.host, request.url.port or 0, timeout)
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore2.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
        )
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return iter(cast("Iterable[bytes]", self._answer.stream))

    def close(self) -> None:
        self._answer.close()


def _proxy(address: str) -> httpcore2.Proxy:
    parts = urlsplit(address)
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    host = (parts.hostname or "").encode("ascii")
    return httpcore2.Proxy(httpcore2.URL(scheme=b"http", host=host, port=parts.port or 80, target=b"/"), auth=auth)
