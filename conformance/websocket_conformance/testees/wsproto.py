"""Drives wsproto, which does no I/O, over asyncio's streams; see also ``servers/wsproto.py``."""

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
_CHUNK = 1 << 16


async def echo(url: str) -> None:
    """Send each message back unchanged."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    connection = WSConnection(ConnectionType.CLIENT)
    target, deflate = f"{parts.path}?{parts.query}", PerMessageDeflate()
    request = Request(
        host=parts.netloc, target=target, extensions=[deflate], subprotocols=protocols(url)
    )
    writer.write(connection.send(request))
    answerer = Answerer(connection, writer)
    try:
        with suppress(OSError):
            await answerer.answer(reader)
            if not answerer.rejected:
                async with asyncio.timeout(_SECONDS_FOR_THE_END):
                    while await reader.read(_CHUNK):
                        pass
    finally:
        writer.close()


class Answerer:
    """Answers the events of one connection, a client's or a server's.

    Args:
        connection: the connection.
        writer: where the octets go.

    Attributes:
        rejected: whether the server has rejected the connection.
    """

    def __init__(self, connection: WSConnection, writer: asyncio.StreamWriter) -> None:
        self.rejected = False
        self._over = False
        self._connection = connection
        self._writer = writer
        self._parts: list[Any] = []

    async def answer(self, reader: asyncio.StreamReader) -> None:
        """Answer each event, until the connection has ended."""
        while not self._over:
            self._receive(await reader.read(_CHUNK))
            await self._writer.drain()

    def _receive(self, data: bytes) -> None:
        """Receive octets; empty octets are the end of the stream."""
        try:
            self._connection.receive_data(data or None)
            for event in self._connection.events():
                if not self.rejected:
                    self._answer(event)
        except RemoteProtocolError as error:
            if error.event_hint is not None:
                self._send(error.event_hint)
            self._over = True
        self._over = self._over or not data

    def _answer(self, event: Event) -> None:
        if isinstance(event, Request):
            self._send(AcceptConnection(extensions=[PerMessageDeflate()]))
        elif isinstance(event, Ping):
            self._send(event.response())
        elif isinstance(event, TextMessage | BytesMessage):
            self._take(event)
        elif isinstance(event, CloseConnection):
            self._over = True
            if not self._connection.state.name.endswith("CLOSED"):
                self._send(event.response())
        elif isinstance(event, RejectConnection):
            self._over = self.rejected = True

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
