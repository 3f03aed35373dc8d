"""A small WebSocket client that keeps every rule, made to be broken one rule at a time.

It echoes each message. Each rule of RFC 6455 and RFC 7692 that it keeps is its own method or
attribute, so that a variant is a class that overrides one of them. It is written for this purpose,
not for speed, and shares no code with the clients and the suites that it is compared with.
"""

import codecs
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

LINGER = 3.0
"""How long to wait for the server to end the TCP connection, in seconds."""

RSV1, RSV2, RSV3 = 4, 2, 1
_TAIL = b"\x00\x00\xff\xff"


class Opcode(IntEnum):
    """The opcodes of RFC 6455, 5.2."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class Failure(Exception):
    """The server has broken a rule; the connection fails with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Frame:
    """A frame's header.

    Attributes:
        fin: whether it ends a message.
        rsv: the three reserved bits, 0 to 7.
        opcode: the kind of the frame.
        masked: whether its payload is masked.
        length: the length of its payload.
    """

    fin: bool
    rsv: int
    opcode: int
    masked: bool
    length: int

    @property
    def is_control(self) -> bool:
        """Whether its opcode is one of 8 to 15."""
        return self.opcode >= 8


@dataclass(frozen=True)
class Deflate:
    """The parameters of permessage-deflate that a server has chosen (RFC 7692, 7.1)."""

    server_takeover: bool = True
    client_takeover: bool = True
    server_bits: int = 15
    client_bits: int = 15


class Line(Protocol):
    """The interface of the TCP connection that a client uses."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def end(self) -> None:
        """Close the TCP connection once everything is sent."""

    def reset(self) -> None:
        """Reset the TCP connection."""

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call a function later, if the connection is still open."""


class Strict:
    """The client after its opening handshake: bytes in, bytes out.

    Args:
        line: the connection.
        deflate: the parameters of compression; None without compression.
    """

    offer = "permessage-deflate; client_max_window_bits"
    """The value of the Sec-WebSocket-Extensions field in its request."""

    def __init__(self, line: Line, deflate: Deflate | None = None) -> None:
        self.line = line
        self.deflate = deflate
        self.reading = True
        self.buffer = bytearray()
        self.frame: Frame | None = None
        self.left = 0
        self.message: bytearray | None = None
        self.opcode = 0
        self.compressed = False
        if deflate:
            self.inflater = self.new_inflater(deflate)
            self.deflater = self.new_deflater(deflate)

    # --- from bytes to frames: RFC 6455, 5.2

    def feed(self, data: bytes) -> None:
        """Process bytes that have arrived."""
        if not self.reading:
            return
        self.buffer += data
        try:
            while self.reading and self.advance():
                pass
        except Failure as failure:
            self.fail(failure.code)

    def advance(self) -> bool:
        """Process a header, or payload that has arrived; return whether anything was processed."""
        if self.frame is None:
            return self.take_header()
        if self.frame.is_control:
            return self.take_control(self.frame)
        return self.take_data(self.frame)

    def take_header(self) -> bool:
        """Process a frame's header if it is complete."""
        parsed = parse_header(self.buffer)
        if parsed is None:
            return False
        self.frame, size = parsed
        del self.buffer[:size]
        self.left = self.frame.length
        self.check_frame(self.frame)
        if not self.frame.is_control:
            self.begin_data(self.frame)
        return True

    def take_control(self, frame: Frame) -> bool:
        """Process a control frame's payload if it is complete."""
        if len(self.buffer) < frame.length:
            return False
        payload = self.take(frame.length)
        self.frame = None
        self.on_control(frame.opcode, payload)
        return True

    def take_data(self, frame: Frame) -> bool:
        """Process the part of a data frame's payload that has arrived."""
        part = self.take(min(self.left, len(self.buffer)))
        self.left -= len(part)
        if part:
            self.on_data(part)
        if self.left:
            return bool(part)
        self.frame = None
        self.end_data(frame)
        return True

    def take(self, size: int) -> bytes:
        """Remove bytes from the start of the buffer, and return them."""
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    # --- checks of a frame's header: RFC 6455, 5.2 and 5.5

    def check_frame(self, frame: Frame) -> None:
        """Refuse a frame that a server must not send."""
        self.check_rsv(frame)
        self.check_opcode(frame)
        if frame.masked:
            raise Failure(1002)
        if frame.is_control:
            self.check_control(frame)

    def check_rsv(self, frame: Frame) -> None:
        """Refuse reserved bits that no negotiated extension defines."""
        may_be_compressed = self.deflate and frame.opcode in (Opcode.TEXT, Opcode.BINARY)
        if frame.rsv & ~(RSV1 if may_be_compressed else 0):
            raise Failure(1002)

    def check_opcode(self, frame: Frame) -> None:
        """Refuse an opcode that is not defined."""
        if frame.opcode not in list(Opcode):
            raise Failure(1002)

    def check_control(self, frame: Frame) -> None:
        """Refuse a control frame that is fragmented, or has more than 125 bytes."""
        self.check_control_fin(frame)
        self.check_control_length(frame)

    def check_control_fin(self, frame: Frame) -> None:
        """Refuse a fragmented control frame."""
        if not frame.fin:
            raise Failure(1002)

    def check_control_length(self, frame: Frame) -> None:
        """Refuse a control frame with more than 125 bytes."""
        if frame.length > 125:
            raise Failure(1002)

    # --- messages and their parts: RFC 6455, 5.4

    def begin_data(self, frame: Frame) -> None:
        """Begin a message, or continue one."""
        if frame.opcode == Opcode.CONTINUATION:
            self.go_on(frame)
        else:
            self.begin(frame)

    def begin(self, frame: Frame) -> None:
        """Begin a message, after the one before has ended."""
        if self.message is not None:
            raise Failure(1002)
        self.begin_message(frame)

    def go_on(self, frame: Frame) -> None:
        """Continue a message that has begun."""
        if self.message is None:
            raise Failure(1002)

    def begin_message(self, frame: Frame) -> None:
        """Prepare for a message."""
        self.message = bytearray()
        self.opcode = frame.opcode
        self.compressed = bool(self.deflate and frame.rsv & RSV1)
        self.decoder = self.new_decoder()

    def on_data(self, part: bytes) -> None:
        """Process a part of a message, as it arrived."""
        self.add(self.inflate(part) if self.compressed else part)

    def add(self, part: bytes) -> None:
        """Add a part to the message, after decompression."""
        assert self.message is not None
        if self.opcode == Opcode.TEXT:
            self.check_text(part)
        self.message += part

    def end_data(self, frame: Frame) -> None:
        """End a data frame; a frame with FIN also ends the message."""
        if frame.fin:
            self.end_message()

    def end_message(self) -> None:
        """End a message."""
        if self.compressed:
            self.add(self.end_inflating())
        if self.opcode == Opcode.TEXT:
            self.check_text_end()
        payload = bytes(self.message or b"")
        self.message = None
        self.on_message(self.opcode, payload)

    # --- text: RFC 6455, 8.1

    def new_decoder(self) -> codecs.IncrementalDecoder:
        """Return the decoder that checks text against UTF-8."""
        return codecs.getincrementaldecoder("utf-8")()

    def check_text(self, part: bytes) -> None:
        """Refuse a text at its first invalid byte."""
        self.decode(part, final=False)
        held = self.decoder.getstate()[0]
        # CPython accepts the beginning of an encoded surrogate as that of a character.
        if held[:1] == b"\xed" and held[1:2] >= b"\xa0":
            raise Failure(1007)

    def check_text_end(self) -> None:
        """Refuse a text that ends inside of a character."""
        self.decode(b"", final=True)

    def decode(self, part: bytes, *, final: bool) -> None:
        """Check a part of a text against UTF-8."""
        try:
            self.decoder.decode(part, final)
        except UnicodeDecodeError:
            raise Failure(1007) from None

    # --- compression: RFC 7692, 7.2

    def new_inflater(self, deflate: Deflate) -> "zlib._Decompress":
        """Return the object that inflates the server's messages."""
        return zlib.decompressobj(-deflate.server_bits)

    def new_deflater(self, deflate: Deflate) -> "zlib._Compress":
        """Return the object that deflates the client's messages."""
        return zlib.compressobj(wbits=-deflate.client_bits)

    def inflate(self, part: bytes) -> bytes:
        """Inflate a part of a message."""
        try:
            return self.inflater.decompress(part)
        except zlib.error:
            raise Failure(1007) from None

    def end_inflating(self) -> bytes:
        """Inflate the four bytes at the end of a message, which the sender leaves out."""
        assert self.deflate
        rest = self.inflate(_TAIL)
        if not self.deflate.server_takeover:
            self.inflater = self.new_inflater(self.deflate)
        return rest

    def pack(self, payload: bytes) -> bytes:
        """Compress a message."""
        assert self.deflate
        packed = self.deflater.compress(payload) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        if not self.deflate.client_takeover:
            self.deflater = self.new_deflater(self.deflate)
        return packed.removesuffix(_TAIL)

    # --- answers

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send a message back unchanged."""
        self.send_message(opcode, payload)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer a control frame."""
        if opcode == Opcode.PING:
            self.on_ping(payload)
        elif opcode == Opcode.PONG:
            self.on_pong(payload)
        else:
            self.on_close(payload)

    def on_ping(self, payload: bytes) -> None:
        """Answer a Ping with its payload (RFC 6455, 5.5.3)."""
        self.send_frame(Opcode.PONG, payload)

    def on_pong(self, payload: bytes) -> None:
        """Leave a Pong unanswered."""

    # --- the end: RFC 6455, 7

    def on_close(self, payload: bytes) -> None:
        """Answer a Close frame, and stop reading."""
        code = self.close_code(payload)
        self.stop_reading()
        self.answer_close(code)
        self.wait_for_end()

    def close_code(self, payload: bytes) -> int | None:
        """Return the code of a Close frame; None if it has no code."""
        if not payload:
            return None
        self.check_close_length(payload)
        code = int.from_bytes(payload[:2])
        self.check_close_code(code)
        self.check_reason(payload[2:])
        return code

    def check_close_length(self, payload: bytes) -> None:
        """Refuse a body of one byte (RFC 6455, 5.5.1)."""
        if len(payload) == 1:
            raise Failure(1002)

    def check_close_code(self, code: int) -> None:
        """Refuse a code that must not be sent (RFC 6455, 7.4, and the registry)."""
        if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
            raise Failure(1002)

    def check_reason(self, reason: bytes) -> None:
        """Refuse a reason that is not UTF-8."""
        try:
            reason.decode()
        except UnicodeDecodeError:
            raise Failure(1007) from None

    def answer_close(self, code: int | None) -> None:
        """Send the code back (RFC 6455, 5.5.1)."""
        self.send_close(code)

    def fail(self, code: int) -> None:
        """Fail the connection: send the code, and stop reading (RFC 6455, 7.1.7)."""
        self.stop_reading()
        self.send_close(code)
        self.wait_for_end()

    def stop_reading(self) -> None:
        """Ignore all bytes that arrive from now on."""
        self.reading = False

    def wait_for_end(self) -> None:
        """Wait for the server to end the TCP connection first (RFC 6455, 7.1.1)."""
        self.line.later(LINGER, self.line.end)

    def on_end(self) -> None:
        """End the TCP connection, since the server has ended it."""
        self.line.end()

    # --- from frames to bytes

    def send_message(self, opcode: int, payload: bytes) -> None:
        """Send a message in one frame."""
        if self.deflate:
            self.send_frame(opcode, self.pack(payload), rsv=RSV1)
        else:
            self.send_frame(opcode, payload)

    def send_close(self, code: int | None, reason: bytes = b"") -> None:
        """Send a Close frame."""
        self.send_frame(Opcode.CLOSE, b"" if code is None else code.to_bytes(2) + reason)

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> None:
        """Send a frame."""
        first = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
        self.line.write(first + self.length_and_payload(payload))

    def length_and_payload(self, payload: bytes) -> bytes:
        """Return the second byte of a frame and all bytes after it, masked (RFC 6455, 5.3)."""
        key = self.new_key()
        return self.length(len(payload), 0x80) + key + mask(payload, key)

    def new_key(self) -> bytes:
        """Return an unpredictable masking key."""
        return os.urandom(4)

    def length(self, length: int, bit: int) -> bytes:
        """Return a length in as few bytes as possible, with the mask bit."""
        if length < 126:
            return bytes([bit | length])
        if length < 0x10000:
            return bytes([bit | 126]) + length.to_bytes(2)
        return bytes([bit | 127]) + length.to_bytes(8)


def parse_header(data: bytearray) -> tuple[Frame, int] | None:
    """Return the header at the beginning of some bytes, and its size; None if it is incomplete.

    The key of a masked frame is not read, since `Strict.check_frame` refuses the frame.

    Raises:
        Failure: the length takes more bytes than necessary, or has its highest bit set.
    """
    if len(data) < 2:
        return None
    first, second = data[0], data[1]
    length, size = second & 0x7F, 2
    if length > 125:
        size = 4 if length == 126 else 10
        if len(data) < size:
            return None
        length = int.from_bytes(data[2:size])
        if length < (126 if size == 4 else 0x10000) or length >> 63:
            raise Failure(1002)
    return Frame(bool(first & 0x80), first >> 4 & 7, first & 15, bool(second & 0x80), length), size


def mask(data: bytes, key: bytes) -> bytes:
    """Return bytes masked with a key."""
    size = len(data)
    keys = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(data) ^ int.from_bytes(keys)).to_bytes(size)
