"""The frames of a client that wait to be written, masked and in order."""

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

# § rfc6455-5.2-1. This client sets RSV1 on compressed messages, and never sets RSV2 or RSV3.
# § rfc6455-5.4-2. Control frames are sent with FIN, and never in fragments.
_FIRST_BYTES = (FIN | TEXT, FIN | BINARY, FIN | RSV1 | TEXT, FIN | RSV1 | BINARY, FIN | CLOSE,
                FIN | PONG)  # fmt: skip

# The header of each short frame, by first byte and length. Looking it up takes a third of the time
# of building it.
# § rfc6455-5.3-1. The mask bit is set in the header of each short frame.
_SHORT_HEADERS = {
    first: tuple(bytes((first, MASKED | length)) for length in range(LENGTH_16))
    for first in _FIRST_BYTES
}


class Outgoing:
    """The frames that wait to be written.

    Attributes:
        length: the total length of the frames in bytes.
        lengths: the length of each frame in bytes.
        application_bytes: the number of bytes of application data that each frame carries.
        close_waits: whether a Close frame is among the frames. Only Pongs can follow a Close frame.
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
        """Append a frame, masked with a new key.

        Args:
            first: the first byte: FIN, the reserved bits and the opcode. The frame is a whole
                message, a Close or a Pong, since this client sends no other frames.
            payload: the unmasked payload. A large payload is kept as it is until it is transmitted.
            application_bytes: the number of bytes of application data that the frame carries.

        Source: RFC 6455 sections 5.2, 5.3
        """
        # § rfc6455-10.3-3. New data is sent in a new frame, with a new masking key.
        length = len(payload)
        # § rfc6455-5.3-2, rfc6455-10.3-1. Each frame has a new masking key that no application can
        #   predict.
        key = next(of_this_thread.masking_keys)
        if length < LARGE:
            # § rfc6455-5.1-1, rfc6455-6.1-7. Every frame that a client sends is masked.
            # § rfc6455-10.3-2. The masked payload is a copy, which the page cannot change.
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
        """Remove and return the only frame, or return None unless one frame waits and is not large.

        This is the hot path of :meth:`take`, which creates no list.
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
        """Remove and return all frames.

        Returns:
            the bytes to write, with an object in place of each large frame; the length of each
            frame; the number of bytes of application data that each frame carries.
        """
        self._join_parts()
        taken = self._chunks, self.lengths, self.application_bytes
        self._chunks, self.lengths, self.application_bytes = [], [], []
        self.length = 0
        self.close_waits = False
        return taken
