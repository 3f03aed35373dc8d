"""Pings and Pongs (RFC 6455, 5.5.2 and 5.5.3)."""

from agreement.strict import Frame, Opcode, Strict


class NoPong(Strict):
    """Answers no Ping."""

    def on_ping(self, payload: bytes) -> None:
        """Send no Pong."""


class EmptyPong(Strict):
    """Answers each Ping with an empty Pong."""

    def on_ping(self, payload: bytes) -> None:
        """Send a Pong without payload."""
        self.send_frame(Opcode.PONG, b"")


class ShortPong(Strict):
    """Sends back no more than 100 bytes of a Ping."""

    def on_ping(self, payload: bytes) -> None:
        """Send a Pong with the first 100 bytes of the payload."""
        self.send_frame(Opcode.PONG, payload[:100])


class LatePong(Strict):
    """Answers a Ping after 0.3 seconds, which is not too late."""

    def on_ping(self, payload: bytes) -> None:
        """Send the Pong after 0.3 seconds."""
        self.line.later(0.3, lambda: self.send_frame(Opcode.PONG, payload))


class TooLatePong(Strict):
    """Answers a Ping after four seconds."""

    def on_ping(self, payload: bytes) -> None:
        """Send the Pong after four seconds."""
        self.line.later(4, lambda: self.send_frame(Opcode.PONG, payload))


class LatestOnly(Strict):
    """Answers only the latest of the Pings that arrived together, as 5.5.3 lets it."""

    latest: bytes | None = None

    def feed(self, data: bytes) -> None:
        """Read all frames that arrived together, and send one Pong after that."""
        super().feed(data)
        if self.latest is not None and self.reading:
            self.send_frame(Opcode.PONG, self.latest)
        self.latest = None

    def on_ping(self, payload: bytes) -> None:
        """Remember the payload of the latest Ping."""
        self.latest = payload


class TwoPongs(Strict):
    """Answers each Ping twice."""

    def on_ping(self, payload: bytes) -> None:
        """Send the Pong twice."""
        self.send_frame(Opcode.PONG, payload)
        self.send_frame(Opcode.PONG, payload)


class AnswersPongs(Strict):
    """Answers a Pong with a Pong."""

    def on_pong(self, payload: bytes) -> None:
        """Answer a Pong with a Pong."""
        self.send_frame(Opcode.PONG, payload)


class RefusesPongs(Strict):
    """Fails at a Pong that it did not ask for."""

    def on_pong(self, payload: bytes) -> None:
        """Fail the connection at a Pong."""
        self.fail(1002)


class PingForPing(Strict):
    """Answers a Ping with a Ping."""

    def on_ping(self, payload: bytes) -> None:
        """Answer with a Ping."""
        self.send_frame(Opcode.PING, payload)


class PongAsMessage(Strict):
    """Hands a Ping to its page, which echoes it as a text message."""

    def on_ping(self, payload: bytes) -> None:
        """Send the payload as a text message."""
        self.send_message(Opcode.TEXT, payload)


class LongPings(Strict):
    """Takes Pings and Pongs with more than 125 bytes."""

    def check_control_length(self, frame: Frame) -> None:
        """Check the length of Close frames only."""
        if frame.opcode == Opcode.CLOSE:
            super().check_control_length(frame)


class PingsFirst(Strict):
    """Sends a Ping of its own before each message, as it may."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send a Ping before the echo."""
        self.send_frame(Opcode.PING, b"there?")
        self.send_message(opcode, payload)
