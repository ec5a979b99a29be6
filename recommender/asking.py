"""One question from the command line, answered without a server."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.article import Article, InvalidFieldError, parse_moment
from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.failures import UsageError
from recommender.links import Answer, Rules, in_turn
from recommender.related import Recommender
from recommender.responses import answer_body
from recommender.texts import TextEmbedder, unseen_article

MAX_STDIN = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """What was given on the command line to name or to be an article."""

    article_id: str | None = None
    url: str | None = None
    title: str | None = None
    text: str = ""
    stdin: str | None = None


def read_stdin() -> str:
    """What standard input holds, whatever the locale is. Raises UsageError."""
    content = sys.stdin.buffer.read(MAX_STDIN + 1)
    if len(content) > MAX_STDIN:
        raise UsageError(f"standard input: longer than {MAX_STDIN:,} bytes; give one article")
    return content.decode("utf-8", errors="replace")


def answer(home: Path, asked: Asked, rules: dict[str, Any]) -> dict[str, Any]:
    """The body that the service would send. Raises UsageError, NotFoundError, SnapshotError, ModelError."""
    given = [name for name in ("article_id", "url", "title", "stdin") if getattr(asked, name) is not None]
    if len(given) != 1:
        raise UsageError("say which article: give exactly one of --id, --url, --title and -")
    snapshot = open_snapshot(Releases(home).current_path())
    checked = _rules(rules)
    return answer_body(snapshot, _answer(snapshot, asked, checked), checked)


def _answer(snapshot: Snapshot, asked: Asked, rules: Rules) -> Answer:
    recommender = Recommender(snapshot)
    if asked.article_id is not None:
        return recommender.by_id(asked.article_id, rules)
    if asked.url is not None:
        return recommender.by_url(asked.url, rules)
    article = _article(asked, rules)
    return recommender.by_text(article, TextEmbedder().embed(article, snapshot), rules)


def _article(asked: Asked, rules: Rules) -> Article:
    row: dict[str, Any] = {"title": asked.title, "text": asked.text}
    if asked.stdin is not None:
        row = _from_stdin(asked.stdin)
    try:
        return unseen_article({"language": rules.one_language} | row)
    except InvalidFieldError as error:
        raise UsageError(str(error)) from error


def _from_stdin(text: str) -> dict[str, Any]:
    """A JSON object as in JSON Lines, or plain text whose first line is the title."""
    if text.lstrip().startswith("{"):
        try:
            return dict(json.loads(text))
        except ValueError as error:
            raise UsageError(f"standard input: not JSON ({error}); give one object, or plain text") from error
    title, _, rest = text.strip().partition("\n")
    return {"title": title, "text": rest}


def _rules(given: dict[str, Any]) -> Rules:
    moments = {name: _moment(name, given[name]) for name in ("after", "before")}
    language, then = in_turn(given["language"])
    exclude = frozenset(given["exclude"])
    return Rules(
        k=given["k"],
        section=given["section"],
        language=language,
        then=then,
        exclude=exclude,
        min_score=given["min_score"],
        **moments,
    )


def _moment(name: str, text: str | None) -> float | None:
    try:
        return None if text is None else parse_moment(text).timestamp()
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--{name}: {text!r} is no date; write for example 2026-09-14 or 2026-09-14T07:45Z") from error
