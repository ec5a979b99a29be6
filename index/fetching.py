"""Polite fetching: one identity, robots.txt, a few requests at once and a pause for each host, back-off, and limits."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
import stamina

from index.inflate import TooLargeError, inflated, joined
from index.internet import is_private
from index.marks import Mark
from index.politeness import Gates, Policy, Robots

MAX_PAGE = 10 * 1024 * 1024
MAX_REDIRECTS = 5
MAX_RETRY_AFTER_S = 120.0
PRIVATE = "is a private address; set allow_private under [fetch], or give --allow-private, to read from it"
REDIRECTS = (301, 302, 303, 307, 308)
GONE = (404, 410)
BUSY = (429, 500, 502, 503, 504)
stamina.instrumentation.set_on_retry_hooks([])  # they write to standard output, which is for machines


class FetchError(Exception):
    """A page that could not be had: says why. `status` is the answer's, where there was one."""

    def __init__(self, reason: str, status: int | None = None, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.status, self.wait_s = status, wait_s

    @property
    def gone(self) -> bool:
        """Whether the site says that there is no such page."""
        return self.status in GONE


class NoPageError(FetchError):
    """What is there is no page, and will be none as long as it is what it is."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: where it came from in the end, and its bytes, unpacked; or that it is as the mark remembers it."""

    url: str
    content: bytes
    media_type: str
    etag: str | None
    last_modified: str | None
    headers: Mapping[str, str]
    unchanged: bool = False

    def mark(self, key: str, listed: str | None = None) -> Mark:
        """What to remember of it."""
        return Mark(key, self.etag, self.last_modified, listed)


class Fetcher:
    """Fetches from any number of threads, within the policy."""

    def __init__(self, policy: Policy, sleep: Callable[[float], None] = time.sleep) -> None:
        self.policy = policy
        self._client = httpx2.Client(
            headers={"User-Agent": policy.user_agent, "Accept-Encoding": "gzip"}, timeout=policy.timeout_s
        )
        self._gates = Gates(policy.concurrency, sleep)
        self._robots: dict[str, Robots | FetchError] = {}
        self._asking = Lock()

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
        for _ in range(MAX_REDIRECTS + 1):
            robots = self.robots(url)
            if not robots.allows(url):
                raise FetchError("robots.txt forbids it")
            fetched = self._persistently(url, headers, limit, max(self.policy.delay_s, robots.delay_s))
            if isinstance(fetched, Fetched):
                return fetched
            url = fetched
        raise FetchError(f"more than {MAX_REDIRECTS} redirects")

    def robots(self, url: str) -> Robots:
        """The rules of this address's site, asked for once. Raises FetchError."""
        parts = urlsplit(_target(url, url))
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._asking:  # one asks, the others wait for its answer
            if origin not in self._robots:
                self._robots[origin] = self._ask_robots(origin)
            robots = self._robots[origin]
        if isinstance(robots, FetchError):
            raise robots
        return robots

    def _ask_robots(self, origin: str) -> Robots | FetchError:
        url = f"{origin}/robots.txt"
        try:
            for _ in range(MAX_REDIRECTS + 1):
                fetched = self._persistently(url, {}, 512 * 1024, self.policy.delay_s)
                if isinstance(fetched, Fetched):
                    return Robots(fetched.content.decode("utf-8", "replace"), self.policy.user_agent)
                url = fetched
        except FetchError as error:
            if error.status is None or error.status in BUSY or error.status >= httpx2.codes.INTERNAL_SERVER_ERROR:
                # As search engines do: a site that cannot tell its rules is left alone.
                return FetchError(f"{origin}/robots.txt cannot be read ({error})")
        return Robots("", self.policy.user_agent)

    def _persistently(self, url: str, headers: Mapping[str, str], limit: int, delay_s: float) -> "Fetched | str":
        for attempt in stamina.retry_context(
            on=_worth_another_try, attempts=self.policy.attempts, timeout=None, wait_initial=1.0, wait_max=30.0
        ):
            with attempt, self._gates.of(urlsplit(url).netloc, delay_s):
                return self._once(url, headers, limit)
        raise AssertionError("unreachable")  # pragma: no cover

    def _once(self, url: str, headers: Mapping[str, str], limit: int) -> "Fetched | str":
        deadline = time.monotonic() + self.policy.total_s
        try:
            with self._client.stream("GET", url, headers=headers, extensions={"trace": self._guard}) as answer:
                if answer.status_code in REDIRECTS:
                    return _target(url, answer.headers.get("location", ""))
                _check(answer, headers.get("Accept"))
                unchanged = answer.status_code == httpx2.codes.NOT_MODIFIED
                content = b"" if unchanged else joined(_within(deadline, _unpacked(answer, limit)), limit)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise FetchError(f"is no address that can be fetched ({error})") from error
        except httpx2.RequestError as error:
            raise FetchError(f"{type(error).__name__}: {error}", wait_s=0.0) from error
        except TooLargeError as error:
            raise NoPageError(str(error)) from error
        except ValueError as error:
            raise FetchError(str(error)) from error
        return Fetched(
            url=url,
            content=content,
            media_type=_media_type(answer),
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            headers=answer.headers,
            unchanged=unchanged,
        )

    def _guard(self, event: str, details: Mapping[str, Any]) -> None:
        if self.policy.allow_private:
            return
        if event == "connection.connect_tcp.started" and is_private(details["host"]):
            raise FetchError(f"{details['host']} {PRIVATE}")
        if event == "connection.connect_tcp.complete":
            # Asked of the connection itself, before a byte is sent: what a name means can change between two look-ups.
            stream = details["return_value"]
            address = stream.get_extra_info("server_addr")[0]
            if is_private(address):
                stream.close()
                raise FetchError(f"{address} {PRIVATE}")


def _worth_another_try(error: Exception) -> bool | float:
    if not isinstance(error, FetchError):
        return False
    if error.status in BUSY:
        return error.wait_s or True
    return error.status is None and error.wait_s is not None


def _check(answer: httpx2.Response, accepted: str | None) -> None:
    if answer.status_code == httpx2.codes.NOT_MODIFIED:
        return
    if answer.is_success:
        if accepted and (media_type := _media_type(answer)) not in ("", *accepted.split(", ")):
            raise NoPageError(f"is {media_type[:80]}, not a page")
        return
    wait_s = _retry_after(answer.headers.get("retry-after"))
    if wait_s is not None and wait_s > MAX_RETRY_AFTER_S:
        raise FetchError(f"answered {answer.status_code}, asks to come back in {wait_s:,.0f} s")
    raise FetchError(f"answered {answer.status_code}", answer.status_code, wait_s)


def _media_type(answer: httpx2.Response) -> str:
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _retry_after(value: str | None) -> float | None:
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _target(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        if location and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return target
    except ValueError:
        pass
    raise FetchError(f"leads to {location[:80]!r}, which is no web address")


def _unpacked(answer: httpx2.Response, limit: int) -> Iterator[bytes]:
    encoding = answer.headers.get("content-encoding", "identity").lower()
    if encoding in ("identity", ""):
        return answer.iter_raw()
    if encoding in ("gzip", "x-gzip", "deflate"):
        return inflated(answer.iter_raw(), limit)
    raise ValueError(f"comes as {encoding[:40]}, which was not asked for")


def _within(deadline: float, parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        if time.monotonic() > deadline:
            raise ValueError("takes too long")
        yield part
