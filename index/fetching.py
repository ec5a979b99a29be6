"""Polite fetching: one identity, robots.txt, a few requests at once and a pause for each host, back-off, and limits."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Lock
from urllib.request import getproxies_environment

import httpcore2
import httpx2
import stamina

from index.address import urlsplit
from index.answers import Fetched, FetchError, NoPageError, read_answer, target
from index.marks import Mark
from index.network import Budget, EndedError
from index.politeness import Gates, Patience, Policy, Robots
from index.transport import MAX_HEAD, Transport

__all__ = ["MAX_PAGE", "FetchError", "Fetched", "Fetcher", "NoPageError", "Policy"]

MAX_PAGE = 10 * 1024 * 1024
MAX_ROBOTS = 512 * 1024
MAX_REDIRECTS = 5
BUSY = (429, 500, 502, 503, 504)
ENVIRONMENT = "; proxies in the environment are not used: name one as proxy under [fetch]"
stamina.instrumentation.set_on_retry_hooks([])  # they write to standard output, which is for machines

_FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpx2.RequestError,
)


class UnansweredError(FetchError):
    """No answer, or none that ends within our limits."""


class Fetcher:
    """Fetches from any number of threads, within the policy."""

    def __init__(self, policy: Policy, sleep: Callable[[float], None] = time.sleep) -> None:
        self.policy = policy
        self._transport = Transport(policy.proxy, policy.allow_private)
        self._client = httpx2.Client(
            headers={"User-Agent": policy.user_agent, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # none: what a site lets us keep has no end
            timeout=policy.timeout_s,
            transport=self._transport,
            trust_env=False,  # neither its proxies nor .netrc
        )
        self._gates = Gates(policy.concurrency, sleep)
        self._patience = Patience()
        self._robots: dict[str, Robots | str] = {}
        self._lock = Lock()
        self._asking: defaultdict[str, Lock] = defaultdict(Lock)

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, url: str, mark: Mark | None = None, limit: int = MAX_PAGE, types: Sequence[str] = ()) -> Fetched:
        """What is at this address now, at most `limit` bytes of it, unpacked, and only if of these media types.

        Raises FetchError.
        """
        headers = {"Accept": ", ".join(types)} if types else {}
        if mark and mark.etag:
            headers["If-None-Match"] = mark.etag
        if mark and mark.last_modified:
            headers["If-Modified-Since"] = mark.last_modified
        budget = Budget(self.policy.total_s)
        for _ in range(MAX_REDIRECTS + 1):
            robots = self.robots(url)
            if not robots.allows(url):
                raise FetchError("robots.txt forbids it")
            fetched = self._persistently(url, headers, limit, max(self.policy.delay_s, robots.delay_s), budget)
            if isinstance(fetched, Fetched):
                return fetched
            url = fetched
        raise FetchError(f"more than {MAX_REDIRECTS} redirects")

    def robots(self, url: str) -> Robots:
        """The rules of this address's site, asked for once. Raises FetchError."""
        parts = urlsplit(target(url, url))
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            asking = self._asking[origin]
        with asking:  # one asks, the others of this site wait for its answer
            if origin not in self._robots:
                self._robots[origin] = self._ask_robots(origin)
            robots = self._robots[origin]
        if isinstance(robots, str):
            raise FetchError(robots)
        return robots

    def _ask_robots(self, origin: str) -> Robots | str:
        # With a budget of its own: the rules hold for the whole site, not for the page that came here first.
        url, budget = f"{origin}/robots.txt", Budget(self.policy.total_s)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                fetched = self._persistently(url, {}, MAX_ROBOTS, self.policy.delay_s, budget)
                if isinstance(fetched, Fetched):
                    return Robots(fetched.content.decode("utf-8", "replace"), self.policy.user_agent)
                url = fetched
        except FetchError as error:
            if error.status is None or error.status in BUSY or error.status >= httpx2.codes.INTERNAL_SERVER_ERROR:
                # As search engines do: a site that cannot tell its rules is left alone.
                return f"{origin}/robots.txt cannot be read ({error})"
        return Robots("", self.policy.user_agent)

    def _persistently(
        self, url: str, headers: Mapping[str, str], limit: int, delay_s: float, budget: Budget
    ) -> "Fetched | str":
        host = urlsplit(url).netloc.rpartition("@")[2]
        if (reason := self._patience.reason_against(host)) is not None:
            raise FetchError(f"not asked for, as {host} failed too often in a row; at last: {reason}")
        try:
            fetched = self._with_retries(url, headers, limit, delay_s, budget)
        except FetchError as error:
            failed = isinstance(error, UnansweredError) or error.status in BUSY
            self._patience.note(host, str(error) if failed else None)
            raise
        self._patience.note(host, None)
        return fetched

    def _with_retries(
        self, url: str, headers: Mapping[str, str], limit: int, delay_s: float, budget: Budget
    ) -> "Fetched | str":
        host = urlsplit(url).netloc.rpartition("@")[2]
        for attempt in stamina.retry_context(
            on=_worth_another_try, attempts=self.policy.attempts, timeout=None, wait_initial=1.0, wait_max=30.0
        ):
            with attempt, self._gates.of(host, delay_s), self._transport.network.spending(budget):
                return self._once(url, headers, limit, budget)
        raise AssertionError("unreachable")  # pragma: no cover

    def _once(self, url: str, headers: Mapping[str, str], limit: int, budget: Budget) -> "Fetched | str":
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                budget.allow(2 * limit + MAX_HEAD)  # unpacked it may be smaller, by chunks' heads and empty members
                return read_answer(url, answer, headers.get("Accept"), limit)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise FetchError(f"is no address that can be fetched ({error})") from error
        except EndedError as error:
            raise UnansweredError(str(error)) from error
        except _FAILURES as error:
            unreached = isinstance(error, httpcore2.ConnectError | httpcore2.ConnectTimeout)
            hint = ENVIRONMENT if unreached and not self.policy.proxy and getproxies_environment() else ""
            raise UnansweredError(f"{type(error).__name__}: {error}{hint}", wait_s=0.0) from error
        except ValueError as error:
            raise FetchError(str(error)) from error


def _worth_another_try(error: Exception) -> bool | float:
    if not isinstance(error, FetchError):
        return False
    if error.status in BUSY:
        return error.wait_s or True
    return error.status is None and error.wait_s is not None
