"""Frames that wait to be written: a client's frames, masked, in order."""

from whatwg_websockets.rfc6455.framing import (
    BINARY,
    CLOSE,
    FIN,
    LENGTH_16,
    MASKED,
    PONG,
    RSV1,
    TEXT,
    frame_header,
)
from whatwg_websockets.rfc6455.large_frame import LARGE, LargeFrame
from whatwg_websockets.rfc6455.masking import best_mask, of_this_thread

Chunk = bytes | bytearray

# § rfc6455-5.2-1. RSV1 is for compressed messages, RSV2 and RSV3 are for nothing.
# § rfc6455-5.4-2. Control frames are whole as well.
_FIRST_BYTES = (FIN | TEXT, FIN | BINARY, FIN | RSV1 | TEXT, FIN | RSV1 | BINARY, FIN | CLOSE,
                FIN | PONG)  # fmt: skip

# The header of each short frame, by first byte and length: to look it up takes a third of the time
# that making it does.
# § rfc6455-5.3-1. All of them say that a key follows.
_SHORT_HEADERS = {
    first: tuple(bytes((first, MASKED | length)) for length in range(LENGTH_16))
    for first in _FIRST_BYTES
}


class Outgoing:
    """The frames that wait to be written.

    Attributes:
        length: the length of all of them in bytes.
        lengths: the length of each frame in bytes.
        application_bytes: for each frame, how many bytes of application data it stands for.
        close_waits: a Close frame is among them. What is put behind it are Pongs.
    """

    __slots__ = (
        "_chunks",
        "_mask",
        "_parts",
        "application_bytes",
        "close_waits",
        "length",
        "lengths",
    )

    def __init__(self) -> None:
        self.length = 0
        self.lengths: list[int] = []
        self.application_bytes: list[int] = []
        self.close_waits = False
        self._mask = best_mask()
        self._chunks: list[Chunk | LargeFrame] = []
        self._parts: list[Chunk] = []

    def put(self, first: int, payload: bytes, application_bytes: int) -> None:
        """Put a frame behind the others, masked with a fresh key.

        Args:
            first: the first byte: FIN, the reserved bits and the opcode; one of a whole message, a
                Close or a Pong, which is all that this client sends.
            payload: the payload, not masked; a large one is kept as it is until it leaves.
            application_bytes: how many bytes of application data it stands for.

        Source: RFC 6455 sections 5.2, 5.3
        """
        # § rfc6455-10.3-3. What is sent later is another frame, with another key.
        length = len(payload)
        # § rfc6455-5.3-2. No frame has the key of another,
        # § rfc6455-10.3-1. and nobody knows it before.
        key = next(of_this_thread.masking_keys)
        if length < LARGE:
            # § rfc6455-5.1-1. Every frame that a client sends is masked.
            # § rfc6455-6.1-7. The frames of a message are masked as well.
            # § rfc6455-10.3-2. What is masked is a copy, which nobody but this client can change.
            masked = self._mask(payload, key)
            if length < LENGTH_16:
                self._parts.append(_SHORT_HEADERS[first][length] + key + masked)
                length += 6
            else:
                header = frame_header(first, length) + key
                length += len(header)
                self._parts += header, masked
        else:
            length = self._put_large(frame_header(first, length) + key, payload, key)
        self.length += length
        self.lengths.append(length)
        self.application_bytes.append(application_bytes)

    def _put_large(self, header: bytes, payload: bytes, key: bytes) -> int:
        frame = LargeFrame(header, payload, key, self._mask)
        self._join_parts()
        self._chunks.append(frame)
        return frame.left

    def _join_parts(self) -> None:
        parts = self._parts
        if parts:
            self._chunks.append(parts[0] if len(parts) == 1 else b"".join(parts))
            self._parts = []

    def take_the_only_frame(self) -> Chunk | None:
        """Return the frame that waits, for good, where there is one alone and it is no large one.

        This is the hot path of :meth:`take`: no list is made.
        """
        parts = self._parts
        if len(self.lengths) != 1 or not parts:
            return None
        frame = parts[0] if len(parts) == 1 else b"".join(parts)
        parts.clear()
        self.lengths.clear()
        self.application_bytes.clear()
        self.length = 0
        return frame

    def take(self) -> tuple[list[Chunk | LargeFrame], list[int], list[int]]:
        """Return all that waits, for good.

        Returns:
            what is to be written, a large frame as what makes it while it leaves; the length of
            each frame; what each frame stands for.
        """
        self._join_parts()
        taken = self._chunks, self.lengths, self.application_bytes
        self._chunks, self.lengths, self.application_bytes = [], [], []
        self.length = 0
        self.close_waits = False
        return taken
