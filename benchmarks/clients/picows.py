"""picows' core API: a `WSListener`, with no coroutine on the way of the data.

A received payload is taken as a memoryview, which copies nothing, and is only good inside the
callback; that is the cheapest way that picows documents, and only it gets away without a copy.
`WSTransport.send` masks and copies in one pass; `send_reuse_external_bytearray` would mask in
place, and the message would have to be copied into place again before each send.
"""

from __future__ import annotations

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange

CLOSE = WSMsgType.CLOSE


class EchoListener(WSListener):
    """Counts and sends."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange
        self.payload = exchange.payload
        self.size = exchange.size
        self.text = isinstance(exchange.payload, str)
        self.kind = WSMsgType.TEXT if self.text else WSMsgType.BINARY

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


class Picows(Client[WSTransport]):
    """`picows`."""

    async def open(self, url: str) -> WSTransport:
        """Return once the handshake is complete."""
        transport, _ = await ws_connect(WSListener, url)
        return transport

    async def close(self, connection: WSTransport) -> None:
        """Send a Close frame; the server answers it and closes."""
        connection.send_close(WSCloseCode.OK)
        await connection.wait_disconnected()

    async def echo(self, url: str, exchange: Exchange) -> None:
        """Leave the exchange to the listener."""
        transport, _ = await ws_connect(lambda: EchoListener(exchange), url)
        await exchange.finished
        await self.close(transport)


CLIENT = Picows
