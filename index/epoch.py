"""A signal that every process of a home sees at once: eight bytes in a shared file, other ones after every change."""

import mmap
import os
from pathlib import Path

_BYTES = 8


class Epoch:
    """Tells that something has changed, not what. Reading it costs a tenth of a microsecond.

    Where the file cannot be made or opened, as in a home that only can be read, it never changes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._map: mmap.mmap | bytes = self._open() or bytes(_BYTES)

    @property
    def value(self) -> bytes:
        """What changes whenever anything has changed."""
        return self._map[:_BYTES]

    @property
    def shared(self) -> bool:
        """Whether the file could be opened."""
        return isinstance(self._map, mmap.mmap)

    def signal(self) -> None:
        """Tell every process. A random value, since two that count at once might count to the same."""
        if isinstance(self._map, mmap.mmap):
            self._map[:_BYTES] = os.urandom(_BYTES)

    def _open(self) -> mmap.mmap | None:
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError:
            return None
        try:
            if os.fstat(handle).st_size < _BYTES:
                os.ftruncate(handle, _BYTES)
            return mmap.mmap(handle, _BYTES)
        finally:
            os.close(handle)
