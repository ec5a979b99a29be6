"""The limit on bodies: announced or chunked, at the byte, and what passes untouched."""

import pytest
from service import Sent, ask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from recommender.api.limits import MAX_BODY, BodyLimit


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(body)(scope, receive, send)


def chunks(*parts: bytes) -> list[Message]:
    more = [True] * (len(parts) - 1) + [False]
    return [{"type": "http.request", "body": part, "more_body": rest} for part, rest in zip(parts, more, strict=True)]


def post(*parts: bytes, limit: int = 10, length: int | None = None) -> Sent:
    headers = [] if length is None else [("content-length", str(length))]
    return ask(BodyLimit(echo, limit), method="POST", headers=headers, messages=chunks(*parts))


@pytest.mark.parametrize("parts", [(b"0123456789",), (b"01234", b"56789"), (b"0123456789", b""), (b"", b"0123456789")])
def test_a_body_of_exactly_the_limit_arrives_whole(parts: tuple[bytes, ...]) -> None:
    sent = post(*parts)
    assert (sent.status, sent.body) == (200, b"0123456789")


@pytest.mark.parametrize("length", [11, None])
def test_a_byte_more_is_refused_whether_its_length_is_announced_or_not(length: int | None) -> None:
    sent = post(b"0123456789X", length=length)
    assert (sent.status, sent.headers["content-type"]) == (413, "application/problem+json")
    assert sent.json["status"] == 413
    assert sent.json["detail"] == "the body is longer than 10 bytes; send less"


def test_chunks_are_counted_together_and_no_more_is_read_than_needed() -> None:
    rest = chunks(b"012345", b"6789X", b"never read", b"nor this")
    sent = ask(BodyLimit(echo, 10), method="POST", messages=rest)
    assert sent.status == 413


def test_the_default_limit_is_four_mebibytes_and_is_named_in_the_refusal() -> None:
    assert MAX_BODY == 4_194_304
    sent = post(b"x" * (MAX_BODY + 1), limit=MAX_BODY)
    assert sent.json["detail"] == "the body is longer than 4,194,304 bytes; send less"


def test_a_client_that_leaves_halfway_is_not_passed_on_as_if_it_had_sent_all() -> None:
    begun: list[Message] = [{"type": "http.request", "body": b"01", "more_body": True}, {"type": "http.disconnect"}]
    assert ask(BodyLimit(echo, 10), method="POST", messages=begun).status == 413


def test_what_asks_for_something_is_passed_on_unread() -> None:
    assert ask(BodyLimit(echo, 1), method="GET", messages=chunks(b"0123")).body == b"0123"


def test_after_the_body_the_app_still_hears_that_the_client_left() -> None:
    heard: list[str] = []

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])
        await Response(status_code=204)(scope, receive, send)

    assert ask(BodyLimit(listening, 10), method="POST", messages=chunks(b"0")).status == 204
    assert heard == ["http.request", "http.disconnect"]


def test_what_is_not_http_is_passed_on() -> None:
    passed: list[str] = []

    async def lifespan(scope: Scope, _receive: Receive, send: Send) -> None:
        passed.append(scope["type"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def as_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        await BodyLimit(lifespan)(scope | {"type": "lifespan"}, receive, send)

    ask(as_lifespan)
    assert passed == ["lifespan"]
