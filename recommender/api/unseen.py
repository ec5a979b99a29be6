"""Answers about pages that are not stored, from their text: costly, so counted, and few at a time."""

from collections.abc import Sequence
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import checkpoint
from fastapi import Request
from pydantic import Field, ValidationError

from index.models import ModelError
from index.snapshot import Snapshot
from recommender.api.messages import StoredQuery, TextQuery
from recommender.api.metrics import Metrics
from recommender.api.problems import of_error
from recommender.api.queries import refused
from recommender.api.rates import Rates
from recommender.api.stored import stored_answer
from recommender.links import NotFoundError
from recommender.rejections import rejections
from recommender.related import Recommender
from recommender.responses import answer_body
from recommender.texts import TextEmbedder

AT_ONCE = 2


class PageQuery(StoredQuery):
    """A page by one of its names, and its title in case it is not stored."""

    title: Annotated[str, Field(min_length=1, max_length=1_000)] | None = Field(
        None, description="The page's title: where the page is not stored, the links are for this."
    )

    def text(self) -> TextQuery:
        """The page as a text of which the title is known. Raises RequestValidationError."""
        try:
            return TextQuery.model_validate(self.model_dump(include=set(TextQuery.model_fields), exclude_none=True))
        except ValidationError as error:
            raise refused(error) from error


class UnseenTexts:
    """Answers for texts, as many as each client may ask for, few at a time: no reader waits for the model."""

    def __init__(self, texts: TextEmbedder, rates: Rates, metrics: Metrics) -> None:
        self._texts, self._rates, self._metrics = texts, rates, metrics
        self._threads = CapacityLimiter(AT_ONCE)

    async def page(self, snapshot: Snapshot, query: PageQuery, request: Request) -> dict[str, Any]:
        """The answer for a page: the stored one, else one for its title. Raises NotFoundError, ModelError."""
        try:
            return await stored_answer(snapshot, query, self._metrics)
        except NotFoundError:
            if query.title is None:
                raise
        self._rates.texts(request)
        return await to_thread.run_sync(
            lambda: self._find(snapshot, query.text(), debug=query.debug), limiter=self._threads
        )

    async def one(self, snapshot: Snapshot, query: StoredQuery | TextQuery, request: Request) -> dict[str, Any]:
        """The answer to a question that was posted. Raises NotFoundError, ModelError."""
        self._rates.texts(request, isinstance(query, TextQuery))
        return await self._answer(snapshot, query)

    async def batch(
        self, snapshot: Snapshot, queries: Sequence[StoredQuery | TextQuery], request: Request
    ) -> list[dict[str, Any]]:
        """An answer, or a problem, for each question."""
        self._rates.texts(request, sum(isinstance(query, TextQuery) for query in queries))
        return [await self._one_of(snapshot, query) for query in queries]

    async def _one_of(self, snapshot: Snapshot, query: StoredQuery | TextQuery) -> dict[str, Any]:
        await checkpoint()  # what needs no thread is answered on the event loop: others have their turn in between
        try:
            return await self._answer(snapshot, query)
        except (NotFoundError, ModelError) as error:
            return of_error(error)

    async def _answer(self, snapshot: Snapshot, query: StoredQuery | TextQuery) -> dict[str, Any]:
        if isinstance(query, StoredQuery):
            return await stored_answer(snapshot, query, self._metrics)
        return await to_thread.run_sync(lambda: self._find(snapshot, query), limiter=self._threads)

    def _find(self, snapshot: Snapshot, query: TextQuery, *, debug: bool = False) -> dict[str, Any]:
        recommender, article, rules = Recommender(snapshot), query.article(), query.rules()
        answer = recommender.by_text(article, self._texts.embed(article, snapshot), rules)
        body = answer_body(snapshot, answer, rules)
        self._metrics.answered(answer.fallback)
        return body | {"rejected": rejections(recommender, answer, rules)} if debug else body
