"""Questions are read from a query string as FastAPI itself would read them."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from recommender.api.queries import asked
from recommender.api.unseen import PageQuery

VALUES = {
    "id": st.text("abc /&=+%é", max_size=5),
    "k": st.sampled_from(["1", "50", "51", "x", "", " 3 ", "3.0"]),
    "debug": st.sampled_from(["1", "true", "off", "maybe", ""]),
    "language": st.sampled_from(["en", "en,ar", "*", "english", ""]),
    "min_score": st.sampled_from(["0.5", "nan", "2", "-0"]),
    "after": st.sampled_from(["2026-09-14", "soon", ""]),
    "exclude": st.sampled_from(["a", "", "https://calder.example/a"]),
    "title": st.sampled_from(["Harbour reopens", ""]),
    "page": st.just("2"),
}
PAIRS = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name])), max_size=6
)


@pytest.fixture(scope="module")
def plain() -> TestClient:
    """An application that leaves the reading to FastAPI."""
    app = FastAPI()

    @app.get("/")
    async def read(query: Annotated[PageQuery, Query()]) -> dict[str, Any]:
        return query.model_dump()

    @app.exception_handler(RequestValidationError)
    async def refuse(_: Request, error: Exception) -> Any:
        raise error

    return TestClient(app)


def outcome(read: Callable[[], Any]) -> Any:
    """What was read, or what was wrong with it."""
    try:
        return read()
    except RequestValidationError as error:
        return sorted((one["loc"], one["type"], one["msg"]) for one in error.errors())


@given(PAIRS)
def test_a_question_is_read_and_refused_as_fastapi_would(plain: TestClient, pairs: list[tuple[str, str]]) -> None:
    query = urlencode(pairs)
    assert outcome(lambda: asked(PageQuery, QueryParams(query)).model_dump()) == outcome(
        lambda: plain.get(f"/?{query}").json()
    )


def test_of_a_name_that_is_repeated_the_last_counts_and_of_a_list_all() -> None:
    query = asked(PageQuery, QueryParams("id=a&k=2&k=4&exclude=b&exclude=c"))
    assert (query.id, query.k, query.exclude) == ("a", 4, ["b", "c"])
