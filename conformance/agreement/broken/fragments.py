"""Messages in parts (RFC 6455, 5.4), and control frames, which are never in parts (5.5)."""

from agreement.strict import Frame, Opcode, Strict


class ControlInParts(Strict):
    """Takes a control frame without FIN as if it had it."""

    def check_control_fin(self, frame: Frame) -> None:
        """Accept a control frame without FIN."""


class BeginsWithContinuation(Strict):
    """Takes a continuation with nothing to continue for a text."""

    def go_on(self, frame: Frame) -> None:
        """Begin a text if there is no message to continue."""
        if self.message is None:
            self.begin_message(Frame(frame.fin, 0, Opcode.TEXT, False, frame.length))


class SkipsContinuation(Strict):
    """Skips a continuation with nothing to continue."""

    skipping = False

    def go_on(self, frame: Frame) -> None:
        """Begin a message that is skipped if there is no message to continue."""
        if self.message is None:
            self.begin_message(Frame(frame.fin, 0, Opcode.BINARY, False, frame.length))
            self.skipping = True

    def end_data(self, frame: Frame) -> None:
        """Discard the message that is skipped."""
        if self.skipping:
            self.message, self.skipping = None, False
        else:
            super().end_data(frame)


class RestartsMessage(Strict):
    """Drops a message that has not ended when another one begins."""

    def begin(self, frame: Frame) -> None:
        """Begin a message even if another one has not ended."""
        self.begin_message(frame)


class JoinsMessages(Strict):
    """Takes a new message inside of another one for its continuation."""

    def begin(self, frame: Frame) -> None:
        """Continue the message that has not ended instead of beginning another."""
        if self.message is None:
            self.begin_message(frame)


class RefusesPingsBetween(Strict):
    """Fails at a control frame between the parts of a message."""

    def check_control(self, frame: Frame) -> None:
        """Refuse a control frame inside of a message."""
        super().check_control(frame)
        if self.message is not None:
            self.fail(1002)


class ForgetsMessageAtPing(Strict):
    """Loses the message whose parts a control frame comes between."""

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Discard the message that has begun."""
        super().on_control(opcode, payload)
        if self.message is not None:
            self.message = bytearray()


class PongsAfterMessage(Strict):
    """Answers a Ping between the parts of a message when the message has ended."""

    waiting: tuple[bytes, ...] = ()

    def on_ping(self, payload: bytes) -> None:
        """Hold the Pong back while a message has not ended."""
        if self.message is None:
            super().on_ping(payload)
        else:
            self.waiting = (*self.waiting, payload)

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send the echo, and after it the Pongs that were held back."""
        super().on_message(opcode, payload)
        for waiting in self.waiting:
            super().on_ping(waiting)
        self.waiting = ()


class EachPartAMessage(Strict):
    """Takes each part for a message of its own."""

    def end_data(self, frame: Frame) -> None:
        """End the message with each frame, and begin another."""
        if frame.fin:
            super().end_data(frame)
        else:
            self.send_message(self.opcode, bytes(self.message or b""))
            self.message = bytearray()


class LastPartOnly(Strict):
    """Keeps only the last part of a message."""

    def go_on(self, frame: Frame) -> None:
        """Discard the earlier parts of the message."""
        super().go_on(frame)
        self.message = bytearray()


class RefusesParts(Strict):
    """Fails with 1003 at a message in parts."""

    def end_data(self, frame: Frame) -> None:
        """Fail at a data frame without FIN."""
        if frame.fin:
            super().end_data(frame)
        else:
            self.fail(1003)


class KindOfTheLast(Strict):
    """Forgets the kind of a message in parts, and sends it back as binary."""

    def go_on(self, frame: Frame) -> None:
        """Continue the message as a binary message."""
        super().go_on(frame)
        self.opcode = Opcode.BINARY
