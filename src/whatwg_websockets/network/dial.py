"""Opening a connection to a server: the line, TCP and TLS, RFC 6455 section 4.1."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.cause import (
    Cause,
    NotConnected,
    timed_out,
    why_an_address_has_no_connection,
    why_no_address_has_a_connection,
    why_there_is_no_tls,
)
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.happy_eyeballs.addresses import Addresses
from whatwg_websockets.network.happy_eyeballs.attempts import race
from whatwg_websockets.network.happy_eyeballs.history import History
from whatwg_websockets.network.happy_eyeballs.synthesis import ipv6_in_place_of
from whatwg_websockets.network.keep_alive import keep_alive
from whatwg_websockets.network.line_of_connections import Place, written
from whatwg_websockets.network.target import Target
from whatwg_websockets.network.tls_in_tls import let_the_inner_one_be_ended


@dataclass(frozen=True, slots=True)
class Dialled:
    """An open connection that is still in the CONNECTING state.

    Attributes:
        stream: the stream of the connection's bytes.
        place: the place in the line of connections, which must be given back when the opening
            handshake succeeds or fails.
    """

    stream: HandshakeStream
    place: Place

    def abort(self) -> None:
        """End the connection at once, and leave the line."""
        self.place.leave()
        self.stream.abort()


@algorithm("rfc6455#section-4.1", "open the connection")
async def open_the_connection(
    host: str,
    addresses: Addresses,
    tls: ssl.SSLContext | None,
    limits: Limits,
    history: History,
) -> Dialled:
    """Wait in line, connect to one of the host's addresses, and establish TLS for a wss URL.

    Args:
        host: a domain, or an IP address without brackets.
        addresses: the addresses of the host, of which at least one is known.
        tls: the TLS context for a secure connection, or else None.
        limits: the limits, which say how long each part may take.
        history: the settings' history of addresses.

    Raises:
        NotConnected: no address could be connected to, or TLS failed.

    Source: RFC 6455 section 4.1, the first list of steps, 2 to 5
    """
    # 1. The URL parser has checked the components of the URL.
    # 2. Wait until no other connection to the same IP address and port is in the CONNECTING state.
    # 4. If no address can be connected to, raise NotConnected, and the caller fails the connection.
    # § rfc6455-4.1-10. Without a proxy, the client connects directly to the host and the port.
    dialled = await connect_to_any(addresses, limits, history)
    # 5. For a secure connection, perform the TLS handshake before the request is sent.
    if tls is not None:
        # § rfc6455-4.1-13. A secure connection performs the TLS handshake before other data is
        #   sent.
        await start_tls(dialled, tls, host, limits)
    # The request and its response have a full limit of their own.
    dialled.place.has_got_further()
    return dialled


async def connect_to_any(
    addresses: Addresses, limits: Limits, history: History, *, is_proxy: bool = False
) -> Dialled:
    """Connect to the first address that answers, with one limit for all addresses.

    Args:
        addresses: the addresses.
        limits: the limits, which say how long the connection may take.
        history: the settings' history of addresses.
        is_proxy: whether the addresses are those of a proxy, which has lines of its own.

    Raises:
        NotConnected: no address answers. The cause has a reason for each address.
    """
    until = asyncio.get_running_loop().time() + limits.handshake_timeout
    connect_to = partial(connect, limits, until, history, is_proxy=is_proxy)
    targets = addresses.known()
    try:
        if addresses.is_complete:
            if len(targets) == 1:
                return await connect_to(targets[0])
            if all(target.is_loopback for target in targets):
                dialled = await _connect_to_this_machine(targets, limits, is_proxy=is_proxy)
                if dialled is not None:
                    return dialled
        return await race(addresses, connect_to, limits.attempt_delay, history)
    except NotConnected as failure:
        if failure.cause.kind != "unreachable":
            raise
        # § rfc8305-7-1, rfc8305-7.3-1. An IPv4 address that is unreachable may be reachable through
        #   NAT64.
        others = Addresses(await ipv6_in_place_of(targets, limits.handshake_timeout))
        if not others.known():
            raise
        return await race(others, connect_to, limits.attempt_delay, history)


async def _connect_to_this_machine(
    targets: Sequence[Target], limits: Limits, *, is_proxy: bool
) -> Dialled | None:
    """Try one loopback address after the other, each of which answers or refuses at once.

    Returns:
        the connection, or None if an address does not answer at once or others wait in line for
        it. In that case the addresses have to be raced like those of another host.

    Raises:
        NotConnected: all addresses refuse.
    """
    causes = []
    for target in targets:
        address = target.address_in_line(is_proxy=is_proxy)
        place = Place.take_if_free(address, limits.handshake_timeout)
        if place is None:
            return None
        until = asyncio.get_running_loop().time() + limits.attempt_delay
        try:
            return await _connect_from(place, target, limits, until)
        except NotConnected as failure:
            if failure.cause.kind == "timed out":
                return None
            causes.append(failure.cause)
    raise NotConnected(why_no_address_has_a_connection(causes))


async def connect(
    limits: Limits, until: float, history: History, target: Target, *, is_proxy: bool = False
) -> Dialled:
    """Wait in line for an address, and connect to it.

    Args:
        limits: the limits.
        until: the time of the loop's clock at which to give up.
        history: the history in which an address that answers is recorded.
        target: the address.
        is_proxy: whether the address is that of a proxy, which has a line of its own.

    Raises:
        NotConnected: the line did not move, or the address did not answer in time, or refused.
    """
    loop = asyncio.get_running_loop()
    # § rfc6455-4.1-4. Connections to the same IP address and port share one line, whatever host
    #   name they have.
    address = target.address_in_line(is_proxy=is_proxy)
    place = await Place.take(address, limits.handshake_timeout)
    if place.has_waited:
        # The time spent in line does not count, so the limit for TCP begins now.
        until = loop.time() + limits.handshake_timeout
    began = loop.time()
    dialled = await _connect_from(place, target, limits, until)
    source, *_ = dialled.stream.tcp_transport.get_extra_info("sockname", ("",))
    history.connected(target, source, loop.time() - began)
    return dialled


async def _connect_from(place: Place, target: Target, limits: Limits, until: float) -> Dialled:
    """Connect to an address from a place at the head of its line, or give the place back.

    Args:
        place: the place.
        target: the address.
        limits: the limits, for the text of the failure.
        until: the time of the loop's clock at which to give up.

    Raises:
        NotConnected: the address did not answer in time, or refused.
    """
    loop = asyncio.get_running_loop()
    try:
        # Both loops connect to an IP address without a thread. On uvloop, this call takes half the
        # time of sock_connect and create_connection(sock=...).
        host, port = target.address[:2]
        async with asyncio.timeout_at(until):
            _, stream = await loop.create_connection(
                HandshakeStream, host, port, family=target.family
            )
        keep_alive(stream.tcp_transport)
        return Dialled(stream, place)
    except OSError as error:
        place.leave()
        address = written(place.address)
        if isinstance(error, TimeoutError) and error.errno is None:
            doing = f"connecting to {address}"
            raise timed_out("connecting", doing, limits.handshake_timeout) from None
        raise NotConnected(why_an_address_has_no_connection(address, error)) from error
    except BaseException:
        place.leave()
        raise


async def start_tls(
    dialled: Dialled, tls: ssl.SSLContext, host: str, limits: Limits, *, is_proxy: bool = False
) -> None:
    """Establish TLS over a connection, which may lead through a proxy with TLS of its own.

    Args:
        dialled: the connection.
        tls: the TLS context.
        host: the host that the certificate has to be valid for.
        limits: the limits, which say how long the TLS handshake may take.
        is_proxy: whether the host is a proxy, for the text of a failure.

    Raises:
        NotConnected: TLS failed. The connection has been ended, and its place given back.
    """
    stream = dialled.stream
    dialled.place.has_got_further()
    peer = "proxy" if is_proxy else "server"
    if not stream.is_untouched:
        dialled.abort()
        why = f"the {peer} ended the connection, or sent data, before the TLS handshake"
        raise NotConnected(Cause(why, "lost", "TLS"))
    if stream.transport is not stream.tcp_transport:
        let_the_inner_one_be_ended(stream.transport, stream.tcp_transport)
    try:
        loop = asyncio.get_running_loop()
        # § rfc6455-4.1-16. The TLS handshake names the host in the server_name extension, unless
        #   the host is an IP address.
        transport = await loop.start_tls(
            stream.transport,
            stream,
            tls,
            # Neither server_name nor a certificate has the dot that may end a name (RFC 6066, 3).
            server_hostname=host.removesuffix("."),
            ssl_handshake_timeout=limits.handshake_timeout,
        )
    except (OSError, ValueError) as error:
        # § rfc6455-4.1-14. If the TLS handshake fails, for example because of an invalid
        #   certificate, fail the connection.
        dialled.abort()
        cause = why_there_is_no_tls(error, limits.handshake_timeout, is_proxy=is_proxy)
        raise NotConnected(cause) from error
    except BaseException:
        dialled.abort()
        raise
    if transport is None:
        dialled.abort()
        why = f"the {peer} ended the connection during the TLS handshake"
        raise NotConnected(Cause(why, "lost", "TLS"))
    # § rfc6455-4.1-15. After the TLS handshake, all data is sent and received over TLS.
    stream.connection_made(transport)
