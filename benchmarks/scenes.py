"""What the server plays where an echo would not show it: a client waits, floods, or compresses.

The path of the URL names the scene. A scene begins when the page has said `READY`, and ends with a
text message: the figures, where the server has measured them. Nothing else is measured meanwhile,
so this reads as it runs, and is not made for speed.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import hashlib
import json
import struct
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.workloads import (
    ANSWERED_MESSAGES,
    FLOOD_MESSAGES,
    FLOOD_SIZE,
    TICKER_MESSAGES,
    letters,
    payload,
)

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

FIN, COMPRESSED = 0x80, 0x40
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA

#: How long a page is left alone once it is ready, in seconds.
PAUSE = 0.1

#: A stream without end is written in pieces of about so many bytes.
SEGMENT = 64 * 1024

#: How many compressed messages the server has prepared for a connection.
PREPARED = 4


class GoneError(Exception):
    """The client has closed, or done what the scene does not allow."""


def frame(opcode: int, data: bytes = b"", flags: int = FIN) -> bytes:
    """Make a frame, not masked."""
    size = len(data)
    if size < 126:
        head = bytes((flags | opcode, size))
    elif size < 65536:
        head = struct.pack("!BBH", flags | opcode, 126, size)
    else:
        head = struct.pack("!BBQ", flags | opcode, 127, size)
    return head + data


@dataclass(frozen=True)
class Deflate:
    """What was agreed on for the direction from the server to the client."""

    field: str
    bits: int = 15
    takeover: bool = True


def agree(offer: str) -> Deflate | None:
    """Accept the first offer of permessage-deflate, as far as it binds the server."""
    for each in offer.split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        if name != "permessage-deflate":
            continue
        field, bits, takeover = name, 15, True
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key == "server_max_window_bits":
                bits = int(value.strip('"'))
                field += f"; {key}={bits}"
            elif key == "server_no_context_takeover":
                takeover = False
                field += f"; {key}"
        return Deflate(field, bits, takeover)
    return None


@functools.cache
def deflated(size: int, bits: int, takeover: bool) -> list[bytes]:
    """Prepare the compressed messages of a connection, of ``size`` letters each, as frames."""
    data, found = letters(size), []
    compressor = zlib.compressobj(wbits=-bits)
    for _ in range(PREPARED):
        if not takeover:
            compressor = zlib.compressobj(wbits=-bits)
        block = compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)
        found.append(frame(BINARY, block[:-4], FIN | COMPRESSED))
    return found


@functools.cache
def zeros(bits: int) -> bytes:
    """Prepare the frame of the flood: it grows a thousandfold."""
    compressor = zlib.compressobj(9, wbits=-bits)
    block = compressor.compress(bytes(FLOOD_SIZE)) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return frame(BINARY, block[:-4], FIN | COMPRESSED)


class Peer:
    """A client, as a scene sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.path: list[str] = []
        self.deflate: Deflate | None = None

    async def greet(self) -> None:
        """Answer the opening handshake."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request, *lines = head.split("\r\n")
        fields = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        self.path = request.split()[1].strip("/").split("/")
        key = fields["sec-websocket-key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        response = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {accept}",
        ]
        if self.path[0] in COMPRESSING:
            self.deflate = agree(fields.get("sec-websocket-extensions", ""))
        if self.deflate is not None:
            response.append(f"Sec-WebSocket-Extensions: {self.deflate.field}")
        self.writer.write(("\r\n".join(response) + "\r\n\r\n").encode("latin-1"))

    async def receive(self) -> tuple[int, int]:
        """Wait for a frame, and tell opcode and flags.

        Raises:
            GoneError: it is a Close frame, which has been answered.
        """
        first, second = await self._reader.readexactly(2)
        size = second & 0x7F
        if size > 125:
            size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8), "big")
        mask = await self._reader.readexactly(4)
        data = await self._reader.readexactly(size)
        if first & 0x0F == CLOSE:
            code = bytes(a ^ b for a, b in zip(data[:2], mask, strict=False))
            self.writer.write(frame(CLOSE, code))
            raise GoneError
        return first & 0x0F, first & 0xF0

    async def ready(self) -> None:
        """Wait until the page is ready, and leave it alone for a moment."""
        await self.receive()
        await asyncio.sleep(PAUSE)

    async def over(self, **figures: float) -> None:
        """Tell the page that the scene is over, and wait for it to close."""
        self.writer.write(frame(TEXT, json.dumps(figures).encode()))
        while True:
            await self.receive()


async def _delay(peer: Peer, segment: bytes, awaited: int) -> None:
    """Write one segment; measure when the first frame of a kind comes; wait for all answers."""
    await peer.ready()
    start = time.perf_counter()
    peer.writer.write(segment)
    delay, answers = None, 0
    while delay is None or answers < ANSWERED_MESSAGES:
        opcode, _ = await peer.receive()
        if delay is None and opcode == awaited:
            delay = time.perf_counter() - start
        answers += opcode == BINARY
    await peer.over(delay_ms=delay * 1000)


async def answer(peer: Peer) -> None:
    """When does the first answer come, of a listener that computes after each?"""
    await _delay(peer, frame(BINARY, b"question") * ANSWERED_MESSAGES, BINARY)


async def pong(peer: Peer) -> None:
    """When does the Pong come, to a Ping in front of what such a listener has to answer?"""
    await _delay(peer, frame(PING) + frame(BINARY, b"question") * ANSWERED_MESSAGES, PONG)


async def ticker(peer: Peer) -> None:
    """Let the listener compute; how the rest of its program fares, the page sees by itself."""
    await peer.ready()
    peer.writer.write(frame(BINARY, b"work") * TICKER_MESSAGES)
    await peer.over()


async def flood(peer: Peer) -> None:
    """Send little that inflates to much; the page sees by itself how much memory it took."""
    if peer.deflate is None:
        return
    await peer.ready()
    for _ in range(FLOOD_MESSAGES):
        peer.writer.write(zeros(peer.deflate.bits))
        await peer.writer.drain()
    await peer.over()


@functools.cache
def segment(size: int) -> bytes:
    """Prepare what the server writes at once of a stream without end: whole frames."""
    data = payload(size, text=False)
    assert isinstance(data, bytes)
    return frame(BINARY, data) * max(1, SEGMENT // size)


async def stream(peer: Peer) -> None:
    """Send messages of the size in the path, as fast as the page takes them, until it closes."""
    data = segment(int(peer.path[1]))
    await peer.receive()
    closing = asyncio.ensure_future(peer.receive())
    while not closing.done():
        peer.writer.write(data)
        await peer.writer.drain()
        await asyncio.sleep(0)
    await closing


async def compressed(peer: Peer) -> None:
    """Answer each compressed message by one that was prepared, of the size in the path."""
    if peer.deflate is None:
        return
    for each in deflated(int(peer.path[1]), peer.deflate.bits, peer.deflate.takeover):
        _, flags = await peer.receive()
        if not flags & COMPRESSED:
            return
        peer.writer.write(each)


SCENES: dict[str, Callable[[Peer], Awaitable[None]]] = {
    "answer": answer,
    "pong": pong,
    "ticker": ticker,
    "flood": flood,
    "compressed": compressed,
    "stream": stream,
}

#: Where an offer of compression is accepted.
COMPRESSING = ("flood", "compressed")


async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection."""
    peer = Peer(reader, writer)
    try:
        await peer.greet()
        await SCENES[peer.path[0]](peer)
    except (GoneError, ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()
