"""What a site sends is bounded in bytes, and what is said of it is short and printable, whatever it sends."""

import gzip
from collections.abc import Callable

import pytest
from growth import LINEAR, exponent
from hostile import HEAD, Connection, hostile
from website import Site

from index.fetching import Fetcher, FetchError, Policy
from index.marks import Mark
from index.politeness import Robots

pytestmark = pytest.mark.usefixtures("waits")

ONCE = Policy(allow_private=True, delay_s=0, attempts=1)
LENGTH = HEAD + b"Content-Length: "
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ROUNDS = 1_000  # of at least 64 KiB; then the answer ends


def flood(part: bytes) -> Callable[[Connection], None]:
    content = part * (65_536 // len(part) + 1)

    def talk(connection: Connection) -> None:
        for _ in range(ROUNDS):
            connection.send(content)

    return talk


FLOODS = {
    "early hints": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", "sends more than 262,144 bytes"),
    "early hints and headers": (b"", b"HTTP/1.1 103 x\r\n" + b"A: b\r\n" * 9_000 + b"\r\n", "sends more than 262,144"),
    "headers": (HEAD, b"A: b\r\n", "RemoteProtocolError: "),
    "a header": (HEAD + b"A: ", b"b", "RemoteProtocolError: "),
    "a folded header": (HEAD + b"A: b\r\n", b" c\r\n", "RemoteProtocolError: "),
    "a status line": (b"HTTP/1.1 200 ", b"O", "RemoteProtocolError: "),
    "a chunk's extension": (CHUNKED + b"1;", b"e", "RemoteProtocolError: "),
    "extensions of chunks": (CHUNKED, b"1;" + b"e" * 9_000 + b"\r\nx\r\n", "sends more than 264,144 bytes"),
    "trailers": (CHUNKED + b"0\r\n", b"A: b\r\n", "RemoteProtocolError: "),
    "a body": (HEAD + b"Connection: close\r\n\r\n", b"x", "larger than 1,000 bytes"),
    "empty gzip members": (
        HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n",
        gzip.compress(b""),
        "sends more than 264,144 bytes",
    ),
}


@pytest.mark.parametrize(("head", "part", "said"), FLOODS.values(), ids=FLOODS)
def test_a_flood_is_cut(head: bytes, part: bytes, said: str, fetchers: Callable[..., Fetcher]) -> None:
    stream = flood(part)

    def talk(connection: Connection) -> None:
        connection.send(head)
        stream(connection)

    with hostile(talk) as server:
        with pytest.raises(FetchError, match=said):
            fetchers(ONCE).get(server.root + "/a", limit=1_000)
        assert not server.finished.is_set()


LIES = {
    "longer": (LENGTH + b"99\r\n\r\nshort", "RemoteProtocolError: peer closed connection"),
    "two": (LENGTH + b"1\r\nContent-Length: 2\r\n\r\nxy", "RemoteProtocolError: "),
    "negative": (LENGTH + b"-1\r\n\r\n", "RemoteProtocolError: "),
    "of 5,000 digits": (LENGTH + b"9" * 5_000 + b"\r\n\r\nx", "RemoteProtocolError: "),
    "a chunk of 5,000 digits": (CHUNKED + b"F" * 5_000 + b"\r\nx", "RemoteProtocolError: "),
    "an escape and a line of 90,000": (b"HTTP/1.1 \x1b[31m" + b"x" * 90_000 + b"\r\n\r\n", "RemoteProtocolError: "),
    "a header of 90,000 without a colon": (HEAD + b"\x1b" * 90_000 + b"\r\n\r\n", "RemoteProtocolError: "),
    "no HTTP": (b"\x16\x03\x03" + b"\xff" * 999, "RemoteProtocolError: "),
    "nothing": (b"", "RemoteProtocolError: "),
    "another protocol": (
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "RemoteProtocolError: ",
    ),
    "an encoding": (HEAD + b"Content-Encoding: \x1b[2J" + b"b" * 9_000 + b"\r\n\r\n", r"comes as \\x1b\[2jb"),
    "a redirect": (
        b"HTTP/1.1 302 Found\r\nLocation: " + "\u0301\u0316\x1b".encode() * 9_000 + b"\r\n\r\n",
        "leads to an address of 27,000 characters",
    ),
    "a redirect to an escape": (b"HTTP/1.1 302 Found\r\nLocation: x:\x1b[31m\r\n\r\n", r"x1b\[31m', which is no web"),
    "a redirect to an endless name": (
        b"HTTP/1.1 302 Found\r\nLocation: http://" + b"a." * 2_000 + b"example/\r\n\r\n",
        "a', which is no web address",
    ),
    "a redirect to an endless label": (
        b"HTTP/1.1 302 Found\r\nLocation: http://" + b"a" * 70 + b".example/\r\n\r\n",
        "robots.txt cannot be read",
    ),
    "a wait of 5,000 digits": (
        b"HTTP/1.1 503 Busy\r\nRetry-After: " + b"9" * 5_000 + b"\r\n\r\n",
        "asks to come back in 999,999,999 s",
    ),
    "a wait until the year 9,999": (
        b"HTTP/1.1 503 Busy\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 -9999\r\n\r\n",
        "answered 503",
    ),
    "a wait until no day": (b"HTTP/1.1 503 Busy\r\nRetry-After: " + b"1 Jan " * 9_000 + b"\r\n\r\n", "answered 503"),
}


@pytest.mark.parametrize(("answer", "said"), LIES.values(), ids=LIES)
def test_a_lie_is_told_in_a_short_and_printable_sentence(
    answer: bytes, said: str, fetchers: Callable[..., Fetcher]
) -> None:
    with hostile(lambda connection: connection.send(answer)) as server:
        with pytest.raises(FetchError, match=said) as told:
            fetchers(ONCE).get(server.root + "/a")
        assert str(told.value).isprintable()
        assert len(str(told.value)) < 1_300  # each unprintable letter is written as four


def test_a_media_type_is_told_short(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "x", "text/\x1b[31m" + "y" * 9_000)
    with pytest.raises(FetchError, match=r"is text/\\x1b\[31my+, not a page$") as told:
        fetcher.get(site.url("/a"), types=("text/html",))
    assert len(str(told.value)) < 120


@pytest.mark.parametrize("etag", ['"' + "x" * 600 + '"', '"\u00e9"', '"\x1b"'])
def test_a_mark_that_cannot_be_sent_back_is_not_kept(etag: str, site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "hello", headers={"ETag": etag})
    mark = fetcher.get(site.url("/a")).mark("k")
    assert mark == Mark("k")
    assert fetcher.get(site.url("/a"), mark).content == b"hello"


def test_no_cookie_is_kept(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "hello", headers={"Set-Cookie": "a=b; path=/"})
    for _ in range(2):
        fetcher.get(site.url("/a"))
    assert not any("cookie" in one.headers for one in site.asked)


def agents(size: int) -> str:
    """As many names as rules: each rule would be stored for each name."""
    return "".join(f"User-agent: a{n}\n" for n in range(size)) + "".join(f"Disallow: /{n}\n" for n in range(size))


def prefixes(size: int) -> str:
    """Names that are all in ours."""
    names = "".join(f"User-agent: {'bot' * 60}"[: 13 + n % 180] + "\n" for n in range(size))
    return names + "".join(f"Disallow: /{n}\n" for n in range(size))


def wildcards(size: int) -> str:
    return "User-agent: *\nDisallow: /" + "*a" * size


@pytest.mark.parametrize("make", [agents, prefixes, wildcards], ids=lambda make: make.__name__)
def test_rules_cost_as_much_as_they_are_long(make: Callable[[int], str]) -> None:
    assert exponent(make, lambda text: Robots(text, "bot" * 60).allows("http://a/" + "a" * 999), 2_000) < LINEAR


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: other\nUser-agent: us\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: us\nAllow: /", "/a", True),
        ("User agent us-bot\nDisallow: /a\nUSERAGENT: us\nDisallow: /b", "/a", False),
        ("User agent us-bot\nDisallow: /a\nUSERAGENT: us\nDisallow: /b", "/b", True),
        ("User-agent: us* # ours\nDisallow: /a", "/a", False),
        ("User-agent: bot\nDisallow: /a", "/a", True),
        ("User-agent: Us\nUser-agent:\nDisallow: /a", "/a", False),
        ("Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", True),
    ],
)
def test_the_rules_for_us_are_those_of_the_best_name(text: str, path: str, allowed: bool) -> None:
    assert Robots(text, "us-bot/1.0").allows("https://a.example" + path) == allowed
