"""Following a remote place: what it points to is pulled, at once and whenever it points elsewhere."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from index.releases import BusyError, Releases
from index.remote import Pointer, Remote
from index.snapshot import SnapshotError
from index.stores import RemoteError
from recommender.loops import Loop, running

EVERY_S = 30.0
TOLD_IN = "RECOMMENDER_FOLLOWING"

log = logging.getLogger("recommender.following")


@dataclass
class Follower:
    """Keeps a home at the version that a remote place points to; whatever goes wrong, the old one serves on."""

    releases: Releases
    remote: Remote
    _seen: Pointer | None = None
    _told: str = ""

    @property
    def problem(self) -> str | None:
        """Why the last look brought nothing, or None where all is well."""
        return self._told or None

    def look(self) -> bool:
        """Pull what is pointed to if that is new; returns whether it was. A problem is logged once."""
        try:
            pointer = self.remote.pointer()
            if pointer is None or pointer == self._seen:
                self._told = ""
                return False
            version = self.remote.pull(self.releases)
        except (RemoteError, SnapshotError, BusyError, OSError) as error:
            self._tell(f"{error}; what is open serves on")
            return False
        self._seen, self._told = pointer, ""
        log.info("%s is pulled and served", version)
        return True

    def _tell(self, problem: str) -> None:
        if problem != self._told:
            log.warning("%s", problem)
        self._told = problem


@contextmanager
def followed(home: Path, url: str) -> Iterator[None]:
    """Inside, a remote place is followed. Raises RemoteError where the URL cannot be one.

    The workers are other processes: they are told in a file how it goes.
    """
    follower = Follower(Releases(home), Remote(url))
    with TemporaryDirectory(prefix="recommender-following-") as folder:
        file = Path(folder) / "problem"
        os.environ[TOLD_IN] = str(file)

        def tell(problem: str | None) -> None:
            with suppress(OSError):
                file.write_text(problem or follower.problem or "")

        with running([Loop("follow", follower.look, EVERY_S, told=tell)]):
            try:
                yield
            finally:
                os.environ.pop(TOLD_IN, None)


def following_problem() -> str | None:
    """In a worker: why what is followed is not served, or None."""
    try:
        return Path(os.environ[TOLD_IN]).read_text() or None
    except (KeyError, OSError, ValueError):
        return None
