"""Fetching: polite, persistent and bounded, and never where it must not go."""

import gzip
import threading
import time
import zlib
from collections.abc import Callable
from email.utils import formatdate

import pytest
from website import Site

from index.fetching import Fetched, Fetcher, FetchError, Policy
from index.marks import Mark

pytestmark = pytest.mark.usefixtures("waits")


def test_an_answer_says_what_is_there_and_where_it_came_from(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "hello", "Text/HTML; charset=x", etag='"1"', modified=1_790_000_000)
    site.redirect("/old", "/a", 302)
    fetched = fetcher.get(site.url("/old"))
    assert (fetched.url, fetched.content, fetched.media_type) == (site.url("/a"), b"hello", "text/html")
    expected = Mark("k", '"1"', formatdate(1_790_000_000, usegmt=True), "listed")
    assert fetched.mark("k", "listed") == expected


def test_what_is_remembered_is_asked_for_conditionally(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "hello", etag='"1"')
    site.put("/b", "hello", modified=1_790_000_000)
    for path in ("/a", "/b"):
        mark = fetcher.get(site.url(path)).mark("k")
        again = fetcher.get(site.url(path), mark)
        assert (again.unchanged, again.content) == (True, b"")
    site.put("/a", "other", etag='"2"')
    changed = fetcher.get(site.url("/a"), Mark("k", '"1"'))
    assert (changed.unchanged, changed.content) == (False, b"other")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_site_is_asked_again_ever_later(status: int, site: Site, fetcher: Fetcher, waits: list[float]) -> None:
    site.put("/a", "hello", status=[status, status, 200])
    assert fetcher.get(site.url("/a")).content == b"hello"
    assert len(waits) == 2
    assert all(0 < wait <= 31 for wait in waits)


def test_it_gives_up_after_so_many_tries(site: Site, fetcher: Fetcher, waits: list[float]) -> None:
    site.put("/a", status=503)
    with pytest.raises(FetchError, match="answered 503") as told:
        fetcher.get(site.url("/a"))
    assert (told.value.status, told.value.gone) == (503, False)
    assert (len(site.paths()), len(waits)) == (4, 3)


def test_it_waits_as_long_as_the_site_asks(site: Site, fetcher: Fetcher, waits: list[float]) -> None:
    site.put("/a", status=[503, 200], headers={"Retry-After": "17"})
    fetcher.get(site.url("/a"))
    site.put("/b", status=[429, 200], headers={"Retry-After": formatdate(time.time() + 60, usegmt=True)})
    fetcher.get(site.url("/b"))
    site.put("/c", status=[503, 200], headers={"Retry-After": "soon"})
    fetcher.get(site.url("/c"))
    assert waits[0] == 17
    assert 50 < waits[1] <= 60
    assert len(waits) == 3


def test_it_does_not_wait_for_long(site: Site, fetcher: Fetcher, waits: list[float]) -> None:
    site.put("/a", status=503, headers={"Retry-After": "3600"})
    with pytest.raises(FetchError, match="answered 503, asks to come back in 3,600 s"):
        fetcher.get(site.url("/a"))
    assert (site.paths(), waits) == (["/a"], [])


@pytest.mark.parametrize(("status", "gone"), [(400, False), (403, False), (404, True), (410, True), (451, False)])
def test_a_refusal_is_final(status: int, gone: bool, site: Site, fetcher: Fetcher, waits: list[float]) -> None:
    site.put("/a", status=status, headers={"Retry-After": "1"})
    with pytest.raises(FetchError, match=f"answered {status}") as told:
        fetcher.get(site.url("/a"))
    assert (told.value.status, told.value.gone, site.paths(), waits) == (status, gone, ["/a"], [])


def test_a_broken_connection_is_tried_again(site: Site, fetcher: Fetcher, waits: list[float]) -> None:
    site.put("/a", "half", headers={"Content-Length": "99", "Connection": "close"})
    with pytest.raises(FetchError, match="RemoteProtocolError"):
        fetcher.get(site.url("/a"))
    assert (len(site.paths()), len(waits)) == (4, 3)


def test_a_silent_site_is_not_waited_for(site: Site, fetchers: Callable[..., Fetcher]) -> None:
    over = threading.Event()
    site.put("/a", before=lambda: over.wait(20) and None)
    with pytest.raises(FetchError, match="ReadTimeout"):
        fetchers(Policy(allow_private=True, delay_s=0, timeout_s=0.05, attempts=1)).get(site.url("/a"))
    over.set()


def test_a_page_has_a_largest_size(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "x" * 1_000)
    assert len(fetcher.get(site.url("/a"), limit=1_000).content) == 1_000
    with pytest.raises(FetchError, match="larger than 999 bytes"):
        fetcher.get(site.url("/a"), limit=999)


def test_packed_answers_are_unpacked_and_bombs_are_not(site: Site, fetcher: Fetcher) -> None:
    site.put("/gzip", gzip.compress(b"hello " * 9) + gzip.compress(b"again"), headers={"Content-Encoding": "gzip"})
    site.put("/deflate", zlib.compress(b"hello"), headers={"Content-Encoding": "deflate"})
    site.put("/plain", b"hello", headers={"Content-Encoding": "identity"})
    site.put("/bomb", gzip.compress(b"0" * 30_000_000), headers={"Content-Encoding": "gzip"})
    site.put("/broken", b"no gzip at all", headers={"Content-Encoding": "gzip"})
    site.put("/br", b"?", headers={"Content-Encoding": "br"})
    assert fetcher.get(site.url("/gzip")).content == b"hello " * 9 + b"again"
    assert fetcher.get(site.url("/deflate")).content == fetcher.get(site.url("/plain")).content == b"hello"
    for path, said in (("/bomb", "larger than"), ("/broken", "damaged compression"), ("/br", "comes as br")):
        with pytest.raises(FetchError, match=said):
            fetcher.get(site.url(path))
    assert {one.headers["accept-encoding"] for one in site.asked} == {"gzip"}


def test_other_types_than_those_asked_for_are_not_read(site: Site, fetcher: Fetcher) -> None:
    site.put("/report", b"%PDF-1.7" + b"0" * 20_000_000, "application/pdf")
    site.put("/page", "hello", "text/html")
    site.put("/unnamed", "hello", "")
    with pytest.raises(FetchError, match="is application/pdf, not a page"):
        fetcher.get(site.url("/report"), types=("text/html", "text/plain"))
    for path in ("/page", "/unnamed"):
        assert fetcher.get(site.url(path), types=("text/html", "text/plain")).content == b"hello"


def test_nothing_is_told_of_retries_on_standard_output(
    site: Site, fetcher: Fetcher, capfd: pytest.CaptureFixture[str]
) -> None:
    site.put("/a", status=[503, 200])
    assert isinstance(fetcher.get(site.url("/a")), Fetched)
    assert capfd.readouterr() == ("", "")
