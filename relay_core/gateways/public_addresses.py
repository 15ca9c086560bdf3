"""Which network addresses are the open internet, and no part of anybody's own network."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_UNICAST: Final = IPv6Network("2000::/3")
"""What IPv6 has given out for everybody; whatever lies outside is local or special."""
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 as networks without IPv4 see it, which is then the only way to most sites (RFC 6052)."""
_SPECIAL: Final = (
    IPv6Network("2001::/23"),  # protocols, Teredo among them, which hides an IPv4 address
    IPv6Network("2001:db8::/32"),  # examples
    IPv6Network("2002::/16"),  # 6to4, which hides an IPv4 address
    IPv6Network("3fff::/20"),  # examples
)
_SPECIAL_V4: Final = (
    IPv4Network("192.0.0.0/24"),  # protocols
    IPv4Network("192.88.99.0/24"),  # retired relays to 6to4 (RFC 7526)
)
"""What some versions of Python take for public."""


def is_public(address: str) -> bool:
    """Tell whether this address is one that everybody can reach.

    No loopback, private, shared (carriers), link-local (clouds answer there with credentials),
    multicast or reserved address is; nor is IPv6 that stands for IPv4, but for the translation
    that networks without IPv4 depend on, which is judged by the IPv4 address inside.

    Source: IANA's registries of special-purpose addresses.
    """
    try:
        parsed = ip_address(address)
    except ValueError:  # e.g. with a zone, which only link-local addresses have
        return False
    match parsed:
        case IPv4Address():
            return _is_public_v4(parsed)
        case IPv6Address():
            if parsed in _TRANSLATED:
                return _is_public_v4(IPv4Address(int(parsed) & 0xFFFF_FFFF))
            special = any(parsed in network for network in _SPECIAL)
            return parsed.is_global and parsed in _UNICAST and not special


def _is_public_v4(address: IPv4Address) -> bool:
    special = any(address in network for network in _SPECIAL_V4)
    return address.is_global and not (address.is_multicast or address.is_reserved or special)
