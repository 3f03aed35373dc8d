"""What can happen to a stream of octets on its way: it comes in pieces, it stops, it breaks off.

None of that changes what was said, so a case of chaos is another case, played on such a stream.
Everything is a function of the case's number: the same number, the same pieces.
"""

import random
from dataclasses import dataclass
from itertools import accumulate

FAR = 1024
"""Where cutting ends: no case of chaos sends as many octets."""


@dataclass(frozen=True)
class Cut:
    """The stream is cut into pieces, each of which leaves by itself.

    Attributes:
        at: before which octets, counted from 0, there is a cut.
        behind_head: whether they are counted from the end of the opening handshake on.
        gap: the seconds between two pieces.
    """

    at: tuple[int, ...]
    behind_head: bool = False
    gap: float = 0.01

    def offsets(self, head: int) -> tuple[int, ...]:
        """The cuts, counted from the start of the stream, which has a head of some octets."""
        start = head if self.behind_head else 0
        return tuple(start + offset for offset in self.at)


@dataclass(frozen=True)
class Reset:
    """TCP is reset once some octets have left.

    Attributes:
        after: how many, the opening handshake included.
        behind_head: whether they are counted from its end on.
    """

    after: int
    behind_head: bool = False

    def offset(self, head: int) -> int:
        """How many octets leave of a stream that has a head of some octets."""
        return self.after + (head if self.behind_head else 0)


@dataclass(frozen=True)
class Deaf:
    """The judge does not read for some time, while it sends.

    Attributes:
        seconds: how long.
    """

    seconds: float


Chaos = Cut | Reset | Deaf


def every_octet() -> tuple[int, ...]:
    """Cuts that leave an octet in each piece."""
    return tuple(range(1, FAR))


def at_random(seed: str, longest: int = 9) -> tuple[int, ...]:
    """Cuts that leave pieces of some lengths.

    Args:
        seed: where the lengths come from.
        longest: the longest of them.
    """
    lengths = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    return tuple(accumulate(lengths.randint(1, longest) for _ in range(FAR // longest)))
