"""Which IP addresses the whole internet shares, and which lead into a network of one's own."""

import ipaddress

TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses of IPv4 where a network has only IPv6."""


def is_public(address: str) -> bool:
    """Whether an IP address is one that the whole internet shares, and does not stand for one that is not."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or parsed.sixtofour or _translated(parsed) or parsed
    return parsed.is_global and not parsed.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if address in TRANSLATED else None


def is_private(host: str) -> bool:
    """Whether a host is an IP address that is not public; a name is none."""
    try:
        return not is_public(host.strip("[]"))
    except ValueError:  # a name
        return False
