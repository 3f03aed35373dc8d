"""The judge's own end of a WebSocket connection, from the opened connection on.

It keeps the rules that a peer can be measured by, and is able to break each of them. It knows no
socket: octets go in with `receive` and out through a `Wire`.

When the peer breaks a rule, the judge fails the connection with a Close, reads on, and drops the
connection if another rule is broken before the peer's Close has come.

Source: RFC 6455, sections 5, 6 and 7.
"""

import codecs
import os
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple, Protocol

from websocket_conformance.wire import deflate
from websocket_conformance.wire.frames import (
    CONTROL_OPCODES,
    DATA_OPCODES,
    RSV1,
    Header,
    Opcode,
    encode,
    encode_header,
    fragments,
    parse_header,
)
from websocket_conformance.wire.log import Log
from websocket_conformance.wire.masking import apply_mask
from websocket_conformance.wire.sendable import Close, Frame, Message, Part

GOING_AWAY = 1001
NORMAL = 1000
PROTOCOL_ERROR = 1002
INVALID_PAYLOAD = 1007
_LARGEST_CONTROL_PAYLOAD = 125
_SHORT_HEADER = 2
"""The octets of the shortest header, from which the length of any other can be told."""
_WRITES_A_TURN = 32
"""How many writes of a frame in pieces there are in one turn of the loop: a MiB can have 16,384."""
_CASE_FIRST = 0.1
"""How much longer a client waits for TCP to be closed than a case of the same length."""
_DEFINED_CODES = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011})


class State(Enum):
    """Where the connection is in its life."""

    OPEN = auto()
    CLOSING = auto()
    CLOSED = auto()


class Timer(Protocol):
    """Something that will happen unless it is cancelled."""

    def cancel(self) -> None:
        """It shall not happen."""

    def restart(self) -> None:
        """Count its time from now on."""


class Wire(Protocol):
    """What an endpoint needs of the connection below it."""

    def write(self, data: bytes) -> None:
        """Send octets."""

    def flush(self) -> None:
        """Send what was written, apart from what will be."""

    def drop(self, *, abort: bool) -> None:
        """End the connection, at once or when what was written has left."""

    def soon(self, act: Callable[[], None]) -> None:
        """Do something once what was written has had its chance to leave."""

    def settle(self, act: Callable[[], None]) -> None:
        """Do something once the peer has had its chance to read what was written."""

    def after_quiet(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Do something when nothing has happened on the connection for some time."""


class Listener(Protocol):
    """Who is told what the peer does."""

    def message(self, payload: bytes, binary: bool) -> None:
        """A message has come."""

    def pong(self, payload: bytes) -> None:
        """A Pong has come."""

    def ended(self) -> None:
        """The connection is over, as far as the judge is concerned."""


@dataclass(frozen=True)
class Options:
    """How an endpoint keeps the rules.

    Attributes:
        close_handshake_seconds: how long the peer may take to answer a Close.
        server_drop_seconds: how long a server may take to close TCP after the closing handshake.
        opening_handshake_seconds: how long the opening handshake may take.
        fails_by_drop: whether to fail a connection without a Close.
        echoes_close: whether a Close is answered with its own code and reason.
        checks_utf8: whether text is checked.
        requires_masked: whether a client has to mask.
    """

    close_handshake_seconds: float = 1.0
    server_drop_seconds: float = 1.0
    opening_handshake_seconds: float = 5.0
    fails_by_drop: bool = False
    echoes_close: bool = False
    checks_utf8: bool = True
    requires_masked: bool = True


@dataclass
class Closing:
    """How a connection came to its end.

    Attributes:
        by_me: the first Close was the judge's.
        failed_by_me: the judge failed the connection.
        dropped_by_me: the judge was the one to close TCP.
        was_clean: there was a closing handshake.
        why_unclean: why there was none, if it is known.
        peer_did_not_open: the opening handshake was not completed in time.
        peer_did_not_answer: the peer did not answer the judge's Close in time.
        server_did_not_drop: the server did not close TCP in time.
        local_code: the code that the judge sent.
        local_reason: the reason that it sent.
        remote_code: the code that the peer sent.
        remote_reason: the reason that it sent.
    """

    by_me: bool = False
    failed_by_me: bool = False
    dropped_by_me: bool = False
    was_clean: bool = False
    why_unclean: str | None = None
    peer_did_not_open: bool = False
    peer_did_not_answer: bool = False
    server_did_not_drop: bool = False
    local_code: int | None = None
    local_reason: bytes | None = None
    remote_code: int | None = None
    remote_reason: str | None = None


@dataclass
class Traffic:
    """How much went over an open connection, data frames only but for the octets on the wire.

    Attributes:
        wire: octets of frames, with their headers.
        payload: octets of payload, compressed if it was.
        application: octets of payload as the application knows them.
        frames: frames.
        messages: messages.
        handshake: octets of the opening handshake.
    """

    wire: int = 0
    payload: int = 0
    application: int = 0
    frames: int = 0
    messages: int = 0
    handshake: int = 0


class _Write(NamedTuple):
    """Octets that wait for their turn.

    Attributes:
        octets: the octets.
        apart: whether they have a write of their own.
        is_end: whether they end a frame that goes out by itself.
    """

    octets: bytes
    apart: bool
    is_end: bool


@dataclass
class _Incoming:
    """A message of which some frames have come.

    Attributes:
        opcode: its first frame's opcode.
        is_compressed: whether that had RSV1 set.
        utf8: checks its text; None if there is nothing to check.
        pieces: its payload so far.
    """

    opcode: int
    is_compressed: bool
    utf8: "_Utf8 | None"
    pieces: list[bytes] = field(default_factory=list)


class _Utf8:
    """Checks a text piece by piece; once it is bad it stays bad.

    Source: RFC 6455, section 8.1.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_bad = False

    def accepts(self, piece: bytes, *, last: bool = False) -> bool:
        """Whether the text can still be valid after this piece; with the last, whether it is."""
        if not self._is_bad:
            try:
                self._decoder.decode(piece, last)
            except UnicodeDecodeError:
                self._is_bad = not last
                return False
        return not self._is_bad


class Endpoint:
    """One end of a connection that has been opened.

    Args:
        wire: the connection below.
        listener: who is told what comes.
        log: what is seen is put down here.
        is_server: which end this is.
        options: how it keeps the rules.
        agreed: the parameters of permessage-deflate, if that was agreed upon.
    """

    def __init__(
        self,
        wire: Wire,
        listener: Listener,
        log: Log,
        *,
        is_server: bool,
        options: Options,
        agreed: deflate.Parameters | None = None,
    ) -> None:
        self.state = State.OPEN
        self.closing = Closing()
        self.sent = Traffic()
        self.received = Traffic()
        self.pongs_sent = 0
        self.octets_received = 0
        self.log = log
        self.is_server = is_server
        self.way: deflate.Way | None = None
        self._wire = wire
        self._listener = listener
        self._options = options
        self._buffer = bytearray()
        self._header: Header | None = None
        self._incoming: _Incoming | None = None
        self._inflater: deflate.Inflater | None = None
        self._deflater: deflate.Deflater | None = None
        self._waiting: deque[_Write] = deque()
        self._is_writing = False
        self._is_half_out = False
        self._part_mask: tuple[bytes, int] | None = None
        self._timer: Timer | None = None
        if agreed is not None:
            self.way, theirs = deflate.ways(agreed, is_server=is_server)
            self._deflater = deflate.Deflater(self.way)
            self._inflater = deflate.Inflater(theirs)

    # What goes out.

    def send_frame(self, frame: Frame) -> None:
        """Send a frame, whatever the state."""
        mask = self._new_mask()
        self.log.frame_sent(frame, mask)
        octets = encode(frame.opcode, frame.payload, fin=frame.fin, rsv=frame.rsv, mask=mask)
        if frame.opcode in DATA_OPCODES:
            self.sent.frames += 1
        self.send_octets(octets, chop=frame.chop, apart=frame.apart)

    def send_message(
        self, message: Message, *, compressed: bytes | None = None, chop: int | None = None
    ) -> None:
        """Send a message if the connection is open, compressed if that was agreed upon.

        Args:
            message: the message.
            compressed: its payload as this endpoint would compress it, if that is known.
            chop: how many octets of a single frame go out in one write; None for all of them.
        """
        if self.state is not State.OPEN:
            return
        payload, rsv = message.payload, 0
        if self._deflater is not None:
            payload = self._deflater.compress(payload) if compressed is None else compressed
            rsv = RSV1
        self.sent.messages += 1
        self.sent.application += len(message.payload)
        self.sent.payload += len(payload)
        opcode = Opcode.BINARY if message.binary else Opcode.TEXT
        if message.fragment is None or len(payload) <= message.fragment:
            self.send_frame(Frame(opcode, payload, rsv=rsv, chop=chop))
        else:
            self._send_fragments(opcode, fragments(payload, message.fragment), rsv)

    def _send_fragments(self, opcode: int, pieces: list[bytes], rsv: int) -> None:
        """Send the frames of a message, with a single write while the log is off."""
        last = len(pieces) - 1
        if self.log.is_on:
            for index, piece in enumerate(pieces):
                first = index == 0
                self.send_frame(
                    Frame(
                        opcode if first else Opcode.CONTINUATION,
                        piece,
                        fin=index == last,
                        rsv=rsv if first else 0,
                    )
                )
            return
        self.sent.frames += len(pieces)
        self.log.count_sent(opcode, 1)
        self.log.count_sent(Opcode.CONTINUATION, last)
        self.send_octets(b"".join(self._encoded(opcode, pieces, rsv)))

    def _encoded(self, opcode: int, pieces: list[bytes], rsv: int) -> Iterator[bytes]:
        yield encode(opcode, pieces[0], fin=False, rsv=rsv, mask=self._new_mask())
        if self.is_server:
            header = encode_header(Opcode.CONTINUATION, len(pieces[0]), fin=False)
            for piece in pieces[1:-1]:
                yield header
                yield piece
        else:
            for piece in pieces[1:-1]:
                yield encode(Opcode.CONTINUATION, piece, fin=False, mask=self._new_mask())
        yield encode(Opcode.CONTINUATION, pieces[-1], mask=self._new_mask())

    def send_part(self, part: Part) -> None:
        """Send a piece of a text frame's payload if the connection is open."""
        if self.state is not State.OPEN:
            return
        if part.of is not None:
            mask = self._new_mask()
            self._part_mask = (mask, 0) if mask else None
            self.send_octets(encode_header(Opcode.TEXT, part.of, fin=False, mask=mask))
        octets = part.octets
        if self._part_mask is not None:
            mask, done = self._part_mask
            self._part_mask = mask, done + len(octets)
            octets = apply_mask(octets, mask[done % 4 :] + mask[: done % 4])
        self.send_octets(octets)

    def send_close(self, close: Close, *, is_reply: bool = False) -> None:
        """Start the closing handshake, or answer the peer's Close, if the connection is open.

        Source: RFC 6455, section 7.1.2.
        """
        if self.state is not State.OPEN:
            return
        code = b"" if close.code is None else close.code.to_bytes(2)
        self.send_frame(Frame(Opcode.CLOSE, code + close.reason))
        self.state = State.CLOSING
        self.closing.by_me = not is_reply
        self.closing.local_code = close.code
        self.closing.local_reason = close.reason or None
        if not is_reply:
            self._await(self._options.close_handshake_seconds, self._peer_did_not_answer)

    def fail(self, code: int = GOING_AWAY, reason: str = "The case took too long.") -> None:
        """Fail the connection: with a Close, or without if one has been sent.

        Source: RFC 6455, section 7.1.7.
        """
        if self.is_closed:
            return
        self.closing.failed_by_me = True
        self.closing.why_unclean = reason
        if self._options.fails_by_drop:
            self.closing.was_clean = False
            self.drop(abort=True)
        elif self.state is State.OPEN:
            self.send_close(Close(code, reason.encode()))
        else:
            self.drop()

    def send_octets(self, octets: bytes, *, chop: int | None = None, apart: bool = False) -> None:
        """Send octets after those that are waiting, in one write or in many."""
        if chop:
            for start in range(0, len(octets), chop):
                is_last = start + chop >= len(octets)
                self._waiting.append(_Write(octets[start : start + chop], True, is_last))
        elif apart or self._is_writing:
            self._waiting.append(_Write(octets, apart, apart))
        else:
            self._write(octets, False)
            return
        if not self._is_writing:
            self._is_writing = True
            self._write_next()

    def _write_next(self) -> None:
        """Write what waits, each write by itself, and let others have their turn now and then.

        A frame that goes out by itself is also to be read by itself: what a peer does about it
        must not hang on whether the next one arrived with it.
        """
        self._is_writing = bool(self._waiting)
        for _ in range(min(_WRITES_A_TURN, len(self._waiting))):
            write = self._waiting.popleft()
            self._write(write.octets, write.apart)
            self._wire.flush()
            self._is_half_out = write.apart and not write.is_end
            if write.is_end:
                self._wire.soon(self._settle)
                return
        if self._is_writing:
            self._wire.soon(self._write_next)

    def _clear_the_way(self) -> None:
        """Give up the frames that wait, so that an answer leaves at once.

        A frame that is half out is brought to its end first.
        """
        while self._is_half_out:
            write = self._waiting.popleft()
            self._write(write.octets, write.apart)
            self._is_half_out = not write.is_end
        self._waiting.clear()
        self._is_writing = False

    def _settle(self) -> None:
        """Go on at once if nothing waits, else when the peer has had the time to read."""
        if self._waiting:
            self._wire.settle(self._write_next)
        else:
            self._write_next()

    def _write(self, octets: bytes, apart: bool) -> None:
        if self.is_closed:
            return
        self._wire.write(octets)
        if self.state is State.OPEN:
            self.sent.wire += len(octets)
        self.log.octets_sent(octets, apart)

    def _new_mask(self) -> bytes | None:
        return None if self.is_server else os.urandom(4)

    # What comes in.

    def receive(self, data: bytes) -> None:
        """Take in octets from the peer."""
        if self.is_closed:
            return
        self.log.octets_received(data)
        self.octets_received += len(data)
        if self.state is State.OPEN:
            self.received.wire += len(data)
        self._buffer += data
        while not self.is_closed and self._take():
            pass

    @property
    def is_closed(self) -> bool:
        """Whether the connection is over."""
        return self.state is State.CLOSED

    def _take(self) -> bool:
        """Take a header or a payload from the buffer; whether there may be more to take."""
        if self._header is None:
            found = parse_header(self._buffer)
            if found is None:
                return False
            self._header, end = found
            del self._buffer[:end]
            for broken in self._broken_rules(self._header):
                self.fail(PROTOCOL_ERROR, broken)
                if self.is_closed:
                    return False
        header = self._header
        if len(self._buffer) < header.length:
            return False
        payload = bytes(self._buffer[: header.length])
        del self._buffer[: header.length]
        self._header = None
        self._frame(header, apply_mask(payload, header.mask) if header.mask else payload)
        return True

    def _broken_rules(self, header: Header) -> Iterator[str]:
        """What is wrong with a header.

        Source: RFC 6455, sections 5.2, 5.4 and 5.5.
        """
        compressed = self._inflater is not None and header.rsv == RSV1
        if header.rsv and not compressed:
            yield f"The reserved bits are {header.rsv:03b}, and no extension uses them."
        if self.is_server and self._options.requires_masked and header.mask is None:
            yield "A client's frame is not masked."
        if not self.is_server and header.mask is not None:
            yield "A server's frame is masked."
        if header.is_control:
            yield from self._broken_control_rules(header, compressed)
        else:
            yield from self._broken_data_rules(header, compressed)
        if not header.is_minimal:
            yield "The length takes more octets than it needs."

    def _broken_control_rules(self, header: Header, compressed: bool) -> Iterator[str]:
        if not header.fin:
            yield "A control frame is fragmented."
        if header.length > _LARGEST_CONTROL_PAYLOAD or not header.is_minimal:
            yield "A control frame is longer than 125 octets."
        if header.opcode not in CONTROL_OPCODES:
            yield f"The control frame's opcode {header.opcode} is reserved."
        if header.opcode == Opcode.CLOSE and header.length == 1:
            yield "A Close has half a code."
        if compressed:
            yield "A control frame is compressed."

    def _broken_data_rules(self, header: Header, compressed: bool) -> Iterator[str]:
        if header.opcode not in DATA_OPCODES:
            yield f"The data frame's opcode {header.opcode} is reserved."
        if self._incoming is None and header.opcode == Opcode.CONTINUATION:
            yield "There is no message to be continued."
        if self._incoming is not None and header.opcode != Opcode.CONTINUATION:
            yield "A message begins inside another."
        if self._incoming is not None and compressed:
            yield "A frame that continues a message has RSV1 set."

    def _frame(self, header: Header, payload: bytes) -> None:
        self.log.frame_received(header, payload)
        if header.is_control:
            self._control(header.opcode, payload)
        else:
            self._data(header, payload)

    def _data(self, header: Header, payload: bytes) -> None:
        """Take in a frame of data.

        Source: RFC 6455, section 6.2.
        """
        message = self._incoming
        if message is None:
            message = self._incoming = self._begin(header)
        application = self._inflated(message, payload, header.fin)
        if application is None:
            return
        if self.state is State.OPEN:
            self.received.frames += 1
            self.received.payload += len(payload)
            self.received.application += len(application)
        self._check(message, application)
        message.pieces.append(application)
        if header.fin:
            self._incoming = None
            self._check(message, b"", last=True)
            self._end(message)

    def _begin(self, header: Header) -> _Incoming:
        compressed = self._inflater is not None and header.rsv == RSV1
        if compressed and self._inflater is not None:
            self._inflater.start()
        checked = header.opcode == Opcode.TEXT and self._options.checks_utf8
        return _Incoming(header.opcode, compressed, _Utf8() if checked else None)

    def _inflated(self, message: _Incoming, payload: bytes, last: bool) -> bytes | None:
        """The payload without compression; None if it cannot be had, which ends the connection."""
        if not message.is_compressed or self._inflater is None:
            return payload
        try:
            application = self._inflater.decompress(payload)
            if last:
                self._inflater.end()
        except zlib.error as error:
            self.closing.why_unclean = f"The peer's compressed message is broken: {error}."
            self._end_connection()
            return None
        return application

    def _check(self, message: _Incoming, piece: bytes, *, last: bool = False) -> None:
        if message.utf8 is not None and not message.utf8.accepts(piece, last=last):
            self.fail(INVALID_PAYLOAD, "A text message is not valid UTF-8.")

    def _end(self, message: _Incoming) -> None:
        if self.closing.failed_by_me:
            return
        if self.state is State.OPEN:
            self.received.messages += 1
        self._listener.message(b"".join(message.pieces), message.opcode == Opcode.BINARY)

    def _control(self, opcode: int, payload: bytes) -> None:
        """Take in a control frame.

        Source: RFC 6455, section 5.5.
        """
        if opcode == Opcode.CLOSE:
            self._closed(payload)
        elif opcode == Opcode.PING and self.state is State.OPEN:
            self.pongs_sent += len(payload) + _SHORT_HEADER
            self.send_frame(Frame(Opcode.PONG, payload))
        elif opcode == Opcode.PONG:
            self._listener.pong(payload)

    # How it ends.

    def _closed(self, payload: bytes) -> None:
        """Take in a Close.

        Source: RFC 6455, sections 5.5.1 and 7.4.
        """
        closing = self.closing
        closing.remote_code = int.from_bytes(payload[:2]) if len(payload) > 1 else None
        if closing.remote_code is not None and not _is_valid(closing.remote_code):
            self.fail(PROTOCOL_ERROR, f"{closing.remote_code} is no code for a Close.")
        if not self._takes_reason(payload[2:]):
            return
        if self.is_closed:
            closing.was_clean = False
        elif self.state is State.CLOSING:
            self._answered()
        else:
            closing.was_clean = True
            echo = self._options.echoes_close
            reply = Close(closing.remote_code, payload[2:]) if echo else Close(NORMAL)
            self._clear_the_way()
            self.send_close(reply, is_reply=True)
            self._leave_tcp_to_the_server()

    def _takes_reason(self, reason: bytes) -> bool:
        """Whether a Close's reason can be read; if not, that is the end of the connection."""
        try:
            self.closing.remote_reason = reason.decode() if reason else None
        except UnicodeDecodeError as error:
            if error.end < len(reason) or error.reason != "unexpected end of data":
                self.fail(INVALID_PAYLOAD, "The reason of a Close is not valid UTF-8.")
            self.closing.why_unclean = "The reason of the peer's Close is not valid UTF-8."
            self._end_connection()
            return False
        return True

    def _answered(self) -> None:
        """The peer has answered the judge's Close."""
        self._cancel_timer()
        self.closing.was_clean = True
        self._leave_tcp_to_the_server()

    def _leave_tcp_to_the_server(self) -> None:
        """Close TCP if this is the server; if not, wait for the server to do it.

        Source: RFC 6455, section 7.1.1.
        """
        if self.is_server:
            self.drop()
        else:
            seconds = self._options.server_drop_seconds
            self._await(seconds and seconds + _CASE_FIRST, self._server_did_not_drop)

    def _peer_did_not_answer(self) -> None:
        self.closing.was_clean = False
        self.closing.why_unclean = "The peer did not answer the judge's Close in time."
        self.closing.peer_did_not_answer = True
        self.drop(abort=True)

    def _server_did_not_drop(self) -> None:
        self.closing.was_clean = False
        self.closing.why_unclean = "The server did not close the TCP connection in time."
        self.closing.server_did_not_drop = True
        self.drop(abort=True)

    def drop(self, *, abort: bool = False) -> None:
        """Close TCP from this side."""
        if not self.is_closed:
            self.closing.dropped_by_me = True
            self._end_connection(abort=abort)

    def lost(self, reason: str | None = None) -> None:
        """The connection below is gone."""
        closing = self.closing
        if not self.is_closed and not closing.was_clean:
            closing.why_unclean = (
                closing.why_unclean
                or reason
                or ("The peer closed the TCP connection without a closing handshake.")
            )
        self._end_connection()

    def _end_connection(self, *, abort: bool = True) -> None:
        if not self.is_closed:
            self.state = State.CLOSED
            self._cancel_timer()
            self._waiting.clear()
            self._wire.drop(abort=abort)
            self._listener.ended()

    def _await(self, seconds: float, act: Callable[[], None]) -> None:
        self._cancel_timer()
        if seconds > 0:
            self._timer = self._wire.after_quiet(seconds, act)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _is_valid(code: int) -> bool:
    """Whether a code may be in a Close.

    Source: RFC 6455, section 7.4.2.
    """
    return code in _DEFINED_CODES or 3000 <= code <= 4999
