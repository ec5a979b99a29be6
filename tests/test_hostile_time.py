"""A fetch has one limit of time, from the look-up of a name to the last byte, however a site spends it."""

import gzip
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, repeat

import pytest
from hostile import EMPTY, HEAD, Connection, Talk, hostile, mute
from website import Site

from index.fetching import Fetcher, FetchError, Policy

pytestmark = pytest.mark.usefixtures("waits")

HURRY = Policy(allow_private=True, delay_s=0, timeout_s=20, total_s=0.3, attempts=1)
TIME_IS_UP = r"takes longer than 0\.3 s in all; total_s under \[fetch\] allows more"
MANY = 500  # ten seconds of ticks; then the answer is whole, and who waited for it has a page


def early_hints(connection: Connection) -> None:
    connection.dribble(repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", MANY))
    connection.send(HEAD + b"Content-Length: 0\r\n\r\n")


def header_lines(connection: Connection) -> None:
    connection.dribble(chain([HEAD], (b"X-%d: 1\r\n" % number for number in range(MANY))))
    connection.send(b"Content-Length: 0\r\n\r\n")


def bytes_of_a_status_line(connection: Connection) -> None:
    connection.dribble(chain([b"HTTP/1.1 200 "], repeat(b"O", MANY)))
    connection.send(b"\r\nContent-Length: 0\r\n\r\n")


def body(connection: Connection) -> None:
    connection.dribble(chain([HEAD + b"Content-Length: %d\r\n\r\n" % MANY], repeat(b"x", MANY)))


def body_without_length(connection: Connection) -> None:
    connection.dribble(chain([HEAD + b"Connection: close\r\n\r\n"], repeat(b"x", MANY)))


def head_of_a_chunk(connection: Connection) -> None:
    connection.dribble(chain([HEAD + b"Transfer-Encoding: chunked\r\n\r\n1"], repeat(b"0", MANY)))


def extension_of_a_chunk(connection: Connection) -> None:
    connection.dribble(chain([HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;"], repeat(b"e", MANY)))
    connection.send(b"\r\nx\r\n0\r\n\r\n")


def trailers(connection: Connection) -> None:
    connection.dribble(chain([HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"], repeat(b"A: b\r\n", MANY)))
    connection.send(b"\r\n")


def empty_gzip_members(connection: Connection) -> None:
    head = HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
    connection.dribble(chain([head], repeat(gzip.compress(b""), MANY)))


def slow_redirects(connection: Connection) -> str:
    connection.pause(4)  # six of them are more than the limit, none by itself is
    connection.send(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
    return "kept"


def nothing(connection: Connection) -> None:
    connection.pause()
    connection.send(HEAD + b"Content-Length: 0\r\n\r\n")


TALKS = [
    *(early_hints, header_lines, bytes_of_a_status_line, body, body_without_length, head_of_a_chunk),
    *(extension_of_a_chunk, trailers, empty_gzip_members, slow_redirects, nothing),
]


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.__name__)
def test_a_site_that_takes_its_time_is_left(talk: Talk, fetchers: Callable[..., Fetcher]) -> None:
    with hostile(talk) as server:
        with pytest.raises(FetchError, match=TIME_IS_UP):
            fetchers(HURRY).get(server.root + "/a")
        assert server.reached.is_set()
        assert talk is slow_redirects or not server.finished.is_set()


def test_tries_share_the_limit(fetchers: Callable[..., Fetcher]) -> None:
    def busy(connection: Connection) -> None:
        connection.pause(6)
        connection.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with hostile(busy) as server, pytest.raises(FetchError, match=TIME_IS_UP):
        fetchers(Policy(allow_private=True, delay_s=0, total_s=0.3, attempts=9)).get(server.root + "/a")


def test_the_rules_of_a_site_have_a_limit_too(fetchers: Callable[..., Fetcher]) -> None:
    with (
        hostile(body, robots=None) as server,
        pytest.raises(FetchError, match=rf"robots\.txt cannot be read \({TIME_IS_UP}"),
    ):
        fetchers(HURRY).get(server.root + "/a")


@pytest.mark.parametrize("hello", [b"", b"\x16\x03\x03\x40\x00"], ids=["silent", "dribbled"])
def test_a_handshake_that_does_not_end_is_left(hello: bytes, fetchers: Callable[..., Fetcher]) -> None:
    def said(connection: Connection) -> None:
        connection.dribble(chain([hello], repeat(b"\x02" if hello else b"", MANY)))

    with mute(said) as server:
        with pytest.raises(FetchError, match=TIME_IS_UP):
            fetchers(HURRY).get(server.root.replace("http:", "https:"))
        assert not server.finished.is_set()


def test_a_connection_that_is_not_accepted_is_left(fetchers: Callable[..., Fetcher]) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(FetchError, match=TIME_IS_UP):
            fetchers(HURRY).get(f"http://127.0.0.1:{full.getsockname()[1]}/a")
        for one in waiting:
            one.close()


def test_a_look_up_that_does_not_end_is_left(fetchers: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    with pytest.raises(FetchError, match=TIME_IS_UP):
        fetchers(HURRY).get("http://slow.example/")
    over.set()


def test_a_site_is_read_while_the_rules_of_another_dribble(site: Site, fetchers: Callable[..., Fetcher]) -> None:
    site.put("/a", "hello")
    fetcher = fetchers(Policy(allow_private=True, delay_s=0, timeout_s=20))
    with hostile(body, robots=None) as slow, ThreadPoolExecutor(1) as pool:
        other = pool.submit(fetcher.get, slow.root + "/a")
        assert slow.reached.wait(20)
        assert fetcher.get(site.url("/a")).content == b"hello"
        assert not slow.finished.is_set()
        slow.over.set()
        assert other.exception() is not None


def test_one_connection_serves_many_fetches_each_with_a_limit_of_its_own(fetchers: Callable[..., Fetcher]) -> None:
    def slow(connection: Connection) -> str:
        connection.pause(3)
        connection.send(HEAD + b"Content-Length: 2\r\n\r\nhi")
        return "kept"

    with hostile(slow, robots=HEAD + b"Content-Length: 0\r\n\r\n") as server:
        fetcher = fetchers(HURRY)
        assert [fetcher.get(f"{server.root}/{number}").content for number in range(8)] == [b"hi"] * 8
        assert (len(server.asked), server.connections) == (9, 1)


def test_a_host_that_fails_again_and_again_is_left_alone(
    site: Site, fetchers: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.politeness.MAX_FAILURES", 3)
    fetcher = fetchers(Policy(allow_private=True, delay_s=0, attempts=1))
    site.put("/a", status=[500, 503, 404, 500, 503, 502])
    for _ in range(6):
        with pytest.raises(FetchError, match="answered"):
            fetcher.get(site.url("/a"))
    site.put("/a", "hello")
    with pytest.raises(FetchError, match=r"not asked for, as 127\.0\.0\.1:\d+ failed too often .* answered 502"):
        fetcher.get(site.url("/a"))
    assert len(site.paths()) == 6
    with hostile(lambda connection: connection.send(EMPTY)) as other, pytest.raises(FetchError, match="answered 404"):
        fetcher.get(other.root + "/a")
