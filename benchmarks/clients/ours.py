"""The browser's API: listeners on a WebSocket."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange
from benchmarks.page import READY, Page
from whatwg_websockets import CloseEvent, EnvironmentSettings, Event, WebSocket, WebSocketStream


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

    async def receive(self, url: str, exchange: Exchange, way: str) -> None:
        """Receive by events, or as a stream."""
        await {
            "onmessage": self._receive_events,
            "async for": self._iterate,
            "read()": self._read,
        }[way](url, exchange)

    async def _receive_events(self, url: str, exchange: Exchange) -> None:
        size = exchange.size
        ws = WebSocket(url, settings=self.settings)
        ws.binaryType = "arraybuffer"

        def on_open(_: Event) -> None:
            ws.send(READY)
            exchange.begin()

        def on_message(event: Any) -> None:
            data = event.data
            if exchange.running and len(data) == size:
                exchange.count += 1
            else:
                exchange.over(data)

        ws.onopen = on_open
        ws.onmessage = on_message
        ws.onclose = lambda event: exchange.fail(f"closed with {event.code}")
        await exchange.finished
        await self.close(ws)

    async def _iterate(self, url: str, exchange: Exchange) -> None:
        size = exchange.size
        async with WebSocketStream(url, settings=self.settings) as opened:
            await opened.writable.getWriter().write(READY)
            exchange.begin()
            async for data in opened.readable:
                if exchange.running and len(data) == size:
                    exchange.count += 1
                else:
                    exchange.over(data)
                    break
            exchange.fail("the stream has ended")

    async def _read(self, url: str, exchange: Exchange) -> None:
        size = exchange.size
        async with WebSocketStream(url, settings=self.settings) as opened:
            await opened.writable.getWriter().write(READY)
            exchange.begin()
            read = opened.readable.getReader().read
            while not (result := await read()).done:
                data: Any = result.value
                if exchange.running and len(data) == size:
                    exchange.count += 1
                else:
                    exchange.over(data)
                    break
            exchange.fail("the stream has ended")


CLIENT = Ours
