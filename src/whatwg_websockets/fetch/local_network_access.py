"""Address spaces: whether a server is in the address space that the page named.

This module implements what ``targetAddressSpace`` requires, out of the draft of Local Network
Access. Permissions and the address space of the client are left out: a program was not loaded from
an address, and whoever runs it has allowed it to connect.

Source: https://wicg.github.io/local-network-access/
"""

from ipaddress import ip_network
from typing import Final

from whatwg_websockets.fetch.request import Request
from whatwg_websockets.html.same_site import is_same_origin
from whatwg_websockets.secure_contexts.potentially_trustworthy import (
    is_origin_potentially_trustworthy,
)
from whatwg_websockets.url.ip_address import parse_ip_address
from whatwg_websockets.url.url_record import origin_of

# Source: https://wicg.github.io/local-network-access/#non-public-ip-address-blocks
_BLOCKS: Final = tuple(
    (ip_network(block), space)
    for block, space in (
        ("127.0.0.0/8", "loopback"),
        ("10.0.0.0/8", "local"),
        ("100.64.0.0/10", "local"),
        ("172.16.0.0/12", "local"),
        ("192.168.0.0/16", "local"),
        ("198.18.0.0/15", "loopback"),
        ("169.254.0.0/16", "local"),
        ("::1/128", "loopback"),
        ("fc00::/7", "local"),
        ("fe80::/10", "local"),
        ("fec0::/10", "local"),
        ("0.0.0.0/32", "loopback"),
        ("0.0.0.0/8", "local"),
        ("::/128", "loopback"),
        ("2001:db8::/32", "local"),
        ("3fff::/20", "local"),
    )
)


def address_space(address: str) -> str:
    """Determine the IP address space of an address: ``loopback``, ``local`` or ``public``.

    Source: https://wicg.github.io/local-network-access/#determine-the-ip-address-space
    """
    ip = parse_ip_address(address)
    return next((space for block, space in _BLOCKS if ip in block), "public")


def why_not_in_the_target_address_space(request: Request, address: str) -> str:
    """Check the address of a connection against the address space that the request names.

    Returns:
        The reason why the connection may not be used; empty if it may.

    Source: https://wicg.github.io/local-network-access/#local-network-access-check
    """
    origin, target = request.client.origin_record, request.target_ip_address_space
    # A page may connect to its own server in every address space.
    if is_origin_potentially_trustworthy(origin) and is_same_origin(origin_of(request.url), origin):
        return ""
    # In the draft, fetch() does not check "public". The tests of the constructor's dictionary
    # expect the address to be checked for it, and Chromium checks it for fetch(), too.
    if target is None or (found := address_space(address)) == target:
        return ""
    return f"{address} is in the address space {found!r}, and targetAddressSpace is {target!r}"
