"""Frames: the layout of RFC 6455 section 5.2, as bytes.

This module holds what the layout is, writes the header of a client's frame, and reads that of a
server's; the rest of a server's frames is read in :mod:`whatwg_websockets.rfc6455.receive`.
"""

from whatwg_websockets.rfc6455.close_code import PROTOCOL_ERROR
from whatwg_websockets.rfc6455.failure import Failure

# Opcodes. 3 to 7 are kept for further data frames, 11 to 15 for further control frames.
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
    """Write the header of a masked frame, up to where the masking key comes.

    Args:
        first: the first byte: FIN, the reserved bits and the opcode.
        length: the length of the payload in bytes; written in as few bytes as hold it.

    Source: RFC 6455 section 5.2
    """
    # § rfc6455-5.3-1. MASKED is set in each form of the header,
    # § rfc6455-5.2-5. of which the shortest is taken.
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
        data: what was received.
        position: where in it the frame begins.
        allows_rsv1: an extension is in use that gives RSV1 a meaning.

    Returns:
        its first byte, the length of the payload, and where that starts; None where the header has
        not arrived whole.

    Raises:
        Failure: the header breaks a rule; found as early as its bytes show it.

    Source: RFC 6455 section 5.2
    """
    if len(data) - position < 2:
        return None
    first, second = data[position], data[position + 1]
    _check_first_byte(first, allows_rsv1=allows_rsv1)
    if second & MASKED:
        # § rfc6455-5.1-2. Only clients mask.
        raise Failure(PROTOCOL_ERROR, "a masked frame from the server")
    if first & CONTROL and second >= LENGTH_16:
        # § rfc6455-5.5-1. 126 and 127 in these bits are longer, whatever follows.
        raise Failure(PROTOCOL_ERROR, "a control frame with more than 125 bytes")
    start = position + 2
    if second < LENGTH_16:
        return first, second, start
    size, least = (2, LENGTH_16) if second == LENGTH_16 else (8, 0x10000)
    if len(data) < start + size:
        return None
    length = int.from_bytes(data[start : start + size], "big")
    if length < least:
        # § rfc6455-5.2-5. The shorter form would have held it.
        raise Failure(PROTOCOL_ERROR, "a payload length in more bytes than it needs")
    if length >> 63:
        # § rfc6455-5.2-4. It has 63 bits at most.
        raise Failure(PROTOCOL_ERROR, "a payload length with its highest bit set")
    return first, length, start + size


def _check_first_byte(first: int, *, allows_rsv1: bool) -> None:
    opcode = first & OPCODE
    if first & (RSV2 | RSV3):
        # § rfc6455-5.2-2. They mean nothing in permessage-deflate, too.
        raise Failure(PROTOCOL_ERROR, "RSV2 or RSV3 is set")
    if first & RSV1 and (not allows_rsv1 or opcode & CONTROL):
        # § rfc6455-5.2-2. Without permessage-deflate it means nothing;
        # § rfc7692-6.1-4. with it, nothing on a control frame.
        raise Failure(PROTOCOL_ERROR, "RSV1 is set where no extension gives it a meaning")
    if opcode not in KNOWN_OPCODES:
        # § rfc6455-5.2-3. No extension in use defines one.
        raise Failure(PROTOCOL_ERROR, f"the reserved opcode {opcode}")
    if opcode & CONTROL and not first & FIN:
        # § rfc6455-5.4-2. A control frame is whole,
        # § rfc6455-5.5-2. and never in fragments.
        raise Failure(PROTOCOL_ERROR, "a fragmented control frame")
