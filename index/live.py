"""The live index: the version that is current now, and beside it what was pushed since.

A new version is noticed within a second, and a broken one never replaces a good one. A push is seen by the next
request of any process: a signal in shared memory tells that there is one.
"""

import json
import logging
import sqlite3
from pathlib import Path
from threading import Lock

from index.article import parse_article
from index.corpus import Corpus, CorpusError
from index.epoch import Epoch
from index.fresh import Fresh, beside, copy_in, freshen
from index.meaning import ModelStamp
from index.pushed import Push
from index.releases import Releases
from index.snapshot import Snapshot, SnapshotError, open_snapshot

MOST_FRESH = 10_000
"""So many pushed articles at most stand beside a version; of more, the oldest wait for the next build."""
AT_ONCE = 16
"""So many are made ready before somebody else may ask again: a request waits for no more."""

log = logging.getLogger(__name__)


class LiveIndex:
    """What a service asks. `snapshot` is one immutable object: hold on to it for the length of a request."""

    def __init__(self, home: Path) -> None:
        self._home, self._releases, self._lock = home, Releases(home), Lock()
        self._epoch, self._seen = Epoch(home / "corpus.epoch"), b""
        self._corpus: Corpus | None = None
        self._base: Snapshot | None = None
        self._live: Snapshot | None = None
        self.problem: str | None = None
        self.refresh()

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot with all that is pushed. Raises SnapshotError where there is none yet."""
        if self._epoch.value != self._seen:
            with self._lock:
                self._catch_up()
        if self._live is None:
            raise SnapshotError(self.problem or "nothing is built yet")
        return self._live

    @property
    def fresh(self) -> int:
        """How many pushed articles stand beside the version."""
        return len(self._fresh)

    def refresh(self) -> bool:
        """Open the current version if it is another than the open one; returns whether it changed. Takes pushes in."""
        with self._lock:
            if not self._epoch.shared:
                self._epoch = Epoch(self._home / "corpus.epoch")
            changed = self._open_current()
        more = True
        while more:
            with self._lock:  # given back in between, for requests
                more = self._catch_up()
        return changed

    def _open_current(self) -> bool:
        if self._base and self._releases.current() == self._base.version:
            self.problem = None
            return False
        try:
            self._base = open_snapshot(self._releases.current_path())
        except SnapshotError as error:
            self.problem = str(error)
            return False
        self._forget()
        self.problem = None
        return True

    def _forget(self) -> None:
        self._fresh: dict[str, Fresh] = {}
        self._removed: set[str] = set()
        self._copies: dict[str, str] = {}
        self._sequence = int(self._base.manifest.get("sequence", 0)) if self._base else 0
        self._at = -1

    def _catch_up(self) -> bool:
        """Take in what was pushed: every removal, AT_ONCE of the rest; returns whether more is left."""
        seen = self._epoch.value
        if self._base is None:
            return False
        try:
            removed, pushes = self._pushes(self._base)
        except (sqlite3.Error, CorpusError):
            log.exception("%s: what was pushed cannot be read; what is open serves on", self._home)
            removed, pushes = [], []
        if self._at < 0 or pushes or not self._removed.issuperset(removed):
            self._apply(self._base, removed, pushes)
        self._seen = seen
        return len(pushes) == AT_ONCE

    def _pushes(self, base: Snapshot) -> tuple[list[str], list[Push]]:
        path = self._home / "corpus.sqlite"
        if self._corpus is None:
            if not path.is_file():
                return [], []
            self._corpus = Corpus(path)
        model = ModelStamp(**base.manifest["model"]).key
        pushed = self._corpus.pushed
        return pushed.removed_since(self._sequence), pushed.since(self._sequence, model, AT_ONCE)

    def _apply(self, base: Snapshot, removed: list[str], pushes: list[Push]) -> None:
        for name in removed:
            self._remove(name)
        new = []
        for push in pushes:
            # Without a vector of this version's model it waits for the next build.
            if push.row is not None and push.vector is not None:
                self._remove(push.id)
                self._fresh[push.id] = freshen(parse_article(json.loads(push.row)), push.vector, base)
                self._removed.discard(push.id)
                new.append(push.id)
        self._sequence = pushes[-1].sequence if pushes else self._sequence
        for name in list(self._fresh)[:-MOST_FRESH]:
            del self._fresh[name]
        self._live = self._beside(base)
        kept = [self._fresh[name] for name in new if name in self._fresh]
        copies = {one.article.id: copy for one in kept if (copy := copy_in(self._live, one)) is not None}
        if copies:
            self._copies |= copies
            self._live = self._beside(base)
        self._at = self._sequence

    def _remove(self, name: str) -> None:
        self._fresh.pop(name, None)
        self._copies.pop(name, None)
        self._removed.add(name)

    def _beside(self, base: Snapshot) -> Snapshot:
        if not self._fresh and not self._removed:
            return base
        return beside(base, list(self._fresh.values()), self._removed, self._copies, self._sequence)
