"""Fragmentation: a message put together from frames, RFC 6455 section 5.4."""

from whatwg_websockets.rfc6455.close_code import INVALID_PAYLOAD, MESSAGE_TOO_BIG, PROTOCOL_ERROR
from whatwg_websockets.rfc6455.extension import Inflater
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.framing import CONTINUATION, TEXT
from whatwg_websockets.rfc6455.utf8 import Utf8Decoder

Message = str | bytes

# So many pieces become one: each costs some 60 bytes beside its own, and a server may send a
# message in pieces of one byte.
PIECES_AT_ONCE = 1_024


class MessageInProgress:
    """The message that is being received, if any.

    Parts of payloads go in as they arrive, so that text is refused at its first impossible byte
    and a compressed message at the first byte over the limit, not when the message ends.

    Attributes:
        maximum_size: the most bytes that a message may have, after decompression.
        is_open: a first frame has begun and the final one has not ended.
        size: how many bytes it has so far, after decompression; of a frame that is not compressed,
            all that it announces.
    """

    __slots__ = (
        "_decoder",
        "_inflater",
        "_inflater_in_use",
        "_joined",
        "_pieces",
        "is_open",
        "maximum_size",
        "size",
    )

    def __init__(self, maximum_size: int, inflater: Inflater | None) -> None:
        self.maximum_size = maximum_size
        self.is_open = False
        self._inflater = inflater
        self._inflater_in_use: Inflater | None = None
        self._decoder: Utf8Decoder | None = None
        self._pieces: list[bytes] = []
        self._joined = 0
        self.size = 0

    def begin_frame(self, opcode: int, length: int, *, is_compressed: bool) -> None:
        """Take note that a data frame begins.

        Args:
            opcode: CONTINUATION, TEXT or BINARY.
            length: the length of the frame's payload in bytes.
            is_compressed: RSV1 is set.

        Raises:
            Failure: the frame may not come here (1002), or makes the message too big (1009).

        Source: RFC 6455 section 5.4
        """
        if opcode == CONTINUATION:
            if not self.is_open:
                raise Failure(PROTOCOL_ERROR, "a continuation frame where no message goes on")
            if is_compressed:
                # § rfc7692-6.1-4. It belongs to the first fragment.
                raise Failure(PROTOCOL_ERROR, "RSV1 is set on a continuation frame")
        else:
            if self.is_open:
                # § rfc6455-5.4-4. No extension allows that.
                raise Failure(PROTOCOL_ERROR, "a new message inside of a fragmented one")
            self._begin_message(opcode, is_compressed=is_compressed)
        if not self.is_compressed:
            self._count(length)

    def _begin_message(self, opcode: int, *, is_compressed: bool) -> None:
        self.is_open = True
        self._inflater_in_use = self._inflater if is_compressed else None
        # § rfc6455-6.2-3. The type is noted,
        # § rfc6455-5.4-7. and is that of all fragments: the others have no opcode of their own.
        self._decoder = Utf8Decoder() if opcode == TEXT else None
        self.size = 0

    def _count(self, length: int) -> None:
        self.size += length
        if self.size > self.maximum_size:
            # § rfc6455-10.4-1. More is not even stored.
            # § rfc6455-10.4-2. The limit holds for a frame and for all of a message.
            raise Failure(MESSAGE_TOO_BIG, f"a message of over {self.maximum_size} bytes")

    @property
    def is_text(self) -> bool:
        """Whether the message in progress is a text message."""
        return self._decoder is not None

    @property
    def is_compressed(self) -> bool:
        """Whether the message in progress is compressed."""
        return self._inflater_in_use is not None

    def put(self, part: bytes, *, final: bool) -> None:
        """Take the next part of the payload.

        Args:
            part: bytes of the payload, as they came from the wire.
            final: the message ends with this part.

        Raises:
            Failure: text that is not UTF-8 (1007), broken compression (1007), or a message too big
                after decompression (1009).
        """
        if self._inflater_in_use is None:
            # § rfc7692-6.2-2. What is not compressed is kept as it is.
            self._keep(part, final=final)
            return
        # § rfc7692-6.2-1. Its parts are decompressed as they come.
        self._keep_inflated(
            *self._inflater_in_use.inflate(part, self.maximum_size - self.size, final=final),
            final=final,
        )

    def inflate_whole(self, opcode: int, payload: bytes) -> Message:
        """Return a compressed message that has arrived whole, as its parts would become it.

        Args:
            opcode: TEXT or BINARY.
            payload: all of its payload.

        Raises:
            Failure: as :meth:`put` does.
        """
        self._begin_message(opcode, is_compressed=True)
        self.put(payload, final=True)
        return self.end()

    def _keep_inflated(self, inflated: bytes, failure: Failure | None, *, final: bool) -> None:
        """Keep what was decompressed; the first fault decides.

        So what fits is looked at before the size is, and what was decompressed before what could
        not be.
        """
        room = self.maximum_size - self.size
        self._keep(inflated[:room], final=final and failure is None and len(inflated) <= room)
        self._count(len(inflated))
        if failure is not None:
            raise failure

    def _keep(self, part: bytes, *, final: bool) -> None:
        """Keep the next part of the message; nothing is kept of an empty one.

        Text is looked at now and kept as it came: as ``str`` it may take four times the memory.
        """
        if self._decoder is not None:
            try:
                self._decoder.decode(part, final=final)
            except UnicodeDecodeError:
                # § rfc6455-5.6-1. All of a text message is UTF-8,
                # § rfc6455-8.1-1. or the connection fails.
                raise Failure(INVALID_PAYLOAD, "a text message that is not UTF-8") from None
        if not part:
            return
        self._pieces.append(part)
        if len(self._pieces) - self._joined == PIECES_AT_ONCE:
            self._pieces[self._joined :] = [join(self._pieces[self._joined :])]
            self._joined += 1

    def end(self) -> Message:
        """Return the message, and be ready for the next one."""
        # § rfc6455-6.2-4. What comes next is another message.
        self.is_open = False
        pieces, self._pieces, self._joined = self._pieces, [], 0
        # § rfc6455-5.4-3. The pieces are in the order in which they came.
        whole = join(pieces)
        return whole if self._decoder is None else whole.decode()


def join(pieces: list[bytes]) -> bytes:
    """Make one piece of these; Python copies nothing where there is only one."""
    return b"".join(pieces)
