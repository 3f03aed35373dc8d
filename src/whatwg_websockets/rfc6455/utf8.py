"""UTF-8 in text messages and close reasons, RFC 6455 section 8.1.

A text message is refused at its first invalid byte, even if the message or its frame has not ended.
"""

from codecs import utf_8_decode


class Utf8Decoder:
    """A decoder of a text message in parts, which refuses the first invalid byte.

    Source: RFC 6455 section 8.1
    """

    __slots__ = ("_tail",)

    def __init__(self) -> None:
        self._tail = b""

    def decode(self, part: bytes, *, final: bool) -> str:
        """Return the text of the characters that are complete.

        Args:
            part: the next bytes of the message.
            final: whether the message ends with the part, so that its last character must be
                complete.

        Raises:
            UnicodeDecodeError: the bytes so far are not the beginning of any valid UTF-8.
        """
        data = self._tail + part
        text, consumed = utf_8_decode(data, "strict", final)
        self._tail = data[consumed:]
        if _is_half_a_surrogate(self._tail):
            raise UnicodeDecodeError("utf-8", data, consumed, len(data), "a surrogate")
        return text


def _is_half_a_surrogate(tail: bytes) -> bool:
    """Return whether the tail can only become a surrogate.

    CPython's decoder waits for a third byte after ED A0 to ED BF, though no byte can make these
    valid.
    """
    return len(tail) == 2 and tail[0] == 0xED and tail[1] >= 0xA0
