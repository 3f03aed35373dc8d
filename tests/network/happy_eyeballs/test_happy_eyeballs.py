"""Names with addresses of both families, from the page's side, with real listeners.

https://www.rfc-editor.org/rfc/rfc8305
"""

import asyncio
import errno
import os
import socket

import pytest

from support.page import FAILED, Recorder, limits, nobody_is_in_line
from support.routes import SOURCES, V4, V6, have_routes
from support.server import Server
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.network.happy_eyeballs import resolution
from whatwg_websockets.network.happy_eyeballs.synthesis import WELL_KNOWN_NAME

SILENT = "silent"


class Network:
    """Names and addresses that a test chooses; all servers are on this machine.

    Args:
        names: the addresses of each name and family. One that is not there does not exist; None is
            never answered.
        addresses: the port of this machine to which each address leads; SILENT for one that does
            not answer, or the number of an error. Others have no way to them.
    """

    def __init__(self, names, addresses):
        self.asked, self.tried = [], []
        self._names, self._addresses = names, addresses
        loop = asyncio.get_running_loop()
        self._create_connection = loop.create_connection
        self._getaddrinfo = loop.getaddrinfo
        loop.getaddrinfo = self.getaddrinfo
        loop.create_connection = self.create_connection

    async def getaddrinfo(self, host, port, *arguments, family=0, **keywords):
        if host == "127.0.0.1":  # uvloop asks for the address of an address, when it connects.
            return await self._getaddrinfo(host, port, *arguments, family=family, **keywords)
        self.asked.append((host, family))
        found = self._names.get((host, family), [])
        if found is None:
            await asyncio.get_running_loop().create_future()
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(family, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    async def create_connection(self, factory, host, port, **_):
        self.tried.append(host)
        leads_to = self._addresses.get(host)
        if leads_to == SILENT:
            await asyncio.get_running_loop().create_future()
        if leads_to in (None, errno.ECONNREFUSED):
            number = leads_to or errno.ENETUNREACH
            raise OSError(number, os.strerror(number))
        return await self._create_connection(factory, "127.0.0.1", leads_to, family=V4)


@pytest.fixture(autouse=True)
def both_families(monkeypatch):
    have_routes(monkeypatch, V4, V6)


A, B = "192.0.2.1", "192.0.2.2"
A6, B6 = "2001:db8::1", "2001:db8::2"
NAME = "name.example"


def names(ipv6, ipv4):
    return {(NAME, V6): ipv6, (NAME, V4): ipv4}


async def opens(server, **values):
    events = Recorder(WebSocket(f"ws://{NAME}/", settings=limits(**values)))
    await server.accept_handshake()
    await events.until("open")
    assert nobody_is_in_line()


async def test_ipv6_is_preferred():
    async with Server() as server:
        network = Network(names([A6], [A]), {A6: server.port, A: SILENT})
        await opens(server)
        assert network.tried == [A6]
        assert network.asked == [(NAME, V6), (NAME, V4)]


async def test_ipv6_that_leads_nowhere_costs_one_head_start():
    async with Server() as server:
        network = Network(names([A6, B6], [A]), {A6: SILENT, B6: SILENT, A: server.port})
        await opens(server, attempt_delay=0.01)
        assert network.tried == [A6, A]


async def test_ipv6_addresses_that_are_never_answered():
    async with Server() as server:
        network = Network(names(None, [A]), {A: server.port})
        await opens(server)
        assert network.tried == [A]


async def test_ipv6_addresses_that_come_when_ipv4_has_failed(monkeypatch):
    monkeypatch.setattr(resolution, "RESOLUTION_DELAY", 0.001)
    async with Server() as server:
        network = Network(names([A6], [A]), {A: errno.ECONNREFUSED, A6: server.port})
        answer = network.getaddrinfo
        may_answer = asyncio.Event()

        async def late(host, port, *arguments, family=0, **keywords):
            if family == V6 and host == NAME:
                await may_answer.wait()
            return await answer(host, port, *arguments, family=family, **keywords)

        connect = asyncio.get_running_loop().create_connection

        async def create_connection(factory, host, port, **keywords):
            if host == A:
                may_answer.set()
                raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")
            return await connect(factory, host, port, **keywords)

        asyncio.get_running_loop().getaddrinfo = late
        asyncio.get_running_loop().create_connection = create_connection
        await opens(server)


async def test_neither_family_is_ever_answered(caplog):
    Network(names(None, None), {})
    events = Recorder(WebSocket(f"ws://{NAME}/", settings=limits(handshake_timeout=0.05)))
    await events.until("close")
    assert events.events == FAILED
    assert "timed out while resolving the name (handshake_timeout is 0.05 s)" in caplog.text


async def test_hundreds_of_addresses_of_which_the_last_answers():
    hosts = [f"192.0.2.{n}" for n in range(1, 200)]
    async with Server() as server:
        network = Network(names([], hosts), {hosts[-1]: server.port})
        await opens(server)
        assert network.tried == hosts


async def test_what_has_worked_is_tried_first_the_next_time(monkeypatch):
    async with Server() as server:
        network = Network(names([], [A, B]), {B: server.port})
        settings = EnvironmentSettings()
        monkeypatch.setitem(SOURCES, V4, "127.0.0.1")  # That is where they are connected from.
        for _ in range(2):
            events = Recorder(WebSocket(f"ws://{NAME}/", settings=settings))
            await server.accept_handshake()
            await events.until("open")
        assert network.tried == [A, B, B]
        await opens(server)
        assert network.tried == [A, B, B, A, B]


async def test_an_address_that_accepts_and_never_speaks_has_won(caplog):
    """Happy Eyeballs ends with TCP: what a server does then is its own (RFC 8305 section 9.2)."""
    async with Server() as dumb, Server() as server:
        network = Network(names([A6], [A]), {A6: dumb.port, A: server.port})
        settings = limits(handshake_timeout=0.05)
        events = Recorder(WebSocket(f"ws://{NAME}/", settings=settings))
        await dumb.accept()
        await events.until("close")
        assert events.events == FAILED
        assert network.tried == [A6]
        assert "the answer took longer than handshake_timeout (0.05 s)" in caplog.text


# A network that has IPv6 only.

NAT64 = {(WELL_KNOWN_NAME, V6): ["64:ff9b::c000:aa"]}


async def test_an_ipv4_address_in_an_ipv6_network(monkeypatch):
    have_routes(monkeypatch, V6)
    async with Server() as server:
        network = Network(NAT64, {"64:ff9b::c000:201": server.port})
        events = Recorder(WebSocket(f"ws://{A}/"))
        await server.accept_handshake()
        await events.until("open")
        assert network.tried == [A, "64:ff9b::c000:201"]
        assert nobody_is_in_line()


async def test_a_name_that_has_ipv4_addresses_only_in_an_ipv6_network(monkeypatch):
    have_routes(monkeypatch, V6)
    async with Server() as server:
        network = Network(names([], [A, B]) | NAT64, {"64:ff9b::c000:202": server.port})
        await opens(server)
        assert network.tried == [A, B, "64:ff9b::c000:201", "64:ff9b::c000:202"]


async def test_a_name_with_broken_ipv6_addresses_in_an_ipv6_network(monkeypatch):
    have_routes(monkeypatch, V6)
    async with Server() as server:
        addresses = {A6: errno.ECONNREFUSED, "64:ff9b::c000:201": server.port}
        network = Network(names([A6], [A]) | NAT64, addresses)
        await opens(server)
        assert network.tried == [A6, "64:ff9b::c000:201"]
        assert network.asked == [(NAME, V6), (NAME, V4), (WELL_KNOWN_NAME, V6)]


async def test_an_ipv4_address_where_nothing_leads_to_it(monkeypatch, caplog):
    have_routes(monkeypatch, V6)
    Network({}, {})
    events = Recorder(WebSocket(f"ws://{A}/"))
    await events.until("close")
    assert events.events == FAILED
    assert f"{A}:80: Network is unreachable" in caplog.text
