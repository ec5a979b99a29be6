"""The keys that may write to a home: shown once, kept only as hashes, noticed by running servers at once."""

import fcntl
import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from index.durable import replace_whole
from recommender.links import NotFoundError

PREFIX = "rk_"
BYTES = 32

Signature = tuple[int, int, int, int]


class KeysError(Exception):
    """Keys that cannot be read or made: says which file or name, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key. A random one of 256 bits cannot be guessed, so its hash need not be a slow one."""

    name: str
    sha256: str
    added: str


class Keys:
    """The keys of one home, in its `keys.json`.

    It holds hashes, so it may be read. A group may write it, as where containers share a volume; anybody may not.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "keys.json"
        self._seen: Signature | None = None
        self._keys: tuple[Key, ...] = ()

    def __iter__(self) -> Iterator[Key]:
        """The keys as the file has them now, oldest first. Raises KeysError."""
        if (signature := self._signature()) != self._seen:
            if signature and signature[-1] & stat.S_IWOTH:
                raise KeysError(f"{self.path}: any user of this machine could add a key to it; chmod o-w {self.path}")
            self._keys, self._seen = self._read() if signature else (), signature
        return iter(self._keys)

    def name_of(self, given: str) -> str | None:
        """The name under which this key was added, or None where it is none of ours. Raises KeysError."""
        digest, found = _digest(given), None
        for key in self:  # all of them, so that the time tells nothing
            if hmac.compare_digest(key.sha256, digest):
                found = key.name
        return found

    def add(self, name: str) -> str:
        """Make a key, and return it: it cannot be read again. Raises KeysError."""
        with self._writing() as keys:
            if name in (key.name for key in keys):
                raise KeysError(f"{name!r}: there is a key of this name; add another name, or remove this one first")
            given = PREFIX + secrets.token_urlsafe(BYTES)
            self._write([*keys, Key(name, _digest(given), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")])
        return given

    def remove(self, name: str) -> None:
        """Let nobody write with the key of this name any more. Raises NotFoundError, KeysError."""
        with self._writing() as keys:
            if name not in (key.name for key in keys):
                raise NotFoundError(f"{name!r}: no key of this name; `recommender keys list` shows them")
            self._write([key for key in keys if key.name != name])

    def _signature(self) -> Signature | None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(error) from error
        return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode

    def _read(self) -> tuple[Key, ...]:
        try:
            return tuple(Key(**row) for row in json.loads(self.path.read_text(encoding="utf-8"))["keys"])
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> KeysError:
        return KeysError(f"{self.path}: cannot be read ({error}); let the server's user read it, or remove it")

    @contextmanager
    def _writing(self) -> Iterator[list[Key]]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield list(self)
        finally:
            os.close(folder)

    def _write(self, keys: list[Key]) -> None:
        replace_whole(self.path, json.dumps({"keys": [asdict(key) for key in keys]}, indent=1), mode=0o600)


def _digest(given: str) -> str:
    return sha256(given.encode("utf-8", "surrogatepass")).hexdigest()
