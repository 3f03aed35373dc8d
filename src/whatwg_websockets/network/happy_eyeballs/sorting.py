"""RFC 8305 section 4: the addresses of a host in the order in which they are tried."""

from collections.abc import Sequence
from itertools import chain, zip_longest

from whatwg_websockets.network.happy_eyeballs.destination_addresses import order_of_destinations
from whatwg_websockets.network.happy_eyeballs.history import History
from whatwg_websockets.network.line_of_connections import Address
from whatwg_websockets.network.target import Target

FIRST_ADDRESS_FAMILY_COUNT = 1
"""The number of addresses of the first family that are tried before one of the other family."""


def in_order(targets: Sequence[Target], history: History) -> list[Target]:
    """Return addresses in the order in which they are to be tried, each once.

    Source: RFC 8305 section 4
    """
    once = without_doubles(targets)
    if len(once) == 1:
        return once
    # § rfc8305-4-1. The addresses are ordered by the rules of RFC 6724.
    return interlaced(order_of_destinations(once, history.what_is_known))


def without_doubles(targets: Sequence[Target]) -> list[Target]:
    """Remove duplicates, which would wait in the line of connections for one another."""
    once: dict[Address, Target] = {}
    for target in targets:
        once.setdefault(target.address_in_line(), target)
    return list(once.values())


def interlaced(targets: Sequence[Target]) -> list[Target]:
    """Alternate between the families, beginning with the family of the first address.

    If one family does not work at all, an address of the other is tried after a single attempt.

    Source: RFC 8305 section 4
    """
    # § rfc8305-4-6. Addresses of the two families alternate.
    first = [each for each in targets if each.family == targets[0].family]
    others = [each for each in targets if each.family != targets[0].family]
    head, rest = first[:FIRST_ADDRESS_FAMILY_COUNT], first[FIRST_ADDRESS_FAMILY_COUNT:]
    turns = chain.from_iterable(zip_longest(others, rest))
    return [*head, *(target for target in turns if target is not None)]
