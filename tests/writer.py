"""What the tests of writing share: an article to put, requests that write, and what became of them."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from newsroom import row

from index.corpus import Corpus

Source = Callable[[Iterable[object]], Path]
PUMPS = row("flood-town") | {
    "id": "flood-pumps",
    "url": "https://news.example/2026/09/20/flood-pumps",
    "title": "Flood pumps arrive in the lower town",
    "text": "Two pumps reached the flood in the lower town at dawn. The flood had stood in its cellars for a week.",
}


def put(client: TestClient, article: dict[str, Any], **more: Any) -> Any:
    return client.put(f"/v1/articles/{article['id']}", json=article, **more)


def lines(*rows: object) -> bytes:
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in rows)


def bulk(client: TestClient, *rows: object, kind: str = "application/x-ndjson") -> Any:
    return client.post("/v1/articles", content=lines(*rows), headers={"content-type": kind})


def stored(home: Path, article_id: str) -> bool:
    corpus = Corpus(home / "corpus.sqlite")
    try:
        return corpus.get(article_id) is not None
    finally:
        corpus.close()


def errors(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return [(one["field"], one["problem"]) for one in response.json()["errors"]]
