"""The payload of a data frame while it is received: in parts, in slices, or read directly."""

from whatwg_websockets.rfc6455.fragmentation import MessageInProgress
from whatwg_websockets.rfc6455.framing import FIN, OPCODE, RSV1
from whatwg_websockets.rfc6455.payload_buffer import PayloadBuffer

# A payload of this many bytes or more may be read directly into a buffer of its own.
READ_DIRECTLY = 65_536

# The number of bytes of a compressed payload that are inflated at a time, to 4 MiB at most.
INFLATED_AT_A_TIME = 4_096

# The least number of inflated bytes that a byte of a compressed payload counts as, since empty
# blocks take time as well.
BYTES_FOR_A_COMPRESSED_ONE = 32


class PayloadInProgress:
    """The payload of the data frame that is being read, if any.

    Attributes:
        message: the message that the payload belongs to.
        left: the number of bytes of the payload that have not been taken yet.
        made: the number of inflated bytes that the bytes taken last count as; 0 if the payload is
            not compressed.
        direct: the buffer that the payload is read into directly, until only the tail is missing.
    """

    __slots__ = ("_frame_is_final", "_large", "direct", "left", "made", "message")

    def __init__(self, message: MessageInProgress) -> None:
        self.message = message
        self.left = 0
        self.made = 0
        self.direct: PayloadBuffer | None = None
        self._large: PayloadBuffer | None = None
        self._frame_is_final = False

    def begin(self, first: int, length: int) -> None:
        """Begin the payload of a data frame.

        Args:
            first: the first byte of the frame's header.
            length: the length of the payload in bytes.

        Raises:
            Failure: the frame is out of place (1002), or makes the message too big (1009).
        """
        self.message.begin_frame(first & OPCODE, length, is_compressed=bool(first & RSV1))
        self.left = length
        self._frame_is_final = bool(first & FIN)

    @property
    def message_ends(self) -> bool:
        """Whether the whole message has been taken."""
        # § rfc6455-5.4-6. A message ends with the frame that has FIN, which may be its first.
        # § rfc6455-5.4-1. The content of a message does not depend on how the message is split into
        #   frames.
        return self.left == 0 and self._frame_is_final

    def take(self, data: bytes | memoryview, position: int, room: int) -> int:
        """Take the available part of the payload, and return the index at which the part ends.

        Args:
            data: the received bytes. If they are a view, no reference to it is kept.
            position: the index in the data at which the payload begins or continues.
            room: the number of inflated bytes at which a compressed payload is no longer taken.

        Raises:
            Failure: as for :meth:`MessageInProgress.put`.
        """
        stop = min(position + self.left, len(data))
        if self.message.is_compressed:
            return self._inflate(data, position, stop, room)
        self.made = 0
        self.left -= stop - position
        part = data[position:stop]
        if self._large is not None:
            self._large.put(part)
            if self.left:
                return stop
            part, self._large = self._large.payload(), None
        elif self.left >= READ_DIRECTLY and not self.message.is_text:
            self.direct = self._large = PayloadBuffer(len(part) + self.left, part)
            return stop
        self.message.put(bytes(part), final=self.message_ends)
        return stop

    def _inflate(self, data: bytes | memoryview, position: int, stop: int, room: int) -> int:
        message = self.message
        self.made = 0
        while True:
            part = bytes(data[position : min(position + INFLATED_AT_A_TIME, stop)])
            position += len(part)
            self.left -= len(part)
            size = message.size
            message.put(part, final=self.message_ends)
            self.made += bytes_made(message.size - size, len(part))
            if position == stop or self.made >= room:
                return position

    def room_for_a_read(self) -> memoryview:
        """Return the view for one read, if the payload is read directly."""
        assert self.direct is not None
        return self.direct.room_for_a_read()

    def fill(self, count: int) -> None:
        """Record that bytes were written to the view for a read."""
        assert self.direct is not None
        self.left -= count
        self.direct.fill(count)
        if not self.direct.has_room_for_a_read:
            self.direct = None


def bytes_made(inflated: int, compressed: int) -> int:
    """Return the number of inflated bytes that a compressed part counts as.

    Args:
        inflated: the number of bytes after decompression.
        compressed: the number of bytes before decompression.
    """
    return max(inflated, BYTES_FOR_A_COMPRESSED_ONE * compressed)
