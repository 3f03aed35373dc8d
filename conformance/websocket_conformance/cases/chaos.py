"""What can happen to a stream of octets in transit: it arrives in pieces, stops, or breaks off.

The octets themselves stay the same, so a case of chaos plays another case on such a stream. The
pieces depend on the case's number alone, so they are the same in every run.
"""

import random
from dataclasses import dataclass
from itertools import accumulate

FAR = 1024
"""The number of octets after which no stream is cut; no case of chaos sends as many."""


@dataclass(frozen=True)
class Cut:
    """The stream is cut into pieces, each of which is sent in a write of its own.

    Attributes:
        at: the octets before which the stream is cut, counted from 0.
        behind_head: whether the octets are counted from the end of the opening handshake.
        gap: the seconds between two pieces.
    """

    at: tuple[int, ...]
    behind_head: bool = False
    gap: float = 0.01

    def offsets(self, head: int) -> tuple[int, ...]:
        """Return the cuts, counted from the start of a stream whose head has a number of octets."""
        start = head if self.behind_head else 0
        return tuple(start + offset for offset in self.at)


@dataclass(frozen=True)
class Reset:
    """The TCP connection is reset after a number of octets was sent.

    Attributes:
        after: the number of octets, including the opening handshake.
        behind_head: whether the octets are counted from the end of the opening handshake.
    """

    after: int
    behind_head: bool = False

    def offset(self, head: int) -> int:
        """Return how many octets are sent of a stream whose head has a number of octets."""
        return self.after + (head if self.behind_head else 0)


@dataclass(frozen=True)
class Deaf:
    """The judge does not read for some time, but sends.

    Attributes:
        seconds: how long the judge does not read.
    """

    seconds: float


Chaos = Cut | Reset | Deaf


def every_octet() -> tuple[int, ...]:
    """Return cuts that leave one octet in each piece."""
    return tuple(range(1, FAR))


def at_random(seed: str, longest: int = 9) -> tuple[int, ...]:
    """Return cuts that leave pieces of pseudorandom lengths.

    Args:
        seed: the seed of the lengths.
        longest: the length of the longest piece, in octets.
    """
    lengths = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return tuple(accumulate(lengths.randint(1, longest) for _ in range(FAR // longest)))
