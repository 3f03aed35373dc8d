"""picows' core API: a `WSListener`, with no coroutine on the way of the data.

A received payload is taken as a memoryview, which copies nothing, and is only good inside the
callback; that is the cheapest way that picows documents, and only it gets away without a copy.
`WSTransport.send` masks and copies in one pass; `send_reuse_external_bytearray` would mask in
place, and the message would have to be copied into place again before each send.
"""

from __future__ import annotations

import asyncio

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange
from benchmarks.page import READY, Page

BINARY, CLOSE, TEXT = WSMsgType.BINARY, WSMsgType.CLOSE, WSMsgType.TEXT


class EchoListener(WSListener):
    """Counts and sends."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange
        self.payload = exchange.payload
        self.size = exchange.size
        self.text = isinstance(exchange.payload, str)
        self.kind = TEXT if self.text else BINARY

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Send as many as are to be in flight."""
        self.exchange.begin()
        for _ in range(self.exchange.in_flight):
            transport.send(self.kind, self.payload)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Send one for each that comes back."""
        exchange = self.exchange
        data = frame.get_payload_as_utf8_text() if self.text else frame.get_payload_as_memoryview()
        if exchange.running and len(data) == self.size:
            exchange.count += 1
            transport.send(self.kind, self.payload)
        elif frame.msg_type != CLOSE:
            exchange.returned(data)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """End the exchange if it is not over."""
        self.exchange.fail("disconnected")


class ReceiveListener(WSListener):
    """Counts."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange
        self.size = exchange.size

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Let the server begin to send."""
        transport.send(TEXT, READY.encode())
        self.exchange.begin()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take the payload as an echo does."""
        exchange = self.exchange
        data = frame.get_payload_as_memoryview()
        if exchange.running and len(data) == self.size:
            exchange.count += 1
        elif frame.msg_type != CLOSE:
            exchange.over(data)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """End the measurement if it is not over."""
        self.exchange.fail("disconnected")


class TalkListener(WSListener):
    """Hands over the next message to whoever waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.came: asyncio.Future[bytes] | None = None

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Copy the payload, which is good only in here."""
        if self.came is not None and not self.came.done():
            self.came.set_result(frame.get_payload_as_bytes())


class PageListener(WSListener):
    """Answers and computes."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Say that the scene can begin."""
        transport.send(TEXT, READY.encode())

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Do as the page says."""
        if frame.msg_type == TEXT:
            self.over.set_result(frame.get_payload_as_utf8_text())
        elif frame.msg_type == BINARY:
            self.page.count += 1
            if self.page.answer is not None:
                transport.send(BINARY, self.page.answer)
            self.page.react()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Fail, unless the scene is over."""
        if not self.over.done():
            self.over.set_exception(ConnectionError("disconnected"))


class Picows(Client[tuple[WSTransport, TalkListener]]):
    """`picows`."""

    compresses = False

    async def open(self, url: str, *, compress: bool = False) -> tuple[WSTransport, TalkListener]:
        """Return once the handshake is complete."""
        listener = TalkListener()
        transport, _ = await ws_connect(lambda: listener, url, ssl_context=self.tls)
        return transport, listener

    async def close(self, connection: tuple[WSTransport, TalkListener]) -> None:
        """Send a Close frame; the server answers it and closes."""
        await self._close(connection[0])

    async def _close(self, transport: WSTransport) -> None:
        transport.send_close(WSCloseCode.OK)
        await transport.wait_disconnected()

    async def talk(self, connection: tuple[WSTransport, TalkListener], message: bytes) -> bytes:
        """Send, and wait for the listener's frame."""
        transport, listener = connection
        listener.came = asyncio.get_running_loop().create_future()
        transport.send(BINARY, message)
        data = await listener.came
        listener.came = None
        return data

    async def echo(self, url: str, exchange: Exchange) -> None:
        """Leave the exchange to the listener."""
        transport, _ = await ws_connect(lambda: EchoListener(exchange), url, ssl_context=self.tls)
        await exchange.finished
        await self._close(transport)

    async def page(self, url: str, page: Page) -> str:
        """Leave the page to the listener."""
        listener = PageListener(page)
        transport, _ = await ws_connect(lambda: listener, url, ssl_context=self.tls)
        text = await listener.over
        await self._close(transport)
        return text

    async def receive(self, url: str, exchange: Exchange, way: str) -> None:
        """Leave the counting to the listener."""
        listener = ReceiveListener(exchange)
        transport, _ = await ws_connect(lambda: listener, url, ssl_context=self.tls)
        await exchange.finished
        await self._close(transport)


CLIENT = Picows
