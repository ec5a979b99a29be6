"""The network under a fetch: looking up names, connecting, reading and writing, all within one budget."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import httpcore2

from index.internet import is_private

PRIVATE = "is a private address; set allow_private under [fetch], or give --allow-private, to read from it"
MAX_ADDRESSES = 8
"""A name with more addresses is tried at the first of them only."""
_WRITE_BYTES = 16 * 1024


class EndedError(Exception):
    """An exchange that we end, rather than the site: says why."""


class Budget:
    """What one fetch may cost: seconds on the network, in all its tries and redirects, and bytes of an answer."""

    def __init__(self, seconds: float) -> None:
        self._seconds = self._left = seconds
        self._ends = 0.0
        self._bytes = self._bytes_left = 0

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Time runs inside the `with`; a pause between two tries is free."""
        self._ends = time.monotonic() + self._left
        try:
            yield
        finally:
            self._left = self._ends - time.monotonic()

    @contextmanager
    def operation(self, timeout_s: float | None) -> Iterator[float]:
        """How many seconds an operation may take. Raises EndedError where the time of the budget is up."""
        left = self._ends - time.monotonic()
        if left > 0:
            try:
                yield min(left, timeout_s or left)
                return  # noqa: TRY300 - what follows is for the time that is up
            except httpcore2.TimeoutException:
                if timeout_s and timeout_s < left:
                    raise
        raise EndedError(f"takes longer than {self._seconds:g} s in all; total_s under [fetch] allows more")

    def allow(self, size: int) -> None:
        """Let the exchange receive so many bytes from now on."""
        self._bytes = self._bytes_left = size

    def received(self, size: int) -> None:
        """Count bytes. Raises EndedError where they are too many."""
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise EndedError(f"sends more than {self._bytes:,} bytes for one answer")


class Network(httpcore2.NetworkBackend):
    """Connects and reads within the budget of the fetch that runs in this thread; `guarded`, to public addresses only.

    Connections outlive a fetch, and ask for the budget at each operation.
    """

    def __init__(self, guarded: bool) -> None:
        self._guarded = guarded
        self._plain = httpcore2.SyncBackend()
        self._local = threading.local()

    @property
    def budget(self) -> Budget:
        """That of the fetch in this thread."""
        budget: Budget = self._local.budget
        return budget

    @contextmanager
    def spending(self, budget: Budget) -> Iterator[None]:
        """Spend this budget inside the `with`."""
        self._local.budget = budget
        with budget.spending():
            yield

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of the host that can be reached. Raises EndedError, and httpcore2's errors."""
        addresses = (
            self.public_addresses(host, port, timeout) if self._guarded else self._looked_up(host, port, timeout)
        )
        for number, address in enumerate(addresses, start=1):
            try:
                with self.budget.operation(timeout) as seconds:
                    stream = self._plain.connect_tcp(address, port, seconds, local_address, socket_options)
                return _Stream(stream, self)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                if number == len(addresses):
                    raise type(error)(f"{host}:{port} cannot be reached ({error})") from error
        raise httpcore2.ConnectError(f"{host} has no address")

    def public_addresses(self, host: str, port: int, timeout: float | None = None) -> list[str]:
        """The addresses of the host that are public. Raises EndedError where it has others only, and ConnectError."""
        addresses = self._looked_up(host, port, timeout)
        public = [address for address in addresses if not is_private(address)]
        if addresses and not public:
            raise EndedError(f"{addresses[0]} {PRIVATE}")
        return public

    def _looked_up(self, host: str, port: int, timeout: float | None) -> list[str]:
        # A look-up cannot be interrupted. One that takes too long is left to itself: the resolver ends it some time.
        found = Future[list[str]]()
        threading.Thread(target=_look_up, args=(host, port, found), name="look-up", daemon=True).start()
        with self.budget.operation(timeout) as seconds:
            try:
                return found.result(seconds)
            except TimeoutError as error:
                raise httpcore2.ConnectTimeout(f"{host} cannot be looked up in time") from error


class _Stream(httpcore2.NetworkStream):
    """A connection, each operation of which is within the budget."""

    def __init__(self, stream: httpcore2.NetworkStream, network: Network) -> None:
        self._stream, self._network = stream, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        budget = self._network.budget
        with budget.operation(timeout) as seconds:
            content = self._stream.read(max_bytes, seconds)
        budget.received(len(content))
        return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_BYTES):
            with self._network.budget.operation(timeout) as seconds:
                self._stream.write(buffer[start : start + _WRITE_BYTES], seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            with self._network.budget.operation(timeout) as seconds:
                return _Stream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._network)
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _look_up(host: str, port: int, found: "Future[list[str]]") -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.set_result(list(dict.fromkeys(str(row[4][0]) for row in rows))[:MAX_ADDRESSES])
    except OSError as error:
        found.set_exception(httpcore2.ConnectError(f"{host} cannot be looked up ({error})"))
    except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
        found.set_exception(error)
