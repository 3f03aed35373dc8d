"""The server's end of one connection: it reads and writes frames, and logs what it reads."""

import asyncio
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from websocket_conformance.api import frames
from websocket_conformance.api.frames import ClientFrame
from websocket_conformance.api.values import shown_bytes, shown_string
from websocket_conformance.wire.handshake import accept_value

LONGEST_HEAD = 65_536
ACCEPT = "{accept}"
_NAMES: dict[int, str] = {opcode: name for name, opcode in frames.OPCODES.items()}


class Gone(Exception):
    """The client has left, or does not speak HTTP."""


class Peer:
    """The server's end of a connection.

    Args:
        reader: the stream of the client's bytes; the server reads only when an operation requires.
        writer: the stream of the server's bytes.

    Attributes:
        log: what was received, in lines; all connections of a run share it, in order of time.
        prefix: the text with which each line of this connection begins.
        target: the request's target.
        payload: the payload of the last message or control frame.
        has_sent_close: whether the server has sent a Close frame.
        has_received_close: whether a Close frame has been received.
        has_ended: whether the server has ended its side of TCP.
        was_reset: whether the client reset the TCP connection.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.log: list[str] = []
        self.prefix = ""
        self.target = ""
        self.payload = b""
        self.has_sent_close = False
        self.has_ended = False
        self.has_received_close = False
        self.was_reset = False
        self._fields: dict[str, str] = {}
        self._received = b""
        self._message: list[ClientFrame] = []
        self._held: list[bytes] | None = None
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # The opening handshake.

    async def read_request(self) -> None:
        """Read the head of a request.

        Raises:
            Gone: the client left before the head was complete, or does not speak HTTP.
        """
        first = await self.reader.read(1)
        if not first.isalpha():
            raise Gone
        try:
            head = first + await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise Gone from error
        request_line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        words = request_line.split(" ")
        if len(words) != 3:
            raise Gone
        self.target = words[1]
        self._fields = {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }

    def note(self, line: str) -> None:
        """Add a line to the log."""
        self.log.append(self.prefix + line)

    def field(self, name: str) -> str | None:
        """Return a field of the request; None if it is absent."""
        return self._fields.get(name.lower())

    def respond(self, status: str, fields: Mapping[str, str | list[str]]) -> None:
        """Send the head of a response: a status line and fields."""
        lines = [status]
        for name, values in fields.items():
            each = [values] if isinstance(values, str) else values
            lines += [f"{name}: {value}" for value in each if value]
        self.write(self.filled_in("\r\n".join([*lines, "", ""]).encode("latin-1")))

    def filled_in(self, data: bytes) -> bytes:
        """Replace ``{accept}`` with the Sec-WebSocket-Accept for the request's key."""
        key = self._fields.get("sec-websocket-key", "")
        return data.replace(ACCEPT.encode(), accept_value(key).encode())

    # Writing.

    def write(self, data: bytes) -> None:
        """Send bytes, or hold them back inside `together`."""
        if self._held is None:
            self.writer.write(data)
        else:
            self._held.append(data)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Hold back what is written in the context, and send it in one write at the end."""
        held = self._held = list[bytes]()
        yield
        self._held = None
        self.writer.write(b"".join(held))

    def half_close(self) -> None:
        """End the server's side of TCP; the client's side stays open."""
        self.has_ended = True
        if self.writer.can_write_eof() and not self.writer.is_closing():
            self.writer.write_eof()

    # Reading.

    async def read_until(self, awaited: Iterable[str]) -> None:
        """Read and log messages and control frames, up to the first of the awaited kinds.

        Raises:
            Gone: the client ended TCP before that.
        """
        while (kind := await self._read_one()) is not None:
            if kind in awaited:
                return
        raise Gone

    async def read_to_end(self) -> None:
        """Read and log messages and control frames until the client ends TCP."""
        while await self._read_one() is not None:
            pass

    async def note_frame(self) -> None:
        """Read a frame, and log its header.

        Raises:
            Gone: the client ended TCP before that.
        """
        frame = await self._read_frame()
        if frame is None:
            raise Gone
        self.note(f"frame {frame.opcode} rsv {4 * frame.rsv1} length {len(frame.payload)}")

    async def read_bytes(self, count: int) -> None:
        """Read until `count` bytes have arrived that have not been read as frames.

        Raises:
            Gone: the client ended TCP before that.
        """
        while len(self._received) < count:
            if not (more := await self._receive()):
                raise Gone
            self._received += more

    async def _receive(self) -> bytes:
        """Return the next bytes from the client; empty at the end of TCP."""
        try:
            return await self.reader.read(1_048_576)
        except ConnectionError:
            self.was_reset = True
            return b""

    async def _read_one(self) -> str | None:
        """Read and log a message or a control frame; return its kind, or None at the end of TCP.

        Raises:
            Gone: the message is longer than the limit, or its compression is invalid.
        """
        while True:
            frame = await self._read_frame()
            if frame is None:
                return None
            if frame.opcode >= frames.CLOSE:
                return self._write_down(frame.opcode, frame.payload)
            self._message.append(frame)
            if frame.fin:
                parts, self._message = self._message, []
                data = b"".join(part.payload for part in parts)
                if parts[0].rsv1:
                    try:
                        data = frames.inflated(data)
                    except ValueError as error:
                        self.log.append(f"a compressed message that is {error}")
                        raise Gone from error
                return self._write_down(parts[0].opcode, data)

    async def _read_frame(self) -> ClientFrame | None:
        held = sum(len(part.payload) for part in self._message)
        while True:
            try:
                found = frames.read(self._received, frames.LARGEST - held)
            except ValueError as error:
                self.log.append(f"a message that is {error}")
                raise Gone from error
            if found is not None:
                frame, self._received = found
                return frame
            if not (more := await self._receive()):
                return None
            self._received += more

    def _write_down(self, opcode: int, payload: bytes) -> str:
        kind = _NAMES.get(opcode, f"opcode {opcode}")
        if kind == "close":
            self.has_received_close = True
            self.note(_shown_close(payload))
        elif kind == "text":
            self.note(f"text {shown_string(payload.decode('utf-8', 'replace'))}")
        else:
            self.note(f"{kind} {shown_bytes(payload)}")
        self.payload = payload
        return kind


def _shown_close(payload: bytes) -> str:
    if not payload:
        return "close"
    reason = shown_string(payload[2:].decode("utf-8", "replace"))
    return f"close {int.from_bytes(payload[:2], 'big')} {reason}"
