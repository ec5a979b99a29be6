"""Which addresses are hosts of the public internet, by IANA's registries of special-purpose addresses."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.internet import is_private, is_public

# https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, and the embeddings.
PRIVATE = {
    "this network": ["0.0.0.0", "0.255.255.255"],  # noqa: S104 - nothing is bound
    "private use": ["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"],
    "shared by a carrier": ["100.64.0.0", "100.127.255.255"],
    "loopback": ["127.0.0.0", "127.255.255.255", "::1"],
    "link-local": ["169.254.0.0", "169.254.169.254", "169.254.255.255", "fe80::", "febf:ffff::1", "fe80::1%eth0"],
    "protocol assignments": ["192.0.0.0", "192.0.0.9", "192.0.0.170", "192.0.0.192", "192.0.0.255"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1", "3fff:fff::1"],
    "AS112": ["192.31.196.1", "192.175.48.1", "2001:4:112::1", "2620:4f:8000::1"],
    "AMT": ["192.52.193.1", "2001:3::1"],
    "a relay of 6to4": ["192.88.99.1", "192.88.99.2"],
    "benchmarking": ["198.18.0.0", "198.19.255.255", "2001:2::1"],
    "multicast": ["224.0.0.0", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.0", "255.255.255.254"],
    "broadcast": ["255.255.255.255"],
    "unspecified": ["::"],
    "an IPv4 address mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:192.0.0.192"],
    "an IPv4 address translated": ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8"],
    "an IPv4 address translated in one's own network": ["64:ff9b:1::", "64:ff9b:1::a9fe:a9fe", "64:ff9b:1::8.8.8.8"],
    "an IPv4-compatible address": ["::127.0.0.1", "::10.0.0.1", "::8.8.8.8"],
    "6to4": ["2002::", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:1::"],
    "Teredo": ["2001::1", "2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe"],
    "ORCHID and drones": ["2001:10::1", "2001:20::1", "2001:30::1", "2001:1::1"],
    "discard only": ["100::1", "100:0:0:1::1"],
    "segment routing": ["5f00::1"],
    "unique local": ["fc00::1", "fd00:ec2::254", "fdff::1"],
    "site-local": ["fec0::1", "feff::1"],
    "given to nobody": ["4000::1", "8000::1", "e000::1", "1fff::1"],
}
PUBLIC = [
    *(
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
    ),
    *(
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.1",
        "192.0.3.1",
        "192.167.255.255",
    ),
    *("198.17.255.255", "198.20.0.0", "223.255.255.255", "2000::1", "2001:200::1", "2001:4860:4860::8888"),
    *("2606:4700::1111", "2a00:1450::1", "3ffe::1", "::ffff:8.8.8.8", "64:ff9b::808:808"),
]


@pytest.mark.parametrize("addresses", PRIVATE.values(), ids=PRIVATE)
def test_what_is_set_apart_is_private(addresses: list[str]) -> None:
    assert [address for address in addresses if is_public(address)] == []
    assert all(is_private(address) for address in addresses)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_the_internet_shares_is_public(address: str) -> None:
    assert is_public(address)
    assert not is_private(address)


@given(st.ip_addresses())
def test_nothing_private_is_public(address: Any) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public(str(address))
    if isinstance(address, ipaddress.IPv4Address):
        assert is_public(f"::ffff:{address}") == is_public(str(address)) == is_public(f"64:ff9b::{address}")


@pytest.mark.parametrize("name", ["localhost", "a.example", "2130706433", "0x7f.1", "0177.0.0.1", "", "[x"])
def test_a_name_is_no_address(name: str) -> None:
    assert not is_private(name)
    with pytest.raises(ValueError, match="does not appear to be"):
        is_public(name)
