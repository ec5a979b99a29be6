"""Which IP addresses are hosts of the public internet; the others lead into somebody's own network, or nowhere."""

import ipaddress

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What the registries of IANA set apart, each block whole: nobody's website is at an anycast address of a protocol.
# A table of our own, as that of `ipaddress` differs between versions of Python.
_SET_APART = [
    ipaddress.ip_network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
]
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given to hosts of the internet."""
_WRAPPED = [ipaddress.ip_network(block) for block in ("::ffff:0:0/96", "64:ff9b::/96")]
"""Where the last 32 bits are an address of IPv4: as a socket shows it, and as a network without IPv4 reaches it."""


def is_public(address: str) -> bool:
    """Whether an IP address is that of a host of the public internet. Raises ValueError where it is a name."""
    parsed = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    return (parsed.version == 4 or parsed in _UNICAST) and not any(parsed in block for block in _SET_APART)


def is_private(host: str) -> bool:
    """Whether a host is an IP address that is not public; a name is none."""
    try:
        return not is_public(host.strip("[]"))
    except ValueError:  # a name
        return False


def _unwrapped(address: _Address) -> _Address:
    if any(address in block for block in _WRAPPED):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
