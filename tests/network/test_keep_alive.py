"""TCP keep-alive, by which a silent connection finds out that its network was cut."""

import asyncio
import socket

import pytest

from support.server import Server
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.dial import connect_to_any
from whatwg_websockets.network.happy_eyeballs.addresses import Addresses
from whatwg_websockets.network.happy_eyeballs.history import History
from whatwg_websockets.network.keep_alive import SILENCE, keep_alive
from whatwg_websockets.network.target import Target


async def test_each_connection_is_probed_while_it_is_silent():
    async with Server() as server:
        target = Target(socket.AF_INET, ("127.0.0.1", server.port))
        dialled = await connect_to_any(Addresses([target]), Limits(), History())
        tcp = dialled.stream.tcp_transport.get_extra_info("socket")
        assert tcp.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        dialled.abort()


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="This system has other names.")
async def test_the_time_without_a_packet_and_that_between_two_probes():
    async with Server() as server:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", server.port)
        keep_alive(transport)
        tcp = transport.get_extra_info("socket")
        assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == SILENCE == 45
        assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) == 45
        transport.abort()


async def test_a_connection_that_has_ended_is_not_probed():
    async with Server() as server:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()

        class Protocol(asyncio.Protocol):
            def connection_lost(self, exc):
                ended.set()

        transport, _ = await loop.create_connection(Protocol, "127.0.0.1", server.port)
        transport.abort()
        await ended.wait()
        keep_alive(transport)
