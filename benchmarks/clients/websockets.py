"""websockets' asyncio client, with its speedups in C."""

from __future__ import annotations

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange
from benchmarks.page import READY, Page


class Websockets(Client[ClientConnection]):
    """`websockets`."""

    async def open(self, url: str, *, compress: bool = False) -> ClientConnection:
        """Return once the handshake is complete."""
        return await connect(
            url,
            compression="deflate" if compress else None,
            ssl=self.tls,
            max_size=None,
            max_queue=None,
            ping_interval=None,
            proxy=None,
        )

    async def close(self, connection: ClientConnection) -> None:
        """Wait for the closing handshake."""
        await connection.close()

    async def talk(self, connection: ClientConnection, message: bytes) -> bytes:
        """Send, then receive."""
        await connection.send(message)
        return await connection.recv(decode=False)

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

    async def page(self, url: str, page: Page) -> str:
        """Answer and compute in the loop that receives; the queue has its usual bound."""
        async with connect(url, ssl=self.tls, max_size=None, proxy=None) as ws:
            await ws.send(READY)
            async for message in ws:
                if isinstance(message, str):
                    return message
                page.count += 1
                if page.answer is not None:
                    await ws.send(page.answer)
                page.react()
        raise ConnectionError(f"closed with {ws.close_code}")

    async def receive(self, url: str, exchange: Exchange, way: str) -> None:
        """Iterate; the queue has its usual bound.

        Closing takes as long as it is given: what has come and was not read stops the reading.
        """
        size = exchange.size
        async with connect(
            url,
            compression=None,
            max_size=None,
            ping_interval=None,
            close_timeout=0.1,
            proxy=None,
        ) as ws:
            await ws.send(READY)
            exchange.begin()
            async for data in ws:
                if exchange.running and len(data) == size:
                    exchange.count += 1
                else:
                    exchange.over(data)
                    break
            exchange.fail("the connection has ended")


CLIENT = Websockets
