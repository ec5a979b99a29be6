"""The live index: the version that is current now, and beside it what was pushed since.

A new version is noticed within a second, and a broken one never replaces a good one. A push is seen by the next
request of any process: a signal in shared memory tells that there is one.
"""

import json
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from index.article import parse_article
from index.corpus import Corpus, CorpusError
from index.epoch import Epoch
from index.meaning import ModelStamp
from index.pushed import Push
from index.releases import Releases
from index.shelf import Shelf, copy_in, freshen
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
        self._told = ""
        self._version: _Version | None = None
        self.distrusted: dict[str, str] = {}
        """What is wrong with the files of a version, by its name."""
        self.problem: str | None = None
        self.refresh()

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot with all that is pushed. Raises SnapshotError where there is none yet."""
        if self._epoch.value != self._seen:
            self._catch_up()
        if self._version is None:
            raise SnapshotError(self.problem or "nothing is built yet")
        return self._version.live

    @property
    def fresh(self) -> int:
        """How many pushed articles stand beside the version."""
        return len(self._version.shelf) if self._version else 0

    def refresh(self) -> bool:
        """Open the current version if it is another than the open one; returns whether it changed. Takes pushes in."""
        if not self._epoch.shared:
            self._epoch = Epoch(self._home / "corpus.epoch")
        opened = self._open_current() or self._restarted()
        if opened is not None:
            self._serve(opened)
        while self._catch_up():
            pass
        return opened is not None

    def _serve(self, opened: "_Version") -> None:
        # Not before it has all that was pushed, or what is there now would be gone for a moment.
        while self._take(opened):
            pass
        self._version = opened

    def distrust(self, version: str, problem: str) -> bool:
        """Serve another version than one whose files are damaged; returns whether one serves that is not this."""
        self.distrusted[version] = problem
        if self._version is None or self._version.base.version != version:
            return True
        if (opened := self._newest_good()) is None:
            return False
        self._serve(opened)
        self.problem = problem
        return True

    def _open_current(self) -> "_Version | None":
        current = self._releases.current()
        if self._version and current == self._version.base.version:
            self.problem = None
            return None
        if self._version and current in self.distrusted:
            self.problem = self.distrusted[current]
            return None
        try:
            opened = _Version(open_snapshot(self._releases.current_path()))
        except SnapshotError as error:
            self.problem = str(error)
            return None if self._version else self._newest_good()
        self.problem = None
        return opened

    def _newest_good(self) -> "_Version | None":
        """Another version where the current one cannot be opened, or is damaged: better older links than none."""
        for version in reversed(self._releases.versions()):
            if version not in self.distrusted:
                with suppress(SnapshotError):
                    return _Version(open_snapshot(self._releases.path(version)))
        return None

    def _restarted(self) -> "_Version | None":
        """The open version without what was pushed, where the corpus is another file now, as one from a backup."""
        with self._lock:
            if self._corpus is None or not self._corpus.replaced:
                return None
            self._corpus.close()
            self._corpus = None
            return self._version and _Version(self._version.base)

    def _catch_up(self) -> bool:
        seen = self._epoch.value
        more = self._version is not None and self._take(self._version)
        self._seen = seen
        return more

    def _take(self, version: "_Version") -> bool:
        with self._lock:  # given back between two batches, for requests
            try:
                more = version.take(self._opened_corpus())
            except (sqlite3.Error, CorpusError, ValueError) as error:
                if str(error) != self._told:  # looked at twice a second, told once
                    log.warning("what was pushed cannot be read, what is open serves on: %s", error)
                    self._told = str(error)
                return False
            self._told = ""
            return more

    def _opened_corpus(self) -> Corpus | None:
        path = self._home / "corpus.sqlite"
        if self._corpus is None and path.is_file():
            self._corpus = Corpus(path)
        return self._corpus


class _Version:
    """An open version, and how far what was pushed is taken in beside it."""

    def __init__(self, base: Snapshot) -> None:
        self.base, self.live, self.shelf = base, base, Shelf(base)
        self._sequence = int(base.manifest.get("sequence", 0))
        self._model = ModelStamp(**base.manifest["model"]).key
        self._removed: set[str] = set()

    def take(self, corpus: Corpus | None) -> bool:
        """Take in every removal and AT_ONCE other pushes; returns whether more is left."""
        if corpus is None:
            return False
        with corpus.pinned():  # or what is removed between the two would be passed over
            removed = set(corpus.pushed.removed_since(self._sequence)) - self._removed
            pushes = corpus.pushed.since(self._sequence, self._model, AT_ONCE)
        for name in removed:
            self.shelf.remove(name)
        self._removed |= removed
        new = [push.id for push in pushes if self._put(push)]
        if pushes:
            self._sequence = pushes[-1].sequence
        if removed or new:
            self._show(new)
        return len(pushes) == AT_ONCE

    def _put(self, push: Push) -> bool:
        # Without a vector of this version's model it waits for the next build.
        if push.row is None or push.vector is None:
            return False
        self.shelf.put(freshen(parse_article(json.loads(push.row)), push.vector, self.base))
        self._removed.discard(push.id)
        if len(self.shelf) > MOST_FRESH:
            self.shelf.evict_oldest()
        return True

    def _show(self, new: Sequence[str]) -> None:
        live = self.shelf.beside(self._sequence)
        for name in new:
            if (row := live.articles.row_of_id(name)) is not None and (copy := copy_in(live, row)) is not None:
                live.duplicates[row] = self.shelf.group(name, int(live.duplicates[copy]))
        self.live = live
