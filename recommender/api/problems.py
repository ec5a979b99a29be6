"""Errors over HTTP: the domain raises, one table says with which status, and RFC 9457 says in which form."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index.article import InvalidFieldError
from index.corpus import CorpusError
from index.models import ModelError
from index.shown import SHOWN, shown
from index.snapshot import SnapshotError
from recommender.api.messages import KINDS
from recommender.keys import KeysError
from recommender.links import NotFoundError
from recommender.responses import encode

STATUS = {
    NotFoundError: 404,
    InvalidFieldError: 422,
    CorpusError: 503,
    KeysError: 503,
    ModelError: 503,
    SnapshotError: 503,
}
MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20
"""Errors named in one problem; of more it says only how many."""

log = logging.getLogger("recommender.api")


def problem(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """A problem as an object."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return body | ({"errors": errors} if errors else {})


def problem_response(body: dict[str, Any]) -> Response:
    """A problem as a response that nothing on the way may keep."""
    headers = {"cache-control": "no-store"}
    return Response(encode(body), body["status"], headers, media_type=MEDIA_TYPE)


def invalid(errors: Sequence[Any]) -> dict[str, Any]:
    """The problem of a request whose fields are wrong; names each field and shows its value."""
    named = [_named(error) for error in errors[:MOST_ERRORS]]
    return refusal([f"{error['field']}: {error['problem']}" for error in named], named, len(errors))


def refusal(said: Sequence[str], named: list[dict[str, str]], count: int) -> dict[str, Any]:
    """The problem of a request with so many errors, of which some are named."""
    more = [f"and {count - len(named):,} more"] if count > len(named) else []
    return problem(422, "; ".join([*said, *more]), named)


def _named(error: Any) -> dict[str, str]:
    place, value = [str(part)[:SHOWN] for part in error["loc"] if part not in KINDS], error.get("input")
    cause, said = error.get("ctx", {}).get("error"), error["msg"].removeprefix("Value error, ")
    if isinstance(cause, InvalidFieldError):
        place, value, said = [*place, cause.field], cause.value, f"{cause.problem}; {cause.remedy}"
    return {"field": ".".join(place[1:]) or place[0], "value": shown(value), "problem": said}


def of_field(error: InvalidFieldError) -> dict[str, str]:
    """A field that cannot be used, as one of a problem's `errors`."""
    said = f"{error.problem}; {error.remedy}"
    return {"field": error.field, "value": shown(error.value), "problem": said}


def of_error(error: Exception) -> dict[str, Any]:
    """The problem that an error of the domain stands for."""
    if isinstance(error, InvalidFieldError):
        return problem(422, f"{error.field}: {error.problem}; {error.remedy}", [of_field(error)])
    return problem(next(status for kind, status in STATUS.items() if isinstance(error, kind)), str(error))


def install(app: FastAPI) -> None:
    """Let every error of the app leave it as a problem."""
    for kind in STATUS:
        app.add_exception_handler(kind, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _domain(_: Request, error: Exception) -> Response:
    return problem_response(of_error(error))


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - starlette's types know only Exception
    return problem_response(invalid(error.errors()))


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - starlette's types know only Exception
    response = problem_response(problem(error.status_code, str(error.detail)))
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, error: Exception) -> Response:
    named = {"request_id": request.scope.get("request_id")}
    log.error("unexpected error at %s %s", request.method, request.url.path, exc_info=error, extra=named)
    return problem_response(problem(500, "an unexpected error; the server's log has it"))
