"""What the tests of remote places share: publishing, more versions, and a look at what is there."""

from typing import Any

import obstore

from index.releases import Releases
from index.remote import Remote


def publish(url: str, releases: Releases) -> str:
    version = releases.current_path().name
    Remote(url).publish(releases, version)
    return version


def again(releases: Releases, count: int = 1) -> list[str]:
    """More versions, each with another manifest."""
    return [releases.revise({"weights.json": b'{"number": %d}' % number}, {}) for number in range(count)]


def stored(url: str) -> Any:
    return Remote(url)._store


def names(url: str) -> list[str]:
    return sorted(one["path"] for batch in obstore.list(stored(url)) for one in batch)
