"""RFC 6724 section 6: the order in which the addresses of a host are to be tried.

The system orders the addresses within one answer. The two families are queried separately (RFC 8305
section 3), so the addresses of both answers have to be ordered together here.
"""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any

from whatwg_websockets.network.happy_eyeballs import routes
from whatwg_websockets.network.happy_eyeballs.policy_table import PolicyTable, policy_table
from whatwg_websockets.network.target import Target
from whatwg_websockets.url.ip_address import IPAddress, parse_ip_address

# Scopes, as defined by RFC 4007 and RFC 6724 section 3.1.
LINK_LOCAL, SITE_LOCAL, GLOBAL = 0x2, 0x5, 0xE


def scope_of(address: IPAddress) -> int:
    """Return the scope of an address.

    Source: RFC 6724 sections 3.1 and 3.2
    """
    if address.is_link_local or address.is_loopback:
        return LINK_LOCAL
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return SITE_LOCAL
    return GLOBAL


def order_of_destinations(
    targets: Sequence[Target],
    what_is_known: Callable[[Target, str], tuple[bool, float]],
    table: PolicyTable | None = None,
) -> list[Target]:
    """Order the addresses of a host.

    Args:
        targets: the addresses, those of each family in the order of the system.
        what_is_known: a function that returns, for an address and a source address, whether no
            connection between them is known, and the round-trip time.
        table: the policy table; by default that of this machine.

    Source: RFC 6724 section 6
    """
    policies = policy_table() if table is None else table

    def rank(target: Target) -> tuple[Any, ...]:
        address = parse_ip_address(target.address[0])
        source_ = routes.source_address(target)
        # § rfc6724-6-1. An address without a route comes last.
        if source_ is None:
            return (True,)
        source = parse_ip_address(source_)
        scope = scope_of(address)
        return (
            False,
            # § rfc6724-6-2. An address whose scope is that of its source address is preferred.
            scope != scope_of(source),
            # § rfc6724-6-3, -4, -7. n/a: a socket does not report whether a source address is
            #   deprecated, a home address, or behind a tunnel. Within an address family, the order
            #   that the system has returned is kept.
            # § rfc6724-6-5. An address whose label is that of its source address is preferred.
            policies.label_of(address) != policies.label_of(source),
            # § rfc6724-6-6. An address of higher precedence is preferred.
            -policies.precedence_of(address),
            # § rfc6724-6-8. An address of smaller scope is preferred.
            scope,
            # § rfc8305-4-2, -3. An address that was used before is preferred, and of two such
            #   addresses the one with the shorter round-trip time.
            what_is_known(target, source_),
        )

    # § rfc6724-6-9, -10. Addresses that no rule distinguishes stay in the order of the system.
    return sorted(targets, key=rank)
