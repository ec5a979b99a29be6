"""The links that editors picked, as an index holds them."""

from dataclasses import asdict
from typing import Any

from index.snapshot import Snapshot


def picked(snapshot: Snapshot, unresolved: bool = False) -> dict[str, Any]:
    """Counts, and each page's picks with the id that each resolves to; `unresolved` keeps pages where one does not."""
    pages = [_page(snapshot, row) for row in range(len(snapshot))]
    pages = [page for page in pages if page["picks"]]
    found = [pick["resolved"] is not None for page in pages for pick in page["picks"]]
    return {
        "articles": len(snapshot),
        "pages": len(pages),
        "picks": len(found),
        "resolved": sum(found),
        "items": [page for page in pages if not unresolved or any(pick["resolved"] is None for pick in page["picks"])],
    }


def _page(snapshot: Snapshot, row: int) -> dict[str, Any]:
    article = snapshot.articles.article(row)
    picks = [asdict(pick) | {"resolved": _id(snapshot, other)} for pick, other in snapshot.articles.picks(row)]
    return {"id": article.id, "title": article.title, "picks": picks}


def _id(snapshot: Snapshot, row: int | None) -> str | None:
    return None if row is None else str(snapshot.articles.cards([row])[0]["id"])
