"""The questions of GET routes, read from the query string: a fraction of the time that FastAPI's own way takes."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, get_origin, get_type_hints

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

Question = TypeVar("Question", bound=BaseModel)


class QuestionRoute(APIRoute):
    """A route whose endpoint takes one `query`, a model that FastAPI documents and `asked` reads, and the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint with its question, and nothing in between."""
        kind, answer = get_type_hints(self.endpoint)["query"], self.endpoint

        async def handle(request: Request) -> Response:
            response: Response = await answer(asked(kind, request.query_params), request)
            return response

        return handle


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


def refused(error: ValidationError) -> RequestValidationError:
    """What is wrong with a model, as of parameters of a query."""
    return RequestValidationError([one | {"loc": ("query", *one["loc"])} for one in error.errors()])


def _is_list(kind: type[BaseModel], name: str) -> bool:
    field = kind.model_fields.get(name)
    return field is not None and get_origin(field.annotation) is list
