"""Versions copied elsewhere: to and from S3, Google Cloud Storage, Azure or a folder, by obstore.

versions/<name>/…   the files of a version, its manifest last
current.json        the pointer: which version is served, and the SHA-256 of its manifest

The pointer is swapped last, and only if it is still the one that was read before: a copy that is killed leaves the old
one in place, and of two at once one is told. Objects are put whole or not at all, and no two versions have one name, so
a file of the same size in the same version is the same file.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlsplit

from index.durable import sync
from index.releases import KEPT, Releases
from index.snapshot import MANIFEST, read_manifest, verify_snapshot

if TYPE_CHECKING:  # an extra
    from obstore.store import ObjectStore

POINTER = "current.json"
CHUNK = 8 << 20

_NAME = re.compile(r"\w[\w.-]*")
_SCHEMES = ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "adl", "file")
_DURATION = re.compile(r" in \d[\d.]*(?:ns|µs|ms|s)\b")
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|SAS")


class RemoteError(Exception):
    """A copy that cannot be made or fetched: says where, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which version a remote place serves, the SHA-256 of its manifest, and what the pointer is swapped against."""

    version: str
    manifest: str
    mark: dict[str, str | None]


class Remote:
    """A place that holds versions, by its URL. Credentials come from the environment. Raises RemoteError."""

    def __init__(self, url: str) -> None:
        self.url, self._folder = url, _folder(url)
        self._store = _opened(url)

    def pointer(self) -> Pointer | None:
        """What the place serves, or None where nothing was published yet."""
        with self._telling():
            try:
                found = self._obstore.get(self._store, POINTER)
            except FileNotFoundError:
                return None
            mark = {name: found.meta[name] for name in ("e_tag", "version") if found.meta[name] is not None}
            content = bytes(found.bytes())
        try:
            said = json.loads(content)
            return Pointer(_plain(said["version"]), str(said["manifest"]), mark)
        except (ValueError, KeyError, TypeError) as error:
            raise RemoteError(f"{self.url}/{POINTER}: no pointer ({error}); publish again") from error

    def publish(self, releases: Releases, version: str) -> int:
        """Copy a version there and point to it; returns how many files were sent. Raises SnapshotError."""
        folder = releases.path(version)
        verify_snapshot(folder)
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

        Raises SnapshotError where a file is damaged, and BusyError.
        """
        if (pointer := self.pointer()) is None:
            raise RemoteError(f"{self.url}: nothing is published there; `recommender publish --to` does")
        if pointer.version not in releases.versions():
            with releases.locked(), releases.writing(pointer.version) as folder, self._telling():
                self._fetch(pointer, folder)
        releases.use(pointer.version)
        releases.prune()
        return pointer.version

    def _fetch(self, pointer: Pointer, folder: Path) -> None:
        self._get(pointer.version, MANIFEST, folder)
        if sha256((folder / MANIFEST).read_bytes()).hexdigest() != pointer.manifest:
            raise RemoteError(f"{self.url}: the manifest of {pointer.version} is damaged; publish another version")
        for name in read_manifest(folder)["files"]:
            self._get(pointer.version, _plain(name), folder)
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
        return _obstore()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (self._obstore.exceptions.BaseError, FileNotFoundError, PermissionError) as error:
            raise RemoteError(f"{self.url}: {_told(error)}") from None


def _opened(url: str) -> "ObjectStore":
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query:
        raise RemoteError("the address carries credentials; leave them to the environment")
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.path.strip("/")):
        raise RemoteError(f"{url}: no place that can be copied to; write s3://, gs://, az:// or file:///FOLDER")
    obstore, more = _obstore(), dict[str, Any]()
    if parts.scheme == "file":
        more = {"mkdir": True}
    else:
        # Large files take their time; a place that does not answer should be told of within a minute.
        more["client_options"] = {"timeout": "30m", "connect_timeout": "10s", "allow_http": _may_be_plain()}
        more["retry_config"] = {"max_retries": 3, "retry_timeout": timedelta(seconds=60)}
    try:
        store: ObjectStore = obstore.store.from_url(url, **more)
    except (obstore.exceptions.BaseError, ValueError) as error:
        raise RemoteError(f"{url}: {_told(error)}") from None
    return store


def _may_be_plain() -> bool:
    # A client of our own does not read what the services' own variables say of it.
    return any(os.environ.get(f"{name}_ALLOW_HTTP", "").lower() == "true" for name in ("AWS", "AZURE", "GOOGLE"))


def _obstore() -> Any:
    try:
        import obstore
        import obstore.exceptions
        import obstore.store
    except ImportError:
        raise RemoteError("copies elsewhere need an extra: pip install 'related-articles[remote]'") from None
    return obstore


def _folder(url: str) -> Path | None:
    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None


def _plain(name: object) -> str:
    # Names from elsewhere become names of files here.
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise RemoteError(f"{name!r}: no name of a version or of a file in one; whoever published it is not us")
    return name


def _told(error: BaseException) -> str:
    """The first line of an error, the same each time, without anything secret that a service may have repeated."""
    line = _DURATION.sub("", next(iter(str(error).splitlines()), type(error).__name__))
    for name, value in os.environ.items():
        if _SECRET.search(name) and len(value) >= 8:
            line = line.replace(value, "…")
    return line[:300]
