"""IP addresses, where an IPv4 address that is mapped to IPv6 is the same as the IPv4 address."""

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def parse_ip_address(text: str) -> IPAddress:
    """Parse an IP address; ``::ffff:192.0.2.1`` is 192.0.2.1, and the zone is dropped.

    Args:
        text: an IPv4 address, or an IPv6 address without brackets.

    Raises:
        ValueError: the text is not an IP address.

    Source: RFC 4291 section 2.5.5.2
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address
