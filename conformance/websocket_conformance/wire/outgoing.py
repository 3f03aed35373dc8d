"""The octets that wait to be written, and when each of them has its turn."""

from collections import deque
from typing import NamedTuple

from websocket_conformance.wire.connection import Connection
from websocket_conformance.wire.surroundings import Timer, Wire

_WRITES_A_TURN = 32
"""How many writes of a frame in pieces there are in one turn of the loop: a MiB can have 16,384."""


AnsweringFrame = tuple[int, bytes]
"""The opcode and the payload of what comes back: a Pong, or an echo."""


class _Write(NamedTuple):
    """Octets that wait for their turn.

    Attributes:
        octets: the octets.
        apart: whether they have a write of their own.
        is_end: whether they end a frame that goes out by itself.
        answer: what the peer answers the frame with; None if nothing.
    """

    octets: bytes
    apart: bool
    is_end: bool
    answer: AnsweringFrame | None


class Outgoing:
    """What goes out, in order.

    A frame that is sent alone should also be read alone: the reaction of a peer must not depend on
    whether the next frame arrived together with it. So the next frame waits until the answer shows
    that the frame was read, or until the peer has had the time to answer it. If the frame has no
    answer, or the peer has let such a time pass before, it waits for the time to read the frame.

    Args:
        connection: what is known of the connection.
        wire: the connection below.
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
        """Send octets after those that are waiting, in one write or in many.

        Args:
            octets: the octets.
            chop: how many of them go out in one write; None for all of them.
            apart: whether they get a write of their own.
            answer: what the peer answers them with, if it does.
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
        """A Pong or a message has come: if it answers the last frame, the next one may follow."""
        if answer != self._answer:
            return
        self._answer, self._is_answered = None, True
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
            self._wire.soon(self._write_next)

    def clear_the_way(self) -> None:
        """Give up the frames that wait, so that an answer leaves at once.

        A frame that is half out is brought to its end first.
        """
        while self._is_half_out:
            write = self._waiting.popleft()
            self._write(write.octets, write.apart)
            self._is_half_out = not write.is_end
        self._waiting.clear()
        self._is_writing = False

    def forget(self) -> None:
        """The connection is over: what waits will never leave."""
        self._waiting.clear()

    def _write_next(self) -> None:
        """Write what waits, each write by itself, and let others have their turn now and then."""
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
        """Go on at once if nothing waits or the answer is there, else after the time for it."""
        if self._waiting and not self._is_answered:
            to_answer = self._answer is not None and self._peer_answers
            act = self._no_answer_came if to_answer else self._write_next
            self._settling = self._wire.settle(act, to_answer=to_answer)
        else:
            self._write_next()

    def _no_answer_came(self) -> None:
        """Go on, and wait no more for a peer that does not answer, or is late with that."""
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
