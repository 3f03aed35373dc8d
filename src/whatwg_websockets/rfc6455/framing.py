"""Frames: the layout of RFC 6455 section 5.2, as bytes.

A server's frames are read in :mod:`whatwg_websockets.rfc6455.receive`; this module holds what the
layout is, and the header of a client's frame.
"""

# Opcodes. 3 to 7 are kept for further data frames, 11 to 15 for further control frames.
CONTINUATION = 0x0
TEXT = 0x1
BINARY = 0x2
CLOSE = 0x8
PING = 0x9
PONG = 0xA

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
