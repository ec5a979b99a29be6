"""How gently a site is read: our policy, its robots.txt, and a pause between two requests."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, Semaphore

from protego import Protego

MAX_DELAY_S = 30.0
"""A longer Crawl-delay would make a night too short for any site."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a site is read: who we say we are, and how gently. `delay_s` lies between two requests to one host."""

    user_agent: str = "related-articles"
    concurrency: int = 2
    delay_s: float = 0.5
    timeout_s: float = 20.0
    total_s: float = 60.0
    attempts: int = 4
    allow_private: bool = False


class Robots:
    """The rules of one site's robots.txt for us."""

    def __init__(self, text: str, user_agent: str) -> None:
        self._rules, self._user_agent = Protego.parse(text), user_agent

    @property
    def delay_s(self) -> float:
        """The pause that the site asks for, in seconds, 0 where it asks for none."""
        return min(float(self._rules.crawl_delay(self._user_agent) or 0.0), MAX_DELAY_S)

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps that the site names."""
        return list(self._rules.sitemaps)

    def allows(self, url: str) -> bool:
        """Whether we may fetch this address."""
        return bool(self._rules.can_fetch(url, self._user_agent))


class Gates:
    """One gate a host: so many requests at once, and a pause between the beginnings of two."""

    def __init__(self, concurrency: int, sleep: Callable[[float], None]) -> None:
        self._concurrency, self._sleep = concurrency, sleep
        self._lock = Lock()
        self._slots: dict[str, Semaphore] = {}
        self._next: dict[str, float] = {}

    @contextmanager
    def of(self, host: str, delay_s: float) -> Iterator[None]:
        """Wait for this host's turn, and hold it."""
        with self._lock:
            slots = self._slots.setdefault(host, Semaphore(self._concurrency))
        with slots:
            with self._lock:
                now = time.monotonic()
                turn = max(now, self._next.get(host, now))
                self._next[host] = turn + delay_s
            if turn > now:
                self._sleep(turn - now)
            yield
