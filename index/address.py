"""Web addresses: one canonical form, and the key under which two spellings of one address meet."""

import re
from functools import lru_cache
from urllib import parse
from urllib.parse import SplitResult, quote, unquote, urlunsplit

from index.characters import with_few_marks

MAX_URL = 4_000
"""Characters of a canonical address: a listing may name one of any length, and it is kept and told."""

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|cmpid|ref_src|yclid)", re.IGNORECASE
)
_NOT_IN_HOST = re.compile(r"[\s\"<>\\^`{|}]")
_DEFAULT_PORT = {"http": 80, "https": 443}


def urlsplit(url: str) -> SplitResult:
    """The parts of an address. Raises ValueError."""
    return parse.urlsplit(with_few_marks(url))  # which normalizes the host


def urljoin(base: str, url: str) -> str:
    """A link on a page at `base`, in full. Raises ValueError."""
    return parse.urljoin(with_few_marks(base), with_few_marks(url))


def canonical_url(url: str) -> str:
    """The URL without fragment, tracking parameters and default port, host in lower case. Raises ValueError."""
    parts = urlsplit(url.strip())
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in _DEFAULT_PORT or not host or _NOT_IN_HOST.search(host):
        raise ValueError(f"scheme {scheme[:80] or 'missing'}, host {host[:80] or 'missing'}")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORT[scheme]) else f":{parts.port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    # Percent-encoding makes an address longer, and what is written must be readable again.
    canonical = urlunsplit((scheme, host + port, path, _without_tracking(parts.query), ""))
    if len(canonical) > MAX_URL:
        raise ValueError(f"it has {len(canonical):,} characters; at most {MAX_URL:,} are taken")
    return canonical


def path_of(url: str) -> str:
    """The path of a URL, empty where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


@lru_cache(maxsize=1 << 16)  # asked of every link of every answer
def url_key(url: str) -> str:
    """What http and https, with and without www. or a closing slash, have in common; other text is its own key."""
    try:
        _, host, path, query, _ = urlsplit(canonical_url(url))
    except ValueError:
        return url.strip()
    return host.removeprefix("www.") + path.rstrip("/") + (f"?{query}" if query else "")


def _without_tracking(query: str) -> str:
    kept = [pair for pair in query.split("&") if not _TRACKING.fullmatch(unquote(pair.partition("=")[0]))]
    return quote("&".join(kept), safe="/?%:@!$&'()*+,;=~-._")
