"""A server that a test controls byte by byte.

It runs in the test's own loop and is driven by the test itself, so a test reads from top to bottom:
the page does this, the server does that. It shares no code with what it tests.
"""

import asyncio
import base64
import hashlib
import socket
import struct
from types import TracebackType
from typing import Self

from support import frames
from support.frames import Frame

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
RECEIVE = 1_048_576


def accept_value(key: str) -> str:
    return base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()


class HttpRequest:
    """The head of a request, as it stood on the wire."""

    def __init__(self, head: bytes) -> None:
        request_line, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = request_line.split(" ")
        self.fields = [tuple(line.split(": ", 1)) for line in lines]

    def __getitem__(self, name: str) -> str:
        """Return the value of a field that occurs once."""
        (value,) = self.all(name)
        return value

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.fields if each.lower() == name.lower()]


class Peer:
    """The server's end of one TCP connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.request: HttpRequest
        self._received = bytearray()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # The opening handshake.

    async def read_request(self) -> HttpRequest:
        while b"\r\n\r\n" not in self._received:
            assert await self._receive(), "the client left before its request was whole"
        head, _, rest = bytes(self._received).partition(b"\r\n\r\n")
        self._received = bytearray(rest)
        self.request = HttpRequest(head)
        return self.request

    def response(self, **changes: str | list[str] | None) -> bytes:
        """Write a 101 that fits the request.

        Args:
            changes: header fields by name, with ``_`` for ``-``: another value, several values, or
                None to leave a field out. ``status`` is the status line.
        """
        fields: dict[str, str | list[str] | None] = {
            "upgrade": "websocket",
            "connection": "Upgrade",
            "sec-websocket-accept": accept_value(self.request["Sec-WebSocket-Key"]),
        }
        status = changes.pop("status", "HTTP/1.1 101 Switching Protocols")
        fields |= {name.replace("_", "-"): value for name, value in changes.items()}
        lines = [str(status)]
        for name, values in fields.items():
            for value in [values] if isinstance(values, str) else values or []:
                lines.append(f"{name}: {value}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    async def handshake(self, then: bytes = b"", **changes: str | list[str] | None) -> HttpRequest:
        """Read the request, accept it, and send ``then`` in the same segment."""
        request = await self.read_request()
        await self.send(self.response(**changes) + then)
        return request

    # Writing.

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.sock, data)

    def send_at_once(self, data: bytes, *, end: bool) -> None:
        """Send before other code runs; with ``end``, send the end of the stream as well."""
        self.sock.sendall(data)
        if end:
            self.end()

    def end(self) -> None:
        """Send the end of the stream; data of the client can still be read."""
        self.half_close()

    async def send_text(self, string: str) -> None:
        await self.send(frames.text(string))

    async def send_binary(self, data: bytes) -> None:
        await self.send(frames.binary(data))

    async def send_close(self, code: int | None = None, reason: str = "") -> None:
        await self.send(frames.close(code, reason))

    # Reading. As long as nobody calls one of these, the server does not read.

    async def _receive(self) -> bool:
        data = await asyncio.get_running_loop().sock_recv(self.sock, RECEIVE)
        self._received += data
        return bool(data)

    async def read_some(self) -> bytes:
        """Return the received bytes, at least one, or none if the client has ended its side."""
        if not self._received:
            await self._receive()
        data, self._received = bytes(self._received), bytearray()
        return data

    async def read_exactly(self, count: int) -> bytes:
        """Return so many bytes."""
        while len(self._received) < count:
            assert await self._receive(), "the client left before it had sent so much"
        data = bytes(self._received[:count])
        del self._received[:count]
        return data

    async def read_frame(self) -> Frame:
        """Return the client's next frame."""
        while True:
            read = frames.read_frame(bytes(self._received[:16])) if self._received else None
            bounds = frames.header_of(self._received)
            if read is None and bounds is not None and len(self._received) >= bounds[1]:
                read = frames.read_frame(bytes(self._received[: bounds[1]]))
            if read is not None:
                del self._received[: read[1]]
                return read[0]
            assert await self._receive(), "the client left before another frame came"

    async def read_to_end(self) -> bytes:
        """Return all further bytes, until the client shuts its side down."""
        while await self._receive():
            pass
        data, self._received = bytes(self._received), bytearray()
        return data

    async def read_frames_to_end(self) -> list[Frame]:
        return frames.read_frames(await self.read_to_end())

    async def expect_close(self, code: int | None = None, reason: str = "") -> None:
        """Read a Close frame, and nothing else."""
        expected = Frame(frames.CLOSE, frames.close_payload(code, reason))
        got = await self.read_frame()
        assert got == expected, f"{got} is not {expected}"

    async def expect_end(self) -> None:
        """Read the end of the stream, and nothing before it."""
        assert await self.read_to_end() == b""

    async def expect_gone(self) -> None:
        """Wait until the client has closed TCP, with or without a reset."""
        try:
            while await self._receive():
                pass
        except ConnectionError:
            pass

    # Leaving.

    def half_close(self) -> None:
        """Send no more, but go on reading."""
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close TCP with a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        self.sock.close()


class Server:
    """A listening socket. ``async with Server() as server:``.

    Args:
        host: the address to listen on.
        receive_buffer: the size of the operating system's receive buffer, so that a client that
            is not read from is stalled after a known amount.
        backlog: how many connections the operating system takes before they are accepted.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        *,
        port: int = 0,
        receive_buffer: int | None = None,
        backlog: int = 100,
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if receive_buffer is not None:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.listener.bind((host, port))
        self.listener.listen(backlog)
        self.listener.setblocking(False)
        self.port: int = self.listener.getsockname()[1]
        self.url = f"ws://{f'[{host}]' if ':' in host else host}:{self.port}/"
        self.peers: list[Peer] = []

    async def accept(self) -> Peer:
        """Take the next TCP connection."""
        sock, _ = await asyncio.get_running_loop().sock_accept(self.listener)
        peer = Peer(sock)
        self.peers.append(peer)
        return peer

    async def accept_handshake(self, then: bytes = b"", **changes: str | list[str] | None) -> Peer:
        """Take the next TCP connection and the handshake on it."""
        peer = await self.accept()
        await peer.handshake(then, **changes)
        return peer

    def nobody_is_waiting(self) -> bool:
        """Return whether no TCP connection waits to be accepted; a waiting connection is kept."""
        try:
            sock, _ = self.listener.accept()
        except BlockingIOError:
            return True
        self.peers.append(Peer(sock))
        return False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for peer in self.peers:
            peer.close()
        self.listener.close()
