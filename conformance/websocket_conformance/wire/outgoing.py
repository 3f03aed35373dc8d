"""The queue of octets to be written, and the times at which they are written."""

from collections import deque
from typing import NamedTuple

from websocket_conformance.wire.connection import Connection
from websocket_conformance.wire.surroundings import Timer, Wire

_WRITES_A_TURN = 32
"""The most writes in one turn of the loop: a frame of a MiB in pieces can have 16,384."""


AnsweringFrame = tuple[int, bytes]
"""The opcode and the payload of an answer to a frame: a Pong, or an echo."""


class _Write(NamedTuple):
    """Octets that wait to be written.

    Attributes:
        octets: the octets.
        apart: whether they are sent in a separate write.
        is_end: whether they end a frame that is sent separately.
        answer: the peer's answer to the frame; None if it does not answer.
    """

    octets: bytes
    apart: bool
    is_end: bool
    answer: AnsweringFrame | None


class Outgoing:
    """The queue of octets to be written.

    If a frame is sent separately, the peer should also read it separately, because its reaction
    must not depend on whether the next frame arrived at the same time. So the next frame waits
    until the peer's answer shows that the frame was read, or until the time for an answer is over.
    If the peer does not answer such a frame, or has exceeded the time for an answer before, the
    next frame waits for the shorter time that reading takes.

    Args:
        connection: the state of the connection.
        wire: the transport.
    """

    def __init__(self, connection: Connection, wire: Wire) -> None:
        self._connection = connection
        self._wire = wire
        self._waiting: deque[_Write] = deque()
        self._is_writing = False
        self._is_half_out = False
        self._answer: AnsweringFrame | None = None
        self._is_answered = False
        self._peer_answers = True
        self._settling: Timer | None = None

    def send(
        self,
        octets: bytes,
        *,
        chop: int | None = None,
        apart: bool = False,
        answer: AnsweringFrame | None = None,
    ) -> None:
        """Send octets after those that wait, in one write or in many.

        Args:
            octets: the octets.
            chop: how many octets go out in one write; None for all of them.
            apart: whether the octets are sent in a separate write.
            answer: the peer's answer to the octets; None if it does not answer.
        """
        if chop:
            for start in range(0, len(octets), chop):
                is_last = start + chop >= len(octets)
                self._waiting.append(_Write(octets[start : start + chop], True, is_last, answer))
        elif apart or self._is_writing:
            self._waiting.append(_Write(octets, apart, apart, answer))
        else:
            self._write(octets, False)
            return
        if not self._is_writing:
            self._is_writing = True
            self._write_next()

    def came(self, answer: AnsweringFrame) -> None:
        """Handle a Pong or a message: if it answers the last frame, write the next one."""
        if answer != self._answer:
            return
        self._answer, self._is_answered = None, True
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
            self._wire.soon(self._write_next)

    def clear_the_way(self) -> None:
        """Discard the frames that wait, so that the next octets are sent at once.

        If a part of a frame has been written, write the rest of that frame first.
        """
        while self._is_half_out:
            write = self._waiting.popleft()
            self._write(write.octets, write.apart)
            self._is_half_out = not write.is_end
        self._waiting.clear()
        self._is_writing = False

    def forget(self) -> None:
        """Discard the octets that wait, because the connection is over."""
        self._waiting.clear()

    def _write_next(self) -> None:
        """Write the octets that wait, each write separately, in several turns of the loop."""
        self._settling = None
        self._is_writing = bool(self._waiting)
        for _ in range(min(_WRITES_A_TURN, len(self._waiting))):
            write = self._waiting.popleft()
            self._write(write.octets, write.apart)
            self._wire.flush()
            self._is_half_out = write.apart and not write.is_end
            if write.is_end:
                self._answer, self._is_answered = write.answer, False
                self._wire.soon(self._settle)
                return
        if self._is_writing:
            self._wire.soon(self._write_next)

    def _settle(self) -> None:
        """Continue at once if nothing waits or the answer is here, else after the time for it."""
        if self._waiting and not self._is_answered:
            to_answer = self._answer is not None and self._peer_answers
            act = self._no_answer_came if to_answer else self._write_next
            self._settling = self._wire.settle(act, to_answer=to_answer)
        else:
            self._write_next()

    def _no_answer_came(self) -> None:
        """Continue, and do not wait for answers any longer, as the peer sends none or is late."""
        self._peer_answers = False
        self._write_next()

    def _write(self, octets: bytes, apart: bool) -> None:
        connection = self._connection
        if connection.is_closed:
            return
        self._wire.write(octets)
        if connection.is_open:
            connection.sent.wire += len(octets)
        connection.log.octets_sent(octets, apart)
