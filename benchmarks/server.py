"""The server that every client talks to: ``python -m benchmarks.server``.

It echoes, on one port plainly and on another over TLS; on a third it plays `benchmarks.scenes`.

The echo has to cost less than the client it serves, or the numbers would be its own. So it knows
only what the benchmark needs: it trusts its peer, declines every extension, and unmasks. A frame
that has not arrived whole is echoed as far as it is there, so a large message is on its way back
before its end has come. Small frames are answered some at a time: with a write for each the server
would be busy 97 % of the time (picows' client, 100 B, 64 in flight), and with one write for all
frames of a read, a client that sends in batches too would stand idle 15 to 20 % of it, each of the
two waiting for the other's batch. With 16 a write, such a client is busy 96 to 100 %, the server 32
to 47 %.

CPU microseconds a message in the server, driven by a bare socket with prepared frames, beside the
server that picows' documentation shows (``--kind picows``, one ``send`` a frame), both on uvloop,
in one run on a two-core machine (and the rate that the bare socket reached):

| | this server | picows' |
| --- | --- | --- |
| 100 B, 64 in flight | 3.1 µs (298,000 a second) | 7.7 µs (126,000) |
| 100 B, 1 in flight | 60 µs (12,900) | 47 µs (14,500) |
| 16 KiB, 16 in flight | 13.8 µs (65,700) | 16.8 µs (55,400) |
| 1 MiB, 4 in flight | 602 µs (1,485) | 886 µs (1,055) |
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import ssl
import sys
from collections.abc import Callable
from typing import Any, cast

from benchmarks.machine import (
    end_with_parent,
    loop_factory,
    pin,
    raise_file_limit,
    raise_mmap_threshold,
)
from benchmarks.scenes import play


def mask_by_integer(data: Any, mask: Any) -> bytes:
    """XOR ``data`` with ``mask`` over and over, without a library: a stand-in, and slower."""
    size = len(data)
    key = (bytes(mask) * (size // 4 + 1))[:size]
    number = int.from_bytes(data, sys.byteorder) ^ int.from_bytes(key, sys.byteorder)
    return number.to_bytes(size, sys.byteorder)


#: How the server unmasks; the result of a run tells which one it was.
apply_mask: Callable[[Any, Any], bytes]
try:
    from websockets.speedups import apply_mask

    MASK = "websockets.speedups"
except ImportError:
    apply_mask = mask_by_integer
    MASK = "int"

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

#: Where all servers listen, and how many connections may wait there.
HOST = "127.0.0.1"
BACKLOG = 1024

#: One read takes up to this much. At 1 MiB messages, 64 KiB reads cost nearly twice as much, and
#: 1 MiB reads a tenth more.
READ_SIZE = 256 * 1024

#: A write has the answers to as many frames, or to as many bytes of them, if they are larger.
FRAMES_A_WRITE = 16
BYTES_A_WRITE = 64 * 1024

#: Below this, parts are joined and leave in one write; above it, copying costs more than `writev`.
JOIN_BELOW = 64 * 1024

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A

#: The first two bytes of each short answer: by the first byte of the frame, then by length.
SHORT_HEADS = {
    first: [bytes((PONG if first == PING else first, length)) for length in range(126)]
    for first in (TEXT, BINARY, CLOSE, PING, PONG)
}


class Echo:
    """Bytes of one connection in, bytes of its answers out."""

    __slots__ = ("_left", "_mask", "closing", "upgraded")

    def __init__(self) -> None:
        self.upgraded = False
        self.closing = False
        self._left = 0  # payload bytes still to come of a frame that has begun
        self._mask = b""  # its mask, turned to the next byte

    def answer(
        self, buffer: bytearray, view: memoryview, at: int, end: int
    ) -> tuple[list[Any], int]:
        """Read some of ``buffer[at:end]``; ``view`` is the buffer's view.

        Returns:
            The parts of the next write, none if there is nothing to answer, and the place in the
            buffer up to which it has been read.
        """
        if not self.upgraded:
            return self._upgrade(buffer, at, end)
        parts: list[Any] = []
        append = parts.append
        until = at + BYTES_A_WRITE
        if self._left and at < end:
            begin = at
            at = min(begin + self._left, end)
            append(apply_mask(view[begin:at], self._mask))
            self._left -= at - begin
            self._mask = _turned(self._mask, at - begin)
        for _ in range(FRAMES_A_WRITE):
            if end - at < 6 or at > until:
                break
            length = buffer[at + 1] - 0x80
            if length < 126:
                head = SHORT_HEADS[buffer[at]][length]
                start = at + 6
                stop = start + length
                if buffer[at] == CLOSE:
                    if stop > end:
                        break
                    self.closing = True
                if stop <= end:  # the fast path: small copies are cheaper than views here
                    append(head)
                    append(apply_mask(buffer[start:stop], buffer[at + 2 : start]))
                    at = stop
                    continue
            else:
                start = at + (8 if length == 126 else 14)
                if start > end:
                    break
                size = buffer[at + 2 : start - 4]
                head = bytes((buffer[at], length)) + size
                stop = start + int.from_bytes(size, "big")
            mask = bytes(view[start - 4 : start])
            at = min(stop, end)
            append(head)
            append(apply_mask(view[start:at], mask))
            self._left = stop - at
            self._mask = _turned(mask, at - start)
        return parts, at

    def _upgrade(self, buffer: bytearray, at: int, end: int) -> tuple[list[Any], int]:
        stop = buffer.find(b"\r\n\r\n", at, end)
        if stop < 0:
            return [], at
        key = b""
        for line in bytes(buffer[at:stop]).split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"sec-websocket-key":
                key = value.strip()
        self.upgraded = True
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        response = (
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        return [response], stop + 4


def _turned(mask: bytes, by: int) -> bytes:
    by &= 3
    return mask[by:] + mask[:by]


class EchoProtocol(asyncio.BufferedProtocol):
    """One connection. All connections read into the same buffer, one after the other."""

    buffer = bytearray(READ_SIZE)
    view = memoryview(buffer)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; what is written leaves at once."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=0)
        self.echo = Echo()
        self.kept = b""  # the bytes of a frame's head that has not arrived whole

    def get_buffer(self, sizehint: int) -> memoryview:
        """Hand out the common buffer, behind what was kept of the last read."""
        kept = len(self.kept)
        self.view[:kept] = self.kept
        return self.view[kept:]

    def buffer_updated(self, nbytes: int) -> None:
        """Answer all frames that have come."""
        at, end = 0, len(self.kept) + nbytes
        while True:
            begin = at
            parts, at = self.echo.answer(self.buffer, self.view, begin, end)
            if not parts:
                break
            if at - begin < JOIN_BELOW:
                self.transport.write(b"".join(parts))
            else:
                self.transport.writelines(parts)
        self.kept = bytes(self.view[at:end])
        if self.echo.closing:
            self.transport.close()


def certified() -> tuple[ssl.SSLContext, str] | None:
    """Make a certificate for the loopback address, and the authority that a client has to trust."""
    try:
        import trustme
    except ImportError:
        return None
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    return context, authority.cert_pem.bytes().decode()


async def listen(kind: str, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """Open an echo server on a free port of the loopback address."""
    if kind == "picows":
        from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

        class Listener(WSListener):
            def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
                if frame.msg_type == WSMsgType.CLOSE:
                    transport.send_close(frame.get_close_code(), frame.get_close_message())
                    transport.disconnect()
                else:
                    transport.send(frame.msg_type, frame.get_payload_as_memoryview())

        return await ws_create_server(lambda _: Listener(), HOST, 0, backlog=BACKLOG, ssl=tls)
    loop = asyncio.get_running_loop()
    return await loop.create_server(EchoProtocol, HOST, 0, backlog=BACKLOG, ssl=tls)


async def serve(kind: str) -> None:
    """Say on stdout where the servers listen, then serve until the process ends."""
    servers = {
        "echo": await listen(kind),
        "scenes": await asyncio.start_server(play, HOST, 0, backlog=BACKLOG),
    }
    trust = None
    if (made := certified()) is not None:
        context, trust = made
        servers["tls"] = await listen(kind, context)
    facts = {
        "kind": kind,
        "loop": type(asyncio.get_running_loop()).__module__.partition(".")[0],
        "mask": MASK if kind == "raw" else "picows",
        "ports": {name: server.sockets[0].getsockname()[1] for name, server in servers.items()},
        "trust": trust,
    }
    print(json.dumps(facts), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description="The echo server of the benchmark.")
    parser.add_argument("--kind", choices=("raw", "picows"), default="raw")
    parser.add_argument("--core", type=int, help="run on this processor core only")
    options = parser.parse_args()
    end_with_parent()
    pin(options.core)
    raise_file_limit()
    raise_mmap_threshold()
    with asyncio.Runner(loop_factory=loop_factory("fastest")) as runner:
        runner.run(serve(options.kind))


if __name__ == "__main__":
    main()
