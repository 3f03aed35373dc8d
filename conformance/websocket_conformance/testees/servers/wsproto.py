"""A server with wsproto, which has no I/O, over asyncio's streams."""

import asyncio
from contextlib import suppress
from typing import Any

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import RemoteProtocolError

from websocket_conformance.testees.servers import HOST, port


class Answerer:
    """Answers the events of one connection.

    Args:
        writer: where the octets go.
    """

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.over = False
        self._connection = WSConnection(ConnectionType.SERVER)
        self._writer = writer
        self._parts: list[Any] = []

    def receive(self, data: bytes) -> None:
        """Take octets, or the end of the stream."""
        try:
            self._connection.receive_data(data or None)
            for event in self._connection.events():
                self._answer(event)
        except RemoteProtocolError as error:
            if error.event_hint is not None:
                self._send(error.event_hint)
            self.over = True
        self.over = self.over or not data

    def _answer(self, event: Event) -> None:
        if isinstance(event, Request):
            self._send(AcceptConnection(extensions=[PerMessageDeflate()]))
        elif isinstance(event, Ping):
            self._send(event.response())
        elif isinstance(event, TextMessage | BytesMessage):
            self._take(event)
        elif isinstance(event, CloseConnection):
            self.over = True
            if not self._connection.state.name.endswith("CLOSED"):
                self._send(event.response())

    def _take(self, event: TextMessage | BytesMessage) -> None:
        self._parts.append(event.data)
        if event.message_finished:
            whole = self._parts[0][:0].join(self._parts)
            self._parts = []
            self._send(type(event)(data=whole))

    def _send(self, event: Event) -> None:
        self._writer.write(self._connection.send(event))


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send each message back as it came."""
    peer = Answerer(writer)
    with suppress(OSError):
        while not peer.over:
            peer.receive(await reader.read(1 << 16))
            await writer.drain()
    writer.close()


async def main() -> None:
    """Listen until the end."""
    server = await asyncio.start_server(echo, HOST, port())
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
