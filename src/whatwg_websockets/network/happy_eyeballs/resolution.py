"""RFC 8305 section 3: the addresses of both families are asked for apart.

``getaddrinfo`` for both families answers when the slower one is there. So each family is asked for
by itself, and connecting may begin with what one of them has brought.
"""

import asyncio
import socket
from collections.abc import Sequence
from functools import partial

from whatwg_websockets.network.cause import Cause
from whatwg_websockets.network.happy_eyeballs import routes
from whatwg_websockets.network.happy_eyeballs.addresses import Addresses
from whatwg_websockets.network.happy_eyeballs.routes import IPV4, IPV6
from whatwg_websockets.network.happy_eyeballs.synthesis import last_resort
from whatwg_websockets.network.name_resolution import addresses_of

RESOLUTION_DELAY = 0.05
"""Seconds to wait for IPv6 addresses once there are IPv4 addresses."""

# § rfc8305-3-1. IPv6 addresses are asked for first, and IPv4 addresses at once after them.
FAMILIES = [IPV6, IPV4]


async def ask_for_addresses(host: str, port: int, limit: float) -> Addresses:
    """Ask for the addresses of a name, and wait until connecting may begin.

    Args:
        host: the name.
        port: the port at all of its addresses.
        limit: seconds that each query may take.

    Returns:
        the addresses that are known by then. There are none where the name has none; the causes
        say why.

    Source: RFC 8305 section 3
    """
    addresses = Addresses()
    families = routes.families_with_a_route()
    if len(families) != 1:
        families = FAMILIES
    try:
        await _ask(addresses, families, host, port, limit)
        if not addresses.known() and len(families) == 1:
            # The name may still lead to this machine or a network nearby, in the other family.
            others = [family for family in FAMILIES if family not in families]
            await _ask(addresses, others, host, port, limit)
        elif families == [IPV6]:
            addresses.last_resort = partial(last_resort, host, port, limit)
    except BaseException:
        addresses.stop_asking()
        raise
    return addresses


async def _ask(
    addresses: Addresses,
    families: Sequence[socket.AddressFamily],
    host: str,
    port: int,
    limit: float,
) -> None:
    """Ask for the addresses of some families, and wait until connecting may begin."""
    loop = asyncio.get_running_loop()
    # § rfc8305-3-3. The queries run at the same time, each in a thread of its own where the
    #   system answers them.
    for family in families:
        addresses.asking.add(loop.create_task(addresses_of(family, host, port, limit)))
    while addresses.asking:
        known = addresses.known()
        # § rfc8305-3-4. IPv6 addresses are connected to as soon as they are there.
        if any(target.family == IPV6 for target in known):
            return
        # § rfc8305-3-5, -7. IPv4 addresses wait for the IPv6 addresses, for a short time.
        answered, _ = await asyncio.wait(
            addresses.asking,
            timeout=RESOLUTION_DELAY if known else None,
            return_when=asyncio.FIRST_COMPLETED,
        )
        addresses.add_what_was_answered()
        # § rfc8305-3-2, -6. The slower family is not waited for; its addresses come later.
        if not answered:
            return


def why_there_are_no_addresses(causes: Sequence[Cause]) -> Cause:
    """Sum up why neither family has an address: whatever is not about the name says more."""
    return next((each for each in causes if each.kind != "name not found"), causes[-1])
