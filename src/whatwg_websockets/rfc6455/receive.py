"""Receiving data: bytes in, messages out, RFC 6455 sections 5.2 and 6.2.

A :class:`Receiver` takes the received bytes, in pieces of any size, and returns the messages that
are complete, in order: ``str`` for text, ``bytes`` for binary. It answers Pings. At a Close frame,
or at the first frame that is not allowed, it stops for good and sets :attr:`Receiver.ending`. The
caller then calls :func:`carry_out_the_ending` once the earlier messages have been processed.

A receiver reads in windows, since a read of some KiB may hold a hundred thousand messages, or
decompress to a GiB. If :meth:`Receiver.receive` returns before it has read everything, the rest is
kept, undecoded, until the caller calls :meth:`Receiver.go_on`.
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.control_frames import parse_close_body, respond_to_ping
from whatwg_websockets.rfc6455.extension import Inflater
from whatwg_websockets.rfc6455.fail_the_connection import fail_the_websocket_connection
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.fragmentation import MessageInProgress
from whatwg_websockets.rfc6455.framing import (
    BINARY,
    CLOSE,
    CONTROL,
    FIN,
    LENGTH_16,
    LENGTH_64,
    OPCODE,
    PING,
    RSV1,
    TEXT,
    read_header,
)
from whatwg_websockets.rfc6455.payload import INFLATED_AT_A_TIME, PayloadInProgress, bytes_made
from whatwg_websockets.rfc6455.payload_buffer import PayloadBuffer
from whatwg_websockets.rfc6455.start_the_closing_handshake import answer_the_close_frame

Message = str | bytes

WHOLE_TEXT = FIN | TEXT
WHOLE_BINARY = FIN | BINARY
WHOLE_COMPRESSED = (FIN | RSV1 | TEXT, FIN | RSV1 | BINARY)

# A binary frame with a payload of at most this many bytes is read when it has arrived completely.
# The payload of a longer frame is taken part by part, each copied out of the read buffer.
WAIT_FOR_WHOLE = 8_192

# The number of frames after which a window ends. Reading a frame takes up to 2 µs.
FRAMES_IN_A_WINDOW = 4_096

# The number of inflated bytes after which a window ends. Inflating them takes some milliseconds,
# and a caller that lets 4 MiB wait can stop in time.
BYTES_IN_A_WINDOW = 1_048_576

# The number of bytes that a waiting message takes up beside its own.
BYTES_FOR_A_MESSAGE = 128

# A read of fewer bytes is copied as a whole, since copying 16 KiB takes less time than checking
# whether it holds large payloads.
LARGE_READ = 16_384


class CloseFrame:
    """A Close frame that was received.

    Attributes:
        code: the status code, or None if the frame had no body.
        reason: the reason, which may be empty.
    """

    __slots__ = ("code", "reason")

    def __init__(self, code: int | None, reason: str) -> None:
        self.code = code
        self.reason = reason


class Receiver:
    """The reader of a server's frames.

    Attributes:
        ending: the Close frame or the failure after which nothing is read, or None before.
        has_more: whether the window ended before the received bytes did. :meth:`go_on` reads on.
        cost: the number of bytes that the messages returned last take up while they wait: their own
            bytes, in UTF-8 for text, and :data:`BYTES_FOR_A_MESSAGE` for each message.
        direct: the buffer of a large payload of which more than the tail is missing, or None. If
            there is one, the next bytes are read into :meth:`payload_buffer`, and not passed to
            :meth:`receive`.
    """

    __slots__ = (
        "_allows_rsv1",
        "_connection",
        "_end_of_window",
        "_maximum_size",
        "_message",
        "_payload",
        "_position",
        "_unread",
        "cost",
        "direct",
        "ending",
        "has_more",
    )

    def __init__(
        self, connection: Connection, maximum_size: int, inflater: Inflater | None = None
    ) -> None:
        self.ending: CloseFrame | Failure | None = None
        self.has_more = False
        self.cost = 0
        self._connection = connection
        self._maximum_size = maximum_size
        self._allows_rsv1 = inflater is not None
        self._message = MessageInProgress(maximum_size, inflater)
        self._unread = b""
        self._position = 0
        # The index in the current data at which the window ends. It decreases with each inflated
        # byte.
        self._end_of_window = 0
        self._payload = PayloadInProgress(self._message)
        self.direct: PayloadBuffer | None = None

    @algorithm("rfc6455#section-6.2", "a WebSocket message has been received")
    def receive(self, data: bytes | memoryview) -> list[Message]:
        """Take the next bytes of the stream, and return the messages that the window completes.

        If the window ends before the received bytes do, :attr:`has_more` is set. If it was set
        before the call, the bytes are appended to those that wait. If the data is a view, no
        reference to it is kept.

        Once :attr:`ending` is set, the bytes are discarded. The method must not be called while
        :attr:`direct` is set.

        Source: RFC 6455 sections 5.2, 6.2
        """
        messages: list[Message] = []
        self.cost = 0
        # § rfc6455-7.1.7-3. After a failure, received data is discarded.
        if self.ending is not None:
            return messages
        self._end_of_window = BYTES_IN_A_WINDOW
        position = 0
        try:
            # § rfc6455-6.2-1. The received bytes are read as frames.
            if self._unread:
                data = self._take_unread() + data
            elif isinstance(data, memoryview):
                if len(data) < LARGE_READ:
                    data = data.tobytes()
                else:
                    data = self._read_large_frames(data, messages)
            if not self._message.is_open:
                position = self._read_whole_messages(data, 0, 2 * FRAMES_IN_A_WINDOW, messages)
            if position < len(data):
                self._read_frames(data, position, messages)
        except Failure as failure:
            # § rfc6455-10.7-1. Received data is validated, and reading ends at the first violation.
            self.ending = failure.without_traceback()
        return messages

    def keep(self, data: bytes | memoryview) -> None:
        """Keep the next bytes of the stream, which :meth:`go_on` reads."""
        self.cost = 0
        # § rfc6455-7.1.7-3. After a failure, received data is not kept.
        if self.ending is None:
            self._unread = self._take_unread() + data
            self.has_more = True

    def go_on(self) -> list[Message]:
        """Read the next window of the received bytes, and return the messages that it completes."""
        messages: list[Message] = []
        self.cost = 0
        data, position = self._unread, self._position
        self._end_of_window = position + BYTES_IN_A_WINDOW
        self._unread, self._position, self.has_more = b"", 0, False
        try:
            self._read_frames(data, position, messages)
        except Failure as failure:
            self.ending = failure.without_traceback()
        return messages

    def _take_unread(self) -> bytes:
        unread = self._unread[self._position :]
        self._unread, self._position, self.has_more = b"", 0, False
        return unread

    def _read_frames(self, data: bytes, position: int, messages: list[Message]) -> None:
        """Read frames until the data or the window ends, and keep the rest."""
        end = len(data)
        frames = len(messages)
        # A frame before this position is not read on the hot path.
        pause = end
        while position < end:
            if frames >= FRAMES_IN_A_WINDOW or position >= self._end_of_window:
                self._unread, self._position, self.has_more = data, position, True
                return
            if position < pause:
                used = self._read_frame(data, position, messages)
                if self.ending is not None:
                    return
                if used == position:
                    self._unread = data[position:]
                    return
                position = used
                frames += 1
                pause = end
            if not self._message.is_open:
                count = len(messages)
                # The position is a lower bound, since a frame has at least two bytes.
                pause = position + 2 * (FRAMES_IN_A_WINDOW - frames)
                position = self._read_whole_messages(data, position, pause, messages)
                frames += len(messages) - count

    def _read_whole_messages(
        self, data: bytes, position: int, pause: int, messages: list[Message]
    ) -> int:
        """Read messages of one frame of less than 64 KiB that have arrived completely.

        This is the hot path. Its results are those of :meth:`_read_frame`, which reads all other
        frames (measured for a message of 100 bytes: 0.15 µs in place of 1.6 µs).

        Returns:
            the index of the first frame that is not such a message, or that is not before
            ``pause``.
        """
        end = len(data)
        last = end - 1
        if last > self._end_of_window:
            last = self._end_of_window
        if pause > last:
            pause = last
        maximum_size = self._maximum_size
        compressed = WHOLE_COMPRESSED if self._allows_rsv1 else ()
        # The cost of the messages is computed from the distance between this index and the final
        # position, without the headers. Adding up their lengths would take 7 % more time.
        begun = start = position
        count = len(messages)
        try:
            while position < pause:
                first = data[position]
                length = data[position + 1]
                start = position + 2
                if length >= LENGTH_16:
                    if length > LENGTH_16 or end - start < 2:
                        break
                    length = data[start] << 8 | data[start + 1]
                    if length < LENGTH_16:
                        break
                    start += 2
                    begun += 2
                    # A longer frame counts as one frame as well, so the pause moves by its length.
                    pause = pause + length if pause + length < last else last
                stop = start + length
                if stop > end or length > maximum_size:
                    break
                if first == WHOLE_BINARY:
                    messages.append(data[start:stop])
                elif first == WHOLE_TEXT:
                    try:
                        messages.append(data[start:stop].decode())
                    except UnicodeDecodeError:
                        break
                elif first in compressed and length <= INFLATED_AT_A_TIME:
                    messages.append(self._message.inflate_whole(first & OPCODE, data[start:stop]))
                    made = self._message.size
                    begun -= made - length
                    self._end_of_window -= bytes_made(made, length)
                    if stop >= self._end_of_window:
                        pause = position
                else:
                    break
                position = stop
        finally:
            if start > position:
                # The last frame was looked at but not read, so its header must not be subtracted.
                begun -= start - position - 2
            count = len(messages) - count
            self.cost += position - begun + (BYTES_FOR_A_MESSAGE - 2) * count
        return position

    def _read_large_frames(self, view: memoryview, messages: list[Message]) -> bytes:
        """Read frames as long as their payloads are large, and return a copy of the rest."""
        position = 0
        while True:
            if not self._message.is_open:
                position = self._read_large_messages(view, position, messages)
            if not self._payload_is_large(view, position):
                break
            used = self._read_frame(view, position, messages)
            if used == position:
                break
            position = used
        self._end_of_window -= position
        return view[position:].tobytes()

    def _read_large_messages(self, view: memoryview, position: int, messages: list[Message]) -> int:
        """Read messages of one large frame that have arrived completely, with one copy of each.

        This is the hot path of large messages, as :meth:`_read_whole_messages` is of small ones.
        Its results are those of :meth:`_read_frame`.

        Returns:
            the index of the first frame that is not such a message.
        """
        end = len(view)
        while end - position > WAIT_FOR_WHOLE:
            first, size, start = view[position], view[position + 1], position + 4
            length = view[position + 2] << 8 | view[position + 3]
            if size == LENGTH_64:
                start = position + 10
                length = int.from_bytes(view[position + 2 : start], "big")
            least = WAIT_FOR_WHOLE if size == LENGTH_16 else 0xFFFF
            stop = start + length
            if size < LENGTH_16 or not least < length <= self._maximum_size or stop > end:
                break
            if first == WHOLE_BINARY:
                messages.append(view[start:stop].tobytes())
            elif first == WHOLE_TEXT:
                try:
                    messages.append(str(view[start:stop], "utf-8"))
                except UnicodeDecodeError:
                    break
            else:
                break
            self.cost += length + BYTES_FOR_A_MESSAGE
            position = stop
        return position

    def _payload_is_large(self, view: memoryview, position: int) -> bool:
        """Return whether the payload at the position is large enough for a copy of its own."""
        if position > len(view) - 4:
            return False
        if self._payload.left:
            return not self._message.is_compressed
        size = view[position + 1]
        if size < LENGTH_16 or view[position] & RSV1:
            return False
        return size > LENGTH_16 or view[position + 2] << 8 | view[position + 3] > WAIT_FOR_WHOLE

    def _read_frame(self, data: bytes | memoryview, position: int, messages: list[Message]) -> int:
        """Read the frame, or its continuation, at the position, and return the index reached.

        If nothing can be read before more bytes arrive, the position itself is returned.
        """
        if self._payload.left:
            return self._continue_payload(data, position, messages)
        header = read_header(data, position, allows_rsv1=self._allows_rsv1)
        if header is None:
            return position
        first, length, start = header
        opcode = first & OPCODE
        # § rfc6455-10.7-3. The payload length field of a frame determines where the frame ends.
        stop = start + length
        if opcode & CONTROL:
            if stop > len(data):
                return position
            # § rfc6455-5.4-5. A control frame between the fragments of a message is handled, and
            #   the message is not affected.
            # § rfc6455-6.2-2. A control frame is handled at once.
            self._take_control_frame(opcode, bytes(data[start:stop]))
            return stop
        if (
            stop > len(data)
            and opcode == BINARY
            and not first & RSV1
            and length <= min(WAIT_FOR_WHOLE, self._maximum_size)
            and not self._message.is_open
        ):
            return position
        self._payload.begin(first, length)
        return self._continue_payload(data, start, messages)

    def _take_control_frame(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            self.ending = CloseFrame(*parse_close_body(payload))
        elif opcode == PING:
            respond_to_ping(self._connection, payload)

    def _continue_payload(
        self, data: bytes | memoryview, position: int, messages: list[Message]
    ) -> int:
        """Take the available part of the frame's payload, and return the index at which it ends.

        A compressed payload is taken only as far as the window has room.
        """
        payload = self._payload
        position = payload.take(data, position, self._end_of_window - position)
        self._end_of_window -= payload.made
        self.direct = payload.direct
        if payload.message_ends:
            self.cost += self._message.size + BYTES_FOR_A_MESSAGE
            messages.append(self._message.end())
        return position

    def payload_buffer(self) -> memoryview:
        """Return a view to write the next bytes of the payload to, for one read."""
        return self._payload.room_for_a_read()

    def payload_received(self, count: int) -> None:
        """Record that bytes were written to :meth:`payload_buffer`."""
        self._payload.fill(count)
        self.direct = self._payload.direct


def carry_out_the_ending(connection: Connection, ending: CloseFrame | Failure) -> None:
    """Answer the Close frame, or fail the connection.

    Source: RFC 6455 sections 5.5.1, 7.1.7
    """
    if isinstance(ending, Failure):
        fail_the_websocket_connection(connection, ending.code, ending.why, ending.kind)
    else:
        answer_the_close_frame(connection, ending.code, ending.reason)
