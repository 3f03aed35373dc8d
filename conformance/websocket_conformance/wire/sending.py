"""Sending: frames valid or not, messages, and text frames in parts.

Source: RFC 6455, section 6.1.
"""

import os
from collections.abc import Iterator

from websocket_conformance.wire.connection import Connection
from websocket_conformance.wire.deflate import Deflater
from websocket_conformance.wire.frames import (
    DATA_OPCODES,
    RSV1,
    Opcode,
    encode,
    encode_header,
    fragments,
)
from websocket_conformance.wire.masking import apply_mask
from websocket_conformance.wire.outgoing import AnsweringFrame, Outgoing
from websocket_conformance.wire.sendable import Frame, Message, Part

MESSAGES = (Opcode.TEXT, Opcode.BINARY)
"""The opcodes with which a message begins."""


class Sender:
    """Sends frames, messages and parts of frames.

    Args:
        connection: the state of the connection.
        outgoing: the queue of octets to be written.
        deflater: compresses messages; None if permessage-deflate was not negotiated.
    """

    def __init__(
        self, connection: Connection, outgoing: Outgoing, deflater: Deflater | None
    ) -> None:
        self._connection = connection
        self._outgoing = outgoing
        self._deflater = deflater
        self._part_mask: tuple[bytes, int] | None = None

    def send_frame(self, frame: Frame) -> None:
        """Send a frame, in any state of the connection."""
        mask = self._new_mask()
        self._connection.log.frame_sent(frame, mask)
        octets = encode(frame.opcode, frame.payload, fin=frame.fin, rsv=frame.rsv, mask=mask)
        if frame.opcode in DATA_OPCODES:
            self._connection.sent.frames += 1
        self._outgoing.send(octets, chop=frame.chop, apart=frame.apart, answer=_answer(frame))

    def came(self, answer: AnsweringFrame) -> None:
        """Handle a Pong or a message, which shows that the peer has read the frame it answers."""
        self._outgoing.came(answer)

    def send_message(
        self, message: Message, *, compressed: bytes | None = None, chop: int | None = None
    ) -> None:
        """Send a message if the connection is open, compressed if permessage-deflate is in use.

        Args:
            message: the message.
            compressed: its compressed payload, if that is known already; None to compress it.
            chop: how many octets of an unfragmented message go out in one write; None for all.
        """
        if not self._connection.is_open:
            return
        payload, rsv = message.payload, 0
        if self._deflater is not None:
            payload = self._deflater.compress(payload) if compressed is None else compressed
            rsv = RSV1
        sent = self._connection.sent
        sent.messages += 1
        sent.application += len(message.payload)
        sent.payload += len(payload)
        opcode = Opcode.BINARY if message.binary else Opcode.TEXT
        if message.fragment is None or len(payload) <= message.fragment:
            self.send_frame(Frame(opcode, payload, rsv=rsv, chop=chop))
        elif self._connection.log.is_on:
            self._send_fragments(opcode, fragments(payload, message.fragment), rsv)
        else:
            self._send_fragments_at_once(opcode, fragments(payload, message.fragment), rsv)

    def _send_fragments(self, opcode: int, pieces: list[bytes], rsv: int) -> None:
        """Send the frames of a message one after the other."""
        last = len(pieces) - 1
        self.send_frame(Frame(opcode, pieces[0], fin=False, rsv=rsv))
        for index, piece in enumerate(pieces[1:], 1):
            self.send_frame(Frame(Opcode.CONTINUATION, piece, fin=index == last))

    def _send_fragments_at_once(self, opcode: int, pieces: list[bytes], rsv: int) -> None:
        """Send the frames of a message in one write, and count them without logging them."""
        connection = self._connection
        connection.sent.frames += len(pieces)
        connection.log.count_sent(opcode, 1)
        connection.log.count_sent(Opcode.CONTINUATION, len(pieces) - 1)
        self._outgoing.send(b"".join(self._encoded(opcode, pieces, rsv)))

    def _encoded(self, opcode: int, pieces: list[bytes], rsv: int) -> Iterator[bytes]:
        yield encode(opcode, pieces[0], fin=False, rsv=rsv, mask=self._new_mask())
        if self._connection.is_server:
            header = encode_header(Opcode.CONTINUATION, len(pieces[0]), fin=False)
            for piece in pieces[1:-1]:
                yield header
                yield piece
        else:
            for piece in pieces[1:-1]:
                yield encode(Opcode.CONTINUATION, piece, fin=False, mask=self._new_mask())
        yield encode(Opcode.CONTINUATION, pieces[-1], mask=self._new_mask())

    def send_part(self, part: Part) -> None:
        """If the connection is open, send a piece of a text frame's payload."""
        if not self._connection.is_open:
            return
        if part.of is not None:
            mask = self._new_mask()
            self._part_mask = (mask, 0) if mask else None
            self._outgoing.send(encode_header(Opcode.TEXT, part.of, fin=False, mask=mask))
        self._outgoing.send(self._masked(part.octets))

    def _masked(self, octets: bytes) -> bytes:
        """Return the masked octets of a part; the mask continues from the part before it."""
        if self._part_mask is None:
            return octets
        mask, done = self._part_mask
        self._part_mask = mask, done + len(octets)
        return apply_mask(octets, mask[done % 4 :] + mask[: done % 4])

    def _new_mask(self) -> bytes | None:
        return None if self._connection.is_server else os.urandom(4)


def _answer(frame: Frame) -> AnsweringFrame | None:
    """Return the answer of a peer that echoes messages; None if it answers later or not at all."""
    if frame.rsv or not frame.fin:
        return None
    if frame.opcode == Opcode.PING:
        return Opcode.PONG, frame.payload
    return (frame.opcode, frame.payload) if frame.opcode in MESSAGES else None
