"""The questions of routes, read without FastAPI: from the query string in a fraction of its time, or from a body."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, get_origin, get_type_hints

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from index.fields import InvalidFieldError

MOST_PARAMETERS = 256
"""In one query string: more than a question can have, and few enough to look at between two other answers."""

Question = TypeVar("Question", bound=BaseModel)


class QuestionRoute(APIRoute):
    """A route whose endpoint takes one `query`, a model that FastAPI documents and `asked` reads, and the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint with its question, and nothing in between."""
        kind, answer = get_type_hints(self.endpoint)["query"], self.endpoint

        async def handle(request: Request) -> Response:
            check_length(request.scope["query_string"])
            response: Response = await answer(asked(kind, request.query_params), request)
            return response

        return handle


def posted_route(read: Callable[[Request], Awaitable[object]]) -> type[APIRoute]:
    """Routes whose endpoint takes one `query`, which FastAPI documents and `read` reads, and the request."""

    class PostedRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = self.endpoint

            async def handle(request: Request) -> Response:
                response: Response = await answer(await read(request), request)
                return response

            return handle

    return PostedRoute


def check_length(query: bytes) -> None:
    """Refuse a query string of too many parameters before it is taken apart. Raises InvalidFieldError."""
    if (count := query.count(b"&") + 1) > MOST_PARAMETERS:
        raise InvalidFieldError("query", query, f"has {count:,} parameters", f"at most {MOST_PARAMETERS} are taken")


def asked(kind: type[Question], given: QueryParams) -> Question:
    """The question in a query string. A name may be repeated where the model has a list; elsewhere its last counts.

    Raises RequestValidationError, which names each parameter that is wrong.
    """
    try:
        return kind.model_validate(
            {name: given.getlist(name) if _is_list(kind, name) else given[name] for name in given}
        )
    except ValidationError as error:
        raise refused(error) from error


def refused(error: ValidationError, place: str = "query") -> RequestValidationError:
    """What is wrong with a model, as of parameters of a query, or of fields of another place."""
    errors = error.errors(include_url=False)
    return RequestValidationError([one | {"loc": (place, *one["loc"])} for one in errors])


def _is_list(kind: type[BaseModel], name: str) -> bool:
    field = kind.model_fields.get(name)
    return field is not None and get_origin(field.annotation) is list
