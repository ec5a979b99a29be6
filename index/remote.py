"""Versions copied elsewhere: to and from S3, Google Cloud Storage, Azure or a folder, by obstore.

versions/<name>/…   the files of a version, its manifest last
current.json        the pointer: which version is served, and the SHA-256 of its manifest

The pointer is swapped last, and only if it is still the one that was read before: a copy that is killed leaves the old
one in place, and of two at once one is told. Objects are put whole or not at all, and no two versions have one name, so
a file of the same size in the same version is the same file.

Whoever may write there is not believed: a version that is pulled is inspected before it is served, and never executed.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from index.documents import MOST_BYTES, as_object, parse_json
from index.durable import digest_of, sync
from index.inspection import inspect
from index.manifest import is_model_id, is_plain
from index.releases import KEPT, Releases
from index.shown import shown
from index.snapshot import MANIFEST, SnapshotError, read_manifest
from index.stores import RemoteError, folder_of, obstore, open_store, told

__all__ = ["POINTER", "Pointer", "Remote", "RemoteError"]

POINTER = "current.json"
CHUNK = 8 << 20
MOST_POINTER = 1 << 16


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which version a remote place serves, the SHA-256 of its manifest, and what the pointer is swapped against."""

    version: str
    manifest: str
    mark: dict[str, str | None]


class Remote:
    """A place that holds versions, by its URL. Credentials come from the environment. Raises RemoteError."""

    def __init__(self, url: str) -> None:
        self._store = open_store(url)
        self.url, self._folder = url, folder_of(url)

    def pointer(self) -> Pointer | None:
        """What the place serves, or None where nothing was published yet."""
        with self._telling():
            try:
                found = self._obstore.get(self._store, POINTER)
            except FileNotFoundError:
                return None
            mark = {name: found.meta[name] for name in ("e_tag", "version") if found.meta[name] is not None}
            content = bytes(found.bytes()) if found.meta["size"] <= MOST_POINTER else b""
        try:
            said = as_object(parse_json(content))
            return Pointer(_plain(said["version"]), str(said["manifest"]), mark)
        except (ValueError, KeyError) as error:
            raise RemoteError(f"{self.url}/{POINTER}: no pointer ({error}); publish again") from error

    def publish(self, releases: Releases, version: str) -> int:
        """Copy a version there and point to it; returns how many files were sent.

        Raises SnapshotError where it may not be served, here or elsewhere.
        """
        with releases.held(version) as folder:
            inspect(folder)
            _check_model(folder)
            return self._publish(folder, version)

    def _publish(self, folder: Path, version: str) -> int:
        before = self.pointer()
        files = [*read_manifest(folder)["files"], MANIFEST]
        with self._telling():
            held = self._sizes(f"versions/{version}")
            sent = [name for name in files if held.get(name) != (folder / name).stat().st_size]
            for name in sent:
                self._obstore.put(self._store, f"versions/{version}/{name}", folder / name)
        digest = sha256((folder / MANIFEST).read_bytes()).hexdigest()
        if before is None or (before.version, before.manifest) != (version, digest):
            self._swap(before, {"version": version, "manifest": digest})
        self._prune(version)
        return len(sent)

    def pull(self, releases: Releases) -> str:
        """Copy the version that the place points to into a home, and serve it; returns its name.

        Raises SnapshotError where it is damaged or may not be served, and BusyError.
        """
        if (pointer := self.pointer()) is None:
            raise RemoteError(f"{self.url}: nothing is published there; `recommender publish --to` does")
        with releases.locked():
            if not _is_whole(releases, pointer):
                with releases.writing(pointer.version) as folder, self._telling():
                    self._fetch(pointer, folder)
            releases.use(pointer.version, inspected=True)
            releases.prune()
        return pointer.version

    def _fetch(self, pointer: Pointer, folder: Path) -> None:
        sizes = self._sizes(f"versions/{pointer.version}")
        if sizes.get(MANIFEST, 0) <= MOST_BYTES:
            self._get(pointer.version, MANIFEST, folder)
        if not _has_manifest(folder, pointer):
            raise RemoteError(f"{self.url}: the manifest of {pointer.version} is damaged; publish another version")
        files = _check_model(folder)["files"]
        needed, free = sum(sizes.get(name, 0) for name in files), shutil.disk_usage(folder).free
        if needed > free:
            raise RemoteError(f"{self.url}: {pointer.version} takes {needed:,} bytes, {free:,} are free; make room")
        for name in files:
            self._get(pointer.version, name, folder)
        sync(folder)

    def _get(self, version: str, name: str, folder: Path) -> None:
        with (folder / name).open("wb") as file:
            for chunk in self._obstore.get(self._store, f"versions/{version}/{name}").stream(min_chunk_size=CHUNK):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())

    def _swap(self, before: Pointer | None, after: dict[str, str]) -> None:
        content = json.dumps(after).encode()
        exceptions = self._obstore.exceptions
        with self._telling():
            try:
                if self._folder:
                    self._swap_in_folder(before, content)
                else:
                    mode: Literal["create"] | dict[str, str | None] = before.mark if before else "create"
                    self._obstore.put(self._store, POINTER, content, mode=mode)
            except (exceptions.PreconditionError, exceptions.AlreadyExistsError) as error:
                raise RemoteError(
                    f"{self.url}: another version was published meanwhile, and stays; look at it, then publish again"
                ) from error

    def _swap_in_folder(self, before: Pointer | None, content: bytes) -> None:
        # A file system cannot compare and swap: who holds the folder may look and then write.
        handle = os.open(str(self._folder), os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if self.pointer() != before:
                raise self._obstore.exceptions.PreconditionError(POINTER)
            self._obstore.put(self._store, POINTER, content)
        finally:
            os.close(handle)

    def _prune(self, published: str) -> None:
        pointed = self.pointer()
        with self._telling():
            found = self._obstore.list_with_delimiter(self._store, "versions")["common_prefixes"]
            versions = sorted(prefix.rsplit("/", 1)[-1] for prefix in found)
            for version in set(versions[:-KEPT]) - {published, pointed and pointed.version}:
                names = self._sizes(f"versions/{version}")
                # Without its manifest it is no version any more, so that goes first.
                for name in sorted(names, key=lambda name: name != MANIFEST):
                    self._obstore.delete(self._store, f"versions/{version}/{name}")

    def _sizes(self, prefix: str) -> dict[str, int]:
        return {
            one["path"].rsplit("/", 1)[-1]: one["size"]
            for batch in self._obstore.list(self._store, prefix)
            for one in batch
        }

    @property
    def _obstore(self) -> Any:
        return obstore()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (self._obstore.exceptions.BaseError, FileNotFoundError, PermissionError) as error:
            raise RemoteError(f"{self.url}: {told(error)}") from None


def _plain(name: object) -> str:
    # A name from elsewhere becomes that of a folder here.
    if not (isinstance(name, str) and is_plain(name)):
        raise RemoteError(f"{shown(name)}: no name of a version; whoever published it is not us")
    return name


def _is_whole(releases: Releases, pointer: Pointer) -> bool:
    try:
        with releases.held(pointer.version) as folder:
            if not _has_manifest(folder, pointer):
                return False
            inspect(folder)
            _check_model(folder)
    except SnapshotError:
        return False
    return True


def _has_manifest(folder: Path, pointer: Pointer) -> bool:
    path = folder / MANIFEST
    return path.is_file() and digest_of(path) == pointer.manifest


def _check_model(folder: Path) -> dict[str, Any]:
    """The manifest of a version that can be served on any machine. Raises SnapshotError."""
    manifest = read_manifest(folder)
    name = manifest["model"]["name"]
    if not is_model_id(name):
        # A folder holds another model elsewhere, or one that somebody put there to be loaded.
        raise SnapshotError(
            f"{folder}: its model, {shown(name)}, is a folder of the machine that built it; build with the name of a "
            "model, or its id on the hub"
        )
    return manifest
