"""IP addresses as what they lead to: one of IPv4 that is mapped to IPv6 is one of IPv4."""

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def parse_ip_address(text: str) -> IPAddress:
    """Parse an IP address; ``::ffff:192.0.2.1`` is 192.0.2.1, and the zone is left out.

    Args:
        text: an address of IPv4, or of IPv6 without brackets.

    Raises:
        ValueError: it is no IP address.

    Source: RFC 4291 section 2.5.5.2
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address
