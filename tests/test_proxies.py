"""A proxy is used only where the settings name one, and for public addresses; its password is told to nobody else."""

import logging
import socket
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pytest
from hostile import HEAD, Connection, Hostile, hostile
from website import Site

from index.fetching import Fetcher, FetchError, Policy
from recommender.settings import FetchSettings, Settings, SettingsError, read_settings

pytestmark = pytest.mark.usefixtures("waits")

NAMES = {"news.example": "93.184.216.34", "inside.example": "10.1.2.3", "metadata.example": "169.254.169.254"}
OK = HEAD + b"Content-Length: 2\r\n\r\nhi"
REFUSED = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def known(host: str, port: int, *rest: int, **named: int) -> object:
        if host.endswith(".unknown"):
            raise socket.gaierror(-2, "Name or service not known")
        return look_up(NAMES.get(host, host), port, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", known)


def answer(connection: Connection) -> object:
    _, address, _ = connection.head.split(" ", 2)
    if connection.head.startswith("CONNECT"):
        return connection.send(REFUSED)
    if address.endswith("/to-the-inside"):
        connection.send(b"HTTP/1.1 302 Found\r\nLocation: http://inside.example/\r\nContent-Length: 0\r\n\r\n")
    else:
        connection.send(OK)
    return "kept"


@pytest.fixture
def proxy() -> Iterator[Hostile]:
    with hostile(answer) as server:
        yield server


def through(proxy: Hostile) -> Policy:
    return Policy(delay_s=0, attempts=1, proxy=f"http://reader:s3cr%65t@127.0.0.1:{proxy.port}")


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"])
def test_proxies_of_the_environment_are_not_used(
    name: str, proxy: Hostile, site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, proxy.root)
    site.put("/a", "hello")
    assert fetcher.get(site.url("/a")).content == b"hello"
    assert proxy.asked == []


def test_a_proxy_of_the_environment_leads_nowhere_private(
    proxy: Hostile, fetchers: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.root)
    with pytest.raises(FetchError, match=r"169\.254\.169\.254 is a private address"):
        fetchers(Policy(delay_s=0, attempts=1)).get("http://169.254.169.254/latest/meta-data/")
    assert proxy.asked == []


def test_where_nothing_is_reached_a_proxy_of_the_environment_is_spoken_of(
    fetchers: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    with pytest.raises(FetchError, match=r"proxies in the environment are not used: name one as proxy under \[fetch\]"):
        fetchers(Policy(delay_s=0, attempts=1)).get("http://a.unknown/")


def test_netrc_is_not_read(site: Site, fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password s3cret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    site.put("/a", "hello")
    fetcher.get(site.url("/a"))
    assert not any("authorization" in one.headers for one in site.asked)


def test_the_proxy_of_the_settings_is_asked_for_what_is_public(
    proxy: Hostile, fetchers: Callable[..., Fetcher]
) -> None:
    fetcher = fetchers(through(proxy))
    for path in ("a", "b"):
        assert fetcher.get(f"http://news.example/{path}").content == b"hi"
    lines = [head.partition("\r\n")[0] for head in proxy.asked]
    assert lines == [f"GET http://news.example/{path} HTTP/1.1" for path in ("robots.txt", "a", "b")]
    assert all("Proxy-Authorization: Basic cmVhZGVyOnMzY3JldA==" in head for head in proxy.asked)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://[64:ff9b:1::a9fe:a9fe]/",
            "http://169.254.169.254/",
            "http://0x7f.1/",
        ),
        *("http://inside.example/", "https://inside.example/", "http://metadata.example/", "http://localhost/"),
    ],
)
def test_the_proxy_is_not_asked_for_what_is_private(
    address: str, proxy: Hostile, fetchers: Callable[..., Fetcher]
) -> None:
    with pytest.raises(FetchError, match="is a private address"):
        fetchers(through(proxy)).get(address)
    assert proxy.asked == []


def test_what_cannot_be_looked_up_cannot_be_judged(proxy: Hostile, fetchers: Callable[..., Fetcher]) -> None:
    with pytest.raises(FetchError, match=r"a\.unknown cannot be looked up"):
        fetchers(through(proxy)).get("http://a.unknown/")
    assert proxy.asked == []


def test_a_redirect_does_not_lead_the_proxy_inside(proxy: Hostile, fetchers: Callable[..., Fetcher]) -> None:
    with pytest.raises(FetchError, match=r"10\.1\.2\.3 is a private address"):
        fetchers(through(proxy)).get("http://news.example/to-the-inside")
    assert not any("inside.example" in head for head in proxy.asked)


def test_a_proxy_that_dribbles_is_left_in_time(fetchers: Callable[..., Fetcher]) -> None:
    def slowly(connection: Connection) -> None:
        connection.dribble(repeat(b"HTTP/1.1 103 Early Hints\r\n\r\n", 500))

    with hostile(slowly, robots=None) as server:
        policy = Policy(delay_s=0, total_s=0.3, attempts=1, proxy=server.root)
        for scheme in ("http", "https"):
            with pytest.raises(FetchError, match=r"takes longer than 0\.3 s"):
                fetchers(policy).get(f"{scheme}://news.example/")
        assert not server.finished.is_set()


def test_the_password_is_told_to_nobody_else(
    proxy: Hostile, fetchers: Callable[..., Fetcher], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    policy = through(proxy)
    told = [repr(policy), repr(Settings(fetch=FetchSettings(proxy=policy.proxy)))]
    assert fetchers(policy).get("http://news.example/").content == b"hi"
    for address in ("https://news.example/", "http://inside.example/"):
        with pytest.raises(FetchError) as caught:
            fetchers(policy).get(address)
        told.append(str(caught.value))
    gone = Policy(delay_s=0, attempts=1, proxy="http://reader:s3cret@127.0.0.1:1")
    with pytest.raises(FetchError, match=r"127\.0\.0\.1:1 cannot be reached") as caught:
        fetchers(gone).get("http://news.example/")
    told += [str(caught.value), caplog.text]
    for secret in ("s3cret", "s3cr%65t", "cmVhZGVyOnMzY3JldA"):
        assert not [text for text in told if secret in text]


def written(folder: Path, proxy: str) -> Settings:
    (folder / "recommender.toml").write_text(f"[fetch]\nproxy = {proxy}\n", encoding="utf-8")
    return read_settings(folder / "recommender.toml")


def test_the_settings_take_the_password_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = written(tmp_path, '"http://reader:${PROXY_PASSWORD}@proxy.example:3128"')
    with pytest.raises(SettingsError, match=r"\$\{PROXY_PASSWORD\}: no such environment variable"):
        _ = settings.policy
    monkeypatch.setenv("PROXY_PASSWORD", "s3cret")
    assert settings.policy.proxy == "http://reader:s3cret@proxy.example:3128"


@pytest.mark.parametrize(
    "proxy",
    [
        *(
            '"https://u:s3cret@a.example"',
            '"socks5://u:s3cret@a.example"',
            '"u:s3cret@a.example:1"',
            '"http://u:s3cret@"',
        ),
        *('"http://u:s3cret@a.example:x"', '"http://u:s3cret@[a"', '"http://u:s3cret@a.example/path"', '["s3cret"]'),
        *('"http://u:s3cret@a.example:0"', '"http://u:s3cret@a.example:99999"', '"http://u:s3cret@\\u00e9.example"'),
    ],
)
def test_what_is_no_proxy_is_refused_without_telling_it(proxy: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"fetch\.proxy: (must look like http://|Input should be)") as caught:
        _ = written(tmp_path, proxy).policy
    assert "s3cret" not in str(caught.value)
