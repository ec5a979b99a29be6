"""Web addresses: one canonical form, and the key under which spellings meet."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count, islice

import pytest
from growth import LINEAR, exponent
from hypothesis import example, given
from hypothesis import strategies as st

from index.address import canonical_url, url_key, urljoin, urlsplit

HOSTS = st.sampled_from(["news.example", "WWW.News.Example", "خبر.example", "[::1]", "10.0.0.1"])
PIECES = st.text(st.characters(exclude_characters="#", exclude_categories=["Cs"]), max_size=12)
ADDRESSES = st.builds(
    lambda scheme, host, port, path, query: f"{scheme}://{host}{port}/{path}?{query}",
    st.sampled_from(["http", "HTTPS"]),
    HOSTS,
    st.sampled_from(["", ":80", ":443", ":8080"]),
    PIECES.map(lambda path: path.replace("?", "")),
    PIECES | st.sampled_from(["utm_source=x&q=a b", "q=%20a&fbclid=1", "utm_=&flag", "%75tm_id=7"]),
)


@pytest.mark.parametrize(
    ("given_", "canonical"),
    [
        ("HTTPS://News.Example/A", "https://news.example/A"),
        ("http://news.example", "http://news.example/"),
        ("  https://news.example/a#comments ", "https://news.example/a"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("https://news.example:80/a", "https://news.example:80/a"),
        ("https://user:secret@news.example/a", "https://news.example/a"),
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("https://news.example/خبر", "https://news.example/%D8%AE%D8%A8%D8%B1"),
        ("https://news.example/50%25 off", "https://news.example/50%25%20off"),
        ("https://news.example/a?id=7&utm_source=mail&UTM_Medium=x&fbclid=y", "https://news.example/a?id=7"),
        ("https://news.example/a?utm_source=mail", "https://news.example/a"),
        ("https://news.example/a?outm_source=kept", "https://news.example/a?outm_source=kept"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
    ],
)
def test_an_address_has_one_canonical_form(given_: str, canonical: str) -> None:
    assert canonical_url(given_) == canonical


@pytest.mark.parametrize(
    "address",
    [
        *("", "news.example/a", "/a", "ftp://news.example/a", "javascript:alert(1)", "https://", "mailto:a@b.example"),
        *("http://news.example:port/", "http://a b/", 'http://"><script>alert(1)</script>/', "http://[::1/"),
        "urn:article:1",
    ],
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_url(address)


@pytest.mark.parametrize(
    "address", ["https://a.example/" + "b" * 4_000, "https://a.example/?" + "é" * 700, "https://" + "a" * 4_000]
)
def test_an_address_of_very_many_characters_is_none(address: str) -> None:
    with pytest.raises(ValueError, match=r"it has 4,\d\d\d characters; at most 4,000 are taken"):
        canonical_url(address)
    assert canonical_url("https://a.example/" + "b" * 3_982).endswith("b")
    assert canonical_url("https://a.example/?utm_source=" + "b" * 9_000) == "https://a.example/"


def test_a_refusal_is_short() -> None:
    with pytest.raises(ValueError, match=r"^scheme") as told:
        canonical_url("x" * 9_000 + "://" + "y" * 9_000)
    assert len(str(told.value)) < 200


def test_a_refusal_names_scheme_and_host() -> None:
    with pytest.raises(ValueError, match="scheme missing, host missing"):
        canonical_url("a/b")
    with pytest.raises(ValueError, match=r"scheme ftp, host news\.example"):
        canonical_url("ftp://news.example/a")


@given(ADDRESSES | st.text())
@example("https://news.example/%?%&utm_id=%")
@example("https://news.example/?&&utm_id=&&")
def test_the_canonical_form_of_a_canonical_form_is_itself(address: str) -> None:
    try:
        canonical = canonical_url(address)
    except ValueError:
        return
    assert canonical_url(canonical) == canonical


@given(
    ADDRESSES, st.sampled_from(["utm_source=mail", "fbclid=Iw", "gclid=", "mc_cid=1&mc_eid=2", "utm_x=%20&ref_src=a"])
)
@example("https://news.example/?flag", "utm_source=mail")
@example("https://news.example/?q=%20a", "utm_source=mail")
def test_tracking_parameters_never_change_what_an_address_is(address: str, tracking: str) -> None:
    try:
        canonical = canonical_url(address)
    except ValueError:
        return
    bare = canonical_url(canonical)
    assert canonical_url(f"{canonical}{'&' if '?' in canonical else '?'}{tracking}") == bare


@pytest.mark.parametrize(
    "spelling",
    [
        "https://news.example/2026/walkout",
        "http://news.example/2026/walkout",
        "https://www.news.example/2026/walkout/",
        "HTTP://WWW.NEWS.EXAMPLE:80/2026/walkout#top",
        "https://news.example/2026/walkout?utm_source=mail&fbclid=abc",
    ],
)
def test_spellings_of_one_address_share_a_key(spelling: str) -> None:
    assert url_key(spelling) == "news.example/2026/walkout"


@pytest.mark.parametrize(
    ("other", "key"),
    [
        ("https://news.example/2026/Walkout", "news.example/2026/Walkout"),
        ("https://m.news.example/2026/walkout", "m.news.example/2026/walkout"),
        ("https://news.example/2026/walkout?page=2", "news.example/2026/walkout?page=2"),
        ("https://news.example:8080/", "news.example:8080"),
    ],
)
def test_other_addresses_have_other_keys(other: str, key: str) -> None:
    assert url_key(other) == key


@pytest.mark.parametrize("text", ["urn:article:7", "an id", "ftp://news.example/a", "\ud800", "http://[broken"])
def test_text_that_is_no_address_is_its_own_key(text: str) -> None:
    assert url_key(f" {text}\n") == text


@given(ADDRESSES)
def test_an_address_and_its_canonical_form_share_a_key(address: str) -> None:
    try:
        canonical = canonical_url(address)
    except ValueError:
        return
    assert url_key(address) == url_key(canonical)


def ending_in_a_slash(address: str) -> str:
    return urljoin("https://news.example/", f"//{address}/")


@pytest.mark.parametrize(
    "run", [canonical_url, urlsplit, ending_in_a_slash, url_key.__wrapped__], ids=["canonical", "split", "join", "key"]
)
def test_a_host_of_combining_marks_takes_linear_time(run: Callable[[str], object]) -> None:
    numbers = count()  # another address each time, or the answer would be a kept one

    def read(host: str) -> None:
        for number in islice(numbers, 5):
            with suppress(ValueError):
                run(f"http://{host}{number}")

    assert exponent(lambda size: "a" + "\u0316\u0301" * (size // 2), read, 20_000) < LINEAR
