"""Which words of a sentence went, which came, and which stayed."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of some words."""

    STAYED = "stayed"
    WENT = "went"
    CAME = "came"


@dataclass(frozen=True)
class Piece:
    """Some words that stand together and have one fate.

    Attributes:
        fate: what became of them.
        text: the words, with one space between each.
    """

    fate: Fate
    text: str


def pieces(was: str, now: str) -> list[Piece]:
    """Compare two texts word by word.

    Args:
        was: the older text.
        now: the newer text.

    Returns:
        The pieces in order; where words took the place of others, those that went come first.
    """
    return list(_pieces(was.split(), now.split()))


def _pieces(was: list[str], now: list[str]) -> Iterator[Piece]:
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Fate.STAYED, " ".join(was[first:last]))
            continue
        if first < last:
            yield Piece(Fate.WENT, " ".join(was[first:last]))
        if begin < end:
            yield Piece(Fate.CAME, " ".join(now[begin:end]))


def side(of: list[Piece], fate: Fate) -> list[Piece]:
    """Return one of the two texts again, in pieces.

    Args:
        of: what :func:`pieces` returned.
        fate: :attr:`Fate.WENT` for the older text, :attr:`Fate.CAME` for the newer one.
    """
    return [each for each in of if each.fate in (Fate.STAYED, fate)]
