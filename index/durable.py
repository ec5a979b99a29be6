"""Files on disk: forced there, and told apart by what is in them."""

import os
from hashlib import sha256
from pathlib import Path


def sync(path: Path) -> None:
    """Force a file's or folder's contents to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        digest = sha256()
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
