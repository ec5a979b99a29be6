"""Finished answers: the same bytes and headers, conditional requests, bounds, and a new version in between."""

import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi.testclient import TestClient
from service import Sent, ask
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from index.live import LiveIndex
from index.snapshot import SnapshotError
from recommender.api import create_app
from recommender.api.finished import LONGEST_QUERY, FinishedAnswers, _size

PATH, PAGE = "/v1/related", "/v1/related.html"


class App:
    """Answers with its live version and the query, and counts how often it was asked."""

    def __init__(self, live: "Live") -> None:
        self.live, self.asked, self.status = live, 0, 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        said = f"{self.live.version} {scope['query_string'].decode()}"
        headers = {"etag": f'"{said}"', "cache-control": "public", "x-made": str(self.asked)}
        await Response(said, self.status, headers, media_type="application/json")(scope, receive, send)


class Live:
    def __init__(self, version: str | None = "one") -> None:
        self.version = version

    @property
    def snapshot(self) -> SimpleNamespace:
        if self.version is None:
            raise SnapshotError("nothing is built yet")
        return SimpleNamespace(state=self.version)


def finished(live: Live, app: App, kept_bytes: int = 100_000) -> FinishedAnswers:
    return FinishedAnswers(app, cast("LiveIndex", live), [PATH, PAGE], kept_bytes)


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
def app(live: Live) -> App:
    return App(live)


def get(front: FinishedAnswers, query: str = "id=a", wanted: str | None = None) -> Sent:
    return ask(front, PATH, query, headers=[] if wanted is None else [("if-none-match", wanted)])


def test_the_second_answer_has_the_same_bytes_and_headers_and_is_not_made_again(live: Live, app: App) -> None:
    front = finished(live, app)
    first, second = get(front), get(front)
    assert first == second == Sent(200, first.headers, b"one id=a")
    assert first.headers["x-made"] == "1"
    assert app.asked == 1


def test_each_path_has_answers_of_its_own(live: Live, app: App) -> None:
    front = finished(live, app)
    for path in (PATH, PAGE, PATH, PAGE):
        assert ask(front, path, "id=a").status == 200
    assert list(front._kept) == [("one", PATH, b"id=a"), ("one", PAGE, b"id=a")]
    assert app.asked == 2


def test_an_answer_without_a_body_is_not_kept(live: Live) -> None:
    front = FinishedAnswers(Response(b""), cast("LiveIndex", live), [PATH])
    assert [get(front).status, len(front._kept)] == [200, 0]


def test_another_query_is_another_answer(live: Live, app: App) -> None:
    front = finished(live, app)
    assert [get(front, query).body for query in ("id=a", "id=b", "id=a&k=2")] == [
        b"one id=a",
        b"one id=b",
        b"one id=a&k=2",
    ]
    assert app.asked == 3


def test_another_version_is_another_answer_and_the_old_one_is_still_known_after_a_roll_back(
    live: Live, app: App
) -> None:
    front = finished(live, app)
    assert get(front).body == b"one id=a"
    live.version = "two"
    assert get(front).body == b"two id=a"
    live.version = "one"
    assert get(front).body == b"one id=a"
    assert app.asked == 2


def test_an_answer_during_which_the_version_changed_is_not_kept(live: Live, app: App) -> None:
    async def switching(scope: Scope, receive: Receive, send: Send) -> None:
        live.version = "two"
        await app(scope, receive, send)

    front = FinishedAnswers(switching, cast("LiveIndex", live), [PATH])
    assert get(front).body == b"two id=a"
    front.app, live.version = app, "one"
    assert get(front).body == b"one id=a"


@pytest.mark.parametrize("wanted", ['"one id=a"', 'W/"one id=a"', '"other", W/"one id=a"', "*", ' "x" , "one id=a" '])
def test_who_has_the_answer_already_gets_304_without_a_body(live: Live, app: App, wanted: str) -> None:
    front = finished(live, app)
    for _ in range(2):
        sent = get(front, wanted=wanted)
        assert (sent.status, sent.body) == (304, b"")
        assert sent.headers == {"etag": '"one id=a"', "cache-control": "public", "x-made": "1"}
    assert get(front).body == b"one id=a"


@pytest.mark.parametrize("wanted", ['"one id=b"', "one id=a", '"other", "another"', ""])
def test_who_has_another_answer_gets_this_one(live: Live, app: App, wanted: str) -> None:
    assert get(finished(live, app), wanted=wanted).status == 200


def test_only_good_answers_are_kept(live: Live, app: App) -> None:
    front = finished(live, app)
    app.status = 404
    assert [get(front).status, get(front).status] == [404, 404]
    app.status = 200
    assert get(front).status == 200
    assert app.asked == 3


def test_where_nothing_is_built_every_question_is_passed_on(live: Live, app: App) -> None:
    front, live.version = finished(live, app), None
    app.status = 503
    assert [get(front).status, get(front).status] == [503, 503]
    assert app.asked == 2


def test_what_is_kept_is_bounded_and_the_longest_unused_leaves_first(live: Live, app: App) -> None:
    front = finished(live, app)
    get(front, "id=a")
    front.kept_bytes = two = 2 * front._size
    get(front, "id=b")
    get(front, "id=a")
    get(front, "id=c")
    assert (len(front._kept), front._size) == (2, two)
    assert app.asked == 3
    get(front, "id=a")
    assert app.asked == 3
    get(front, "id=b")
    assert app.asked == 4


@pytest.mark.parametrize("body", [0, 100, 20_000], ids="{} bytes".format)
def test_what_is_counted_is_the_memory_that_is_taken(live: Live, body: int) -> None:
    async def large(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"etag": '"5d41c3d9a2b0f6e17c80aa41"', "cache-control": "public, max-age=60"}
        await Response(b"x" * (body + 1), headers=headers, media_type="text/html")(scope, receive, send)

    front = FinishedAnswers(large, cast("LiveIndex", live), [PATH], 10**9)
    get(front, "first")
    tracemalloc.start()
    before = front._size
    for number in range(200):
        get(front, f"id=article-{number}")
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.5 < taken / (front._size - before) < 1.1


def test_an_answer_larger_than_all_that_is_kept_is_sent_and_forgotten(live: Live, app: App) -> None:
    front = finished(live, app, kept_bytes=4)
    assert [get(front).body, get(front).body] == [b"one id=a"] * 2
    assert (front._size, len(front._kept), app.asked) == (0, 0, 2)


def test_an_overlong_query_is_answered_and_not_kept(live: Live, app: App) -> None:
    front = finished(live, app, kept_bytes=1_000_000)
    query = "id=" + "a" * LONGEST_QUERY
    assert get(front, query) == Sent(200, get(front, query).headers | {"x-made": "1"}, f"one {query}".encode())
    assert app.asked == 2


@pytest.mark.parametrize(("path", "method"), [("/healthz", "GET"), (PATH, "POST")])
def test_other_paths_and_methods_are_passed_on(live: Live, app: App, path: str, method: str) -> None:
    front = finished(live, app)
    for _ in range(2):
        assert ask(front, path, method=method, headers=[("if-none-match", "*")]).status == 200
    assert app.asked == 2


def test_two_that_ask_the_same_at_once_are_counted_once(live: Live, app: App) -> None:
    front = finished(live, app)

    async def twice(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        if app.asked == 1:
            # Another request for the same comes and ends while this one is still being made.
            await front(scope, receive, lambda _: _nothing())

    front.app = twice
    get(front)
    (entry,) = front._kept.items()
    assert front._size == _size(*entry)


async def _nothing() -> None:
    pass


def test_the_answer_to_an_error_is_sent_and_an_error_without_an_answer_goes_on(live: Live, app: App) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        raise RuntimeError("broken")

    async def silent(*_: object) -> None:
        raise RuntimeError("broken")

    app.status = 500
    front = FinishedAnswers(broken, cast("LiveIndex", live), [PATH])
    assert [get(front).status, get(front).status] == [500, 500]
    front.app = silent
    with pytest.raises(RuntimeError, match="broken"):
        get(front)


def test_head_is_answered_as_get_without_the_body_whichever_comes_first(live: Live, app: App) -> None:
    front = finished(live, app)
    head, got = ask(front, PATH, "id=a", method="HEAD"), get(front)
    assert head == Sent(200, got.headers, b"")
    assert got.body == b"one id=a"
    assert ask(front, PATH, "id=a", method="HEAD", headers=[("if-none-match", "*")]).status == 304
    assert app.asked == 1


@pytest.mark.parametrize("path", ["/v1/related?id=goal-final", "/v1/related.html?id=goal-final", "/read-more.js"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_first_and_every_later_answer_are_the_same_whoever_asks(built: Path, path: str, method: str) -> None:
    with TestClient(create_app(built)) as client:
        origins = [{}, {"origin": "https://a.example"}, {"origin": "https://b.example", "x-request-id": "mine"}]
        answers = [client.request(method, path, headers=headers) for headers in origins]
        first = answers[0]
        assert first.status_code == 200
        assert {each.content for each in answers} == {first.content}
        assert [each.headers.multi_items() for each in answers] == [first.headers.multi_items()] * 3
        assert first.headers["access-control-allow-origin"] == "*"
        assert "vary" not in first.headers
        known = [client.request(method, path, headers={"if-none-match": first.headers["etag"], **o}) for o in origins]
        assert [(each.status_code, each.content) for each in known] == [(304, b"")] * 3
        kept = [item for item in first.headers.multi_items() if item[0] not in ("content-length", "content-type")]
        assert [each.headers.multi_items() for each in known] == [kept] * 3
