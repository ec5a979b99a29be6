"""How attackers ask a real server: hardly HTTP, without end, slowly, packed; refused, and others are served on."""

import gzip
import time
from collections.abc import Callable
from contextlib import closing
from threading import Thread

import pytest
from target import Target, refused

from recommender.api import limits

pytestmark = pytest.mark.usefixtures("serves_on")


def test_a_body_that_is_too_long_is_refused_announced_or_in_chunks(target: Target) -> None:
    large = b"x" * (limits.MAX_BODY + 1)
    for method, path in (("POST", "/v1/related"), ("PUT", "/v1/articles/x"), ("POST", "/v1/articles")):
        answer = target.ask(method, path, large, key=True)
        assert "send less" in refused(answer, 413)
        assert ("connection", "close") in answer.headers
    chunk = b"%x\r\n%b\r\n" % (65_536, b"x" * 65_536)
    head = b"POST /v1/related HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    assert target.raw(head + chunk * 80)[0].status == 413
    assert target.raw(head + b"1\r\nx\r\n" * 1_000 + b"0\r\n\r\nGET /readyz HTTP/1.0\r\n\r\n")[0].status in {400, 422}
    assert target.raw(head + b"fffffffffffffffff\r\nx")[0].status == 400


def test_a_body_that_is_packed_or_of_another_type_is_refused(target: Target) -> None:
    packed = gzip.compress(b'{"title": "' + b"x" * 1_000_000 + b'"}')
    for kind in ("content-type: application/json", "content-type: application/x-ndjson"):
        for path, method in (("/v1/articles/x", "PUT"), ("/v1/articles", "POST")):
            refused(target.ask(method, path, packed, kind, "content-encoding: gzip", key=True), 415)
    refused(target.post(packed, "content-type: application/json", "content-encoding: gzip"), 400, 422)
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "",
        "application/x-www-form-urlencoded",
    ):
        refused(target.ask("PUT", "/v1/articles/x", b'{"title": "T"}', f"content-type: {kind}", key=True), 415)
        refused(target.post(b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>", f"content-type: {kind}"), 422)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE", "PUT", "CONNECT", "PROPFIND"])
def test_a_method_that_is_not_there_is_refused(target: Target, method: str) -> None:
    answer = target.ask(method, "/v1/related", b"", "x-secret: 1")
    assert 400 <= answer.status < 500
    assert b"x-secret" not in answer.body
    assert target.ask(method if method not in {"DELETE", "PUT"} else "TRACE", "/v1/articles/flood-town").status < 500


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
        b"NOPE / HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\na: b\x00c\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx",
        b"POST /v1/related HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"CONNECT evil.example:80 HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:24]),
)
def test_what_is_hardly_http_is_refused(target: Target, sent: bytes) -> None:
    assert [answer.status for answer in target.raw(sent)][:1] == [400]


def test_an_address_of_another_server_is_not_asked(target: Target) -> None:
    answer = target.raw(
        b"GET http://evil.example/keys.json HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n"
    )
    assert answer[0].status == 404


@pytest.mark.parametrize(
    "head",
    [
        b"GET /v1/related?id=flood-town HTTP/1.1\r\nhost: x\r\na: " + b"x" * 1_000_000,
        b"GET /v1/related?id=flood-town HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 200_000,
        b"GET /" + b"x" * 1_000_000,
    ],
    ids=["one long header", "many headers", "a long address"],
)
def test_a_head_without_end_is_cut(target: Target, head: bytes) -> None:
    started = time.monotonic()
    assert [answer.status for answer in target.raw(head)] in ([431], [])
    assert time.monotonic() - started < 5


def test_long_but_finite_queries_and_headers_are_only_that(target: Target) -> None:
    assert target.ask("GET", "/v1/related?id=flood-town", b"", "cookie: " + "x" * 30_000).status == 200
    refused(target.ask("GET", "/v1/related?id=" + "x" * 30_000), 422)
    refused(target.ask("GET", "/v1/related?id=a" + "&exclude=b" * 3_000), 422)


def dribble(sent: bytes, rest: bytes) -> Callable[[Target], float]:
    def attack(target: Target) -> float:
        started = time.monotonic()
        with closing(target.connect()) as connection:
            connection.sendall(sent)
            connection.settimeout(0.1)
            while time.monotonic() - started < 6:
                try:
                    connection.sendall(rest)
                    if not connection.recv(4_096):
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
        return time.monotonic() - started

    return attack


@pytest.mark.parametrize(
    "attack",
    [
        dribble(b"", b""),
        dribble(b"GET / HTTP/1.1\r\nhost: x\r\n", b"a: b\r\n"),
        dribble(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\n", b"a: b\r\n"),
        dribble(b"POST /v1/related HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n", b"x"),
    ],
    ids=["silence", "headers", "the next head", "body"],
)
def test_a_client_that_dribbles_is_left_and_others_are_served_meanwhile(
    target: Target, attack: Callable[[Target], float]
) -> None:
    took: list[float] = []
    attackers = [Thread(target=lambda: took.append(attack(target))) for _ in range(20)]
    for attacker in attackers:
        attacker.start()
    while any(attacker.is_alive() for attacker in attackers):
        started = time.monotonic()
        assert target.answers()
        assert time.monotonic() - started < 1
        time.sleep(0.1)
    assert max(took) < 5
