"""The payload of a data frame on its way into its message: in parts, in slices, or directly."""

from whatwg_websockets.rfc6455.fragmentation import MessageInProgress
from whatwg_websockets.rfc6455.framing import FIN, OPCODE, RSV1
from whatwg_websockets.rfc6455.payload_buffer import PayloadBuffer

# A payload from this length on may be read straight into its own buffer.
READ_DIRECTLY = 65_536

# So many bytes of a compressed payload are inflated at a time; they become 4 MiB at most.
INFLATED_AT_A_TIME = 4_096

# A byte of a compressed payload counts as so many bytes made, unless it became more: blocks that
# are empty take their time as well.
BYTES_FOR_A_COMPRESSED_ONE = 32


class PayloadInProgress:
    """The payload of the data frame that is being read, if any.

    Attributes:
        message: the message that it belongs to.
        left: how many of its bytes have not been taken yet.
        made: how many bytes were made of those that were taken last, if it is compressed.
        direct: where it is read to directly, as long as more of it is missing than the tail.
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
        """Take note that a data frame begins.

        Args:
            first: the first byte of its header.
            length: the length of its payload.

        Raises:
            Failure: the frame may not come here (1002), or makes the message too big (1009).
        """
        self.message.begin_frame(first & OPCODE, length, is_compressed=bool(first & RSV1))
        self.left = length
        self._frame_is_final = bool(first & FIN)

    @property
    def message_ends(self) -> bool:
        """Whether all of the message has been taken."""
        # § rfc6455-5.4-6. A whole message is one whose first frame is the last.
        # § rfc6455-5.4-1. Where frames begin, and where reads do, makes no difference otherwise.
        return self.left == 0 and self._frame_is_final

    def take(self, data: bytes | memoryview, position: int, room: int) -> int:
        """Take what is there of the payload, and return where that stops.

        Args:
            data: what was received; nothing of a view is kept.
            position: where in it the payload begins, or goes on.
            room: a compressed payload is taken until so many bytes have been made.

        Raises:
            Failure: as :meth:`MessageInProgress.put` does.
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
        """Return where the next bytes are to be written, for one read, while it is direct."""
        assert self.direct is not None
        return self.direct.room_for_a_read()

    def fill(self, count: int) -> None:
        """Take note that bytes were written there."""
        assert self.direct is not None
        self.left -= count
        self.direct.fill(count)
        if not self.direct.has_room_for_a_read:
            self.direct = None


def bytes_made(inflated: int, compressed: int) -> int:
    """Return what so many bytes count that were inflated from so many."""
    return max(inflated, BYTES_FOR_A_COMPRESSED_ONE * compressed)
