"""Drives wsproto, which has no I/O, over asyncio's streams."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import RemoteProtocolError

from websocket_conformance.testees.driver import main, protocols

_SECONDS_FOR_THE_END = 3


async def echo(url: str) -> None:
    """Send each message back as it came."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    connection = WSConnection(ConnectionType.CLIENT)
    target, deflate = f"{parts.path}?{parts.query}", PerMessageDeflate()
    request = Request(
        host=parts.netloc, target=target, extensions=[deflate], subprotocols=protocols(url)
    )
    writer.write(connection.send(request))
    player = _Player(connection, writer)
    try:
        with suppress(OSError):
            while not player.over:
                player.receive(await reader.read(1 << 16))
                await writer.drain()
            if not player.rejected:
                async with asyncio.timeout(_SECONDS_FOR_THE_END):
                    while await reader.read(1 << 16):
                        pass
    finally:
        writer.close()


class _Player:
    """Answers wsproto's events."""

    def __init__(self, connection: WSConnection, writer: asyncio.StreamWriter) -> None:
        self.over = self.rejected = False
        self._connection = connection
        self._writer = writer
        self._parts: list[Any] = []

    def receive(self, data: bytes) -> None:
        """Take bytes, or the end of the stream."""
        try:
            self._connection.receive_data(data or None)
            for event in self._connection.events():
                if not self.rejected:
                    self._answer(event)
        except RemoteProtocolError as error:
            if error.event_hint is not None:
                self._send(error.event_hint)
            self.over = True
        self.over = self.over or not data

    def _answer(self, event: Event) -> None:
        if isinstance(event, Ping):
            self._send(event.response())
        elif isinstance(event, TextMessage | BytesMessage):
            self._take(event)
        elif isinstance(event, CloseConnection):
            self.over = True
            if not self._connection.state.name.endswith("CLOSED"):
                self._send(event.response())
        elif isinstance(event, RejectConnection):
            self.over = self.rejected = True
        else:
            assert isinstance(event, AcceptConnection) or event

    def _take(self, event: TextMessage | BytesMessage) -> None:
        self._parts.append(event.data)
        if event.message_finished:
            whole = self._parts[0][:0].join(self._parts)
            self._parts = []
            self._send(type(event)(data=whole))

    def _send(self, event: Event) -> None:
        self._writer.write(self._connection.send(event))


if __name__ == "__main__":
    main(echo)
