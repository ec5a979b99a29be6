"""The page that shows element, fragment and feed at work, on an article of the index."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from index.live import LiveIndex
from index.snapshot import Snapshot, SnapshotError
from recommender.links import Rules
from recommender.pages.cards import web_address
from recommender.pages.editions import edition
from recommender.related import Recommender
from recommender.responses import answer_body
from recommender.widget.rendering import feed, fragment, templates
from recommender.widget.wording import Wording, wording

LOOKED_AT = 20
"""So many of the newest articles are tried until one has links."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An article, and its links in each form. `url` is None where it has no web address."""

    id: str
    url: str | None
    title: str
    language: str | None
    fragment: Markup
    feed: str


def show(live: LiveIndex, base: str, language: str | None) -> str:
    """The page, for a service at `base`; without articles it says so and shows the rest."""
    words = wording(language)
    sample, missing = None, words.unlinked
    try:
        sample = _sample(live.snapshot, words)
    except SnapshotError:
        missing = words.unbuilt
    return templates.get_template("embed.html").render(words=words, base=base, sample=sample, missing=missing)


def _sample(snapshot: Snapshot, words: Wording) -> Sample | None:
    rows = edition(snapshot, words.language)
    rows = rows if len(rows) else edition(snapshot, None)
    recommender, rules = Recommender(snapshot), Rules()
    for row in rows[:LOOKED_AT]:
        answer = recommender.answer(recommender.stored(int(row)), rules)
        body = answer_body(snapshot, answer, rules)
        if any(web_address(item["url"]) for item in body["items"]):
            return _of(body)
    return None


def _of(body: dict[str, Any]) -> Sample:
    source = body["source"]
    return Sample(
        id=source["id"],
        url=web_address(source["url"]),
        title=source["title"],
        language=source["language"],
        fragment=Markup(fragment(body)),  # noqa: S704 - made by a template that escapes
        feed=feed(body).decode(),
    )
