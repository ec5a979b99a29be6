"""Following a remote place: what it points to is pulled, at once and whenever it points elsewhere."""

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from index.releases import BusyError, Releases
from index.remote import Pointer, Remote, RemoteError
from index.snapshot import SnapshotError

EVERY_S = 30.0

log = logging.getLogger("recommender.following")


@dataclass
class Follower:
    """Keeps a home at the version that a remote place points to; whatever goes wrong, the old one serves on."""

    releases: Releases
    remote: Remote
    _seen: Pointer | None = None
    _told: str = ""

    def look(self) -> bool:
        """Pull what is pointed to if that is new; returns whether it was. A problem is logged once."""
        try:
            pointer = self.remote.pointer()
            if pointer is None or pointer == self._seen:
                return False
            version = self.remote.pull(self.releases)
        except (RemoteError, SnapshotError, BusyError, OSError) as error:
            self._tell(f"{error}; what is open serves on")
            return False
        self._seen, self._told = pointer, ""
        log.info("%s is pulled and served", version)
        return True

    def run(self, every_s: float = EVERY_S) -> None:
        """Look for ever."""
        while True:
            self.look()
            Event().wait(every_s)

    def _tell(self, problem: str) -> None:
        if problem != self._told:
            log.warning("%s", problem)
        self._told = problem


def follow(home: Path, url: str) -> None:
    """Follow a remote place as long as this process lives. Raises RemoteError where the URL cannot be one."""
    Thread(target=Follower(Releases(home), Remote(url)).run, name="follow", daemon=True).start()
