"""Bodies of questions: bounded before they are looked into, refused in few words, and counted before all that."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from growth import LINEAR, exponent
from service import toy_texts

from index.fields import InvalidFieldError
from recommender.allowance import Allowance
from recommender.api import bodies, create_app, rates
from recommender.api.bodies import asked_in, decoded
from recommender.api.limits import MAX_BODY
from recommender.api.messages import MAX_BATCH
from recommender.api.problems import invalid, of_error

RELATED = "/v1/related"
JSON = {"content-type": "application/json"}


def refusal(body: bytes) -> dict[str, Any]:
    """The problem that a body is refused with."""
    try:
        asked_in(body)
    except InvalidFieldError as error:
        return of_error(error)
    except RequestValidationError as error:
        return invalid(error.errors())
    raise AssertionError("taken")


def names(count: int) -> dict[str, int]:
    return {f"n{number}": 0 for number in range(count)}


HOSTILE: dict[str, Callable[[int], object]] = {
    "unknown names": lambda size: {"id": "a"} | names(size),
    "unknown names of a text": lambda size: {"title": "T"} | names(size),
    "unknown names in a batch": lambda size: {"requests": [{"id": "a"} | names(size // 32)] * 32},
    "unknown names beside a batch": lambda size: {"requests": [{"id": "a"}]} | names(size),
    "wrong items": lambda size: {"id": "a", "exclude": [0] * size},
    "wrong tags in a batch": lambda size: {"requests": [{"title": "T", "tags": [{}] * (size // 32)}] * 32},
    "wrong questions": lambda size: {"requests": [0] * size},
    "a batch for a title": lambda size: {"title": {"requests": [[]] * size}},
    "an object for an id": lambda size: {"id": names(size)},
    "lists in lists": lambda size: {"id": [[[[0] * 9] * 9] * 9] * (size // 1_000)},
    "a long name": lambda size: {"id": "a", "x" * size: 0},
    "a long value": lambda size: {"id": "a", "k": "9" * size},
    "a long moment": lambda size: {"id": "a", "after": "2026-09-14" * (size // 10)},
    "a long language": lambda size: {"id": "a", "language": "en," * (size // 3)},
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_refusal_is_short_however_much_is_wrong(make: Callable[[int], object]) -> None:
    problems = [refusal(json.dumps(make(size)).encode()) for size in (9_000, 45_000)]
    for problem in problems:
        assert len(problem["errors"]) <= 20
        assert len(json.dumps(problem)) < 8_000
    assert len(json.dumps(problems[1])) < 1.1 * len(json.dumps(problems[0]))


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_refusal_costs_no_more_than_its_body_is_long(make: Callable[[int], object]) -> None:
    assert exponent(lambda size: json.dumps(make(size)).encode(), refusal, 8_000) < LINEAR


def test_of_many_errors_twenty_are_named_and_the_others_counted() -> None:
    problem = refusal(json.dumps({"requests": [{"id": "a", "k": 0, "min_score": 2}] * MAX_BATCH}).encode())
    assert [one["field"] for one in problem["errors"][:3]] == ["requests.0.k", "requests.0.min_score", "requests.1.k"]
    assert len(problem["errors"]) == 20
    assert problem["detail"].endswith("; and 44 more")


def test_an_object_of_too_many_names_is_refused_unread() -> None:
    problem = refusal(json.dumps({"requests": [{"id": "a"}, {"id": "b"} | names(35_000)]}).encode())
    ((error),) = problem["errors"]
    assert (error["field"], error["problem"]) == ("requests.1", "has 35,001 names; at most 32 are taken")
    assert error["value"] == "{'id': 'b', 'n0': 0, 'n1': 0, 'n2': 0, 'n3': 0, 'n4': 0, 'n5': 0, 'n6': 0, 'n..."


@pytest.mark.parametrize("part", [b"0,", b"[],", b'{"":0},', b'"",', b"[[[]]],"], ids=bytes.decode)
def test_a_body_of_very_many_values_is_not_decoded(part: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("decoded"))
    with pytest.raises(InvalidFieldError, match="may hold more than 100,000 values; send fewer at once"):
        decoded(b"[" + part * (MAX_BODY // len(part)) + b"0]")


def test_a_long_text_with_many_commas_is_decoded() -> None:
    text = "It rained all night in the lower town, they say, and the river stood in every kitchen. " * 50_000
    text = text[: MAX_BODY - 2]
    assert text.count(",") > 95_000
    assert decoded(json.dumps(text).encode()) == text


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"{", "at character 1 (Expecting"),
        (b"\xff\xfe{", "("),
        (b"[" * 100_000, "("),
        (b'{"k": ' + b"9" * 5_000 + b"}", "(a number of 5,000 digits)"),
        (b"", ""),
    ],
)
def test_what_is_not_json_is_refused_in_one_sentence(body: bytes, where: str) -> None:
    ((error),) = refusal(body)["errors"]
    assert error["field"] == "body"
    assert error["problem"].startswith(f"is not JSON {where}" if body else "is missing")
    assert error["problem"].endswith("; send one JSON object")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/x-json"])
def test_a_question_is_json_by_its_name_too(kind: str) -> None:
    assert asked_in(b'{"id": "a"}', "application/problem+json; charset=utf-8")
    with pytest.raises(InvalidFieldError, match="is not JSON; send application/json"):
        asked_in(b'{"id": "a"}', kind)


def test_a_body_is_counted_by_its_size_before_anything_looks_into_it(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_into = list[int]()
    monkeypatch.setattr(bodies, "asked_in", lambda body, kind: looked_into.append(len(body)) or asked_in(body, kind))
    client = TestClient(create_app(built, texts=toy_texts(monkeypatch), allowance=Allowance(1, 0)))
    largest = b'{"id": "' + b"x" * (MAX_BODY - 10) + b'"}'
    for status in (422, 422, 429):
        answer = client.post(RELATED, content=largest, headers=JSON)
        assert answer.status_code == status
    assert len(looked_into) == 2
    assert answer.headers["content-type"] == "application/problem+json"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.json()["detail"].startswith("more than 130 posted blocks of 64 KiB in a minute; come back in ")
    assert client.post(RELATED, content=b'{"id": "flood-town"}', headers=JSON).status_code == 429
    assert client.get(f"{RELATED}?id=flood-town").status_code == 200


def test_ordinary_questions_are_counted_as_one_block(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "FEWEST_BLOCKS", 3)
    client = TestClient(create_app(built, texts=toy_texts(monkeypatch), allowance=Allowance(1, 0)))
    asked = [client.post(RELATED, json={"id": "flood-town"}).status_code for _ in range(11)]
    assert asked == [200] * 10 + [429]
