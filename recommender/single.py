"""One page, read as it would be stored."""

from pathlib import Path
from typing import Any

from index.article import to_row
from index.fetching import MAX_PAGE, Fetcher, FetchError
from index.inflate import gunzip, is_gzip
from index.page import read_page
from index.politeness import Policy
from index.sources import SourceError
from index.workers import StartError, Workers


def read_place(place: str, url: str | None, policy: Policy) -> dict[str, Any]:
    """{"article": its fields, "picks": [{"title", "url"}]} of a saved page or an address. Raises SourceError."""
    try:
        content, found = _content(place, policy)
        with Workers(1) as workers:
            row = to_row(workers.run(read_page, content, url or found))
    except (OSError, FetchError, ValueError, StartError) as error:
        raise SourceError(f"{place}: {error}") from error
    picks = row.pop("picks")
    return {"article": row, "picks": [{"title": pick.get("title"), "url": pick.get("url")} for pick in picks]}


def _content(place: str, policy: Policy) -> tuple[bytes, str | None]:
    if place.startswith(("http://", "https://")):
        with Fetcher(policy) as fetcher:
            fetched = fetcher.get(place)
        return fetched.content, fetched.url
    with Path(place).open("rb") as stream:
        content = stream.read(MAX_PAGE + 1)
    return gunzip(content, MAX_PAGE) if is_gzip(content) else content, None
