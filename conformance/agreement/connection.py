"""Open a connection for a `Strict` client, and transport its bytes."""

import asyncio
import base64
import hashlib
import os
import struct
from asyncio import StreamReader
from collections.abc import Callable
from contextlib import suppress
from socket import SO_LINGER, SOL_SOCKET
from urllib.parse import urlsplit

from agreement.strict import Deflate, Strict

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_REQUEST = (
    "GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{extensions}\r\n"
)


class HandshakeError(Exception):
    """The server's answer does not accept a WebSocket client's request."""


async def echo(url: str, client: type[Strict]) -> None:
    """Connect, and let a client answer until the connection has ended.

    Raises:
        OSError: no server listens there.
        HandshakeError: the server is not a WebSocket server.
    """
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 20)
    line = Wire(writer)
    try:
        deflate = await shake_hands(reader, writer, f"{parts.path}?{parts.query}", client.offer)
        await _carry(reader, client(line, deflate), line)
    finally:
        line.forget()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _carry(reader: StreamReader, client: Strict, line: "Wire") -> None:
    with suppress(OSError):
        while data := await reader.read(1 << 20):
            client.feed(data)
        client.on_end()
        await line.ended.wait()


async def shake_hands(
    reader: StreamReader, writer: asyncio.StreamWriter, target: str, offer: str
) -> Deflate | None:
    """Carry out the opening handshake (RFC 6455, 4.1), and return the parameters of compression."""
    key = base64.b64encode(os.urandom(16)).decode()
    host, port = writer.get_extra_info("peername")[:2]
    extensions = f"Sec-WebSocket-Extensions: {offer}\r\n" if offer else ""
    request = _REQUEST.format(target=target, host=f"{host}:{port}", key=key, extensions=extensions)
    writer.write(request.encode())
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        raise HandshakeError("the server broke off") from error
    return read_answer(head.decode("latin-1"), key)


def read_answer(head: str, key: str) -> Deflate | None:
    """Return the parameters of compression that a server's answer agrees on.

    Raises:
        HandshakeError: the answer does not accept a WebSocket client's request.
    """
    status, *lines = head.split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in _parted(lines)}
    accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest())  # noqa: S324
    if status.split(" ")[1:2] != ["101"] or fields.get("sec-websocket-accept") != accept.decode():
        raise HandshakeError(status)
    extensions = fields.get("sec-websocket-extensions", "")
    return read_deflate(extensions) if extensions else None


def _parted(lines: list[str]) -> list[tuple[str, str, str]]:
    return [line.partition(":") for line in lines if line]


def read_deflate(value: str) -> Deflate:
    """Return the parameters in an answer's Sec-WebSocket-Extensions field.

    Raises:
        HandshakeError: the field names another extension than the one that was offered.
    """
    name, *parameters = [part.strip() for part in value.split(";")]
    if name != "permessage-deflate":
        raise HandshakeError(value)
    found = {name: text.strip('"') for name, _, text in (p.partition("=") for p in parameters)}
    return Deflate(
        server_takeover="server_no_context_takeover" not in found,
        client_takeover="client_no_context_takeover" not in found,
        server_bits=int(found.get("server_max_window_bits", 15)),
        client_bits=int(found.get("client_max_window_bits", 15)),
    )


class Wire:
    """A `Line` that is a TCP connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.ended = asyncio.Event()
        self._writer = writer
        self._timers: list[asyncio.TimerHandle] = []

    def write(self, data: bytes) -> None:
        """Send bytes, unless the connection has ended."""
        if not self._writer.is_closing():
            self._writer.write(data)

    def end(self) -> None:
        """Close the TCP connection once everything is sent."""
        self.ended.set()
        self._writer.close()

    def reset(self) -> None:
        """Reset the TCP connection."""
        self.ended.set()
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call a function later, if the connection is still open."""
        self._timers.append(asyncio.get_running_loop().call_later(seconds, act))

    def forget(self) -> None:
        """Cancel the calls that are still to come."""
        for timer in self._timers:
            timer.cancel()
