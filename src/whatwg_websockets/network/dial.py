"""Opening a connection to a server: names, addresses, TCP and TLS, RFC 6455 section 4.1."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.line_of_connections import Place


@dataclass(frozen=True, slots=True)
class _Target:
    """One address of a host: what a socket needs to connect to it."""

    family: int
    type: int
    protocol: int
    address: tuple[str, int]

    def address_in_line(self) -> tuple[str, int]:
        """Return IP address and port; ``::ffff:192.0.2.1`` is 192.0.2.1, and leads there."""
        host, port = self.address[:2]
        if self.family == socket.AF_INET6:
            host = str(ipaddress.IPv6Address(host).ipv4_mapped or host)
        return host, port


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
    host: str, port: int, tls: ssl.SSLContext | None, limits: Limits
) -> Dialled:
    """Connect to the host, wait in line first, and speak TLS where a context is given.

    Args:
        host: a domain, or an IP address without brackets.
        port: the port.
        tls: the context for a secure connection, else None.
        limits: how long each part may take.

    Raises:
        OSError: no address could be connected to, or TLS failed (``ssl.SSLError`` is one).

    Source: RFC 6455 section 4.1, the first list of steps, 2 to 5
    """
    # 1. n/a: the parts of a URL that was parsed are valid.
    # 2. One connection at a time is in CONNECTING for an address; who comes later waits. It is
    #    asked of each address before it is connected to.
    # 3. n/a: a proxy is a matter of configuration, and none can be configured yet.
    # § rfc6455-4.1-9. n/a: so none is asked to connect,
    # § rfc6455-4.1-11. n/a: and no script chooses one.
    # 4. Where no address can be connected to, the error is the caller's to fail with.
    targets = await _resolve(host, port)
    # § rfc6455-4.1-10. Straight to the host.
    sock, place = await _connect_to_any(targets, limits)
    dialled = await _wrap(sock, place)
    # 5. TLS comes before the first byte of HTTP, with the host's name in its greeting.
    if tls is not None:
        # § rfc6455-4.1-13. Nothing has been sent yet.
        await _start_tls(dialled, tls, host, limits)
    return dialled


async def _resolve(host: str, port: int) -> list[_Target]:
    """Look the host up; an IP address needs no looking up, and no thread for it."""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        loop = asyncio.get_running_loop()
        # § rfc6455-4.1-7. n/a: without a proxy the addresses are always known here,
        # § rfc6455-4.1-8. n/a: and a line is always one for an address.
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [_Target(f, t, p, address) for f, t, p, _, address in found]  # type: ignore[arg-type]
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    return [_Target(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, (host, port))]


async def _connect_to_any(
    targets: Sequence[_Target], limits: Limits
) -> tuple[socket.socket, Place]:
    """Connect to the first address that answers, giving each a head start over the next."""
    if len(targets) == 1:
        return await _connect(targets[0], limits)
    attempts: set[asyncio.Task[tuple[socket.socket, Place]]] = set()
    waiting = list(targets)
    errors: list[BaseException] = []
    try:
        while waiting or attempts:
            if waiting:
                attempts.add(asyncio.ensure_future(_connect(waiting.pop(0), limits)))
            done, attempts = await asyncio.wait(
                attempts,
                timeout=limits.attempt_delay if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            won, lost = _sort(done)
            errors += lost
            if won:
                for sock, place in won[1:]:
                    _drop(sock, place)
                return won[0]
        reasons = dict.fromkeys(str(error) or type(error).__name__ for error in errors)
        raise OSError("; ".join(reasons) or "no address")
    finally:
        for attempt in attempts:
            attempt.cancel()
            attempt.add_done_callback(_drop_late)


_Attempt = asyncio.Task[tuple[socket.socket, Place]]


def _sort(
    done: set[_Attempt],
) -> tuple[list[tuple[socket.socket, Place]], list[BaseException]]:
    lost = {attempt: attempt.exception() for attempt in done}
    errors = [error for error in lost.values() if error is not None]
    return [attempt.result() for attempt in done if lost[attempt] is None], errors


def _drop_late(attempt: _Attempt) -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        _drop(*attempt.result())


def _drop(sock: socket.socket, place: Place) -> None:
    sock.close()
    place.leave()


async def _connect(target: _Target, limits: Limits) -> tuple[socket.socket, Place]:
    # § rfc6455-4.1-4. Under whatever name the address was asked for.
    place = await Place.take(target.address_in_line())
    sock = socket.socket(target.family, target.type, target.protocol)
    try:
        sock.setblocking(False)
        async with asyncio.timeout(limits.handshake_timeout):
            await asyncio.get_running_loop().sock_connect(sock, target.address)
    except BaseException:
        _drop(sock, place)
        raise
    return sock, place


async def _wrap(sock: socket.socket, place: Place) -> Dialled:
    try:
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_connection(HandshakeStream, sock=sock)
    except BaseException:
        _drop(sock, place)
        raise
    return Dialled(stream, place)


async def _start_tls(dialled: Dialled, tls: ssl.SSLContext, host: str, limits: Limits) -> None:
    stream = dialled.stream
    if not stream.is_untouched:
        dialled.abort()
        raise ConnectionResetError("the server left, or spoke, before it was greeted with TLS")
    try:
        loop = asyncio.get_running_loop()
        # § rfc6455-4.1-16. The greeting names the server; an IP address is no name there.
        transport = await loop.start_tls(
            stream.tcp_transport,
            stream,
            tls,
            # Neither the greeting nor a certificate has the dot that may end a name (RFC 6066, 3).
            server_hostname=host.removesuffix("."),
            ssl_handshake_timeout=limits.handshake_timeout,
        )
    except BaseException:
        # § rfc6455-4.1-14. A certificate that does not fit is one such reason.
        dialled.abort()
        raise
    if transport is None:
        dialled.abort()
        raise ConnectionResetError("the server left during the TLS handshake")
    # § rfc6455-4.1-15. From now on TLS is what is written to and read from.
    stream.connection_made(transport)
