"""The live index: the version that is current now, and beside it what was pushed since.

A new version is noticed within a second, and one that fails never replaces one that serves. A signal in shared memory
tells every process that something was pushed.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from threading import Event, Lock

from index.corpus import Corpus
from index.edition import Edition
from index.epoch import Epoch
from index.releases import Releases
from index.snapshot import MANIFEST, Snapshot, SnapshotError, open_snapshot

AGAIN_S = 30.0
"""Seconds until a version that could not be opened is tried again: there may have been too little memory."""
CORPUS_WAIT_S = 1.0

Stamp = tuple[int, int, int]
Name = tuple[str | None, str | None]
"""An id, an address, or both."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a version is not served: as long as its files are the same, until a moment of the monotonic clock."""

    problem: str
    stamp: Stamp | None
    until: float = inf


class LiveIndex:
    """What a service asks. `snapshot` is one immutable object: hold on to it for the length of a request.

    `trial` asks a version a question before it serves, and raises whatever is wrong with it.
    """

    def __init__(self, home: Path, trial: Callable[[Snapshot], object] = lambda _: None) -> None:
        self._home, self._releases, self._trial = home, Releases(home), trial
        self._lock, self._choosing = Lock(), Lock()
        self._epoch, self._seen = Epoch(home / "corpus.epoch"), b""
        self._corpus: Corpus | None = None
        self._edition: Edition | None = None
        self._stamp: Stamp | None = None
        self._refusals: dict[str, Refusal] = {}
        self.woken = Event()
        """Set where something waits to be made ready by `refresh`."""
        self.problem: str | None = None
        """Why another version serves than the one that is current, or none."""
        self.unread: str | None = None
        """Why what was pushed cannot be read."""
        self.refresh()

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot with what is ready of all that is pushed. Raises SnapshotError where there is none."""
        if self._edition is None:
            raise SnapshotError(self.problem or "nothing is built yet")
        return self._edition.live

    @property
    def fresh(self) -> int:
        """How many pushed articles stand beside the version."""
        return len(self._edition.shelf) if self._edition else 0

    @property
    def is_behind(self) -> bool:
        """Whether something was pushed or removed since the last look."""
        return self._epoch.value != self._seen

    @property
    def settled(self) -> Snapshot | None:
        """The snapshot, or None where some of what was pushed is not ready yet: `settle` makes it."""
        edition = self._edition  # asked once: a moment later another one may serve
        return None if edition is None or edition.waiting else edition.live

    @property
    def distrusted(self) -> dict[str, str]:
        """What is wrong with the files of a version that were read through, by its name."""
        return {name: refusal.problem for name, refusal in self._refusals.items() if refusal.until == inf}

    def look(self) -> None:
        """Hide what was removed, note what was put, and make some of it ready: for a request that `is_behind`."""
        with self._lock:
            if self.is_behind:
                self._seen = self._look(self._edition)

    def settle(self, *named: Name) -> Snapshot:
        """The snapshot in which what is known by these ids and addresses is as it was pushed last.

        Raises SnapshotError where there is none.
        """
        with self._lock:
            if (edition := self._edition) is not None:
                for article_id, url in named:
                    self._read(partial(edition.settle, article_id=article_id, url=url))
            return self.snapshot  # of the same edition: a moment later another one may serve

    def catch_up(self) -> None:
        """Make ready all that was pushed."""
        if self._edition is not None:
            self.look()
            self._fill(self._edition)

    def refresh(self) -> bool:
        """Open the current version if it is another than the open one; returns whether it changed. Takes pushes in."""
        self.woken.clear()
        if not self._epoch.shared:
            self._epoch = Epoch(self._home / "corpus.epoch")
        with self._choosing:
            opened = self._open_current() or self._restarted()
            if opened is not None:
                self._serve(opened)
        with self._lock:
            self._seen = self._look(self._edition)
        if self._edition is not None:
            self._fill(self._edition)
        return opened is not None

    def distrust(self, version: str, problem: str) -> bool:
        """Serve another version than one whose files are damaged; returns whether one serves that is not this."""
        with self._choosing:
            self._refusals[version] = Refusal(problem, self._stamp_of(version))
            if self._edition is None or self._edition.base.version != version:
                return True
            if (opened := self._newest_good()) is None:
                return False
            self._serve(opened)
            self.problem = problem
            return True

    def _serve(self, opened: Edition) -> None:
        # Not before it has all that was pushed, or what is there now would be gone for a moment.
        self._fill(opened)
        with self._lock:
            seen = self._look(opened)
            self._edition, self._stamp = opened, self._stamp_of(opened.base.version)
            self._seen = seen  # last: whoever finds nothing to look at must find the edition that has it

    def _open_current(self) -> Edition | None:
        current = self._releases.current()
        if self._edition and current == self._edition.base.version and self._stamp_of(current) == self._stamp:
            self.problem = None
            return None
        try:
            opened, problem = self._opened(self._releases.current_path().name)
        except (SnapshotError, OSError) as error:
            opened, problem = None, str(error)
        if opened is None and self._edition is None:
            opened = self._newest_good()
        serving = opened or self._edition
        if problem != self.problem and problem and serving:
            log.warning("%s serves on: %s", serving.base.version, problem)
        self.problem = problem
        return opened

    def _newest_good(self) -> Edition | None:
        """Another version where the current one cannot be opened, or is damaged: better older links than none."""
        try:
            versions = self._releases.versions()
        except OSError:
            return None
        tried = (self._opened(version)[0] for version in reversed(versions))
        return next((opened for opened in tried if opened is not None), None)

    def _opened(self, version: str) -> tuple[Edition | None, str | None]:
        """A version that answers; or why there is none, found out now or lately about the same files."""
        known, stamp = self._refusals.get(version), self._stamp_of(version)
        if known and known.stamp == stamp and time.monotonic() < known.until:
            return None, known.problem
        try:
            snapshot = open_snapshot(self._releases.path(version))
            _ = snapshot.articles.addresses
            self._trial(snapshot)
            opened = Edition(snapshot)
        except Exception as error:  # noqa: BLE001 - whatever it is, the version that serves is better
            problem = str(error) if isinstance(error, SnapshotError) else self._described(version, error)
            self._refusals[version] = Refusal(problem, stamp, time.monotonic() + AGAIN_S)
            return None, problem
        self._refusals.pop(version, None)
        return opened, None

    def _described(self, version: str, error: Exception) -> str:
        said = f"{type(error).__name__}: {error}"[:300]
        return f"{self._releases.folder / version}: does not answer ({said}); use another version or build again"

    def _stamp_of(self, version: str | None) -> Stamp | None:
        # Other files under the same name, as where a damaged version was fetched again, are another version.
        try:
            found = (self._releases.folder / (version or "") / MANIFEST).stat()
        except (OSError, ValueError):
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _restarted(self) -> Edition | None:
        """The open version without what was pushed, where the corpus is another file now, as one from a backup."""
        with self._lock:
            if self._corpus is None or not self._corpus.replaced:
                return None
            self._corpus.close()
            self._corpus = None
            return self._edition and Edition(self._edition.base)

    def _look(self, edition: Edition | None) -> bytes:
        seen = self._epoch.value
        if edition is not None:
            self._read(edition.look)
            self._read(edition.fill)
            if edition.waiting:
                self.woken.set()
        return seen

    def _fill(self, edition: Edition) -> None:
        with self._lock:
            self._read(edition.look)
        more = True
        while more:
            with self._lock:
                more = bool(self._read(edition.fill))
            time.sleep(0)  # whoever waits for the lock has it now

    def _read(self, work: Callable[[Corpus], object]) -> object:
        try:
            corpus = self._opened_corpus()
            done = corpus and work(corpus)
        except Exception as error:  # noqa: BLE001 - what is open serves on
            if str(error) != self.unread:  # looked at twice a second, told once
                log.warning("what was pushed cannot be read, what is open serves on: %s", error)
            self.unread = str(error)
            return None
        self.unread = None
        return done

    def _opened_corpus(self) -> Corpus | None:
        path = self._home / "corpus.sqlite"
        if self._corpus is None and path.is_file():
            self._corpus = Corpus(path, CORPUS_WAIT_S)
        return self._corpus
