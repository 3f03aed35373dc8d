"""Opening a connection through a proxy, RFC 6455 section 4.1, the first list of steps, 2 and 3."""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.resolve_an_origin import resolve_an_origin
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.cause import (
    Cause,
    NotConnected,
    timed_out,
    why_no_address_has_a_connection,
)
from whatwg_websockets.network.dial import Dialled, connect_to_any, start_tls
from whatwg_websockets.network.happy_eyeballs.history import history_of
from whatwg_websockets.network.happy_eyeballs.sorting import without_doubles
from whatwg_websockets.network.line_of_connections import Address, Place
from whatwg_websockets.proxies.host_list import Host
from whatwg_websockets.proxies.proxy import Proxy
from whatwg_websockets.tunnels.answers import not_opened
from whatwg_websockets.tunnels.http_connect import AskingByHttp
from whatwg_websockets.tunnels.socks import AskingBySocks


@algorithm("rfc6455#section-4.1", "open the connection: through a proxy")
async def open_through_a_proxy(
    proxy: Proxy, host: str, port: int, tls: ssl.SSLContext | None, client: EnvironmentSettings
) -> Dialled:
    """Open a connection to a host through a proxy, with TLS to the host if it is secure.

    Args:
        proxy: the proxy.
        host: a domain, or an IP address without brackets.
        port: the port.
        tls: the context for a secure connection to the host, else None.
        client: the settings with the limits, the credentials and the user agent string.

    Raises:
        NotConnected: the proxy could not be connected to, or did not open the connection; or TLS
            failed.

    Source: RFC 6455 section 4.1, the first list of steps, 2 to 5
    """
    # 3. Connect to the proxy, and ask it to open a TCP connection to the host and the port.
    # § rfc6455-4.1-9. Ask the proxy to connect to the host and the port of the URL.
    try:
        dialled = await _through_a_proxy(proxy, host, port, client)
    except NotConnected as failure:
        raise NotConnected(failure.cause.after(f"the proxy {proxy}: ")) from failure
    if tls is not None:
        await start_tls(dialled, tls, host, client.limits)
    dialled.place.has_got_further()
    return dialled


async def _through_a_proxy(
    proxy: Proxy, host: str, port: int, client: EnvironmentSettings
) -> Dialled:
    """Open a tunnel to one address of the host after the other, or to its name.

    Raises:
        NotConnected: no address could be connected to; the error has the reason of each.
    """
    causes: list[Cause] = []
    async with aclosing(_addresses(proxy, host, port, client.limits)) as addresses:
        async for address in addresses:
            try:
                return await _open_a_tunnel(proxy, address, client)
            except NotConnected as failure:
                if failure.cause.stage != "proxy":
                    raise  # The proxy itself cannot be reached, so another address would not help.
                causes.append(failure.cause)
    if not causes:
        raise not_opened("SOCKS4 does not support IPv6, the host's only addresses", "unreachable")
    raise NotConnected(why_no_address_has_a_connection(causes))


async def _addresses(
    proxy: Proxy, host: str, port: int, limits: Limits
) -> AsyncGenerator[Address, None]:
    """Return what the proxy is asked for: the name of the host, or else its IP addresses."""
    if proxy.resolves_names and Host(host, port).address is None:
        # § rfc6455-4.1-7. Treat the host's name as the remote host if the proxy resolves it, since
        #   its addresses are unknown.
        yield host, port
        return
    has_ipv6 = proxy.scheme not in ("socks4", "socks4a")
    addresses = await resolve_an_origin(host, port, limits.handshake_timeout)
    try:
        while True:
            for target in without_doubles(addresses.take()):
                if has_ipv6 or target.family == socket.AF_INET:
                    yield target.address_in_line()
            if not addresses.asking:
                return
            # The addresses of the other family have not been resolved yet.
            await asyncio.wait(addresses.asking, return_when=asyncio.FIRST_COMPLETED)
            addresses.add_what_was_answered()
    finally:
        addresses.stop_asking()


async def _open_a_tunnel(proxy: Proxy, address: Address, client: EnvironmentSettings) -> Dialled:
    """Connect to the proxy and open a tunnel, once more if the proxy requires credentials.

    Raises:
        NotConnected: the connection, the tunnel or the authentication failed.
    """
    asking = _who_asks(proxy, address, client)
    while True:
        dialled = await _connect_to_the_proxy(proxy, address, client)
        try:
            async with _limit(client.limits):
                is_open = await asking.ask(dialled.stream)
        except BaseException:
            dialled.abort()
            raise
        if is_open:
            return dialled
        # The program may take long to answer, and other connections may be waiting in line.
        dialled.abort()
        await asking.find_an_answer()


def _who_asks(
    proxy: Proxy, address: Address, client: EnvironmentSettings
) -> AskingByHttp | AskingBySocks:
    if proxy.is_socks:
        return AskingBySocks(proxy, address)
    return AskingByHttp(proxy, address, client)


async def _connect_to_the_proxy(
    proxy: Proxy, address: Address, client: EnvironmentSettings
) -> Dialled:
    """Wait in line for the host, and connect to the proxy, over TLS if its scheme is https.

    Raises:
        NotConnected: the time in line ran out, the proxy could not be connected to, or TLS failed.
    """
    limits = client.limits
    while True:
        place = await Place.take(address, limits.handshake_timeout)
        try:
            addresses = await resolve_an_origin(proxy.host, proxy.port, limits.handshake_timeout)
            dialled = await connect_to_any(addresses, limits, history_of(client), is_proxy=True)
        except BaseException:
            place.leave()
            raise
        dialled.place.outer = place
        if place.is_held:
            break
        # The wait in line for the proxy was so long that the place for the host has expired.
        dialled.abort()
    if proxy.scheme == "https":
        assert client.proxies is not None
        await start_tls(dialled, client.proxies.tls, proxy.host, limits, is_proxy=True)
    dialled.place.has_got_further()
    return dialled


@asynccontextmanager
async def _limit(limits: Limits) -> AsyncIterator[None]:
    """Limit the proxy's answer to the time that each part of the opening handshake may take."""
    seconds = limits.handshake_timeout
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise timed_out("proxy", "waiting for its answer", seconds) from None
