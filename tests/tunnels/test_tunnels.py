"""Connections through proxies of every protocol.

https://www.rfc-editor.org/rfc/rfc6455#section-4.1 (items 2 and 3 of the first list)
"""

import asyncio
import socket
from contextlib import suppress

import pytest

from support.page import FAILED, Recorder, nobody_is_in_line, turns, until
from support.proxies import (
    OPENED,
    SCHEMES,
    accept,
    exchange,
    open_the_tunnel,
    read_methods,
    read_socks4,
    read_socks5,
    through,
)
from support.server import Server
from support.tls import TlsInTls, TlsPeer, client_context, server_context
from whatwg_websockets import EnvironmentSettings, Limits, Proxies, WebSocket
from whatwg_websockets.network import line_of_connections
from whatwg_websockets.network.line_of_connections import THE_LINE, Place

RESOLVING = ("http", "https", "socks4a", "socks5h")


def resolve_to(*addresses):
    """Make every name resolve to these IP addresses, and record the names."""
    asked = set()

    async def getaddrinfo(host, port, *, family=0, **_):
        if host == "127.0.0.1":  # uvloop asks for the address of an address, when it connects.
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        asked.add(host)
        found = [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (each, port, 0, 0))
            if ":" in each
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in addresses
        ]
        return [each for each in found if family in (0, each[0])]

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    return asked


@pytest.mark.parametrize("scheme", RESOLVING)
async def test_a_proxy_that_resolves_names(scheme):
    asked = resolve_to()
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/chat", settings=through(server, scheme)))
        peer = await accept(server, scheme)
        assert await open_the_tunnel(peer, scheme) == "name.example:80"
        request = await peer.handshake()
        assert (request.target, request["Host"]) == ("/chat", "name.example")
        await exchange(events, peer)
    assert asked == set()


@pytest.mark.parametrize("scheme", ["socks4", "socks5"])
async def test_a_proxy_that_is_given_addresses(scheme):
    asked = resolve_to("192.0.2.1")
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example:8080/", settings=through(server, scheme)))
        peer = await accept(server)
        assert await open_the_tunnel(peer, scheme) == "192.0.2.1:8080"
        assert (await peer.handshake())["Host"] == "name.example:8080"
        await exchange(events, peer)
    assert asked == {"name.example"}


@pytest.mark.parametrize("scheme", RESOLVING)
async def test_tls_with_the_server_has_the_name_of_the_server(scheme):
    """Over a proxy with TLS, that is TLS in TLS."""
    async with Server() as server:
        events = Recorder(WebSocket("wss://name.example/", settings=through(server, scheme)))
        tunnel = await accept(server, scheme)
        assert await open_the_tunnel(tunnel, scheme) == "name.example:443"
        peer = (TlsInTls if scheme == "https" else TlsPeer)(tunnel, server_context("name.example"))
        await peer.start_tls()
        await peer.handshake()
        await exchange(events, peer)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
async def test_tls_with_a_server_of_another_name(scheme, host, caplog):
    """The certificate of the proxy is not valid for the server."""
    async with Server() as server:
        events = Recorder(WebSocket("wss://name.example/", settings=through(server, scheme)))
        tunnel = await accept(server, scheme)
        await open_the_tunnel(tunnel, scheme)
        peer = (TlsInTls if scheme == "https" else TlsPeer)(tunnel, server_context(host))
        shaking = asyncio.ensure_future(peer.start_tls())
        await events.until("close")
        assert events.events == FAILED
        assert "the certificate was not accepted: Hostname mismatch" in caplog.text
        await asyncio.gather(shaking, return_exceptions=True)


async def test_a_proxy_whose_certificate_is_not_accepted(caplog):
    async with Server() as server:
        proxies = Proxies(all=f"https://127.0.0.1:{server.port}", tls=client_context())
        settings = EnvironmentSettings(proxies=proxies)
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        peer = TlsPeer(await server.accept(), server_context("other.example"))
        shaking = asyncio.ensure_future(peer.start_tls())
        await events.until("close")
        assert events.events == FAILED
        said = f"the proxy https://127.0.0.1:{server.port}: the certificate was not accepted: "
        assert said in caplog.text
        assert "; the URL of the proxy has to name a host that the cert" in caplog.text
        await asyncio.gather(shaking, return_exceptions=True)


async def test_by_default_the_certificates_for_proxies_are_those_of_the_system(caplog):
    async with Server() as server:
        proxies = Proxies(all=f"https://127.0.0.1:{server.port}")
        settings = EnvironmentSettings(proxies=proxies, tls=client_context())
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        peer = TlsPeer(await server.accept(), server_context("127.0.0.1"))
        shaking = asyncio.ensure_future(peer.start_tls())
        await events.until("close")
        assert "the certificate was not accepted: " in caplog.text
        assert "give Proxies tls=ssl.create_default_context(cafile=...)" in caplog.text
        await asyncio.gather(shaking, return_exceptions=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "a.localhost"])
async def test_this_machine_is_connected_to_directly(host):
    async with Server() as server, Server() as proxy:
        proxies = Proxies(all=f"http://127.0.0.1:{proxy.port}")
        settings = EnvironmentSettings(proxies=proxies)
        events = Recorder(WebSocket(f"ws://{host}:{server.port}/", settings=settings))
        await server.accept_handshake()
        await events.until("open")
        assert proxy.nobody_is_waiting()


async def test_a_host_of_no_proxy_is_connected_to_directly():
    resolve_to("127.0.0.1")
    async with Server() as server, Server() as proxy:
        proxies = Proxies(all=f"http://127.0.0.1:{proxy.port}", no_proxy="name.example")
        settings = EnvironmentSettings(proxies=proxies)
        events = Recorder(WebSocket(f"ws://name.example:{server.port}/", settings=settings))
        await server.accept_handshake()
        await events.until("open")
        assert proxy.nobody_is_waiting()


async def test_the_environment_names_the_proxy(monkeypatch):
    async with Server() as server:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
        events = Recorder(WebSocket("ws://name.example/", settings=EnvironmentSettings()))
        peer = await server.accept()
        assert await open_the_tunnel(peer) == "name.example:80"
        await peer.handshake()
        await events.until("open")


async def test_the_name_of_a_proxy_is_resolved():
    asked = resolve_to("127.0.0.1")
    async with Server() as server:
        proxies = Proxies(all=f"http://proxy.example:{server.port}")
        settings = EnvironmentSettings(proxies=proxies)
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        peer = await server.accept()
        await open_the_tunnel(peer)
        await peer.handshake()
        await events.until("open")
    assert asked == {"proxy.example"}


async def test_a_proxy_on_localhost():
    """It has two addresses, of which one is listened on."""
    async with Server() as server:
        proxies = Proxies(all=f"http://localhost:{server.port}")
        settings = EnvironmentSettings(proxies=proxies)
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        peer = await server.accept()
        await open_the_tunnel(peer)
        await peer.handshake()
        await events.until("open")


@pytest.mark.parametrize(
    ("space", "types"), [("loopback", ["open"]), ("local", ["error", "close"])]
)
async def test_a_server_is_in_the_address_space_of_the_proxy(space, types):
    """https://wicg.github.io/local-network-access/#proxies"""
    async with Server() as server:
        settings = through(server, experimental_options_bag=True)
        socket_ = WebSocket("ws://name.example/", {"targetAddressSpace": space}, settings=settings)
        events = Recorder(socket_)
        peer = await server.accept()
        await open_the_tunnel(peer)
        if space == "loopback":
            await peer.handshake()
        await events.until(types[-1])
        assert events.types == types


# Proxies that cannot be reached.


async def outcome(settings, url="ws://name.example/"):
    events = Recorder(WebSocket(url, settings=settings))
    await events.until("close")
    assert events.events == FAILED
    assert nobody_is_in_line()


async def test_nobody_listens_at_the_proxy(caplog):
    async with Server() as server:
        settings = through(server)
    await outcome(settings)
    proxy = f"127.0.0.1:{server.port}"
    assert (
        f"name.example:80 could not be connected to: the proxy http://{proxy}: {proxy}: "
        "Connection refused" in caplog.text
    )
    assert caplog.records[-1].kind == "refused"


async def test_the_proxy_has_no_address(caplog):
    async def getaddrinfo(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    await outcome(EnvironmentSettings(proxies=Proxies(all="socks5h://proxy.example")))
    assert "the proxy socks5h://proxy.example:1080: the name was not found" in caplog.text


async def test_a_name_that_is_resolved_here_has_no_address(caplog):
    async def getaddrinfo(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    async with Server() as server:
        await outcome(through(server, "socks5"))
        assert server.nobody_is_waiting()
    assert "the name was not found" in caplog.text


# Proxies that leave, or never answer.


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("how", ["close", "half_close", "reset"])
async def test_a_proxy_that_leaves_at_once(scheme, how, caplog):
    resolve_to("192.0.2.1")
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server, scheme)))
        getattr(await server.accept(), how)()
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        assert caplog.records[-1].kind in ("lost", "system")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("how", ["half_close", "reset"])
async def test_a_proxy_that_leaves_when_it_is_asked(scheme, how, caplog):
    resolve_to("192.0.2.1")
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server, scheme)))
        peer = await accept(server, scheme)
        await peer.read_exactly(2)
        getattr(peer, how)()
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        assert caplog.records[-1].kind == "lost"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("begun", [False, True])
async def test_a_proxy_that_never_answers(scheme, begun, caplog):
    resolve_to("192.0.2.1")
    async with Server() as server:
        settings = through(server, scheme, limits=Limits(handshake_timeout=0.2))
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        if begun:
            peer = await accept(server, scheme)
            await peer.read_exactly(2)
            await peer.send(b"\5" if scheme.startswith("socks5") else b"HTTP/1.1 200"[:1])
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        assert "(handshake_timeout is 0.2 s)" in caplog.text
        assert caplog.records[-1].kind == "timed out"


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_close_at_any_turn_leaves_nothing_behind(scheme):
    resolve_to("192.0.2.1")
    tasks = []

    async def serve(server):
        with suppress(Exception):
            peer = await accept(server, scheme)
            await open_the_tunnel(peer, scheme)
            await peer.expect_gone()

    async with Server() as server:
        settings = through(server, scheme)
        for count in range(0, 60, 3):
            tasks.append(asyncio.ensure_future(serve(server)))
            socket_ = WebSocket("ws://name.example/", settings=settings)
            events = Recorder(socket_)
            await turns(count)
            assert socket_.readyState == WebSocket.CONNECTING
            socket_.close()
            await events.until("close")
            assert events.events == FAILED
            await until(nobody_is_in_line)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# The line of connections.


async def test_one_at_a_time_for_each_name():
    """If the proxy resolves the names, each name counts as a separate host."""
    async with Server() as server:
        settings = through(server)
        first = Recorder(WebSocket("ws://name.example/1", settings=settings))
        second = Recorder(WebSocket("ws://name.example/2", settings=settings))
        other = Recorder(WebSocket("ws://other.example/", settings=settings))
        one, another = await server.accept(), await server.accept()
        assert await open_the_tunnel(one) == "name.example:80"
        assert await open_the_tunnel(another) == "other.example:80"
        assert THE_LINE.behind_the_head(("name.example", 80)) == 1
        assert server.nobody_is_waiting()
        await another.handshake()
        await other.until("open")
        await one.handshake()
        await first.until("open")
        peer = await server.accept()
        await open_the_tunnel(peer)
        await peer.handshake()
        await second.until("open")


async def test_an_address_has_one_line_with_and_without_a_proxy():
    async with Server() as server, Server() as proxy:
        direct = Recorder(WebSocket(server.url))
        peer = await server.accept()
        url = f"ws://[::ffff:127.0.0.1]:{server.port}/"
        events = Recorder(WebSocket(url, settings=through(proxy)))
        await until(lambda: THE_LINE.behind_the_head(("127.0.0.1", server.port)) == 1)
        assert proxy.nobody_is_waiting()
        await peer.handshake()
        await direct.until("open")
        tunnel = await proxy.accept()
        assert await open_the_tunnel(tunnel) == f"127.0.0.1:{server.port}"
        await tunnel.handshake()
        await events.until("open")


async def test_a_proxy_that_is_asked_for_itself():
    async with Server() as server:
        events = Recorder(WebSocket(server.url, settings=through(server)))
        peer = await server.accept()
        assert await open_the_tunnel(peer) == f"127.0.0.1:{server.port}"
        await peer.handshake()
        await events.until("open")


async def test_the_pending_connections_through_a_proxy_are_limited(monkeypatch):
    monkeypatch.setattr(line_of_connections, "PENDING_THROUGH_A_PROXY", 3)
    async with Server() as server:
        settings = through(server)
        events = [
            Recorder(WebSocket(f"ws://name{each}.example/", settings=settings)) for each in range(5)
        ]
        peers = [await server.accept() for _ in range(3)]
        address = ("127.0.0.1", server.port, "proxy")
        await until(lambda: THE_LINE.behind_the_head(address) == 2)
        assert server.nobody_is_waiting()
        for peer in peers:
            await open_the_tunnel(peer)
        await turns()
        assert server.nobody_is_waiting()
        for peer in peers:
            await peer.handshake()
        for _ in range(2):
            peer = await server.accept()
            await open_the_tunnel(peer)
            await peer.handshake()
        for each in events:
            await each.until("open")
        assert nobody_is_in_line()


async def test_one_who_waits_for_a_proxy_that_never_answers(monkeypatch, caplog):
    monkeypatch.setattr(line_of_connections, "PENDING_THROUGH_A_PROXY", 1)
    async with Server() as server:
        first = Recorder(WebSocket("ws://a.example/", settings=through(server)))
        await server.accept()
        settings = through(server, limits=Limits(handshake_timeout=0.05))
        await outcome_of(WebSocket("ws://b.example/", settings=settings))
        assert f"waiting in line for 127.0.0.1:{server.port} " in caplog.text
        first.socket.close()
        await first.until("close")


async def test_one_who_waits_long_for_the_proxy_waits_for_the_host_once_more(monkeypatch):
    """Its place for the host is over by then, and somebody else has it."""
    now = [1000.0]
    monkeypatch.setattr(line_of_connections, "monotonic", lambda: now[0])
    monkeypatch.setattr(line_of_connections, "PENDING_THROUGH_A_PROXY", 1)
    async with Server() as server:
        proxy, host = ("127.0.0.1", server.port, "proxy"), ("name.example", 80)
        before = await Place.take(proxy, 60)
        events = Recorder(WebSocket("ws://name.example/", settings=through(server)))
        await until(lambda: THE_LINE.behind_the_head(proxy) == 1)
        for _ in range(2):
            now[0] += 50
            before.has_got_further()
        other = Place.take_if_free(host, 60)
        before.leave()
        await (await server.accept()).expect_gone()
        await until(lambda: THE_LINE.behind_the_head(host) == 1)
        assert server.nobody_is_waiting()
        other.leave()
        peer = await server.accept()
        assert await open_the_tunnel(peer) == "name.example:80"
        await peer.handshake()
        await events.until("open")


async def outcome_of(socket_):
    events = Recorder(socket_)
    await events.until("close")
    assert events.events == FAILED


# Several addresses, which the proxy is asked for one after the other.


async def test_the_second_address_is_asked_for_when_the_first_refuses():
    resolve_to("192.0.2.1", "192.0.2.2")
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server, "socks4")))
        peer = await server.accept()
        assert await read_socks4(peer) == ("", "192.0.2.1:80")
        await peer.send(b"\0\x5b" + bytes(6))
        peer = await server.accept()
        assert await open_the_tunnel(peer, "socks4") == "192.0.2.2:80"
        await peer.handshake()
        await events.until("open")


async def test_addresses_that_become_known_later_are_asked_for_too():
    """IPv4 addresses are still being resolved when the proxy refuses the IPv6 address."""
    refused = asyncio.Event()

    async def getaddrinfo(host, port, *, family=0, **_):
        if host == "127.0.0.1":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        if family == socket.AF_INET6:
            return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", port, 0, 0))]
        await refused.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", port))]

    loop = asyncio.get_running_loop()
    loop.getaddrinfo = getaddrinfo
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server, "socks5")))
        peer = await server.accept()
        await read_methods(peer)
        await peer.send(b"\5\0")
        assert (await read_socks5(peer)).startswith("[2001:")
        await peer.send(b"\5\4\0\1" + bytes(6))
        await peer.expect_gone()
        await turns()
        refused.set()
        peer = await server.accept()
        assert await open_the_tunnel(peer, "socks5") == "192.0.2.1:80"
        await peer.handshake()
        await events.until("open")


async def test_no_address_can_be_connected_to(caplog):
    resolve_to("192.0.2.1", "2001:db8::1")
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server, "socks5")))
        told = set()
        for _ in range(2):
            peer = await server.accept()
            await read_methods(peer)
            await peer.send(b"\5\0")
            told.add(await read_socks5(peer))
            await peer.send(b"\5\5\0\1" + bytes(6))
        assert told == {"192.0.2.1:80", "[2001:0db8:0000:0000:0000:0000:0000:0001]:80"}
        await events.until("close")
        assert events.events == FAILED
        said = "it answered: Connection refused by destination host"
        assert f"{said}; {said}" in caplog.text
        assert caplog.records[-1].kind == "refused"


@pytest.mark.parametrize("scheme", ["socks4", "socks4a"])
async def test_socks4_has_no_ipv6_addresses(scheme, caplog):
    async with Server() as server:
        settings = through(server, scheme)
        await outcome_of(WebSocket("ws://[2001:db8::1]/", settings=settings))
        assert server.nobody_is_waiting()
    assert "SOCKS4 does not support IPv6" in caplog.text
    assert caplog.records[-1].kind == "unreachable"


# What comes behind the answer of the proxy.


SPOKEN_TOO_EARLY = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


@pytest.mark.parametrize(
    ("url", "behind", "said"),
    [
        # It has answered before it could know the key, so it answers wrongly; as without a proxy.
        ("ws://name.example/", SPOKEN_TOO_EARLY, "Connection has no Upgrade"),
        (
            "ws://name.example/",
            b"HTTP/1.1 403 Forbidden\r\n\r\n",
            "the server answered with status 403 Forbidden",
        ),
        (
            "wss://name.example/",
            SPOKEN_TOO_EARLY,
            "the server ended the connection, or sent data, before the TLS handshake",
        ),
    ],
    ids=["an answer", "a refusal", "bytes before TLS"],
)
async def test_what_comes_behind_the_answer_of_the_proxy(url, behind, said, caplog):
    async with Server() as server:
        events = Recorder(WebSocket(url, settings=through(server)))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(OPENED + behind)
        await events.until("close")
        assert events.events == FAILED
        assert said in caplog.text
        assert nobody_is_in_line()
