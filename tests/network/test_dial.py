"""Opening a connection: names, addresses, TCP and TLS.

https://www.rfc-editor.org/rfc/rfc6455#section-4.1 (items 2 to 5 of the first list)
"""

import asyncio
import socket
import ssl
from contextlib import suppress

import pytest

from support.inside import connection_of, is_in_line_for
from support.loops import errors_heard
from support.page import FAILED, Recorder, limits, nobody_is_in_line, turns, until
from support.server import Server, accept_value
from support.tls import client_context, server_context
from whatwg_websockets import EnvironmentSettings, Limits, WebSocket
from whatwg_websockets.network.line_of_connections import THE_LINE, Place

LIMITS = Limits()


def resolve_to(*ports):
    """Make every name resolve to addresses of this machine, distinguished by their port."""

    async def getaddrinfo(host, port, *_, **__):
        # uvloop asks for the address of an address, when it connects.
        return [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", each))
            for each in ([port] if host == "127.0.0.1" else ports)
        ]

    asyncio.get_running_loop().getaddrinfo = getaddrinfo


def free_port():
    """Return a port on which no server listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


async def outcome(url, **settings):
    """Return the outcome of a socket without a server."""
    events = Recorder(WebSocket(url, settings=EnvironmentSettings(**settings)))
    await events.until("close")
    assert nobody_is_in_line()
    return events.events


async def test_a_name_is_looked_up():
    async with Server() as server:
        events = Recorder(WebSocket(f"ws://localhost:{server.port}/"))
        peer = await server.accept_handshake()
        assert peer.request["Host"] == f"localhost:{server.port}"
        await events.until("open")


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_an_ipv6_address():
    async with Server("::1") as server:
        events = Recorder(WebSocket(server.url))
        peer = await server.accept_handshake()
        assert peer.request["Host"] == f"[::1]:{server.port}"
        await events.until("open")


async def test_the_default_ports():
    """A null port is the scheme's: 80, and 443 with TLS."""
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.obtain_connection import obtain_a_websocket_connection
    from whatwg_websockets.url.url_record import parse

    for scheme, port in [("http", 80), ("https", 443)]:
        asked = []

        async def getaddrinfo(host, port, asked=asked, **_):
            asked.append((host, port))
            raise socket.gaierror

        asyncio.get_running_loop().getaddrinfo = getaddrinfo
        request = Request(url=parse(f"{scheme}://name.example/"), client=EnvironmentSettings())
        assert isinstance(await obtain_a_websocket_connection(request), str)
        assert set(asked) == {("name.example", port)}


async def test_a_port_on_which_nobody_listens():
    assert await outcome(f"ws://127.0.0.1:{free_port()}/") == FAILED


async def test_several_addresses_on_which_nobody_listens(caplog):
    caplog.set_level("INFO", "whatwg_websockets")
    ports = free_port(), free_port()
    resolve_to(*ports)
    assert await outcome("ws://name.example/") == FAILED
    assert "name.example:80 could not be connected to" in caplog.text
    for port in ports:
        assert f"127.0.0.1:{port}: Connection refused" in caplog.text


@pytest.mark.parametrize("port", [0, 1, 7, 22, 25, 6000, 6667, 10080])
async def test_a_blocked_port_is_not_even_tried(port, caplog):
    """https://fetch.spec.whatwg.org/#block-bad-port"""
    caplog.set_level("INFO", "whatwg_websockets")
    assert await outcome(f"ws://127.0.0.1:{port}/") == FAILED
    assert f"port {port} is blocked" in caplog.text


async def test_a_policy_may_forbid_a_url():
    async with Server() as server:
        allowed = server.url.replace("127.0.0.1", "localhost")
        settings = EnvironmentSettings(content_security_policy=f"connect-src {allowed}public")
        events = Recorder(WebSocket(allowed + "secret", settings=settings))
        await events.until("close")
        assert events.events == FAILED
        assert server.nobody_is_waiting()
        events = Recorder(WebSocket(allowed + "public", settings=settings))
        await server.accept_handshake()
        await events.until("open")


async def test_a_server_that_does_not_take_the_connection():
    """The connection is neither accepted nor refused."""
    async with Server(backlog=0) as server:
        fillers = []
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", server.port))
            fillers.append(filler)
        settings = {"limits": Limits(handshake_timeout=0.05)}
        assert await outcome(server.url, **settings) == FAILED
        for filler in fillers:
            filler.close()


# Several addresses: each gets a head start over the next.


async def test_the_second_address_is_tried_when_the_first_refuses():
    async with Server() as server:
        resolve_to(free_port(), server.port)
        events = Recorder(WebSocket("ws://name.example:8000/"))
        peer = await server.accept_handshake()
        assert peer.request["Host"] == "name.example:8000"
        await events.until("open")


async def test_the_second_address_is_tried_when_the_first_takes_long():
    """The first is in line behind another connection, which it leaves when the second wins."""
    async with Server() as slow, Server() as fast:
        place = await Place.take(("127.0.0.1", slow.port), 60)
        resolve_to(slow.port, fast.port)
        settings = limits(attempt_delay=0.01)
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        await fast.accept_handshake()
        await events.until("open")
        place.leave()
        assert slow.nobody_is_waiting()
        assert nobody_is_in_line()


async def test_the_first_address_is_still_good_when_it_took_long():
    async with Server() as slow, Server() as slower:
        places = [await Place.take(("127.0.0.1", server.port), 60) for server in (slow, slower)]
        resolve_to(slow.port, slower.port)
        settings = limits(attempt_delay=0.01)
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        await until(lambda: all(_in_line(server) for server in (slow, slower)))
        places[0].leave()
        await slow.accept_handshake()
        await events.until("open")
        places[1].leave()
        assert slower.nobody_is_waiting()
        assert nobody_is_in_line()


def _in_line(server):
    return THE_LINE.behind_the_head(("127.0.0.1", server.port)) == 1


async def test_an_ipv4_address_is_the_same_in_ipv6():
    async with Server() as server:
        place = await Place.take(("127.0.0.1", server.port), 60)
        events = Recorder(WebSocket(f"ws://[::ffff:127.0.0.1]:{server.port}/"))
        await until(lambda: _in_line(server))
        place.leave()
        await server.accept_handshake()
        await events.until("open")


# TCP has one limit for all addresses.


class Silent:
    """Addresses that never answer, except on some ports."""

    def __init__(self, *answering):
        self.tried = []
        loop = asyncio.get_running_loop()
        original = loop.create_connection

        async def create_connection(factory, host, port, **keywords):
            self.tried.append((host, port))
            if port not in answering:
                await loop.create_future()
            return await original(factory, host, port, **keywords)

        loop.create_connection = create_connection


async def test_addresses_that_never_answer_have_one_limit_together(caplog):
    """The last begins when the limit has nearly passed, and ends with all others."""
    caplog.set_level("INFO", "whatwg_websockets")
    silent = Silent()
    addresses = [(f"192.0.2.{last}", 8000) for last in range(1, 11)]

    async def getaddrinfo(*_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    limits_ = Limits(handshake_timeout=0.2, attempt_delay=0.019)
    assert await outcome("ws://name.example/", limits=limits_) == FAILED
    assert silent.tried == addresses
    said = [f"connecting to {host}:8000 (handshake_timeout is 0.2 s)" for host, _ in addresses]
    assert "; ".join(f"timed out while {each}" for each in said) in caplog.text


async def test_an_address_whose_turn_in_line_comes_late_has_the_limit_for_itself():
    """It is another one's fault that it was so late."""
    async with Server() as silent, Server() as server:
        Silent(server.port)
        place = await Place.take(("127.0.0.1", server.port), 60)
        resolve_to(server.port, silent.port)
        settings = limits(handshake_timeout=0.2, attempt_delay=0.01)
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        line_of_silent = ("127.0.0.1", silent.port)
        await until(lambda: is_in_line_for(line_of_silent))

        # What is in line goes on when the limit of the other has passed, as its line moves.
        def has_given_up():
            place.has_got_further()
            return not is_in_line_for(line_of_silent)

        await until(has_given_up)
        assert events.events == []
        place.leave()
        await server.accept_handshake()
        await events.until("open")


# localhost is this machine: first ::1, then 127.0.0.1.


@pytest.mark.parametrize("name", ["localhost", "localhost.", "foo.localhost", "LocalHost"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_localhost_is_this_machine(name, host):
    async with Server(host) as server:
        events = Recorder(WebSocket(f"ws://{name}:{server.port}/"))
        peer = await server.accept_handshake()
        assert peer.request["Host"] == f"{name.lower()}:{server.port}"
        await events.until("open")
        assert nobody_is_in_line()


async def test_localhost_where_nobody_listens(caplog):
    caplog.set_level("INFO", "whatwg_websockets")
    port = free_port()
    assert await outcome(f"ws://localhost:{port}/") == FAILED
    assert f"localhost:{port} could not be connected to: [::1]:{port}: " in caplog.text
    assert f"; 127.0.0.1:{port}: Connection refused" in caplog.text


async def test_localhost_where_ipv6_is_silent():
    """The addresses are raced then, as those of any other host."""
    async with Server() as server:
        loop = asyncio.get_running_loop()
        original = loop.create_connection

        async def create_connection(factory, host, port, **keywords):
            if host == "::1":
                await loop.create_future()
            return await original(factory, host, port, **keywords)

        loop.create_connection = create_connection
        settings = limits(attempt_delay=0.01)
        events = Recorder(WebSocket(f"ws://localhost:{server.port}/", settings=settings))
        await server.accept_handshake()
        await events.until("open")
        assert nobody_is_in_line()


async def test_localhost_where_somebody_is_in_line_for_ipv6():
    async with Server("::1") as server:
        first = Recorder(WebSocket(server.url))
        peer = await server.accept()
        events = Recorder(WebSocket(f"ws://localhost:{server.port}/"))
        await until(lambda: THE_LINE.behind_the_head(("::1", server.port)) == 1)
        await peer.handshake()
        await server.accept_handshake()
        await events.until("open")
        assert first.types == ["open"]


# Giving up at any point.


@pytest.mark.parametrize("secure", [False, True])
async def test_close_at_any_turn_leaves_nothing_behind(secure):
    server_tls = server_context("127.0.0.1") if secure else None
    settings = EnvironmentSettings(tls=client_context())
    ends = []

    async def serve(reader, writer):
        try:
            while await reader.read(1000):
                pass
        except (OSError, ssl.SSLError):
            pass
        finally:
            ends.append(1)
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server_tls)
    port = server.sockets[0].getsockname()[1]
    for count in range(0, 60, 1 if not secure else 2):
        socket_ = WebSocket(f"{'wss' if secure else 'ws'}://127.0.0.1:{port}/", settings=settings)
        events = Recorder(socket_)
        await turns(count)
        assert socket_.readyState == WebSocket.CONNECTING
        socket_.close()
        await events.until("close")
        assert events.events == FAILED
        await until(nobody_is_in_line)
    server.close()
    await turns()


# TLS.


async def serve_a_websocket(reader, writer):
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    key = head.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
    response = (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_value(key)}\r\n\r\n"
    )
    writer.write(response.encode())
    await reader.read()
    writer.close()


async def tls_server(*hosts, **keywords):
    """Start a server that accepts WebSockets over TLS."""

    async def serve(reader, writer):
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await serve_a_websocket(reader, writer)
        finally:
            writer.transport.abort()

    context = server_context(*hosts, **keywords)
    return await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)


async def test_tls_with_a_certificate_that_fits():
    server = await tls_server("localhost", "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    settings = EnvironmentSettings(tls=client_context())
    for host in ("localhost", "127.0.0.1"):
        socket_ = WebSocket(f"wss://{host}:{port}/", settings=settings)
        events = Recorder(socket_)
        await events.until("open")
        assert nobody_is_in_line()
        transport = connection_of(socket_).transmission.transport
        assert transport.get_extra_info("cipher") is not None
    server.close()


@pytest.mark.parametrize(
    ("hosts", "by", "trusting", "why"),
    [
        (("other.example",), "ours", "ours", "IP address mismatch, certificate is not valid for"),
        (("127.0.0.1",), "somebody else", "ours", "unable to get local issuer certificate"),
    ],
    ids=["wrong host", "untrusted authority"],
)
async def test_tls_with_a_certificate_that_does_not_fit(hosts, by, trusting, why, caplog):
    caplog.set_level("INFO", "whatwg_websockets")
    server = await tls_server(*hosts, by=by)
    port = server.sockets[0].getsockname()[1]
    url = f"wss://127.0.0.1:{port}/"
    assert await outcome(url, tls=client_context(trusting)) == FAILED
    assert f"the certificate was not accepted: {why}" in caplog.text
    server.close()


async def test_by_default_the_certificates_are_those_of_the_system():
    server = await tls_server("127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    assert await outcome(f"wss://127.0.0.1:{port}/") == FAILED
    server.close()


async def test_tls_with_a_server_that_speaks_none(caplog):
    caplog.set_level("INFO", "whatwg_websockets")
    async with Server() as server:
        url = server.url.replace("ws:", "wss:")
        events = Recorder(WebSocket(url, settings=EnvironmentSettings(tls=client_context())))
        peer = await server.accept()
        await peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await events.until("close")
        assert events.events == FAILED
        await peer.expect_gone()
        assert nobody_is_in_line()
        # What it says may come before it is greeted, or after.
        assert (
            "does the server speak TLS?" in caplog.text or "before the TLS handshake" in caplog.text
        )


@pytest.mark.parametrize("how", ["close", "half_close", "reset"])
async def test_tls_with_a_server_that_leaves(how, caplog):
    caplog.set_level("INFO", "whatwg_websockets")
    async with Server() as server:
        url = server.url.replace("ws:", "wss:")
        events = Recorder(WebSocket(url, settings=EnvironmentSettings(tls=client_context())))
        peer = await server.accept()
        getattr(peer, how)()
        await events.until("close")
        assert events.events == FAILED
        # A reset may also find the client where it has not noticed yet that it is connected.
        said = (
            ("the server ended the connection", "reset by peer")
            if how == "reset"
            else ("the server ended the connection",)
        )
        assert any(each in caplog.text for each in said)
        assert nobody_is_in_line()


async def test_tls_with_a_server_that_is_silent(caplog):
    caplog.set_level("INFO", "whatwg_websockets")
    async with Server() as server:
        url = server.url.replace("ws:", "wss:")
        settings = EnvironmentSettings(tls=client_context(), limits=Limits(handshake_timeout=0.05))
        events = Recorder(WebSocket(url, settings=settings))
        await server.accept()
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        assert "timed out while TLS was being established" in caplog.text
        assert "(handshake_timeout is 0.05 s)" in caplog.text


async def test_tls_with_a_name_that_cannot_be_a_servers(caplog):
    """A name that begins with a dot is a domain to URLs, and none to TLS."""
    caplog.set_level("INFO", "whatwg_websockets")
    async with Server() as server:
        resolve_to(server.port)
        url = f"wss://.name.example:{server.port}/"
        assert await outcome(url, tls=client_context()) == FAILED
        assert "the name cannot be a server's" in caplog.text
        errors_heard().take()  # uvloop tells its exception handler of it, too.


async def test_tls_with_localhost_asks_for_its_name():
    server = await tls_server("foo.localhost")
    port = server.sockets[0].getsockname()[1]
    settings = EnvironmentSettings(tls=client_context())
    await Recorder(WebSocket(f"wss://foo.localhost:{port}/", settings=settings)).until("open")
    assert await outcome(f"wss://localhost:{port}/", tls=client_context()) == FAILED
    server.close()


async def test_tls_that_is_lost_at_the_moment_it_is_there():
    """asyncio returns no transport then."""

    async def start_tls(*_, **__):
        return None

    asyncio.get_running_loop().start_tls = start_tls
    async with Server() as server:
        url = server.url.replace("ws:", "wss:")
        events = Recorder(WebSocket(url, settings=EnvironmentSettings(tls=client_context())))
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
