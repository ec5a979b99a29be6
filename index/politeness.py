"""How gently a site is read: our policy, its robots.txt, and a pause between two requests."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Semaphore

from protego import Protego

from index.address import urlsplit

MAX_DELAY_S = 30.0
"""A longer Crawl-delay would make a night too short for any site."""
MAX_FAILURES = 30
"""Failures in a row after which a host is left alone: each may have cost a minute."""
_NOBODY = "\x7f"
"""A name that is in no User-Agent."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a site is read: who we say we are, and how gently. `delay_s` lies between two requests to one host.

    `timeout_s` is for each step of a request, `total_s` for a page with all its tries and redirects. `proxy` is
    http://[user:password@]host[:port], or empty. Raises ValueError where it is not.
    """

    user_agent: str = "related-articles"
    concurrency: int = 2
    delay_s: float = 0.5
    timeout_s: float = 20.0
    total_s: float = 60.0
    attempts: int = 4
    allow_private: bool = False
    proxy: str = field(default="", repr=False)  # it may hold a password

    def __post_init__(self) -> None:
        if self.proxy and not _is_proxy(self.proxy):
            raise ValueError("proxy: must look like http://proxy.example:3128, or http://user:password@…")


class Robots:
    """The rules of one site's robots.txt for us."""

    def __init__(self, text: str, user_agent: str) -> None:
        self._rules, self._user_agent = Protego.parse(_for_us(text, user_agent.lower())), user_agent

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


class Patience:
    """Which hosts have failed so often in a row that they are not asked again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures: dict[str, int] = {}
        self._reasons: dict[str, str] = {}

    def note(self, host: str, failure: str | None) -> None:
        """A request to this host failed, or did not."""
        with self._lock:
            if failure is None:
                self._failures.pop(host, None)
            else:
                self._failures[host] = self._failures.get(host, 0) + 1
                self._reasons[host] = failure

    def reason_against(self, host: str) -> str | None:
        """How the host failed at last, if it is to be left alone."""
        with self._lock:
            return self._reasons[host] if self._failures.get(host, 0) >= MAX_FAILURES else None


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0 and parts.path in ("", "/")
        return parts.scheme == "http" and named and address.isascii()
    except ValueError:
        return False


def _for_us(text: str, user_agent: str) -> str:
    """The rules, with only the best name for us kept: each rule is stored once for each name that it follows."""
    named = [(line, _named_in(line)) for line in text.splitlines()]
    fitting = (name for name in {name for _, name in named if name and name in user_agent} if _fits(name, user_agent))
    best = max(fitting, key=len, default="*")
    return "\n".join(
        line if name is None else f"User-agent: {best if name == best else _NOBODY}" for line, name in named
    )


def _named_in(line: str) -> str | None:
    words = line.partition("#")[0].replace(":", " ", 1).lower().split()
    first = 2 if words[:2] == ["user", "agent"] else 1 if words[:1] in (["user-agent"], ["useragent"]) else None
    if first is None:
        return None
    name = " ".join(words[first:])
    return name if name == "*" else name.replace("*", "")


def _fits(name: str, user_agent: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}", user_agent) is not None
