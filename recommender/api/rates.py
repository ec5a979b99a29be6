"""Limits on how often: unseen texts an address, writes a key. Counted in this process's memory, which is bounded."""

import time
from ipaddress import IPv6Address, ip_address
from math import ceil

from fastapi import HTTPException, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from recommender.allowance import Allowance

MOST_COUNTED = 4_096
"""So many clients are counted at once; more make it forget them all, which costs less than remembering."""


class Rates:
    """Raises HTTPException 429, with Retry-After, for whoever asks for more than is allowed."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)

    def texts(self, request: Request, count: int = 1) -> None:
        """Count texts that must be embedded to be answered."""
        self._count("unseen texts", self.allowance.texts_per_minute, _network(request), count)

    def write(self, key: str) -> None:
        """Count a request that writes with the key of this name."""
        self._count("writes", self.allowance.writes_per_minute, key, 1)

    def _count(self, what: str, limit: int, client: str, count: int) -> None:
        if not limit or not count:
            return
        if len(self._storage.events) > MOST_COUNTED:
            self._storage.reset()
        item = RateLimitItemPerMinute(limit)
        if not self._window.hit(item, what, client, cost=count):
            wait_s = max(1, ceil(self._window.get_window_stats(item, what, client).reset_time - time.time()))
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
