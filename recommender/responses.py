"""An answer as the JSON object that the service and the command give alike."""

import json
from datetime import UTC, datetime
from hashlib import blake2b
from math import isnan
from typing import Any

from index.snapshot import Snapshot
from recommender.links import Answer, Link, Page, Rules


def answer_body(snapshot: Snapshot, answer: Answer, rules: Rules) -> dict[str, Any]:
    """What is sent: the same page and rules under the same version give the same object, byte for byte."""
    manifest = snapshot.manifest
    return {
        "request_id": request_id(snapshot.state, answer.page, rules),
        "index": {"version": manifest["version"], "built_at": zulu(manifest["built_at"])},
        "source": _source(answer.page),
        "items": [_item(position, link) for position, link in enumerate(answer.links, start=1)],
        "returned": len(answer.links),
        "fallback": answer.fallback,
    }


def article_body(card: dict[str, Any]) -> dict[str, Any]:
    """What is shown of a stored article."""
    return {
        "id": card["id"],
        "url": card["url"],
        "title": card["title"],
        "published_at": zulu(card["published"]),
        "section": card["section"],
        "language": card["language"],
        "image": card["image"],
        "excerpt": card["excerpt"],
    }


def encode(body: dict[str, Any]) -> bytes:
    """The object as compact UTF-8."""
    return _encoder.encode(body).encode()


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def request_id(state: str, page: Page, rules: Rules) -> str:
    """A name for an answer that whoever asks the same of the same state gets again."""
    unseen = _unseen(page) if page.row is None else None
    ruled = (
        rules.k,
        rules.section,
        rules.language,
        rules.then,
        rules.after,
        rules.before,
        rules.min_score,
        sorted(rules.exclude),
    )
    stable = repr((state, page.id, page.url, page.title, unseen, ruled))
    return blake2b(stable.encode(), digest_size=12).hexdigest()


def _unseen(page: Page) -> tuple[Any, ...]:
    # What a text is compared by: a stored article's is told by its id.
    probe = page.probe()
    carried = (page.language, page.published, page.section, page.tags, probe.author)
    return probe.vector.tobytes(), probe.title.values.tobytes(), *carried


def _source(page: Page) -> dict[str, Any]:
    return {
        "id": page.id,
        "url": page.url,
        "title": page.title,
        "published_at": _moment(page.published),
        "language": page.language,
        "known": page.row is not None,
    }


def _item(position: int, link: Link) -> dict[str, Any]:
    return {
        "position": position,
        **article_body(link.card),
        "score": link.score,
        "relation": link.relation,
        "why": {"label": link.label, "shared": list(link.shared), "signals": link.signals},
    }


def _moment(seconds: float) -> str | None:
    # Not in the page's own spelling, which an unseen one may not have: seconds say the same.
    return None if isnan(seconds) else zulu(datetime.fromtimestamp(seconds, UTC).isoformat())


def zulu(moment: str | None) -> str | None:
    """A moment in UTC as RFC 3339 writes it shortest."""
    return moment and moment.replace("+00:00", "Z")
