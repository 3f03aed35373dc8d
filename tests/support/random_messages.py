"""Random messages, and the account that a server keeps of those it sent and received."""

import random
import zlib
from dataclasses import dataclass, field
from typing import Final

# How much a message may have, and how much the messages of one conversation, in bytes.
LARGEST: Final = 2 * 2**20
IN_ALL: Final = 5 * 2**20

# What comes before one of these ends is to be heard.
ENDS_CLEANLY: Final = ("close", "end of TCP", "end of TLS", "half a frame", "broken rule")

# What is kept of a message: its kind, its length in bytes, its checksum.
Print = tuple[str, int, int]


def fingerprint(data: str | bytes) -> Print:
    """Return what a message is known by."""
    if isinstance(data, str):
        return "text", len(encoded := data.encode()), zlib.crc32(encoded)
    return "binary", len(data), zlib.crc32(data)


def random_message(rng: random.Random, number: int, at_most: int = LARGEST) -> str | bytes:
    """Return a message that has its number in it, where it has room for one."""
    size = min(
        at_most,
        rng.choices(
            (0, rng.randint(1, 125), rng.randint(126, 5_000), rng.randint(5_001, 70_000),
             rng.choice((125, 126, 65_535, 65_536, 65_537)), rng.randint(70_001, LARGEST)),
            (1, 10, 4, 2, 1, 0.4),
        )[0],
    )  # fmt: skip
    if rng.random() < 0.5:
        piece = f"{number} " + rng.choice(("x", "ü€😀", '{"a": [1, 2]} '))
        return piece[:size] if size < len(piece) else piece * (size // len(piece.encode()))
    start = b"%d " % number
    if rng.random() < 0.3:
        return (start * (size // len(start) + 1))[:size]
    return (start + rng.randbytes(size))[:size]


@dataclass
class Account:
    """What the server knows of one connection.

    Attributes:
        sent: the messages that the server has sent before it ended the connection, in order.
        got: the messages that it has received before the client's Close frame, in order.
        pings: what the server's Pings carried.
        pongs: what the client's Pongs carried.
        ending: how the server has ended the connection; None where it did not.
        close_sent: code and reason of the server's Close frame.
        close_got: the payload of the client's.
        ends_tls: the server has ended TLS, or TCP below it, behind its Close frame. What the
            client has not written by then cannot be written any more.
        extensions: what was agreed on.
        faults: what the client has done wrong.
    """

    sent: list[Print] = field(default_factory=list)
    got: list[Print] = field(default_factory=list)
    pings: list[bytes] = field(default_factory=list)
    pongs: list[bytes] = field(default_factory=list)
    ending: str | None = None
    close_sent: tuple[int | None, str] | None = None
    close_got: bytes | None = None
    ends_tls: bool = False
    extensions: str = ""
    faults: list[str] = field(default_factory=list)
