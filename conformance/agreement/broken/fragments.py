"""Messages in parts (RFC 6455, 5.4), and control frames, which are never in parts (5.5)."""

from agreement.strict import Frame, Opcode, Strict


class ControlInParts(Strict):
    """Takes a control frame without FIN as if it had it."""

    def check_control_fin(self, frame: Frame) -> None:
        """Look at nothing."""


class BeginsWithContinuation(Strict):
    """Takes a continuation with nothing to continue for a text."""

    def go_on(self, frame: Frame) -> None:
        """Begin one."""
        if self.message is None:
            self.begin_message(Frame(frame.fin, 0, Opcode.TEXT, False, frame.length))


class SkipsContinuation(Strict):
    """Skips a continuation with nothing to continue."""

    skipping = False

    def go_on(self, frame: Frame) -> None:
        """Make ready to throw it away."""
        if self.message is None:
            self.begin_message(Frame(frame.fin, 0, Opcode.BINARY, False, frame.length))
            self.skipping = True

    def end_data(self, frame: Frame) -> None:
        """Throw it away."""
        if self.skipping:
            self.message, self.skipping = None, False
        else:
            super().end_data(frame)


class RestartsMessage(Strict):
    """Drops a message that has not ended when another one begins."""

    def begin(self, frame: Frame) -> None:
        """Begin anew."""
        self.begin_message(frame)


class JoinsMessages(Strict):
    """Takes a new message inside of another one for its continuation."""

    def begin(self, frame: Frame) -> None:
        """Go on with the other one."""
        if self.message is None:
            self.begin_message(frame)


class RefusesPingsBetween(Strict):
    """Fails at a control frame between the parts of a message."""

    def check_control(self, frame: Frame) -> None:
        """Be strict where the RFC is not."""
        super().check_control(frame)
        if self.message is not None:
            self.fail(1002)


class ForgetsMessageAtPing(Strict):
    """Loses the message whose parts a control frame comes between."""

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Lose it."""
        super().on_control(opcode, payload)
        if self.message is not None:
            self.message = bytearray()


class PongsAfterMessage(Strict):
    """Answers a Ping between the parts of a message when the message has ended."""

    waiting: tuple[bytes, ...] = ()

    def on_ping(self, payload: bytes) -> None:
        """Wait if there is something to wait for."""
        if self.message is None:
            super().on_ping(payload)
        else:
            self.waiting = (*self.waiting, payload)

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Make up for it."""
        super().on_message(opcode, payload)
        for waiting in self.waiting:
            super().on_ping(waiting)
        self.waiting = ()


class EachPartAMessage(Strict):
    """Takes each part for a message of its own."""

    def end_data(self, frame: Frame) -> None:
        """Send it back and go on."""
        if frame.fin:
            super().end_data(frame)
        else:
            self.send_message(self.opcode, bytes(self.message or b""))
            self.message = bytearray()


class LastPartOnly(Strict):
    """Keeps only the last part of a message."""

    def go_on(self, frame: Frame) -> None:
        """Forget what was."""
        super().go_on(frame)
        self.message = bytearray()


class RefusesParts(Strict):
    """Fails with 1003 at a message in parts."""

    def end_data(self, frame: Frame) -> None:
        """Know whole messages only."""
        if frame.fin:
            super().end_data(frame)
        else:
            self.fail(1003)


class KindOfTheLast(Strict):
    """Forgets the kind of a message in parts, and sends it back as binary."""

    def go_on(self, frame: Frame) -> None:
        """Forget it."""
        super().go_on(frame)
        self.opcode = Opcode.BINARY
