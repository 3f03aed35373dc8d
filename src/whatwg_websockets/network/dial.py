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
from whatwg_websockets.network.line_of_connections import Place, written
from whatwg_websockets.network.target import Target
from whatwg_websockets.network.tls_in_tls import let_the_inner_one_be_ended


@dataclass(frozen=True, slots=True)
class Dialled:
    """An open connection that is still in CONNECTING.

    Attributes:
        stream: the bytes.
        place: the place in the line of connections, to be given back when the opening handshake
            is over, whichever way it ends.
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
    """Connect to one of the host's addresses, wait in line first, and speak TLS if wanted.

    Args:
        host: a domain, or an IP address without brackets.
        addresses: the addresses of the host, of which at least one is known.
        tls: the context for a secure connection, else None.
        limits: how long each part may take.
        history: what the settings remember of addresses.

    Raises:
        NotConnected: no address could be connected to, or TLS failed.

    Source: RFC 6455 section 4.1, the first list of steps, 2 to 5
    """
    # 1. The parts of a URL that was parsed are valid.
    # 2. Each address has a line, in which one connection at a time is in CONNECTING.
    # 4. Where no address can be connected to, the caller fails the connection.
    # § rfc6455-4.1-10. Without a proxy the connection goes straight to the host.
    dialled = await connect_to_any(addresses, limits, history)
    # 5. TLS comes before the first byte of HTTP, with the host's name in its greeting.
    if tls is not None:
        # § rfc6455-4.1-13. TLS begins before anything else is sent.
        await start_tls(dialled, tls, host, limits)
    # The request and its answer, which follow, have the limit for themselves.
    dialled.place.has_got_further()
    return dialled


async def connect_to_any(
    addresses: Addresses, limits: Limits, history: History, *, is_proxy: bool = False
) -> Dialled:
    """Connect to the first address that answers. TCP has one limit for all of them.

    Args:
        addresses: the addresses.
        limits: how long that may take.
        history: what the settings remember of addresses.
        is_proxy: whether the addresses are those of a proxy, which have lines of their own.

    Raises:
        NotConnected: none of them answers, each for a reason of its own.
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
        # § rfc8305-7-1, rfc8305-7.3-1. To an IPv4 address there may be a way by NAT64.
        others = Addresses(await ipv6_in_place_of(targets, limits.handshake_timeout))
        if not others.known():
            raise
        return await race(others, connect_to, limits.attempt_delay, history)


async def _connect_to_this_machine(
    targets: Sequence[Target], limits: Limits, *, is_proxy: bool
) -> Dialled | None:
    """Try one address after the other: this machine answers or refuses at once.

    Returns:
        the connection, or None where this machine takes its time, or others are in line. Then the
        addresses have to be raced as those of any other host.

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
        until: when to give up, by the clock of the loop.
        history: where it is remembered that the address has answered.
        target: the address.
        is_proxy: whether it is that of a proxy, which has a line of its own.

    Raises:
        NotConnected: the line did not move, or the address did not answer in time, or refused.
    """
    loop = asyncio.get_running_loop()
    # § rfc6455-4.1-4. The line is that of the address, under whatever name it was asked for.
    address = target.address_in_line(is_proxy=is_proxy)
    place = await Place.take(address, limits.handshake_timeout)
    if place.has_waited:
        # The time in line is not counted: the limit for TCP begins now.
        until = loop.time() + limits.handshake_timeout
    began = loop.time()
    dialled = await _connect_from(place, target, limits, until)
    source, *_ = dialled.stream.tcp_transport.get_extra_info("sockname", ("",))
    history.connected(target, source, loop.time() - began)
    return dialled


async def _connect_from(place: Place, target: Target, limits: Limits, until: float) -> Dialled:
    """Connect to an address from a place at the head of its line; a failure gives it back.

    Args:
        place: the place.
        target: the address.
        limits: the limits, for the words of the failure.
        until: when to give up, by the clock of the loop.

    Raises:
        NotConnected: the address did not answer in time, or refused.
    """
    loop = asyncio.get_running_loop()
    try:
        # Given an IP address, both loops connect without a thread. uvloop needs half the time that
        # sock_connect and create_connection(sock=...) take there.
        host, port = target.address[:2]
        async with asyncio.timeout_at(until):
            _, stream = await loop.create_connection(
                HandshakeStream, host, port, family=target.family
            )
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
    """Speak TLS over a connection, which may be one through a proxy with TLS of its own.

    Args:
        dialled: the connection.
        tls: the context.
        host: whose certificate it has to be.
        limits: how long it may take.
        is_proxy: whether the host is a proxy, for the words of a failure.

    Raises:
        NotConnected: TLS failed; the connection is ended, and its place given back.
    """
    stream = dialled.stream
    dialled.place.has_got_further()
    peer = "proxy" if is_proxy else "server"
    if not stream.is_untouched:
        dialled.abort()
        why = f"the {peer} left, or spoke, before it was greeted with TLS"
        raise NotConnected(Cause(why, "lost", "TLS"))
    if stream.transport is not stream.tcp_transport:
        let_the_inner_one_be_ended(stream.transport, stream.tcp_transport)
    try:
        loop = asyncio.get_running_loop()
        # § rfc6455-4.1-16. The greeting of TLS names the server, unless that is an IP address.
        transport = await loop.start_tls(
            stream.transport,
            stream,
            tls,
            # Neither the greeting nor a certificate has the dot that may end a name (RFC 6066, 3).
            server_hostname=host.removesuffix("."),
            ssl_handshake_timeout=limits.handshake_timeout,
        )
    except (OSError, ValueError) as error:
        # § rfc6455-4.1-14. Where TLS fails, as with a bad certificate, the connection is ended.
        dialled.abort()
        cause = why_there_is_no_tls(error, limits.handshake_timeout, is_proxy=is_proxy)
        raise NotConnected(cause) from error
    except BaseException:
        dialled.abort()
        raise
    if transport is None:
        dialled.abort()
        why = f"the {peer} left during the TLS handshake"
        raise NotConnected(Cause(why, "lost", "TLS"))
    # § rfc6455-4.1-15. All that follows is written to TLS and read from TLS.
    stream.connection_made(transport)
