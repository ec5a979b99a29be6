"""Releases: the built versions of a home, and which of them is current.

A version is written beside, read back, renamed into `versions/`, and only then does the `current` link point to it;
each step is forced to disk before the next, so a kill or a power cut leaves the old version serving.

Two locks, both given back by a kill. `build.lock` is held for as long as a version is made, which may take hours.
`versions.lock` is shared by all who read a version that is not current, and held alone while one is taken away: so
`use` works at once during a build, and nothing is removed that is being looked at.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from index.durable import sync
from index.inspection import inspect
from index.snapshot import SnapshotError, read_manifest, write_manifest

KEPT = 5
_UNFINISHED, _REMOVED, _LINK = ".building-", ".removed-", ".current-"


def new_version(moment: datetime, known: Sequence[str] = ()) -> str:
    """A name for a version made now: names sort by time, no two are equal, and none sorts before a `known` one."""
    name = f"{moment:%Y%m%dT%H%M%S}-{moment.microsecond:05x}{uuid4().hex[:3]}"
    if known and name < (last := max(known)):
        # The clock was set back. What sorts as older than it is would be pruned first.
        with suppress(ValueError):
            return new_version(datetime.strptime(last[:15], "%Y%m%dT%H%M%S") + timedelta(seconds=1))
    return name


class BusyError(Exception):
    """A home that somebody else is writing to: says which, and what to do next."""


class Releases:
    """The versions under `home/versions`, newest last, and the link `home/current`."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder, self._link = home, home / "versions", home / "current"

    def versions(self) -> list[str]:
        """Names of the complete versions, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir() and path.name[0] != ".")

    def current(self) -> str | None:
        """The name of the version that is served, or None."""
        try:
            return self._link.readlink().name
        except OSError:
            return None

    def path(self, version: str) -> Path:
        """The folder of a version. Raises SnapshotError."""
        if version not in self.versions():
            known = ", ".join(self.versions()) or "none; run build first"
            raise SnapshotError(f"{version}: no such version; there are: {known}")
        return self.folder / version

    def current_path(self) -> Path:
        """The folder of the version that is served. Raises SnapshotError."""
        if (version := self.current()) is None:
            raise SnapshotError(f"{self.home}: nothing is built here yet; run build first, or name another --home")
        return self.path(version)

    def manifest(self, version: str) -> dict[str, Any]:
        """The manifest of a version. Raises SnapshotError."""
        return read_manifest(self.path(version))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who builds or revises here; a kill gives the lock back. Raises BusyError."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "build.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError(f"{self.home}: another build is running here; wait for it to end") from error
            yield

    @contextmanager
    def writing(self, version: str) -> Iterator[Path]:
        """A folder to write a version into; it is inspected and kept if the block ends well, and else removed.

        It takes the place of one of the same name, which can only be damaged. Raises SnapshotError where it cannot be
        written, or may not be served.
        """
        self._sweep(_UNFINISHED)
        unfinished = self.folder / (_UNFINISHED + version)
        try:
            unfinished.mkdir(parents=True)
            yield unfinished
            inspect(unfinished)
            if (self.folder / version).exists():
                with self._reading(fcntl.LOCK_EX):
                    self._hide(version)
                    unfinished.rename(self.folder / version)
            else:
                unfinished.rename(self.folder / version)
            sync(self.folder)
        except OSError as error:
            raise SnapshotError(
                f"{self.folder}: the new version cannot be written ({error}); make room on the disk, or see who may "
                "write there"
            ) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def revise(self, files: Mapping[str, bytes], changes: Mapping[str, Any]) -> str:
        """Publish the current version again with other `files` in it and `changes` to its manifest; returns its name.

        All other files are shared with the version it comes from. Raises SnapshotError, BusyError.
        """
        version = new_version(datetime.now(UTC), self.versions())
        with self.locked():
            with self.writing(version) as folder, self.held(self.current_path().name) as origin:
                manifest = read_manifest(origin)
                for name in manifest["files"].keys() - files.keys():
                    os.link(origin / name, folder / name)
                for name, content in files.items():
                    (folder / name).write_bytes(content)
                write_manifest(folder, manifest | {"version": version, **changes})
            self.use(version, inspected=True)
        return version

    @contextmanager
    def held(self, version: str) -> Iterator[Path]:
        """The folder of a version, which nobody removes meanwhile. Raises SnapshotError."""
        with self._reading(fcntl.LOCK_SH):
            yield self.path(version)

    def use(self, version: str, *, inspected: bool = False) -> None:
        """Serve this version from now on; running servers notice within a second. Raises SnapshotError.

        It is inspected first, unless that was done just now.
        """
        with self.held(version) as folder:
            if not inspected:
                inspect(folder)
            beside = self.home / f"{_LINK}{secrets.token_hex(8)}"
            beside.symlink_to(Path("versions") / version)
            beside.replace(self._link)
            sync(self.home)

    def prune(self, kept: int = KEPT) -> list[str]:
        """Remove all but the newest `kept` versions, never the current one; returns the names removed.

        Where somebody is reading a version, none is removed: the next time does it.
        """
        old = list[str]()
        with suppress(BlockingIOError), self._reading(fcntl.LOCK_EX | fcntl.LOCK_NB):
            old = [version for version in self.versions()[:-kept] if version != self.current()]
            for version in old:
                self._hide(version)
            for link in self.home.glob(f"{_LINK}*"):  # a killed `use` left it
                link.unlink(missing_ok=True)
        if self.folder.is_dir():
            sync(self.folder)  # or a power cut could leave half a version under its name
        self._sweep(_REMOVED)
        return old

    def _hide(self, version: str) -> None:
        (self.folder / version).rename(self.folder / f"{_REMOVED}{version}-{secrets.token_hex(4)}")

    def _sweep(self, prefix: str) -> None:
        # Also what was left by those that were killed.
        for path in self.folder.glob(f"{prefix}*"):
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _reading(self, mode: int) -> Iterator[None]:
        handle = _opened(self.home / "versions.lock")
        try:
            if handle is not None:
                fcntl.flock(handle, mode)
            yield
        finally:
            if handle is not None:
                os.close(handle)


def _opened(lock: Path) -> int | None:
    # Whoever may only read needs no more to share it; where there is no lock yet, nothing was ever removed.
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        with suppress(OSError):
            return os.open(lock, flags, 0o666)
    return None
