"""Places by their URL: S3, Google Cloud Storage, Azure or a folder, opened by obstore; and what they say of errors."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from index.address import urlsplit

if TYPE_CHECKING:  # an extra
    from obstore.store import ObjectStore

_SCHEMES = ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "adl", "file")
_DURATION = re.compile(r" in \d[\d.]*(?:ns|µs|ms|s)\b")
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|SAS")


class RemoteError(Exception):
    """A copy that cannot be made or fetched: says where, why, and what to do next."""


def open_store(url: str) -> "ObjectStore":
    """The place at a URL. Raises RemoteError."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RemoteError(f"not an address ({error}); write s3://, gs://, az:// or file:///FOLDER") from None
    # A secret with a slash in it ends the host, so that neither is found where it should be.
    if any(sign in parts.netloc for sign in "@:") or parts.query or parts.fragment:
        raise RemoteError("the address carries credentials; leave them to the environment")
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.path.strip("/")):
        raise RemoteError(f"{url}: no place that can be copied to; write s3://, gs://, az:// or file:///FOLDER")
    library, more = obstore(), dict[str, Any]()
    if parts.scheme == "file":
        more = {"mkdir": True}
    else:
        # Large files take their time; a place that does not answer should be told of within a minute.
        more["client_options"] = {"timeout": "30m", "connect_timeout": "10s", "allow_http": _may_be_plain()}
        more["retry_config"] = {"max_retries": 3, "retry_timeout": timedelta(seconds=60)}
    try:
        store: ObjectStore = library.store.from_url(url, **more)
    except (library.exceptions.BaseError, ValueError) as error:
        raise RemoteError(f"{url}: {told(error)}") from None
    return store


def _may_be_plain() -> bool:
    # A client of our own does not read what the services' own variables say of it.
    return any(os.environ.get(f"{name}_ALLOW_HTTP", "").lower() == "true" for name in ("AWS", "AZURE", "GOOGLE"))


def obstore() -> Any:
    """The library, with all that is used of it. Raises RemoteError."""
    try:
        import obstore
        import obstore.exceptions
        import obstore.store
    except ImportError:
        raise RemoteError("copies elsewhere need an extra: pip install 'related-articles[remote]'") from None
    return obstore


def folder_of(url: str) -> Path | None:
    """The folder that a URL names, None where it names none of this machine."""
    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None


def told(error: BaseException) -> str:
    """The first line of an error, the same each time, without anything secret that a service may have repeated."""
    line = _DURATION.sub("", next(iter(str(error).splitlines()), type(error).__name__))
    for name, value in os.environ.items():
        if _SECRET.search(name) and len(value) >= 8:
            line = line.replace(value, "…")
    return line[:300]
