"""aiohttp's client session."""

from __future__ import annotations

from typing import cast

from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector, WSMsgType

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange
from benchmarks.page import READY, Page

#: What aiohttp calls permessage-deflate with the largest window.
COMPRESS = 15


class Aiohttp(Client[ClientWebSocketResponse]):
    """`aiohttp`."""

    session: ClientSession

    async def __aenter__(self) -> Aiohttp:
        """Open the session, for any number of connections at a time."""
        self.session = ClientSession(connector=TCPConnector(limit=0))
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the session."""
        await self.session.close()

    async def open(self, url: str, *, compress: bool = False) -> ClientWebSocketResponse:
        """Return once the handshake is complete."""
        return await self.session.ws_connect(
            url, compress=COMPRESS if compress else 0, max_msg_size=0, ssl=self.tls or True
        )

    async def close(self, connection: ClientWebSocketResponse) -> None:
        """Wait for the closing handshake."""
        await connection.close()

    async def talk(self, connection: ClientWebSocketResponse, message: bytes) -> bytes:
        """Send, then receive."""
        await connection.send_bytes(message)
        return await connection.receive_bytes()

    async def echo(self, url: str, exchange: Exchange) -> None:
        """Receive and send in one loop."""
        ws = await self.open(url)
        payload, size, receive = exchange.payload, exchange.size, ws.receive
        exchange.begin()
        if isinstance(payload, str):
            for _ in range(exchange.in_flight):
                await ws.send_str(payload)
            while True:
                data = (await receive()).data
                if exchange.running and len(data) == size:
                    exchange.count += 1
                    await ws.send_str(payload)
                elif exchange.returned(data):
                    break
        else:
            for _ in range(exchange.in_flight):
                await ws.send_bytes(payload)
            while True:
                data = (await receive()).data
                if exchange.running and len(data) == size:
                    exchange.count += 1
                    await ws.send_bytes(payload)
                elif exchange.returned(data):
                    break
        await self.close(ws)

    async def page(self, url: str, page: Page) -> str:
        """Answer and compute in the loop that receives."""
        ws = await self.open(url, compress=True)
        await ws.send_str(READY)
        async for message in ws:
            if message.type is WSMsgType.TEXT:
                await self.close(ws)
                return cast(str, message.data)
            page.count += 1
            if page.answer is not None:
                await ws.send_bytes(page.answer)
            page.react()
        raise ConnectionError(f"closed with {ws.close_code}")

    async def receive(self, url: str, exchange: Exchange, way: str) -> None:
        """Iterate."""
        size = exchange.size
        ws = await self.open(url)
        await ws.send_str(READY)
        exchange.begin()
        async for message in ws:
            data = message.data
            if exchange.running and len(data) == size:
                exchange.count += 1
            else:
                exchange.over(data)
                break
        exchange.fail("the connection has ended")
        await self.close(ws)


CLIENT = Aiohttp
