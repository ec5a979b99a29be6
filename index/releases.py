"""Releases: the built versions of a home, and which of them is current.

A version is written beside, read back, renamed into `versions/`, and only then does the `current` link point to it;
each step is forced to disk before the next, so a kill or a power cut leaves the old version serving.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from index.durable import sync
from index.snapshot import MANIFEST, SnapshotError, read_manifest, verify_snapshot, write_manifest

KEPT = 5
_UNFINISHED = ".building-"


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
        """A folder to write a new version into; it is verified and kept if the block ends well, and else removed.

        Raises SnapshotError where it cannot be written.
        """
        self._sweep()
        unfinished = self.folder / (_UNFINISHED + version)
        try:
            unfinished.mkdir(parents=True)
            yield unfinished
            verify_snapshot(unfinished)
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
        origin = self.current_path()
        version = new_version(datetime.now(UTC), self.versions())
        with self.locked(), self.writing(version) as folder:
            for path in origin.iterdir():
                if path.name not in files and path.name != MANIFEST:
                    os.link(path, folder / path.name)
            for name, content in files.items():
                (folder / name).write_bytes(content)
            write_manifest(folder, read_manifest(origin) | {"version": version, **changes})
        self.use(version)
        return version

    def use(self, version: str) -> None:
        """Serve this version from now on; running servers notice within a second. Raises SnapshotError."""
        verify_snapshot(self.path(version))
        beside = self.home / f".current-{os.getpid()}"
        with suppress(FileNotFoundError):
            beside.unlink()
        beside.symlink_to(Path("versions") / version)
        beside.replace(self._link)
        sync(self.home)

    def prune(self, kept: int = KEPT) -> list[str]:
        """Remove all but the newest `kept` versions, never the current one; returns the names removed."""
        old = [version for version in self.versions()[:-kept] if version != self.current()]
        for version in old:
            shutil.rmtree(self.folder / version)
        return old

    def _sweep(self) -> None:
        # What a killed build left behind.
        for path in self.folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(path, ignore_errors=True)
