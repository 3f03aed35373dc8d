"""Reserved bits and opcodes (RFC 6455, 5.2)."""

from agreement.strict import RSV1, Failure, Frame, Opcode, Strict


class IgnoresBits(Strict):
    """Looks at no reserved bit."""

    def check_rsv(self, frame: Frame) -> None:
        """Accept every reserved bit."""


class TakesRsv1(Strict):
    """Takes RSV1 without an extension that owns it, and reads the payload as it is."""

    def check_rsv(self, frame: Frame) -> None:
        """Refuse RSV2 and RSV3 only."""
        if frame.rsv & ~RSV1:
            raise Failure(1002)


class IgnoresBitsOfControl(Strict):
    """Looks at the reserved bits of data frames only."""

    def check_rsv(self, frame: Frame) -> None:
        """Check data frames only."""
        if not frame.is_control:
            super().check_rsv(frame)


class SkipsBits(Strict):
    """Skips frames with a reserved bit."""

    skipping = False

    def check_rsv(self, frame: Frame) -> None:
        """Remember whether the frame is to be skipped."""
        self.skipping = bool(frame.rsv) and not self.deflate

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Echo a message unless it is to be skipped."""
        if not self.skipping:
            super().on_message(opcode, payload)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer a control frame unless it is to be skipped."""
        if not self.skipping:
            super().on_control(opcode, payload)


class SkipsOpcodes(Strict):
    """Skips frames with a reserved opcode."""

    def check_opcode(self, frame: Frame) -> None:
        """Accept every opcode."""

    def begin_data(self, frame: Frame) -> None:
        """Begin a message of its own for a frame with a reserved opcode."""
        if frame.opcode < 3:
            super().begin_data(frame)
        else:
            self.opcode = frame.opcode
            self.message = bytearray()
            self.compressed = False

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Echo a message unless its opcode is reserved."""
        if opcode < 3:
            super().on_message(opcode, payload)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer a control frame unless its opcode is reserved."""
        if opcode <= Opcode.PONG:
            super().on_control(opcode, payload)


class TakesDataOpcodes(Strict):
    """Takes the reserved opcodes 3 to 7 for binary messages."""

    def check_opcode(self, frame: Frame) -> None:
        """Check the opcodes of control frames only."""
        if frame.is_control:
            super().check_opcode(frame)

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Echo a message of any opcode."""
        self.send_message(min(opcode, Opcode.BINARY), payload)


class TakesControlOpcodes(Strict):
    """Takes the reserved opcodes 11 to 15, and does nothing about them."""

    def check_opcode(self, frame: Frame) -> None:
        """Check the opcodes of data frames only."""
        if not frame.is_control:
            super().check_opcode(frame)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer a control frame unless its opcode is reserved."""
        if opcode <= Opcode.PONG:
            super().on_control(opcode, payload)


class ControlOpcodesAsPings(Strict):
    """Takes the reserved opcodes 11 to 15 for Pings."""

    def check_opcode(self, frame: Frame) -> None:
        """Check the opcodes of data frames only."""
        if not frame.is_control:
            super().check_opcode(frame)

    def on_control(self, opcode: int, payload: bytes) -> None:
        """Answer a reserved opcode as a Ping."""
        super().on_control(Opcode.PING if opcode > Opcode.PONG else opcode, payload)


class TakesMasked(Strict):
    """Takes masked frames, which no good server sends: breaks a rule that no case asks about."""

    def check_frame(self, frame: Frame) -> None:
        """Check a frame as if it were not masked."""
        super().check_frame(Frame(frame.fin, frame.rsv, frame.opcode, False, frame.length))
