"""Close frames, and the end of a connection (RFC 6455, 5.5.1 and 7)."""

from agreement.strict import Failure, Frame, Opcode, Strict


class NoAnswer(Strict):
    """Does not answer a Close frame, and waits."""

    def answer_close(self, code: int | None) -> None:
        """Send no answer."""


class Always1000(Strict):
    """Answers each Close frame with 1000, as it may."""

    def answer_close(self, code: int | None) -> None:
        """Answer with 1000, whatever code was received."""
        self.send_close(1000)


class Always1001(Strict):
    """Answers each Close frame with 1001."""

    def answer_close(self, code: int | None) -> None:
        """Answer with 1001, whatever code was received."""
        self.send_close(1001)


class EmptyAnswer(Strict):
    """Answers each Close frame with an empty one."""

    def answer_close(self, code: int | None) -> None:
        """Answer with an empty Close frame."""
        self.send_close(None)


class CodeTurnedRound(Strict):
    """Sends the two bytes of a code in the wrong order."""

    def answer_close(self, code: int | None) -> None:
        """Send the code with the least significant byte first."""
        if code is None:
            self.send_close(None)
        else:
            self.send_frame(Opcode.CLOSE, code.to_bytes(2, "little"))


class HalfACode(Strict):
    """Answers with a Close frame that has one byte."""

    def answer_close(self, code: int | None) -> None:
        """Send the first byte of the code only."""
        self.send_frame(Opcode.CLOSE, b"\x03")


class Answers1005(Strict):
    """Answers an empty Close frame with 1005, which is never sent."""

    def answer_close(self, code: int | None) -> None:
        """Answer an empty Close frame with 1005."""
        self.send_close(1005 if code is None else code)


class LongReason(Strict):
    """Answers with a Close frame that is longer than a control frame may be."""

    def answer_close(self, code: int | None) -> None:
        """Answer with a reason that is too long."""
        self.send_close(code or 1000, b"much to say " * 20)


class BadReason(Strict):
    """Answers with a reason that is not UTF-8."""

    def answer_close(self, code: int | None) -> None:
        """Answer with a reason that is not UTF-8."""
        self.send_close(code or 1000, b"\xff\xfe")


class SaysWhy(Strict):
    """Gives a reason with each code, as it may."""

    def send_close(self, code: int | None, reason: bytes = b"") -> None:
        """Add a reason to the code."""
        super().send_close(code, b"" if code is None else "because ✓".encode())


class TwoAnswers(Strict):
    """Answers a Close frame twice."""

    def answer_close(self, code: int | None) -> None:
        """Send the answer twice."""
        self.send_close(code)
        self.send_close(code)


class LateAnswer(Strict):
    """Answers a Close frame after 0.3 seconds, which is not too late."""

    def answer_close(self, code: int | None) -> None:
        """Answer after 0.3 seconds."""
        self.line.later(0.3, lambda: self.send_close(code))


class TooLateAnswer(Strict):
    """Answers a Close frame after two seconds."""

    def answer_close(self, code: int | None) -> None:
        """Answer after two seconds."""
        self.line.later(2, lambda: self.send_close(code))


class DropsAtClose(Strict):
    """Drops the TCP connection at a Close frame, without an answer."""

    def on_close(self, payload: bytes) -> None:
        """Close the TCP connection instead of answering."""
        self.stop_reading()
        self.line.end()


class ResetsAtClose(Strict):
    """Resets the TCP connection at a Close frame, without an answer."""

    def on_close(self, payload: bytes) -> None:
        """Reset the TCP connection instead of answering."""
        self.stop_reading()
        self.line.reset()


class EndsTcpFirst(Strict):
    """Ends the TCP connection itself once it has answered a Close frame."""

    def wait_for_end(self) -> None:
        """End the TCP connection without waiting for the server."""
        self.line.end()


class NeverEndsTcp(Strict):
    """Leaves the TCP connection open when the server has ended it, for two seconds."""

    def on_end(self) -> None:
        """End the TCP connection two seconds after the server has ended it."""
        self.line.later(2, self.line.end)


class FailsByDropping(Strict):
    """Fails by dropping the TCP connection, without a Close frame, as it may."""

    def fail(self, code: int) -> None:
        """Close the TCP connection without a Close frame."""
        self.stop_reading()
        self.line.end()


class FailsByReset(Strict):
    """Fails by resetting the TCP connection, without a Close frame."""

    def fail(self, code: int) -> None:
        """Reset the TCP connection without a Close frame."""
        self.stop_reading()
        self.line.reset()


class FailsInSilence(Strict):
    """Reads no more where it should fail, and says nothing."""

    def fail(self, code: int) -> None:
        """Stop reading, and send nothing."""
        self.stop_reading()


class FailsLater(Strict):
    """Fails 0.3 seconds late, and answers what comes meanwhile."""

    def fail(self, code: int) -> None:
        """Continue to read, and fail 0.3 seconds later."""
        self.frame, self.message = None, None
        self.buffer.clear()
        self.line.later(0.3, lambda: super(FailsLater, self).fail(code))


class FailsBehind(Strict):
    """Answers the frames behind a bad one, as far as they arrived with it, before it fails."""

    failed = 0

    def feed(self, data: bytes) -> None:
        """Answer the frames that arrived together, and fail after that."""
        super().feed(data)
        if self.failed and self.reading:
            super().fail(self.failed)

    def fail(self, code: int) -> None:
        """Remember the code, skip the bad frame, and read the frames after it."""
        self.failed = code
        if self.frame is not None:
            self.take(min(self.left, len(self.buffer)))
        self.frame, self.message, self.left = None, None, 0
        super().feed(b"")


class FailsAhead(Strict):
    """Looks at all that has arrived before it answers, and answers nothing if it has to fail."""

    held: tuple[tuple[int, bytes, bool, int], ...] = ()

    def feed(self, data: bytes) -> None:
        """Read all frames that arrived together, and send the answers after that."""
        super().feed(data)
        held, self.held = self.held, ()
        for opcode, payload, fin, rsv in held:
            super().send_frame(opcode, payload, fin=fin, rsv=rsv)

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> None:
        """Hold a frame back until all that arrived is read."""
        self.held = (*self.held, (opcode, payload, fin, rsv))

    def fail(self, code: int) -> None:
        """Discard the answers that were held back, and fail."""
        self.held = ()
        super().fail(code)


class AnswersFails(Strict):
    """Fails with 1002 for everything, also for a Close frame that is good."""

    def close_code(self, payload: bytes) -> int | None:
        """Refuse every Close frame, even a valid one."""
        raise Failure(1002)


class TakesBadCodes(Strict):
    """Takes close codes that may not be sent, and sends them back."""

    def check_close_code(self, code: int) -> None:
        """Accept every code."""


class TakesReservedCodes(Strict):
    """Takes all codes from 1000 to 4999."""

    def check_close_code(self, code: int) -> None:
        """Check only that the code is between 1000 and 4999."""
        if not 1000 <= code <= 4999:
            raise Failure(1002)


class RefusesCodesOfApplications(Strict):
    """Refuses the codes from 3000 on."""

    def check_close_code(self, code: int) -> None:
        """Accept only the codes that RFC 6455 defines."""
        super().check_close_code(code)
        if code >= 3000:
            raise Failure(1002)


class TakesHalfACode(Strict):
    """Takes a Close frame with one byte for an empty one."""

    def close_code(self, payload: bytes) -> int | None:
        """Ignore a body of one byte."""
        return super().close_code(payload if len(payload) != 1 else b"")


class TakesBadReasons(Strict):
    """Takes a reason that is not UTF-8."""

    def check_reason(self, reason: bytes) -> None:
        """Accept every reason."""


class TakesLongCloses(Strict):
    """Takes a Close frame with more than 125 bytes."""

    def check_control_length(self, frame: Frame) -> None:
        """Check the length of Pings and Pongs only."""
        if frame.opcode != Opcode.CLOSE:
            super().check_control_length(frame)


class ReadsOn(Strict):
    """Answers what comes behind a Close frame."""

    def stop_reading(self) -> None:
        """Continue to read."""


class IgnoresClose(Strict):
    """Skips Close frames."""

    def on_close(self, payload: bytes) -> None:
        """Ignore a Close frame."""


class ClosesFirst(Strict):
    """Begins the closing handshake itself after each answer."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send a Close frame after the echo."""
        super().on_message(opcode, payload)
        self.send_close(1000)


class ClosesAtOnce(Strict):
    """Begins the closing handshake itself before it answers anything."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send a Close frame instead of the echo."""
        self.send_close(1000)
