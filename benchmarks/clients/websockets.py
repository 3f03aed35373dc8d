"""websockets' asyncio client, with its speedups in C."""

from __future__ import annotations

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange


class Websockets(Client[ClientConnection]):
    """`websockets`."""

    async def open(self, url: str) -> ClientConnection:
        """Return once the handshake is complete."""
        return await connect(
            url, compression=None, max_size=None, max_queue=None, ping_interval=None, proxy=None
        )

    async def close(self, connection: ClientConnection) -> None:
        """Wait for the closing handshake."""
        await connection.close()

    async def echo(self, url: str, exchange: Exchange) -> None:
        """Receive and send in one loop."""
        ws = await self.open(url)
        payload, size, receive, send = exchange.payload, exchange.size, ws.recv, ws.send
        exchange.begin()
        for _ in range(exchange.in_flight):
            await send(payload)
        while True:
            data = await receive()
            if exchange.running and len(data) == size:
                exchange.count += 1
                await send(payload)
            elif exchange.returned(data):
                break
        await self.close(ws)


CLIENT = Websockets
