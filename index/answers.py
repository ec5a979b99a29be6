"""What a site answers: the page that it is, the address that it leads to, or why it is neither."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx2

from index.address import urljoin, urlsplit
from index.inflate import TooLargeError, inflated, joined
from index.marks import Mark

MAX_RETRY_AFTER_S = 120.0
MAX_ADDRESS = 4_096
"""Characters of an address that a redirect leads to."""
MAX_HOST = 254
MAX_REASON = 300
"""Characters of an error: a reason may quote a header, and a header may be anything."""
MAX_VALIDATOR = 512
"""Characters of an ETag or a Last-Modified."""
_PASSWORD = re.compile(r"(://[^/@\s:]*:)[^/\s]*@")
REDIRECTS = (301, 302, 303, 307, 308)
GONE = (404, 410)


class FetchError(Exception):
    """A page that could not be had: says why, short and printable. `status` is the answer's, where there was one."""

    def __init__(self, reason: str, status: int | None = None, wait_s: float | None = None) -> None:
        super().__init__(_printable(reason))
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


def read_answer(url: str, answer: httpx2.Response, accepted: str | None, limit: int) -> "Fetched | str":
    """The page, or the address that it is to be had from. Raises FetchError."""
    if answer.status_code in REDIRECTS:
        return target(url, answer.headers.get("location", ""))
    _check(answer, accepted)
    unchanged = answer.status_code == httpx2.codes.NOT_MODIFIED
    try:
        content = b"" if unchanged else joined(_unpacked(answer, limit), limit)
    except TooLargeError as error:
        raise NoPageError(str(error)) from error
    return Fetched(
        url=url,
        content=content,
        media_type=_media_type(answer),
        etag=_validator(answer, "etag"),
        last_modified=_validator(answer, "last-modified"),
        headers=answer.headers,
        unchanged=unchanged,
    )


def target(url: str, location: str) -> str:
    """The address that a location at another one means. Raises FetchError."""
    if len(location) > MAX_ADDRESS:
        raise FetchError(f"leads to an address of {len(location):,} characters, {location[:80]!r}…")
    try:
        address = urljoin(url, location)
        parts = urlsplit(address)
        if (
            location
            and parts.scheme in ("http", "https")
            and parts.port != 0
            and 0 < len(parts.hostname or "") < MAX_HOST
        ):
            return address
    except ValueError:
        pass
    raise FetchError(f"leads to {location[:80]!r}, which is no web address")


def _check(answer: httpx2.Response, accepted: str | None) -> None:
    if answer.status_code == httpx2.codes.NOT_MODIFIED:
        return
    if answer.is_success:
        if accepted and (media_type := _media_type(answer)) not in ("", *accepted.split(", ")):
            raise NoPageError(f"is {media_type}, not a page")
        return
    wait_s = _retry_after(answer.headers.get("retry-after"))
    if wait_s is not None and wait_s > MAX_RETRY_AFTER_S:
        raise FetchError(f"answered {answer.status_code}, asks to come back in {wait_s:,.0f} s")
    raise FetchError(f"answered {answer.status_code}", answer.status_code, wait_s)


def _media_type(answer: httpx2.Response) -> str:
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()[:80]


def _validator(answer: httpx2.Response, name: str) -> str | None:
    # It is kept and sent back: one that is huge, or that no request may hold, is as good as none.
    value: str | None = answer.headers.get(name)
    return value if value and len(value) <= MAX_VALIDATOR and value.isascii() and value.isprintable() else None


def _retry_after(value: str | None) -> float | None:
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(value[:64]).timestamp() - time.time())
    except (ValueError, OverflowError, OSError):
        return None


def _unpacked(answer: httpx2.Response, limit: int) -> Iterator[bytes]:
    encoding = answer.headers.get("content-encoding", "identity").lower()
    if encoding in ("identity", ""):
        return answer.iter_raw()
    if encoding in ("gzip", "x-gzip", "deflate"):
        return inflated(answer.iter_raw(), limit)
    raise ValueError(f"comes as {encoding[:40]}, which was not asked for")


def _printable(reason: str) -> str:
    reason = _PASSWORD.sub(r"\1***@", reason)
    shown = reason if len(reason) <= MAX_REASON else reason[:MAX_REASON] + "…"
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in shown
    )
