"""RFC 8305 section 3: the addresses of the two families are queried separately.

``getaddrinfo`` for both families returns when the slower query is answered. So each family is
queried separately, and connecting may begin with the addresses of one family.
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

# § rfc8305-3-1. The query for IPv6 addresses is sent first, and the query for IPv4 addresses right
#   afterwards.
FAMILIES = [IPV6, IPV4]


async def ask_for_addresses(host: str, port: int, limit: float) -> Addresses:
    """Query the addresses of a name, and wait until connecting may begin.

    Args:
        host: the name.
        port: the port of each address.
        limit: the number of seconds that each query may take.

    Returns:
        the addresses that are known by then. If the name has no addresses, the causes say why.

    Source: RFC 8305 section 3
    """
    addresses = Addresses()
    families = routes.families_with_a_route()
    if len(families) != 1:
        families = FAMILIES
    try:
        await _ask(addresses, families, host, port, limit)
        if not addresses.known() and len(families) == 1:
            # In the other family, the name may have an address of this machine or a local network.
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
    """Query the addresses of some families, and wait until connecting may begin."""
    loop = asyncio.get_running_loop()
    # § rfc8305-3-3. The queries for both families run at the same time.
    for family in families:
        addresses.asking.add(loop.create_task(addresses_of(family, host, port, limit)))
    while addresses.asking:
        known = addresses.known()
        # § rfc8305-3-4. When IPv6 addresses are known, connecting begins at once.
        if any(target.family == IPV6 for target in known):
            return
        # § rfc8305-3-5, -7. When only IPv4 addresses are known, connecting waits up to 50 ms for
        #   the IPv6 addresses.
        answered, _ = await asyncio.wait(
            addresses.asking,
            timeout=RESOLUTION_DELAY if known else None,
            return_when=asyncio.FIRST_COMPLETED,
        )
        addresses.add_what_was_answered()
        # § rfc8305-3-2, -6. Connecting begins before all queries are answered, and the remaining
        #   addresses are added later.
        if not answered:
            return


def why_there_are_no_addresses(causes: Sequence[Cause]) -> Cause:
    """Return the cause why neither family has an address, preferably one that is not the name."""
    return next((each for each in causes if each.kind != "name not found"), causes[-1])
