"""Files on disk: replaced as a whole, forced there, and told apart by what is in them."""

import os
import secrets
from hashlib import sha256
from pathlib import Path


def sync(path: Path) -> None:
    """Force a file's or folder's contents to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Let a file hold this text: all of it, or what it held before, whatever happens; on disk when this returns."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))  # a file's name need not be UTF-8
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync(path.parent)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        digest = sha256()
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
