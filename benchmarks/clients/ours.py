"""The browser's API: listeners on a WebSocket."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange
from whatwg_websockets import CloseEvent, Event, WebSocket


class Ours(Client[WebSocket]):
    """`whatwg_websockets`."""

    async def open(self, url: str) -> WebSocket:
        """Wait for the ``open`` event."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ws = WebSocket(url)
        ws.onopen = lambda _: opened.set_result(None)
        ws.onclose = lambda _: opened.set_exception(ConnectionError("not opened"))
        await opened
        ws.onopen = ws.onclose = None
        return ws

    async def close(self, connection: WebSocket) -> None:
        """Wait for the ``close`` event."""
        closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        connection.onclose = lambda _: closed.set_result(None)
        connection.close(1000)
        await closed

    async def echo(self, url: str, exchange: Exchange) -> None:
        """Count and send in the ``message`` listener."""
        ws = WebSocket(url)
        ws.binaryType = "arraybuffer"
        send, payload, size = ws.send, exchange.payload, exchange.size

        def on_open(_: Event) -> None:
            exchange.begin()
            for _unused in range(exchange.in_flight):
                send(payload)

        def on_message(event: Any) -> None:
            data = event.data
            if exchange.running and len(data) == size:
                exchange.count += 1
                send(payload)
            else:
                exchange.returned(data)

        def on_close(event: CloseEvent) -> None:
            exchange.fail(f"closed with {event.code}")

        ws.onopen = on_open
        ws.onmessage = on_message
        ws.onclose = on_close
        await exchange.finished
        await self.close(ws)


CLIENT = Ours
