"""The live index: the snapshot that is current now. Notices a new version; a broken one never replaces a good one."""

from pathlib import Path
from threading import Lock

from index.releases import Releases
from index.snapshot import Snapshot, SnapshotError, open_snapshot


class LiveIndex:
    """What a service asks. `snapshot` is one immutable object: hold on to it for the length of a request."""

    def __init__(self, home: Path) -> None:
        self._releases, self._lock = Releases(home), Lock()
        self._snapshot: Snapshot | None = None
        self.problem: str | None = None
        self.refresh()

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot. Raises SnapshotError where there is none yet."""
        if self._snapshot is None:
            raise SnapshotError(self.problem or "nothing is built yet")
        return self._snapshot

    def refresh(self) -> bool:
        """Open the current version if it is another than the open one; returns whether it changed."""
        with self._lock:
            if self._snapshot and self._releases.current() == self._snapshot.version:
                self.problem = None
                return False
            try:
                self._snapshot = open_snapshot(self._releases.current_path())
                self.problem = None
            except SnapshotError as error:
                self.problem = str(error)
                return False
            return True
