"""The service holds to its own documentation, whatever is asked: requests made up from the OpenAPI document."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from newsroom import NEWS, build_toy, write_jsonl
from schemathesis import Case, GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from service import toy_texts

from recommender.allowance import Allowance
from recommender.api import create_app
from recommender.keys import Keys

EXAMPLES = 15
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@schemathesis.serializer("application/x-ndjson")
def _lines(_: SerializationContext, value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("contract")
    build_toy(folder / "home", write_jsonl(folder / "news.jsonl", NEWS))
    with pytest.MonkeyPatch.context() as patch:
        app = create_app(folder / "home", texts=toy_texts(patch), allowance=Allowance(0, 0))
        app.state.key = Keys(folder / "home").add("contract")
        yield app


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_asked_nothing_breaks_and_every_answer_is_as_documented(app: FastAPI, mode: GenerationMode) -> None:
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    asked = set[str]()
    for found in document.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            case.call_and_validate(headers={"authorization": f"Bearer {app.state.key}"}, checks=CHECKS)
            asked.add(case.operation.label)

        with suppress(Unsatisfiable):  # a question without parameters has no wrong ones
            ask()
    assert {"PUT /v1/articles/{article_id}", "POST /v1/articles", "GET /v1/related"} <= asked
