"""Reserved bits and opcodes (RFC 6455, 5.2)."""

from agreement.strict import RSV1, Failure, Frame, Opcode, Strict


class IgnoresBits(Strict):
    """Looks at no reserved bit."""

    def check_rsv(self, frame: Frame) -> None:
        """Let all through."""


class TakesRsv1(Strict):
    """Takes RSV1 without an extension that owns it, and reads the payload as it is."""

    def check_rsv(self, frame: Frame) -> None:
        """Refuse the other two only."""
        if frame.rsv & ~RSV1:
            raise Failure(1002)


class IgnoresBitsOfControl(Strict):
    """Looks at the reserved bits of data frames only."""

    def check_rsv(self, frame: Frame) -> None:
        """Leave out control frames."""
        if not frame.is_control:
            super().check_rsv(frame)


class SkipsBits(Strict):
    """Skips frames with a reserved bit."""

    skipping = False

    def check_rsv(self, frame: Frame) -> None:
        """Make ready to throw it away."""
        self.skipping = bool(frame.rsv) and not self.deflate

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Answer what may be there."""
        if not self.skipping:
            super().on_message(opcode, payload)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer what may be there."""
        if not self.skipping:
            super().on_control(opcode, payload)


class SkipsOpcodes(Strict):
    """Skips frames with a reserved opcode."""

    def check_opcode(self, frame: Frame) -> None:
        """Let all through."""

    def begin_data(self, frame: Frame) -> None:
        """Make ready for something to be thrown away."""
        if frame.opcode < 3:
            super().begin_data(frame)
        else:
            self.opcode = frame.opcode
            self.message = bytearray()
            self.compressed = False

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Answer what means something."""
        if opcode < 3:
            super().on_message(opcode, payload)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer what means something."""
        if opcode <= Opcode.PONG:
            super().on_control(opcode, payload)


class TakesDataOpcodes(Strict):
    """Takes the reserved opcodes 3 to 7 for binary messages."""

    def check_opcode(self, frame: Frame) -> None:
        """Refuse control frames only."""
        if frame.is_control:
            super().check_opcode(frame)

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Answer all."""
        self.send_message(min(opcode, Opcode.BINARY), payload)


class TakesControlOpcodes(Strict):
    """Takes the reserved opcodes 11 to 15, and does nothing about them."""

    def check_opcode(self, frame: Frame) -> None:
        """Refuse data frames only."""
        if not frame.is_control:
            super().check_opcode(frame)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer what means something."""
        if opcode <= Opcode.PONG:
            super().on_control(opcode, payload)


class ControlOpcodesAsPings(Strict):
    """Takes the reserved opcodes 11 to 15 for Pings."""

    def check_opcode(self, frame: Frame) -> None:
        """Refuse data frames only."""
        if not frame.is_control:
            super().check_opcode(frame)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer all."""
        super().on_control(Opcode.PING if opcode > Opcode.PONG else opcode, payload)


class TakesMasked(Strict):
    """Takes masked frames, which no good server sends: breaks a rule that no case asks about."""

    def check_frame(self, frame: Frame) -> None:
        """Leave out one check."""
        super().check_frame(Frame(frame.fin, frame.rsv, frame.opcode, False, frame.length))
