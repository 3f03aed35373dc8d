"""Frames as they go out (RFC 6455, 5.2 and 5.3), and how much a client takes in."""

from agreement.strict import RSV1, Failure, Frame, Opcode, Strict, mask


class Unmasked(Strict):
    """Masks no frame."""

    def length_and_payload(self, payload: bytes) -> bytes:
        """Leave the payload unmasked."""
        return self.length(len(payload), 0) + payload


class ZeroKey(Strict):
    """Masks with a key of zeros, which nobody can forbid."""

    def new_key(self) -> bytes:
        """Return a key of zeros."""
        return bytes(4)


class OtherKey(Strict):
    """Masks with another key than the one it sends."""

    def length_and_payload(self, payload: bytes) -> bytes:
        """Mask the payload with the key in reverse order."""
        key = b"\x01\x02\x03\x04"
        return self.length(len(payload), 0x80) + key + mask(payload, key[::-1])


class LongLengths(Strict):
    """Sends each length in eight bytes."""

    def length(self, length: int, bit: int) -> bytes:
        """Write the length in eight bytes."""
        return bytes([bit | 127]) + length.to_bytes(8)


class MiddleLengths(Strict):
    """Sends a length below 126 in two bytes."""

    def length(self, length: int, bit: int) -> bytes:
        """Write a length below 126 in two bytes."""
        if length < 126:
            return bytes([bit | 126]) + length.to_bytes(2)
        return super().length(length, bit)


class SetsRsv1(Strict):
    """Sets RSV1 in its messages though nothing was agreed on."""

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> None:
        """Set RSV1 in each data frame."""
        is_data = opcode in (Opcode.TEXT, Opcode.BINARY)
        super().send_frame(opcode, payload, fin=fin, rsv=rsv | RSV1 if is_data else rsv)


class SetsRsv3(Strict):
    """Sets RSV3 in its messages."""

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> None:
        """Set RSV3 in each data frame."""
        super().send_frame(opcode, payload, fin=fin, rsv=rsv | 1 if opcode < 8 else rsv)


class ReservedOpcode(Strict):
    """Echoes binary messages with the reserved opcode 3."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send a binary message with opcode 3."""
        self.send_message(3 if opcode == Opcode.BINARY else opcode, payload)


class InParts(Strict):
    """Sends each message in frames of 100 bytes, which it may."""

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> None:
        """Send a data frame in parts of 100 bytes."""
        while opcode < 8 and len(payload) > 100:
            super().send_frame(opcode, payload[:100], fin=False, rsv=rsv)
            opcode, payload, rsv = Opcode.CONTINUATION, payload[100:], 0
        super().send_frame(opcode, payload, fin=fin, rsv=rsv)


class PartsWithoutContinuation(Strict):
    """Sends messages in parts, all of them with the first one's opcode."""

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> None:
        """Send a data frame in two parts with the same opcode."""
        if opcode < 8 and len(payload) > 1:
            super().send_frame(opcode, payload[:1], fin=False, rsv=rsv)
            payload = payload[1:]
        super().send_frame(opcode, payload, fin=fin, rsv=rsv)


class ByteByByte(Strict):
    """Sends short frames a byte at a time, as TCP may deliver them anyway."""

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> None:
        """Write each byte of a short frame separately."""
        whole = bytes([(0x80 if fin else 0) | rsv << 4 | opcode]) + self.length_and_payload(payload)
        step = 1 if len(whole) < 200 else len(whole)
        for start in range(0, len(whole), step):
            self.line.write(whole[start : start + step])


class Truncates(Strict):
    """Cuts off messages after 65,535 bytes."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send back at most 65,535 bytes."""
        self.send_message(opcode, payload[:0xFFFF])


class LengthOfSixteenBits(Strict):
    """Forgets the upper bits of a long length, and loses its place in the stream."""

    def take_header(self) -> bool:
        """Keep only the lower 16 bits of the length."""
        if not super().take_header():
            return False
        self.left &= 0xFFFF
        return True


class RefusesLarge(Strict):
    """Fails with 1009 at messages of 32 KiB or more, as a client with a limit would."""

    def check_frame(self, frame: Frame) -> None:
        """Fail at the header of a frame of 32 KiB or more."""
        super().check_frame(frame)
        if frame.length >= 0x8000:
            raise Failure(1009)


class Swallows(Strict):
    """Does not answer empty messages."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send back a message unless it is empty."""
        if payload:
            self.send_message(opcode, payload)


class Twice(Strict):
    """Sends each message twice."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send the echo twice."""
        self.send_message(opcode, payload)
        self.send_message(opcode, payload)


class Changes(Strict):
    """Changes the last byte of what it sends back."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Change the last byte of the echo."""
        self.send_message(opcode, payload[:-1] + b"." if payload else payload)


class Backwards(Strict):
    """Holds each message back until the next one."""

    held: tuple[int, bytes] | None = None

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send back the message before this one."""
        if self.held:
            self.send_message(*self.held)
        self.held = opcode, payload


class Slow(Strict):
    """Takes 0.3 seconds for each answer."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send the echo after 0.3 seconds."""
        self.line.later(0.3, lambda: self.send_message(opcode, payload))


class TooSlow(Strict):
    """Takes two seconds for each answer."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send the echo after two seconds."""
        self.line.later(2, lambda: self.send_message(opcode, payload))


class Mute(Strict):
    """Sends nothing, whatever comes."""

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> None:
        """Send nothing."""


class TextAsBinary(Strict):
    """Sends text back as binary."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send back every message as binary."""
        self.send_message(Opcode.BINARY, payload)


class BinaryAsText(Strict):
    """Sends binary back as text."""

    def on_message(self, opcode: int, payload: bytes) -> None:
        """Send back every message as text."""
        self.send_message(Opcode.TEXT, payload)
