"""What is logged: one line an event, for machines or for reading, about the request and never what it held."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from service import serving, toy_texts

from recommender.api import create_app
from recommender.logs import JsonLines, TextLines, log_config
from recommender.operation import Operation

FLOOD = "/v1/related?id=flood-town"
SECRET = "rk_sesame"  # noqa: S105 - no secret of anybody


def record(event: str = "request", *, error: BaseException | None = None, **more: Any) -> logging.LogRecord:
    fault = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("recommender.access", logging.WARNING, __file__, 1, event, (), fault)
    made.created, made.msecs = 1_790_000_000.25, 250.0
    made.__dict__ |= more
    return made


def failed() -> BaseException:
    with pytest.raises(ValueError, match="broken") as caught:
        raise ValueError("broken")
    return caught.value


def test_a_line_for_machines_is_one_json_object() -> None:
    line = JsonLines().format(record("slow “request”\n", request_id="r-1", fields={"status": 200, "ms": 1_200.5}))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-09-21T14:13:20.250Z",
        "level": "warning",
        "event": "slow “request”\n",
        "request_id": "r-1",
        "status": 200,
        "ms": 1_200.5,
    }


def test_an_error_comes_with_its_traceback() -> None:
    line = json.loads(JsonLines().format(record(error=failed())))
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: broken")
    text = TextLines().format(record(error=failed()))
    assert text.startswith("2026-09-21T14:13:20.250Z WARNING request\n  Traceback")


def test_a_line_for_reading_names_the_same_fields() -> None:
    line = TextLines().format(record(request_id="r-1", fields={"route": "/v1/related", "status": 200}))
    assert line == "2026-09-21T14:13:20.250Z WARNING request request_id=r-1 route=/v1/related status=200"


FORGED = "a\n2026-09-21T14:13:20.250Z ERROR \x1b[31mforged\x9b\u2028\u202e\r"


def test_nothing_that_is_logged_begins_a_line_or_steers_a_terminal() -> None:
    given = record(FORGED, request_id=FORGED, fields={"id": FORGED, FORGED: 1}, error=ValueError(FORGED))
    first, *below = TextLines().format(given).split("\n")
    assert first.startswith("2026-09-21T14:13:20.250Z WARNING a request_id=")
    assert all(line.startswith("  ") for line in below)
    for lines in (TextLines(), JsonLines()):
        said = lines.format(given)
        assert said.replace("\n", "").isprintable(), ascii(said)
    assert json.loads(JsonLines().format(given))["id"] == FORGED


def test_a_value_is_never_taken_for_another_field() -> None:
    line = TextLines().format(record(fields={"id": 'a" status=200', "section": "", "status": 404}))
    assert line.endswith('request id="a\\" status=200" section="" status=404')


@pytest.mark.parametrize(("form", "lines"), [("json", JsonLines), ("text", TextLines)])
def test_every_logger_of_the_service_writes_in_the_form_that_was_chosen(form: Any, lines: type) -> None:
    config = log_config(form)
    assert config["formatters"]["lines"]["()"] is lines
    assert config["handlers"]["stderr"]["formatter"] == "lines"


@pytest.fixture
def client(built: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TestClient]:
    texts = toy_texts(monkeypatch)
    return lambda **operation: TestClient(create_app(built, texts=texts, operation=Operation(**operation)))


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[tuple[str, str, dict[str, Any]]]]]:
    """What was logged of requests: level, event, fields."""

    def read() -> list[tuple[str, str, dict[str, Any]]]:
        found = [each for each in caplog.records if each.name == "recommender.access"]
        return [(each.levelname, each.message, each.__dict__["fields"]) for each in found]

    with caplog.at_level(logging.INFO, "recommender.access"):
        yield read


def test_requests_that_go_well_are_not_logged(client: Callable[..., TestClient], logged: Any) -> None:
    asking = client()
    for path in (FLOOD, FLOOD, "/v1/related?id=nope", "/v1/related"):
        asking.get(path)
    assert logged() == []


def test_with_an_access_log_each_is_also_answers_given_before(client: Callable[..., TestClient], logged: Any) -> None:
    asking = client(access_log=True)
    for _ in range(2):
        asking.get(FLOOD)
    assert [(level, event, fields["status"], fields["id"]) for level, event, fields in logged()] == [
        ("INFO", "request", 200, "flood-town")
    ] * 2
    assert {type(fields["ms"]) for _, _, fields in logged()} == {float}


def test_a_request_cannot_forge_a_line_of_the_access_log(client: Callable[..., TestClient], caplog: Any) -> None:
    with caplog.at_level(logging.INFO, "recommender.access"):
        client(access_log=True).get(
            "/v1/related?id=a%0a2026-09-21%20INFO%20request%20status=200%1b%5b31m%c2%9b%e2%80%ae"
        )
    (given,) = [each for each in caplog.records if each.name == "recommender.access"]
    line = TextLines().format(given)
    assert line.isprintable(), ascii(line)
    assert r'id="a\u000a' in line or r'id="a\n' in line


def test_slow_requests_are_logged(
    client: Callable[..., TestClient], logged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.api.front.SLOW_S", 0)
    client().get(FLOOD)
    ((level, event, fields),) = logged()
    assert (level, event, fields["route"], fields["method"]) == ("WARNING", "slow request", "/v1/related", "GET")


def test_failed_requests_are_logged(home: Path, logged: Any) -> None:
    TestClient(create_app(home)).get(FLOOD)
    assert [(level, event, fields["status"]) for level, event, fields in logged()] == [
        ("WARNING", "failed request", 503)
    ]


def test_neither_texts_nor_keys_nor_addresses_beyond_their_host_are_logged(
    client: Callable[..., TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        asking = client(access_log=True)
        bearer = {"authorization": f"Bearer {SECRET}"}
        asking.post("/v1/related", json={"title": "Sesame", "text": "sesame sesame"}, headers=bearer)
        asking.put("/v1/articles/sesam", json={"title": "Sesame", "text": "sesame"}, headers=bearer)
        asking.get("/v1/related", params={"url": f"https://me:{SECRET}@paper.example/sesame?token={SECRET}"})
        asking.get("/v1/related", params={"id": "flood-town", "section": "sesame"})
    lines = [JsonLines().format(each) for each in caplog.records if each.name.startswith("recommender")]
    assert len(lines) == 4
    assert not [line for line in lines if "sesame" in line.lower()]
    assert json.loads(lines[2])["url"] == "paper.example"


@pytest.mark.parametrize("given", ["a", "A-b_c.9" * 9, "x" * 64])
def test_a_request_keeps_the_id_it_came_with(client: Callable[..., TestClient], given: str) -> None:
    response = client().get("/readyz", headers={"x-request-id": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "ä", "a;b", "<script>"])
def test_an_id_that_is_none_is_replaced(client: Callable[..., TestClient], given: str) -> None:
    asking = client()
    made = {asking.get("/readyz", headers={"x-request-id": given.encode()}).headers["x-request-id"] for _ in range(2)}
    assert given not in made
    assert {len(each) for each in made} == {32}


def test_answers_that_are_the_same_for_all_carry_no_id_and_refusals_do(client: Callable[..., TestClient]) -> None:
    asking, mine = client(), {"x-request-id": "mine"}
    first, second = asking.get(FLOOD, headers=mine), asking.get(FLOOD)
    assert first.headers.multi_items() == second.headers.multi_items()
    assert "x-request-id" not in first.headers
    assert asking.get("/v1/related?id=nope", headers=mine).headers["x-request-id"] == "mine"
    assert asking.post("/v1/related", json={"title": "flood"}, headers=mine).headers["x-request-id"] == "mine"


def test_the_service_writes_nothing_but_json_lines_where_that_is_asked_for(built: Path) -> None:
    with serving(built, "--log", "json", "--access-log") as server:
        server.get(FLOOD)
        _, errors = server.stop()
    lines = [json.loads(line) for line in errors.splitlines()]
    assert {tuple(line)[:3] for line in lines} == {("time", "level", "event")}
    (about,) = [line for line in lines if line.get("id") == "flood-town"]
    assert (about["event"], about["route"], about["status"], about["method"]) == ("request", "/v1/related", 200, "GET")
