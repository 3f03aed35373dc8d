"""Fragmentation: a message is assembled from frames, RFC 6455 section 5.4."""

from whatwg_websockets.rfc6455.close_code import INVALID_PAYLOAD, MESSAGE_TOO_BIG, PROTOCOL_ERROR
from whatwg_websockets.rfc6455.extension import Inflater
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.framing import CONTINUATION, TEXT
from whatwg_websockets.rfc6455.utf8 import Utf8Decoder

Message = str | bytes

# This number of pieces is joined into one. Each piece costs some 60 bytes of memory beside its own,
# and a server may send a message in pieces of one byte.
PIECES_AT_ONCE = 1_024


class MessageInProgress:
    """The message that is being received, if any.

    Parts of payloads are added as they arrive. So text is refused at its first invalid byte, and a
    compressed message at the first byte over the limit, before the message ends.

    Attributes:
        maximum_size: the maximum size of a message in bytes, after decompression.
        is_open: whether a message has begun and has not ended.
        size: the size of the message so far in bytes, after decompression. A frame that is not
            compressed counts with its full length once it begins.
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
        """Begin a data frame of the message.

        Args:
            opcode: CONTINUATION, TEXT or BINARY.
            length: the length of the frame's payload in bytes.
            is_compressed: whether RSV1 is set.

        Raises:
            Failure: the frame is out of place (1002), or makes the message too big (1009).

        Source: RFC 6455 section 5.4
        """
        if opcode == CONTINUATION:
            if not self.is_open:
                raise Failure(PROTOCOL_ERROR, "a continuation frame without a message to continue")
            if is_compressed:
                # § rfc7692-6.1-4. RSV1 on any fragment of a message but the first fails the
                #   connection.
                raise Failure(PROTOCOL_ERROR, "RSV1 is set on a continuation frame")
        else:
            if self.is_open:
                # § rfc6455-5.4-4. A new message between the fragments of another fails the
                #   connection.
                raise Failure(PROTOCOL_ERROR, "a new message before a fragmented one has ended")
            self._begin_message(opcode, is_compressed=is_compressed)
        if not self.is_compressed:
            self._count(length)

    def _begin_message(self, opcode: int, *, is_compressed: bool) -> None:
        self.is_open = True
        self._inflater_in_use = self._inflater if is_compressed else None
        # § rfc6455-6.2-3. The opcode of the first data frame is the type of the message.
        # § rfc6455-5.4-7. All fragments of a message have the type of the first fragment.
        self._decoder = Utf8Decoder() if opcode == TEXT else None
        self.size = 0

    def _count(self, length: int) -> None:
        self.size += length
        if self.size > self.maximum_size:
            # § rfc6455-10.4-1. A payload over the limit fails the connection before it is stored.
            # § rfc6455-10.4-2. The limit on the message size applies to each frame and to the whole
            #   message.
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
        """Add the next part of the payload.

        Args:
            part: bytes of the payload, as they were received.
            final: whether the message ends with this part.

        Raises:
            Failure: the text is not UTF-8 (1007), the part cannot be decompressed (1007), or the
                message is too big after decompression (1009).
        """
        if self._inflater_in_use is None:
            # § rfc7692-6.2-2. The payload of an uncompressed message is kept as it is.
            self._keep(part, final=final)
            return
        # § rfc7692-6.2-1. The payload of a compressed message is decompressed part by part.
        self._keep_inflated(
            *self._inflater_in_use.inflate(part, self.maximum_size - self.size, final=final),
            final=final,
        )

    def inflate_whole(self, opcode: int, payload: bytes) -> Message:
        """Decompress a message of one frame, with the result that its parts would have.

        Args:
            opcode: TEXT or BINARY.
            payload: the whole payload of the message.

        Raises:
            Failure: as for :meth:`put`.
        """
        self._begin_message(opcode, is_compressed=True)
        self.put(payload, final=True)
        return self.end()

    def _keep_inflated(self, inflated: bytes, failure: Failure | None, *, final: bool) -> None:
        """Keep the decompressed bytes, and raise the first failure in the order of the bytes.

        So the bytes that fit are checked before the size is, and the decompressed bytes before the
        failure of the decompression.
        """
        room = self.maximum_size - self.size
        self._keep(inflated[:room], final=final and failure is None and len(inflated) <= room)
        self._count(len(inflated))
        if failure is not None:
            raise failure

    def _keep(self, part: bytes, *, final: bool) -> None:
        """Keep the next part of the message, unless the part is empty.

        Text is checked at once, but kept as bytes: a ``str`` may take four times the memory.
        """
        if self._decoder is not None:
            try:
                self._decoder.decode(part, final=final)
            except UnicodeDecodeError:
                # § rfc6455-5.6-1, rfc6455-8.1-1. A text message that is not valid UTF-8 fails the
                #   connection.
                raise Failure(INVALID_PAYLOAD, "a text message that is not UTF-8") from None
        if not part:
            return
        self._pieces.append(part)
        if len(self._pieces) - self._joined == PIECES_AT_ONCE:
            self._pieces[self._joined :] = [join(self._pieces[self._joined :])]
            self._joined += 1

    def end(self) -> Message:
        """Return the message, and prepare for the next one."""
        # § rfc6455-6.2-4. After the final fragment, the next data frame begins a new message.
        self.is_open = False
        pieces, self._pieces, self._joined = self._pieces, [], 0
        # § rfc6455-5.4-3. The fragments are joined in the order in which they arrived.
        whole = join(pieces)
        return whole if self._decoder is None else whole.decode()


def join(pieces: list[bytes]) -> bytes:
    """Join pieces into one, without a copy if there is only one piece."""
    return b"".join(pieces)
