"""What is asked and answered over HTTP, as types: they validate requests and document both in OpenAPI."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from index.article import Article, parse_moment
from recommender.api.examples import EXAMPLE
from recommender.counts import DEFAULT_K, MAX_K
from recommender.links import Rules, in_turn
from recommender.texts import unseen_article

MAX_ASKED_TEXT = 100_000
MAX_BATCH = 32
STORED, TEXT, BATCH = KINDS = ("(stored)", "(text)", "(batch)")
"""The kinds of question; they are part of an error's place, so no field is called like them."""


def _moment(text: str) -> str:
    try:
        parse_moment(text)
    except (ValueError, OverflowError):
        raise ValueError("is no date; write RFC 3339, for example 2026-09-14 or 2026-09-14T07:45:00Z") from None
    return text


Moment = Annotated[str, Field(max_length=64, examples=["2026-09-14"]), AfterValidator(_moment)]
Name = Annotated[str, Field(min_length=1, max_length=4_000)]
Count = Annotated[int, Field(ge=1, le=MAX_K, description="How many links at most.")]
After = Annotated[Moment, Field(description="Only articles published at this moment or later.")]
Before = Annotated[Moment, Field(description="Only articles published before this moment.")]
Excluded = Annotated[
    list[Name], Field(max_length=200, fail_fast=True, description="Ids or URLs never to link to; repeatable.")
]


class RuleFields(BaseModel):
    """What the links must be."""

    model_config = ConfigDict(extra="forbid")

    k: Count = DEFAULT_K
    section: Name | None = Field(None, description="Only articles of this section.")
    language: Annotated[str, Field(pattern=r"^([A-Za-z]{2,3}|\*)(,([A-Za-z]{2,3}|\*)){0,9}$")] | None = Field(
        None,
        description="Only this language, the page's own by default; more after commas are asked in turn; * is any.",
    )
    after: After | None = None
    before: Before | None = None
    exclude: Excluded = Field(default=[])
    min_score: Annotated[float, Field(ge=0, le=1, description="Only links at least so probable; fewer come back.")] = (
        0.0
    )

    def rules(self) -> Rules:
        """The same as the three stages take it."""
        language, then = in_turn(self.language)
        return Rules(
            k=self.k,
            section=self.section,
            language=language,
            then=then,
            after=None if self.after is None else parse_moment(self.after).timestamp(),
            before=None if self.before is None else parse_moment(self.before).timestamp(),
            exclude=frozenset(self.exclude),
            min_score=self.min_score,
        )


class StoredQuery(RuleFields):
    """A stored article, by one of its two names."""

    id: Name | None = Field(None, description="The article's id.", examples=["cp-0914-marchetti-calls"])
    url: Name | None = Field(None, description="The article's address, in any spelling.")
    debug: bool = Field(False, description="Also list the near articles that were left out, with the reason.")

    @model_validator(mode="after")
    def _one_name(self) -> "StoredQuery":
        if (self.id is None) == (self.url is None):
            raise ValueError("give exactly one of id and url")
        return self


class TextQuery(RuleFields):
    """An article that need not be stored: at least its title; what else is known makes the links better."""

    title: Annotated[str, Field(min_length=1, max_length=1_000)]
    text: Annotated[str, Field(max_length=MAX_ASKED_TEXT)] = ""
    id: Name | None = None
    url: Name | None = None
    published: Moment | None = None
    tags: Annotated[list[Name], Field(max_length=100, fail_fast=True)] = Field(default=[])
    author: Name | None = None
    page_section: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="The section that the article itself stands in."
    )
    page_language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$")] | None = Field(
        None, description="The language that the article itself is in."
    )

    @model_validator(mode="after")
    def _an_article(self) -> "TextQuery":
        self.article()  # its InvalidFieldError is a ValueError, so pydantic takes it for its own
        return self

    def article(self) -> Article:
        """The article that links are asked for. Raises InvalidFieldError."""
        names = ("title", "text", "id", "url", "published", "tags", "author")
        page = {"section": self.page_section, "language": self.page_language or self.rules().one_language}
        return unseen_article({name: getattr(self, name) for name in names} | page)


def _kind(query: Any) -> str:
    # A tag for each kind, so that errors are about the kind that was meant.
    fields = query if isinstance(query, dict) else {}
    return (
        BATCH if "requests" in fields else STORED if "title" not in fields and fields.keys() & {"id", "url"} else TEXT
    )


Question = Annotated[Annotated[StoredQuery, Tag(STORED)] | Annotated[TextQuery, Tag(TEXT)], Discriminator(_kind)]


class Batch(BaseModel):
    """Several questions at once; each is answered, or refused, by itself."""

    model_config = ConfigDict(extra="forbid")

    requests: Annotated[list[Question], Field(min_length=1, max_length=MAX_BATCH)]


Posted = Annotated[
    Annotated[StoredQuery, Tag(STORED)] | Annotated[TextQuery, Tag(TEXT)] | Annotated[Batch, Tag(BATCH)],
    Discriminator(_kind),
]


class Picture(BaseModel):
    """A picture of an article."""

    src: str
    width: int | None
    height: int | None
    alt: str | None


class ArticleCard(BaseModel):
    """What is shown of a stored article."""

    id: str
    url: str
    title: str
    published_at: str | None
    section: str | None
    language: str | None
    image: Picture | None
    excerpt: str | None


class Why(BaseModel):
    """Why a link is there: a label for readers, what page and link share, and how they are alike, by signal."""

    label: str | None
    shared: list[str]
    signals: dict[str, float]


class LinkItem(ArticleCard):
    """One link, ready to be shown; `score` is the probability that an editor would pick it."""

    position: int
    score: float
    relation: Literal["same_story", "follow_up", "background"]
    why: Why


class Rejection(BaseModel):
    """A near article that was left out, and why."""

    id: str
    title: str
    score: float
    reason: str


class IndexInfo(BaseModel):
    """Which built version answered."""

    version: str
    built_at: str


class Source(BaseModel):
    """What was asked about; `known` says whether it is stored."""

    id: str | None
    url: str | None
    title: str
    published_at: str | None
    language: str | None
    known: bool


class Related(BaseModel):
    """The links of one page; `fallback` says why there are fewer than were asked for."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    request_id: str
    index: IndexInfo
    source: Source
    items: list[LinkItem]
    returned: int
    rejected: list[Rejection] | None = Field(None, description="Only where `debug` was asked for.")
    fallback: Literal["fewer_than_asked", "none_found", "below_min_score"] | None


class Problem(BaseModel):
    """An error as RFC 9457 has it; `errors` names each field that was wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


class BatchAnswers(BaseModel):
    """An answer, or a problem, for each question of a batch, in order."""

    answers: list[Related | Problem]


class Health(BaseModel):
    """What is served, and what somebody should look at; `degraded` is a newer version that cannot be opened."""

    status: Literal["ok", "degraded", "stale", "failing", "damaged", "ending", "unavailable"]
    version: str | None
    built_at: str | None
    articles: int
    problem: str | None
