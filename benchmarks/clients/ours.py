"""The browser's API: listeners on a WebSocket."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange
from benchmarks.page import READY, Page
from whatwg_websockets import CloseEvent, EnvironmentSettings, Event, WebSocket


class Ours(Client[WebSocket]):
    """`whatwg_websockets`."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.settings = EnvironmentSettings(tls=tls) if tls else None

    async def open(self, url: str, *, compress: bool = False) -> WebSocket:
        """Wait for the ``open`` event; compression is always offered."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ws = WebSocket(url, settings=self.settings)
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

    async def talk(self, connection: WebSocket, message: bytes) -> bytes:
        """Wait for the next ``message`` event."""
        came: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        connection.binaryType = "arraybuffer"
        connection.onmessage = lambda event: came.set_result(event.data)  # type: ignore[arg-type]
        connection.send(message)
        data = await came
        connection.onmessage = None
        return data

    async def echo(self, url: str, exchange: Exchange) -> None:
        """Count and send in the ``message`` listener."""
        ws = WebSocket(url, settings=self.settings)
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

    async def page(self, url: str, page: Page) -> str:
        """Answer and compute in the ``message`` listener."""
        over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        ws = WebSocket(url, settings=self.settings)
        ws.binaryType = "arraybuffer"

        def on_message(event: Any) -> None:
            if isinstance(event.data, str):
                over.set_result(event.data)
                return
            page.count += 1
            if page.answer is not None:
                ws.send(page.answer)
            page.react()

        def on_close(event: CloseEvent) -> None:
            over.set_exception(ConnectionError(f"closed with {event.code}"))

        ws.onopen = lambda _: ws.send(READY)
        ws.onmessage = on_message
        ws.onclose = on_close
        text = await over
        await self.close(ws)
        return text


CLIENT = Ours
