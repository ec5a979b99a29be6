"""Bodies of questions: counted first, then decoded and checked in threads of their own, at a cost that is bounded."""

import json
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from index.fields import InvalidFieldError
from recommender.api.messages import MAX_BATCH, Batch, Posted, StoredQuery, TextQuery
from recommender.api.queries import refused
from recommender.api.rates import Rates

AT_ONCE = 2
MOST_VALUES = 100_000
"""Values in one JSON text. Decoding holds the interpreter, and with it all answers: this is some 50 ms of it."""
MOST_DIGITS = 400
"""Of one number, whose reading costs the square of them."""
MOST_NAMES = 32
"""Names in one object of a question, more than it can have: every unknown one is another error."""

Asked = StoredQuery | TextQuery | Batch
_POSTED: TypeAdapter[Asked] = TypeAdapter(Posted)


class Bodies:
    """Reads questions from bodies, a few at a time, so that answers to others keep their threads."""

    def __init__(self, rates: Rates) -> None:
        self._rates, self._threads = rates, CapacityLimiter(AT_ONCE)

    async def read(self, request: Request) -> Asked:
        """The question that is posted. Raises HTTPException 429, InvalidFieldError, RequestValidationError."""
        body = await request.body()
        self._rates.posts(request, len(body))
        given = request.headers.get("content-type", "")
        return await to_thread.run_sync(lambda: asked_in(body, given), limiter=self._threads)


def asked_in(body: bytes, media_type: str = "application/json") -> Asked:
    """The question in a body. Raises InvalidFieldError, RequestValidationError."""
    if body and not _is_json(media_type):
        raise InvalidFieldError("content-type", media_type, "is not JSON", "send application/json")
    given = decoded(body) if body else None
    if not isinstance(given, dict):
        problem = "is not a JSON object" if body else "is missing"
        raise InvalidFieldError("body", given, problem, "send one JSON object")
    _check_size(given)
    try:
        return _POSTED.validate_python(given, from_attributes=True)
    except ValidationError as error:
        raise refused(error, "body") from error


def decoded(text: bytes) -> Any:
    """What a JSON text says. Raises InvalidFieldError."""
    # Every value but the first stands behind one of these; the longest texts have fewer commas.
    if sum(map(text.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise InvalidFieldError("body", text, f"may hold more than {MOST_VALUES:,} values", "send fewer at once")
    try:
        return json.loads(text.removeprefix(b"\xef\xbb\xbf"), parse_int=_whole, parse_float=_fraction)
    except json.JSONDecodeError as error:
        raise _not_json(text, f" at character {error.pos} ({error.msg})") from None
    except (ValueError, RecursionError) as error:
        raise _not_json(text, f" ({error})") from None


# Numbers are slow to read: between two calls into Python others have their turn.
def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


def _fraction(digits: str) -> float:
    return float(digits)


def _not_json(text: bytes, where: str) -> InvalidFieldError:
    return InvalidFieldError("body", text, f"is not JSON{where}", "send one JSON object")


def _check_size(given: dict[str, Any]) -> None:
    questions = given.get("requests")
    questions = questions if isinstance(questions, list) else []
    if len(questions) > MAX_BATCH:
        raise InvalidFieldError(
            "requests", questions, f"has {len(questions):,} items", f"at most {MAX_BATCH} items are taken"
        )
    for place, one in [("body", given), *((f"requests.{number}", one) for number, one in enumerate(questions))]:
        if isinstance(one, dict) and len(one) > MOST_NAMES:
            raise InvalidFieldError(place, one, f"has {len(one):,} names", f"at most {MOST_NAMES} are taken")


def _is_json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
