"""A server's frames for tests, and a reader of the client's frames."""

import itertools
import operator
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from whatwg_websockets.rfc6455.connection import ESTABLISHED, Connection
from whatwg_websockets.rfc6455.extension import Inflater
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.large_frame import LargeFrame
from whatwg_websockets.rfc6455.receive import CloseFrame, Receiver

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

DEFAULT_LIMIT = 64 * 2**20


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    masked: bool = False,
    announced: int | None = None,
    length_bits: int | None = None,
) -> bytes:
    """Write a frame as RFC 6455 5.2 draws it, rules broken where that is asked for.

    Args:
        opcode: 0 to 15.
        payload: the payload; with a masking key of zeros where it is masked.
        fin: the final fragment.
        rsv: RSV1, RSV2 and RSV3 as a number of three bits.
        masked: sets the mask bit, which a server must not.
        announced: the length in the header, where it is not that of the payload.
        length_bits: 7, 16 or 64 to choose the encoding of the length, else the shortest.
    """
    length = len(payload) if announced is None else announced
    if length_bits is None:
        length_bits = 7 if length < 126 else 16 if length < 2**16 else 64
    first = fin << 7 | rsv << 4 | opcode
    mask_bit = masked << 7
    if length_bits == 7:
        header = bytes((first, mask_bit | length))
    elif length_bits == 16:
        header = bytes((first, mask_bit | 126)) + length.to_bytes(2, "big")
    else:
        header = bytes((first, mask_bit | 127)) + length.to_bytes(8, "big")
    return header + bytes(4) * masked + payload


def close(code: int, reason: bytes = b"") -> bytes:
    """Write a Close frame with a body."""
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


class ClientFrame(NamedTuple):
    """A frame that the client sent, its payload unmasked."""

    opcode: int
    payload: bytes
    rsv: int
    key: bytes


def read_client_frames(stream: bytes) -> list[ClientFrame]:
    """Read a client's frames, and assert what RFC 6455 requires of each.

    FIN is always set as this client does not fragment; 5.1: each is masked; 5.2: the length is
    written in as few bytes as hold it.
    """
    frames = []
    at = 0
    while at < len(stream):
        first, second = stream[at], stream[at + 1]
        at += 2
        assert first & 0x80, "FIN is not set"
        assert second & 0x80, "not masked"
        length = second & 0x7F
        if length == 126:
            length = int.from_bytes(stream[at : at + 2], "big")
            at += 2
            assert length >= 126, "the length is written in two bytes too many"
        elif length == 127:
            length = int.from_bytes(stream[at : at + 8], "big")
            at += 8
            assert 2**16 <= length < 2**63, "the length is written in six bytes too many"
        key = stream[at : at + 4]
        at += 4
        masked = stream[at : at + length]
        at += length
        assert len(masked) == length, "the frame is cut off"
        payload = bytes(map(operator.xor, masked, itertools.cycle(key)))
        frames.append(ClientFrame(first & 0x0F, payload, first >> 4 & 0x7, key))
    return frames


class Outcome(NamedTuple):
    """What came of a stream: messages, the Pongs sent, and how it ended, in plain values.

    The ending is None, or "close" with code and reason, or "fail" with the code for the wire.
    """

    messages: list[str | bytes]
    pongs: list[bytes]
    ending: tuple[object, ...] | None


def as_written(chunks: Iterable[Any]) -> Iterator[bytes]:
    """Give what chunks are on the wire: large frames in their slices, the others as they are."""
    for chunk in chunks:
        if isinstance(chunk, LargeFrame):
            while chunk.left:
                yield chunk.next_slice()  # type: ignore[misc]
        else:
            yield chunk


class Client:
    """A client with an established connection, and the results of what it has read."""

    def __init__(self, maximum_size: int = DEFAULT_LIMIT, inflater: Inflater | None = None) -> None:
        self.connection = Connection()
        self.connection.state = ESTABLISHED
        self.receiver = Receiver(self.connection, maximum_size, inflater)
        self.messages: list[str | bytes] = []
        self.cost = 0

    def reads(self, *parts: bytes) -> "Client":
        """Read the stream in these parts, as a transport would: each where it is wanted."""
        for part in parts:
            rest = part
            while rest and self.receiver.direct is not None:
                buffer = self.receiver.payload_buffer()
                count = min(len(buffer), len(rest))
                buffer[:count] = rest[:count]
                buffer.release()
                self.receiver.payload_received(count)
                rest = rest[count:]
            if self.receiver.direct is None:
                self._take(self.receiver.receive(rest))
                while self.receiver.has_more:
                    self._take(self.receiver.go_on())
        return self

    def _take(self, messages: list[str | bytes]) -> None:
        self.messages += messages
        self.cost += self.receiver.cost

    def sent(self) -> list[ClientFrame]:
        """Take the frames that wait to be written."""
        chunks, _, _ = self.connection.outgoing.take()
        return read_client_frames(b"".join(as_written(chunks)))

    @property
    def failure(self) -> int | None:
        """The close code with which the connection has to be failed."""
        ending = self.receiver.ending
        return ending.code if isinstance(ending, Failure) else None

    def outcome(self) -> Outcome:
        """Return the outcome of all that was read."""
        pongs = [each.payload for each in self.sent() if each.opcode == PONG]
        ending: tuple[object, ...] | None = None
        if isinstance(self.receiver.ending, CloseFrame):
            ending = ("close", self.receiver.ending.code, self.receiver.ending.reason)
        elif self.receiver.ending is not None:
            ending = ("fail", self.receiver.ending.code)
        return Outcome(self.messages, pongs, ending)


def cut(stream: bytes, cuts: Iterable[int]) -> list[bytes]:
    """Cut the stream at these positions."""
    positions = [0, *sorted(position % (len(stream) + 1) for position in cuts), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(positions)]
