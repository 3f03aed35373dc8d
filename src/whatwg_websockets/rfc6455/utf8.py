"""UTF-8 in text messages and close reasons, RFC 6455 section 8.1.

The rule is strict: a text message is refused at its first impossible byte, also when the message,
or the frame, has not ended yet.
"""

from codecs import utf_8_decode


class Utf8Decoder:
    """Decodes a text message that arrives in parts, and refuses it at the first impossible byte.

    Source: RFC 6455 section 8.1
    """

    __slots__ = ("_tail",)

    def __init__(self) -> None:
        self._tail = b""

    def decode(self, part: bytes, *, final: bool) -> str:
        """Return the text of the characters that are whole by now.

        Args:
            part: the next bytes of the message.
            final: whether the message ends here; then a character may not be left unfinished.

        Raises:
            UnicodeDecodeError: no text can begin with the bytes seen so far.
        """
        data = self._tail + part
        text, consumed = utf_8_decode(data, "strict", final)
        self._tail = data[consumed:]
        if _is_half_a_surrogate(self._tail):
            raise UnicodeDecodeError("utf-8", data, consumed, len(data), "a surrogate")
        return text


def _is_half_a_surrogate(tail: bytes) -> bool:
    """Tell whether the tail can only become a surrogate.

    CPython's decoder waits for a third byte after ED A0 to ED BF though none can make it valid.
    """
    return len(tail) == 2 and tail[0] == 0xED and tail[1] >= 0xA0
