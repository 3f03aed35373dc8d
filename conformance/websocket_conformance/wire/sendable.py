"""What can be sent over an open connection, valid or not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """One frame, valid or not, which is sent in any state of the connection.

    Attributes:
        opcode: its opcode.
        payload: its payload.
        fin: whether it ends its message.
        rsv: its reserved bits.
        chop: how many octets go out in one write; None for all of them.
        apart: whether it is sent in a separate write.
    """

    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0
    chop: int | None = None
    apart: bool = False


@dataclass(frozen=True)
class Message:
    """A whole message, which is sent if the connection is open.

    Attributes:
        payload: its payload.
        binary: whether it is a binary message.
        fragment: the number of octets of payload in each frame; None for one frame.
    """

    payload: bytes
    binary: bool = False
    fragment: int | None = None


@dataclass(frozen=True)
class Part:
    """A piece of a text frame's payload, which is sent if the connection is open.

    The frame does not end its message.

    Attributes:
        octets: the piece of the payload.
        of: for the first piece, the length of the whole payload, for the header; else None.
    """

    octets: bytes
    of: int | None = None


@dataclass(frozen=True)
class Close:
    """A Close, which starts the closing handshake if the connection is open.

    Attributes:
        code: the status code, even if it must not be sent; None to omit it.
        reason: the octets after the code; they are sent even if the code is omitted.
    """

    code: int | None = None
    reason: bytes = b""
