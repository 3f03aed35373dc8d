"""Frames: the layout of RFC 6455 section 5.2, as bytes.

This module defines the layout, writes the header of a client's frame, and reads the header of a
server's frame. :mod:`whatwg_websockets.rfc6455.receive` reads the rest of a server's frame.
"""

from whatwg_websockets.rfc6455.close_code import PROTOCOL_ERROR
from whatwg_websockets.rfc6455.failure import Failure

# Opcodes. 3 to 7 are reserved for further data frames, and 11 to 15 for further control frames.
CONTINUATION = 0x0
TEXT = 0x1
BINARY = 0x2
CLOSE = 0x8
PING = 0x9
PONG = 0xA
KNOWN_OPCODES = frozenset((CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG))

# Bits of the first byte.
FIN = 0x80
RSV1 = 0x40
RSV2 = 0x20
RSV3 = 0x10
OPCODE = 0x0F
CONTROL = 0x08

# Bits of the second byte.
MASKED = 0x80
LENGTH_16 = 126
LENGTH_64 = 127


def frame_header(first: int, length: int) -> bytes:
    """Return the header of a masked frame, up to its masking key.

    Args:
        first: the first byte: FIN, the reserved bits and the opcode.
        length: the length of the payload in bytes, which is written in as few bytes as possible.

    Source: RFC 6455 section 5.2
    """
    # § rfc6455-5.3-1. The mask bit is set in each frame that this client sends.
    # § rfc6455-5.2-5. The length of a payload is sent in as few bytes as possible.
    if length < LENGTH_16:
        return bytes((first, MASKED | length))
    if length <= 0xFFFF:
        return bytes((first, MASKED | LENGTH_16)) + length.to_bytes(2, "big")
    return bytes((first, MASKED | LENGTH_64)) + length.to_bytes(8, "big")


def read_header(
    data: bytes | memoryview, position: int, *, allows_rsv1: bool
) -> tuple[int, int, int] | None:
    """Read the header of a server's frame.

    Args:
        data: the received bytes.
        position: the index in the data at which the frame begins.
        allows_rsv1: whether an extension is in use that gives RSV1 a meaning.

    Returns:
        the first byte of the header, the length of the payload, and the index at which the payload
        begins; or None if the header has not arrived completely.

    Raises:
        Failure: the header is not allowed, which is detected from as few bytes as possible.

    Source: RFC 6455 section 5.2
    """
    if len(data) - position < 2:
        return None
    first, second = data[position], data[position + 1]
    _check_first_byte(first, allows_rsv1=allows_rsv1)
    if second & MASKED:
        # § rfc6455-5.1-2. A masked frame from the server fails the connection.
        raise Failure(PROTOCOL_ERROR, "a masked frame from the server")
    if first & CONTROL and second >= LENGTH_16:
        # § rfc6455-5.5-1. A control frame with more than 125 bytes fails the connection, whatever
        #   length the extended length field gives.
        raise Failure(PROTOCOL_ERROR, "a control frame with more than 125 bytes")
    start = position + 2
    if second < LENGTH_16:
        return first, second, start
    size, least = (2, LENGTH_16) if second == LENGTH_16 else (8, 0x10000)
    if len(data) < start + size:
        return None
    length = int.from_bytes(data[start : start + size], "big")
    if length < least:
        # § rfc6455-5.2-5. A length in more bytes than necessary fails the connection.
        raise Failure(PROTOCOL_ERROR, "a payload length in more bytes than it needs")
    if length >> 63:
        # § rfc6455-5.2-4. A 64-bit length whose highest bit is set fails the connection.
        raise Failure(PROTOCOL_ERROR, "a payload length with its highest bit set")
    return first, length, start + size


def _check_first_byte(first: int, *, allows_rsv1: bool) -> None:
    opcode = first & OPCODE
    if first & (RSV2 | RSV3):
        # § rfc6455-5.2-2. RSV2 or RSV3 fails the connection, since permessage-deflate does not use
        #   them.
        raise Failure(PROTOCOL_ERROR, "RSV2 or RSV3 is set")
    if first & RSV1 and (not allows_rsv1 or opcode & CONTROL):
        # § rfc6455-5.2-2. RSV1 fails the connection unless permessage-deflate is in use.
        # § rfc7692-6.1-4. RSV1 on a control frame fails the connection.
        raise Failure(PROTOCOL_ERROR, "RSV1 is set where no extension gives it a meaning")
    if opcode not in KNOWN_OPCODES:
        # § rfc6455-5.2-3. An unknown opcode fails the connection.
        raise Failure(PROTOCOL_ERROR, f"the reserved opcode {opcode}")
    if opcode & CONTROL and not first & FIN:
        # § rfc6455-5.4-2, rfc6455-5.5-2. A fragmented control frame fails the connection.
        raise Failure(PROTOCOL_ERROR, "a fragmented control frame")
