"""Limits on how often: unseen texts an address, writes a key. Counted in this process's memory, which is bounded."""

import time
from ipaddress import IPv6Address, ip_address
from math import ceil

from fastapi import HTTPException, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from recommender.allowance import Allowance

MOST_COUNTED = 4_096
"""So many clients are counted at once; more make it forget them all, which costs less than remembering."""
BLOCK = 64 * 1024
BLOCKS_PER_TEXT, FEWEST_BLOCKS = 10, 130
"""Posted bodies are counted by their size before anything looks into them; two of the largest are always taken."""


class Rates:
    """Raises HTTPException 429, with Retry-After, for whoever asks for more than is allowed."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        # One number a client, however often it asks.
        self._posted = MemoryStorage()
        self._posts = FixedWindowRateLimiter(self._posted)

    def texts(self, request: Request, count: int = 1) -> None:
        """Count texts that must be embedded to be answered."""
        if len(self._storage.events) > MOST_COUNTED:
            self._storage.reset()
        self._count(self._window, "unseen texts", self.allowance.texts_per_minute, _network(request), count)

    def posts(self, request: Request, size: int) -> None:
        """Count a body of so many bytes, whatever is in it."""
        if len(self._posted.storage) > MOST_COUNTED:
            self._posted.reset()
        texts = self.allowance.texts_per_minute
        limit = texts and max(BLOCKS_PER_TEXT * texts, FEWEST_BLOCKS)
        self._count(self._posts, "posted blocks of 64 KiB", limit, _network(request), 1 + size // BLOCK)

    def write(self, key: str) -> None:
        """Count a request that writes with the key of this name."""
        self._count(self._window, "writes", self.allowance.writes_per_minute, key, 1)

    def _count(self, window: RateLimiter, what: str, limit: int, client: str, count: int) -> None:
        if not limit or not count:
            return
        item = RateLimitItemPerMinute(limit)
        if not window.hit(item, what, client, cost=count):
            wait_s = max(1, ceil(window.get_window_stats(item, what, client).reset_time - time.time()))
            detail = f"more than {limit:,} {what} in a minute; come back in {wait_s} s"
            raise HTTPException(429, detail, {"Retry-After": str(wait_s)})


def _network(request: Request) -> str:
    # Who has one address of IPv6 has 2^64 of them.
    host = request.client.host if request.client else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(int(address) >> 64)
    return str(address)
