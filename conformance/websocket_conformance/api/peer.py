"""The server's end of one connection: what it hears, frame by frame, and what it writes down."""

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
    """The client is no longer there, or never was one."""


class Peer:
    """The server's end of a connection.

    Args:
        reader: where the client's bytes come from. Nothing is read but what is asked for.
        writer: where the server's go.

    Attributes:
        log: what came, a line each; that of all connections of a run, in the order of time.
        prefix: what each line of this connection begins with.
        target: the request's target.
        payload: that of the last message or control frame.
        has_sent_close: whether a Close frame was sent.
        has_received_close: whether a Close frame has come.
        has_ended: whether the server's side has ended.
        was_reset: whether the client ended with a reset.
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
            Gone: the client left before it was whole, or does not speak HTTP.
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
        """Write down a line."""
        self.log.append(self.prefix + line)

    def field(self, name: str) -> str | None:
        """A field of the request."""
        return self._fields.get(name.lower())

    def respond(self, status: str, fields: Mapping[str, str | list[str]]) -> None:
        """Answer with a status line and fields."""
        lines = [status]
        for name, values in fields.items():
            each = [values] if isinstance(values, str) else values
            lines += [f"{name}: {value}" for value in each if value]
        self.write(self.filled_in("\r\n".join([*lines, "", ""]).encode("latin-1")))

    def filled_in(self, data: bytes) -> bytes:
        """Put the answer to the request's key in the place of ``{accept}``."""
        key = self._fields.get("sec-websocket-key", "")
        return data.replace(ACCEPT.encode(), accept_value(key).encode())

    # Writing.

    def write(self, data: bytes) -> None:
        """Send bytes, or hold them back."""
        if self._held is None:
            self.writer.write(data)
        else:
            self._held.append(data)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Hold back what is written in the context, and send it at once when that ends."""
        held = self._held = list[bytes]()
        yield
        self._held = None
        self.writer.write(b"".join(held))

    def half_close(self) -> None:
        """Send no more, and go on reading."""
        self.has_ended = True
        if self.writer.can_write_eof() and not self.writer.is_closing():
            self.writer.write_eof()

    # Reading.

    async def read_until(self, awaited: Iterable[str]) -> None:
        """Read and write down what comes, up to the first of these kinds.

        Raises:
            Gone: the client ended before it came.
        """
        while (kind := await self._read_one()) is not None:
            if kind in awaited:
                return
        raise Gone

    async def read_to_end(self) -> None:
        """Read and write down what still comes."""
        while await self._read_one() is not None:
            pass

    async def note_frame(self) -> None:
        """Read a frame, and write down its header.

        Raises:
            Gone: the client ended before it came.
        """
        frame = await self._read_frame()
        if frame is None:
            raise Gone
        self.note(f"frame {frame.opcode} rsv {4 * frame.rsv1} length {len(frame.payload)}")

    async def read_bytes(self, count: int) -> None:
        """Read until so many bytes have come that belong to no whole frame yet.

        Raises:
            Gone: the client ended before.
        """
        while len(self._received) < count:
            if not (more := await self._receive()):
                raise Gone
            self._received += more

    async def _receive(self) -> bytes:
        """What has come, empty at the end."""
        try:
            return await self.reader.read(1_048_576)
        except ConnectionError:
            self.was_reset = True
            return b""

    async def _read_one(self) -> str | None:
        """Read a message or a control frame; return its kind, None at the end.

        Raises:
            Gone: it is longer than anybody wants to hold, or its compression is broken.
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
