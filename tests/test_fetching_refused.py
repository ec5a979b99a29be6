"""Where fetching must not go: out of the web, into private networks, round in circles."""

import socket
from collections.abc import Callable

import pytest
from website import Site, website

from index import network
from index.fetching import Fetcher, FetchError, Policy

pytestmark = pytest.mark.usefixtures("waits")


def test_redirects_end(site: Site, fetcher: Fetcher) -> None:
    site.redirect("/loop", "/loop")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetcher.get(site.url("/loop"))
    for number in range(5):
        site.redirect(f"/{number}", f"/{number + 1}", (301, 302, 303, 307, 308)[number])
    site.put("/5", "hello")
    assert fetcher.get(site.url("/0")).content == b"hello"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "", "http://[x/"])
def test_redirects_lead_to_web_addresses_only(target: str, site: Site, fetcher: Fetcher) -> None:
    site.redirect("/a", target)
    with pytest.raises(FetchError, match="which is no web address"):
        fetcher.get(site.url("/a"))


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/", "nothing", "http://", "http://[x/", "http://a:b/", "http://a\u2024/"],
)
def test_what_is_no_web_address_is_refused(url: str, fetcher: Fetcher, waits: list[float]) -> None:
    with pytest.raises(FetchError):
        fetcher.get(url)
    assert waits == []


def test_the_password_of_an_address_is_in_no_error(site: Site, fetchers: Callable[..., Fetcher]) -> None:
    address = site.root.replace("://", "://reader:s3cret@")
    site.take("/robots.txt", 503)
    fetcher = fetchers(Policy(allow_private=True, delay_s=0, attempts=1))
    for path in ["/a"] * 32 + ["/" + "a" * 290]:
        with pytest.raises(FetchError) as told:
            fetcher.get(address + path)
        assert "reader:***@127.0.0.1" in str(told.value)
    site.put("/robots.txt", "")
    site.put("/b", status=503)
    fetcher = fetchers(Policy(allow_private=True, delay_s=0, attempts=1))
    for _ in range(32):
        with pytest.raises(FetchError) as told:
            fetcher.get(address + "/b")
        assert "s3cret" not in str(told.value)
    assert "failed too often in a row" in str(told.value)


PRIVATE = [
    *("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *(
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound
        "224.0.0.1",
        "255.255.255.255",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::]",
    ),
    *("[2002:7f00:1::]", "[64:ff9b::7f00:1]", "2130706433", "0x7f.1"),
]


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_refused(host: str, site: Site, fetchers: Callable[..., Fetcher]) -> None:
    with pytest.raises(FetchError, match="is a private address; set allow_private under"):
        fetchers(Policy(delay_s=0, attempts=1)).get(f"http://{host}:{site.root.rpartition(':')[2]}/a")
    assert site.asked == []


def test_a_name_of_a_private_address_is_refused_before_a_byte_is_sent(
    site: Site, fetchers: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.root.rpartition(":")[2])
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: known)
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 is a private address"):
        fetchers(Policy(delay_s=0)).get(f"http://harmless.example:{port}/a")
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_refused(
    site: Site, fetchers: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "is_private", lambda address: address == "127.0.0.2")
    with website("127.0.0.2") as inside:
        inside.put("/secret", "secret")
        site.redirect("/a", inside.url("/secret"))
        with pytest.raises(FetchError, match=r"127\.0\.0\.2 is a private address"):
            fetchers(Policy(delay_s=0)).get(site.url("/a"))
        assert inside.asked == []
