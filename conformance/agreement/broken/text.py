"""Text is UTF-8, and a bad byte ends the connection when it arrives (RFC 6455, 8.1)."""

import codecs
from collections.abc import Callable

from agreement.strict import Failure, Frame, Opcode, Strict


class Unchecked(Strict):
    """Takes any bytes for text."""

    def decode(self, part: bytes, *, final: bool) -> None:
        """Accept all bytes."""

    def check_text(self, part: bytes) -> None:
        """Accept a part of a text without a check."""


class Late(Strict):
    """Looks at a text when the message has ended."""

    def check_text(self, part: bytes) -> None:
        """Leave the check to the end of the message."""

    def check_text_end(self) -> None:
        """Check the whole text at once."""
        self.decode(bytes(self.message or b""), final=True)


class LateInAFrame(Strict):
    """Looks at a text when a frame has ended."""

    checked = 0

    def check_text(self, part: bytes) -> None:
        """Leave the check to the end of the frame."""

    def begin_message(self, frame: Frame) -> None:
        """Begin a message, none of whose bytes are checked yet."""
        super().begin_message(frame)
        self.checked = 0

    def end_data(self, frame: Frame) -> None:
        """Check the bytes that were received since the last check."""
        if self.opcode == Opcode.TEXT and self.message is not None:
            part = bytes(self.message[self.checked :])
            self.checked = len(self.message)
            super().check_text(part)
        super().end_data(frame)


class FrameByFrame(Strict):
    """Takes each frame of a text for a text of its own, and fails at one cut in a character."""

    def end_data(self, frame: Frame) -> None:
        """Require that the frame ends where a character ends."""
        if self.opcode == Opcode.TEXT:
            self.check_text_end()
            self.decoder = self.new_decoder()
        super().end_data(frame)


class ByteLateForSurrogates(Strict):
    """Is a byte late for halves of a surrogate, as CPython's decoder is."""

    def check_text(self, part: bytes) -> None:
        """Check a part of a text with CPython's decoder alone."""
        self.decode(part, final=False)


class TakesSurrogates(Strict):
    """Takes surrogates in a text."""

    def new_decoder(self) -> codecs.IncrementalDecoder:
        """Return a decoder that accepts surrogates."""
        return codecs.getincrementaldecoder("utf-8")("surrogatepass")

    def check_text(self, part: bytes) -> None:
        """Check a part of a text without the early check for surrogates."""
        self.decode(part, final=False)


class Repairs(Strict):
    """Puts U+FFFD where a text is not UTF-8."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Replace invalid bytes with U+FFFD, and send the text back."""
        repaired = payload.decode(errors="replace").encode()
        self.send_message(opcode, repaired if opcode == Opcode.TEXT else payload)

    def decode(self, part: bytes, *, final: bool) -> None:
        """Accept all bytes."""

    def check_text(self, part: bytes) -> None:
        """Accept a part of a text without a check."""


class TakesOpenEnds(Strict):
    """Takes a text that ends inside of a character."""

    def check_text_end(self) -> None:
        """Accept a text that ends inside of a character."""


class RefusesNoncharacters(Strict):
    """Refuses noncharacters such as U+FFFE, which are allowed."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Fail at a text with a noncharacter; echo any other message."""
        if opcode == Opcode.TEXT and any(_is_noncharacter(c) for c in payload.decode()):
            raise Failure(1007)
        self.send_message(opcode, payload)


def _is_noncharacter(character: str) -> bool:
    point = ord(character)
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF


class RefusesAstral(Strict):
    """Refuses characters above U+FFFF."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Fail at a text with a character above U+FFFF; echo any other message."""
        if opcode == Opcode.TEXT and any(ord(c) > 0xFFFF for c in payload.decode()):
            raise Failure(1007)
        self.send_message(opcode, payload)


class DropsByteOrderMark(Strict):
    """Drops U+FEFF at the beginning of a text."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Remove U+FEFF from the beginning of a text before the echo."""
        self.send_message(opcode, payload.removeprefix(b"\xef\xbb\xbf"))


class StopsAtNul(Strict):
    """Takes U+0000 for the end of a text."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send back only what precedes U+0000."""
        self.send_message(opcode, payload.partition(b"\0")[0] if opcode == 1 else payload)


class ProtocolError(Strict):
    """Says 1002 where a text is not UTF-8, for 1007."""

    def decode(self, part: bytes, *, final: bool) -> None:
        """Fail with 1002 instead of 1007."""
        _with_code(1002, lambda: super(ProtocolError, self).decode(part, final=final))

    def check_text(self, part: bytes) -> None:
        """Fail with 1002 instead of 1007."""
        _with_code(1002, lambda: super(ProtocolError, self).check_text(part))


class NoCode(Strict):
    """Fails with an empty Close frame, which gives no reason."""

    def fail(self, code: int) -> None:
        """Send an empty Close frame instead of the code."""
        self.stop_reading()
        self.send_close(None)
        self.wait_for_end()


class WrongCode(Strict):
    """Says 1011 whenever it fails."""

    def fail(self, code: int) -> None:
        """Send 1011 instead of the code."""
        super().fail(1011)


class NormalCode(Strict):
    """Says 1000 whenever it fails."""

    def fail(self, code: int) -> None:
        """Send 1000 instead of the code."""
        super().fail(1000)


def _with_code(code: int, check: Callable[[], None]) -> None:
    try:
        check()
    except Failure:
        raise Failure(code) from None
