"""Receiving: decodes octets into frames, and frames into messages.

Source: RFC 6455, sections 5 and 6.2.
"""

import zlib
from dataclasses import dataclass, field

from websocket_conformance.wire import deflate
from websocket_conformance.wire.closing import Closer
from websocket_conformance.wire.codes import INVALID_PAYLOAD, PROTOCOL_ERROR, TOO_BIG
from websocket_conformance.wire.connection import Connection
from websocket_conformance.wire.deflate import Inflater, TooLongError
from websocket_conformance.wire.frames import RSV1, Header, Opcode, parse_header
from websocket_conformance.wire.masking import apply_mask
from websocket_conformance.wire.rules import broken_rules
from websocket_conformance.wire.sendable import Frame
from websocket_conformance.wire.sending import Sender
from websocket_conformance.wire.surroundings import Listener
from websocket_conformance.wire.utf8 import Utf8Check

_SHORT_HEADER = 2
"""The length of a Pong's header in octets, when the judge does not mask."""


@dataclass
class _Incoming:
    """A message of which some frames have arrived.

    Attributes:
        opcode: its first frame's opcode.
        inflater: decompresses it; None if it is not compressed.
        utf8: checks its text; None if its text is not checked.
        pieces: its payload up to now, decompressed.
        length: the length of the pieces, in octets.
    """

    opcode: int
    inflater: Inflater | None
    utf8: Utf8Check | None
    pieces: list[bytes] = field(default_factory=list)
    length: int = 0


class Receiver:
    """Processes the octets that the peer sends.

    Args:
        connection: the state of the connection.
        sender: sends the Pongs.
        closer: fails the connection for a broken rule, and processes the peer's Close.
        listener: is called with what arrives.
        inflater: decompresses messages; None if permessage-deflate was not negotiated.
    """

    def __init__(
        self,
        connection: Connection,
        sender: Sender,
        closer: Closer,
        listener: Listener,
        inflater: Inflater | None,
    ) -> None:
        self._connection = connection
        self._sender = sender
        self._closer = closer
        self._listener = listener
        self._inflater = inflater
        self._sender_masks = _sender_masks(connection)
        self._buffer = bytearray()
        self._header: Header | None = None
        self._incoming: _Incoming | None = None

    def receive(self, data: bytes) -> None:
        """Process octets from the peer."""
        connection = self._connection
        if connection.is_closed:
            return
        connection.log.octets_received(data)
        connection.octets_received += len(data)
        if connection.is_open:
            connection.received.wire += len(data)
        self._buffer += data
        while not connection.is_closed and self._take():
            pass

    def _take(self) -> bool:
        """Take a frame from the buffer, if it is complete, and return whether it was."""
        header = self._header or self._take_header()
        if header is None or len(self._buffer) < header.length:
            return False
        payload = bytes(self._buffer[: header.length])
        del self._buffer[: header.length]
        self._header = None
        self._take_frame(header, apply_mask(payload, header.mask) if header.mask else payload)
        return True

    def _take_header(self) -> Header | None:
        """Take a header from the buffer; None if it is incomplete, or ends the connection."""
        found = parse_header(self._buffer)
        if found is None:
            return None
        self._header, end = found
        del self._buffer[:end]
        for broken in broken_rules(
            self._header,
            sender_masks=self._sender_masks,
            may_compress=self._inflater is not None,
            continues=self._incoming is not None,
        ):
            self._closer.fail(PROTOCOL_ERROR, broken)
            if self._connection.is_closed:
                return None
        held = self._incoming.length if self._incoming else 0
        if held + self._header.length > deflate.LARGEST_MESSAGE:
            self._end_for_length()
            return None
        return self._header

    def _end_for_length(self) -> None:
        """End the connection without reading the rest of a message that is too long.

        Source: RFC 6455, sections 7.4.1 and 10.4.
        """
        self._closer.fail(TOO_BIG, f"A message is longer than {deflate.LARGEST_MESSAGE:,} octets.")
        self._connection.closing.was_clean = False
        self._closer.end(abort=False)

    def _take_frame(self, header: Header, payload: bytes) -> None:
        self._connection.log.frame_received(header, payload)
        if header.is_control:
            self._take_control(header.opcode, payload)
        else:
            self._take_data(header, payload)

    def _take_control(self, opcode: int, payload: bytes) -> None:
        """Process a control frame.

        Source: RFC 6455, section 5.5.
        """
        if opcode == Opcode.CLOSE:
            self._closer.take_close(payload)
        elif opcode == Opcode.PING and self._connection.is_open:
            self._connection.pongs_sent += len(payload) + _SHORT_HEADER
            self._sender.send_frame(Frame(Opcode.PONG, payload))
        elif opcode == Opcode.PONG:
            self._sender.came((Opcode.PONG, payload))
            self._listener.pong(payload)

    def _take_data(self, header: Header, payload: bytes) -> None:
        """Process a data frame.

        Source: RFC 6455, section 6.2.
        """
        message = self._incoming
        if message is None:
            message = self._incoming = self._begin(header)
        application = self._inflated(message, payload, header.fin)
        if application is None:
            return
        if self._connection.is_open:
            received = self._connection.received
            received.frames += 1
            received.payload += len(payload)
            received.application += len(application)
        self._check(message, application)
        message.pieces.append(application)
        message.length += len(application)
        if header.fin:
            self._incoming = None
            self._check(message, b"", last=True)
            self._end(message)

    def _begin(self, header: Header) -> _Incoming:
        """Return a new message, for the header of its first frame."""
        inflater = self._inflater if header.rsv == RSV1 else None
        if inflater is not None:
            inflater.start()
        checked = header.opcode == Opcode.TEXT and self._connection.options.checks_utf8
        return _Incoming(header.opcode, inflater, Utf8Check() if checked else None)

    def _inflated(self, message: _Incoming, payload: bytes, last: bool) -> bytes | None:
        """Return the decompressed payload; if that fails, end the connection and return None."""
        if message.inflater is None:
            return payload
        try:
            most = deflate.LARGEST_MESSAGE - message.length
            application = message.inflater.decompress(payload, most)
            if last:
                message.inflater.end()
        except TooLongError:
            self._end_for_length()
            return None
        except zlib.error as error:
            why = f"The peer's compressed message is broken: {error}."
            self._connection.closing.why_unclean = why
            self._closer.end()
            return None
        return application

    def _check(self, message: _Incoming, piece: bytes, *, last: bool = False) -> None:
        if message.utf8 is not None and not message.utf8.accepts(piece, last=last):
            self._closer.fail(INVALID_PAYLOAD, "A text message is not valid UTF-8.")

    def _end(self, message: _Incoming) -> None:
        """Pass a complete message to the listener, unless the judge has failed the connection."""
        connection = self._connection
        if connection.closing.failed_by_me:
            return
        if connection.is_open:
            connection.received.messages += 1
        payload = b"".join(message.pieces)
        self._sender.came((message.opcode, payload))
        self._listener.message(payload, message.opcode == Opcode.BINARY)


def _sender_masks(connection: Connection) -> bool | None:
    """Return whether the peer has to mask or must not; None if both are accepted.

    Source: RFC 6455, section 5.1.
    """
    if not connection.is_server:
        return False
    return True if connection.options.requires_masked else None
