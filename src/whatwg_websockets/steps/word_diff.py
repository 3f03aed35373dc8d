"""A comparison of two texts word by word: which words went, which came, and which stayed."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """The fate of words: they went, came, or stayed."""

    STAYED = "stayed"
    WENT = "went"
    CAME = "came"


@dataclass(frozen=True)
class Piece:
    """Consecutive words that have the same fate.

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
        The pieces in order; if words replaced others, the words that went come first.
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
    """Return the pieces of one of the two texts.

    Args:
        of: what :func:`pieces` returned.
        fate: :attr:`Fate.WENT` for the older text, :attr:`Fate.CAME` for the newer one.
    """
    return [each for each in of if each.fate in (Fate.STAYED, fate)]
