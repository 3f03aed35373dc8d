"""What can be sent over an open connection, right or wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """Send one frame, right or wrong, in whatever state the connection is.

    Attributes:
        opcode: its opcode.
        payload: its payload.
        fin: whether it ends its message.
        rsv: its reserved bits.
        chop: how many octets go out in one write; None for all of them.
        apart: whether it gets a write of its own.
    """

    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0
    chop: int | None = None
    apart: bool = False


@dataclass(frozen=True)
class Message:
    """Send a whole message, unless the connection is closing.

    Attributes:
        payload: its payload.
        binary: whether it is a binary one.
        fragment: the octets of payload in each frame; None for one frame.
    """

    payload: bytes
    binary: bool = False
    fragment: int | None = None


@dataclass(frozen=True)
class Part:
    """Send some octets of a frame that has been begun, unless the connection is closing.

    Attributes:
        octets: a piece of the payload.
        of: if this is the first piece: the length of the whole payload, for the header. The frame
            is one of text and does not end its message.
    """

    octets: bytes
    of: int | None = None


@dataclass(frozen=True)
class Close:
    """Start the closing handshake, unless the connection is closing.

    Attributes:
        code: the code, also one that must not be sent; None to leave it out.
        reason: the octets after the code; they are sent even if there is no code.
    """

    code: int | None = None
    reason: bytes = b""
