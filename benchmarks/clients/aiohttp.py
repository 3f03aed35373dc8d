"""aiohttp's client session."""

from __future__ import annotations

from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange


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

    async def open(self, url: str) -> ClientWebSocketResponse:
        """Return once the handshake is complete."""
        return await self.session.ws_connect(url, compress=0, max_msg_size=0)

    async def close(self, connection: ClientWebSocketResponse) -> None:
        """Wait for the closing handshake."""
        await connection.close()

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


CLIENT = Aiohttp
