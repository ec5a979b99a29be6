"""Bounded decompression: what is packed small must not fill the memory when it is unpacked."""

import zlib
from collections.abc import Iterable, Iterator

_GZIP = b"\x1f\x8b"
PIECE = 4_096
"""Bytes given to zlib at once: it copies what follows the end of each member, and a member may have 20 bytes."""
_EITHER = 32 + zlib.MAX_WBITS
"""zlib's own code for: gzip or zlib, as the first bytes say."""


class TooLargeError(ValueError):
    """More bytes than are taken."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit:,} bytes")


def is_gzip(content: bytes) -> bool:
    """Whether these bytes begin like a gzip file."""
    return content.startswith(_GZIP)


def gunzip(content: bytes, limit: int) -> bytes:
    """The unpacked bytes of a gzip file, as far as they go where it is cut short. Raises TooLargeError, ValueError."""
    return joined(inflated([content], limit), limit)


def joined(parts: Iterable[bytes], limit: int) -> bytes:
    """All parts as one. Raises TooLargeError as soon as they are more than `limit` bytes."""
    whole = bytearray()
    for part in parts:
        whole += part
        if len(whole) > limit:
            raise TooLargeError(limit)
    return bytes(whole)


def inflated(parts: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The unpacked parts of a gzip or zlib stream, never more than `limit` bytes at once. Raises ValueError."""
    inflater, whole, held = zlib.decompressobj(_EITHER), False, b""
    for piece in _pieces(parts):
        rest, held = held + piece, b""
        while rest:
            if whole:  # a gzip file may be several, one after the other
                if len(rest) < len(_GZIP):
                    held = rest
                    break
                if not is_gzip(rest):
                    return
                inflater, whole = zlib.decompressobj(_EITHER), False
            try:
                yield inflater.decompress(rest, limit + 1)
            except zlib.error as error:
                raise ValueError(f"damaged compression ({error})") from error
            whole = inflater.eof
            rest = inflater.unused_data if whole else inflater.unconsumed_tail


def _pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        for start in range(0, len(part), PIECE):
            yield part[start : start + PIECE]
