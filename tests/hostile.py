"""A server on loopback that speaks as badly as a test wants: it has the bare connection."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

EMPTY = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
TICK_S = 0.02


class Connection:
    """One connection of the server's side. `over` is set when the test ends."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self._connection, self._over = connection, over

    def asked(self) -> str:
        """Read the head of a request; its path, or "" where the other side hung up."""
        head = b""
        while b"\r\n\r\n" not in head:
            if not (part := self._connection.recv(65536)):
                return ""
            head += part
        self.head = head.decode()
        return self.head.split()[1]

    def send(self, content: bytes) -> None:
        """Send all at once."""
        self._connection.sendall(content)

    def dribble(self, parts: Iterable[bytes]) -> None:
        """Send part after part, with a tick between two."""
        for part in parts:
            if self._over.wait(TICK_S):
                return
            self.send(part)

    def pause(self, ticks: int = 1_000) -> None:
        """Say nothing for a while."""
        self._over.wait(TICK_S * ticks)


class Hostile:
    """The server. `asked` are the heads of all requests, `finished` is set when a talk came to its end."""

    def __init__(self, listener: socket.socket) -> None:
        self.port = listener.getsockname()[1]
        self.root = f"http://127.0.0.1:{self.port}"
        self.asked: list[str] = []
        self.connections = 0
        self.reached, self.finished, self.over = threading.Event(), threading.Event(), threading.Event()


Talk = Callable[[Connection], object]


@contextmanager
def hostile(talk: Talk, robots: bytes | None = EMPTY) -> Iterator[Hostile]:
    """A server that answers each request but that for robots.txt, and with robots None that, too, by `talk`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hostile(listener)

        def answer(accepted: socket.socket) -> None:
            with accepted, suppress(OSError):
                connection = Connection(accepted, server.over)
                while path := connection.asked():
                    server.asked.append(connection.head)
                    if path.endswith("/robots.txt") and robots is not None:
                        connection.send(robots)
                        continue
                    server.reached.set()
                    if talk(connection) != "kept":
                        server.finished.set()
                        return

        with _accepting(listener, server, answer):
            yield server


@contextmanager
def mute(said: Callable[[Connection], object]) -> Iterator[Hostile]:
    """A server that does not read what it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hostile(listener)

        def answer(accepted: socket.socket) -> None:
            with accepted, suppress(OSError):
                said(Connection(accepted, server.over))
                server.finished.set()

        with _accepting(listener, server, answer):
            yield server


@contextmanager
def _accepting(listener: socket.socket, server: Hostile, answer: Callable[[socket.socket], None]) -> Iterator[None]:
    def accept() -> None:
        with suppress(OSError):
            while True:
                accepted, _ = listener.accept()
                server.connections += 1
                threading.Thread(target=answer, args=(accepted,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join()
