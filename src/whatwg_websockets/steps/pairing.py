"""Finds out which of a standard's old steps became which of its new ones.

Steps with the same hash are the same; others are paired by their words.

The words of an old step are the standard's own, if the older text is there, or else those of this
project's comment for the step.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

from whatwg_websockets.steps.comments import MarkedFunction
from whatwg_websockets.steps.index import Algorithm

_EMPTY = frozenset(
    "a an and as be by for from if in is it its let of on or set that the then this to with".split()  # noqa: SIM905
)
"""Words that most steps have."""

_SAME_NUMBER = 0.1
"""How much more likely it is that a step with the same number became the step."""


class How(StrEnum):
    """What became of a piece of a standard."""

    CHANGED = "changed"
    CAME = "came"
    WENT = "went"
    MOVED = "moved"


def compare(
    old: Mapping[str, str],
    new: Mapping[str, str],
    was: Mapping[str, str] = MappingProxyType({}),
    now: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[How, str | None, str | None]]:
    """Compare the steps of an algorithm by their hashes.

    A step with the same words and another number has moved. Steps that were replaced are paired
    with the replacements in their place whose words are the most alike, or else with those that
    have the same number, or the same place in the order.

    Args:
        old: the hashes in the index, by the numbers of the steps, in order.
        new: the hashes in the newer text, likewise.
        was: the words of the old steps, by their numbers, as far as they are known.
        now: the words of the new steps, likewise.

    Yields:
        What became of a step, its old number and its new number; None instead of a number that does
        not exist.
    """
    went: list[list[str]] = []
    came: list[list[str]] = []
    same: list[tuple[str, str]] = []
    before, after = list(old), list(new)
    matcher = difflib.SequenceMatcher(None, list(old.values()), list(new.values()), autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            same += zip(before[first:last], after[begin:end], strict=True)
        else:
            went.append(before[first:last])
            came.append(after[begin:end])
    for gone in went:
        for number in list(gone):
            there = [(place, each) for place in came for each in place if new[each] == old[number]]
            if there:
                place, other = there[0]
                place.remove(other)
                gone.remove(number)
                same.append((number, other))
    results: list[tuple[How, str | None, str | None]]
    results = [(How.MOVED, number, other) for number, other in same if number != other]
    for gone, there_now in zip(went, came, strict=True):
        results += _replaced(gone, there_now, _pairs(gone, there_now, was, now))
    yield from sorted(results, key=lambda each: (_natural(each[1] or each[2] or ""), each[0]))


def _natural(number: str) -> list[tuple[int, str]]:
    """Make a key that sorts step numbers as they are read: 2 before 10, 3a before 3a.1."""
    return [(len(part), part) for part in re.findall(r"\d+|[a-z]", number)]


def _replaced(
    gone: list[str], came: list[str], paired: list[tuple[str, str]]
) -> Iterator[tuple[How, str | None, str | None]]:
    """Say what became of the steps that were in a place, and of those that are there now."""
    yield from ((How.CHANGED, number, other) for number, other in paired)
    before, after = {number for number, _ in paired}, {other for _, other in paired}
    yield from ((How.WENT, number, None) for number in gone if number not in before)
    yield from ((How.CAME, None, other) for other in came if other not in after)


def _pairs(
    gone: list[str], came: list[str], was: Mapping[str, str], now: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Pair steps with those that replaced them in the same place, which keep their order.

    Args:
        gone: the numbers of the steps that were in the place.
        came: the numbers of the steps that are there now.
        was: the words of the old steps, by their numbers.
        now: the words of the new steps, by their numbers.

    Returns:
        As many pairs as possible: those whose words are the most alike, if they are substeps of as
        many steps. The same number counts, too. Of pairs that are equally likely, the first.
    """
    best: list[list[tuple[int, float, tuple[tuple[str, str], ...]]]]
    best = [[(0, 0.0, ())] * (len(came) + 1) for _ in range(len(gone) + 1)]
    for row, number in enumerate(gone, 1):
        for column, other in enumerate(came, 1):
            count, alike, before = best[row - 1][column - 1]
            if _depth(number) == _depth(other):
                alike += likeness(was.get(number, ""), now.get(other, ""))
            alike += _SAME_NUMBER if number == other else 0
            paired = (count + 1, alike, (*before, (number, other)))
            ways = (best[row - 1][column], best[row][column - 1], paired)
            best[row][column] = max(ways, key=lambda each: each[:2])
    return list(best[-1][-1][2])


def _depth(number: str) -> int:
    """Return of how many steps a step is a substep or a branch."""
    return len(_natural(number))


def likeness(was: str, now: str) -> float:
    """Return how many of the words of two texts are in both of them, from 0 to 1."""
    old, new = _stems(was), _stems(now)
    return 2 * len(old & new) / (len(old) + len(new) or 1)


def _stems(text: str) -> frozenset[str]:
    """Return the first letters of the words of a text, without words that most steps have."""
    words = re.findall(r"\w+", text.casefold())
    return frozenset(word[:5] for word in words if word not in _EMPTY)


def comments_on(algorithm: Algorithm, functions: Iterable[MarkedFunction]) -> dict[str, str]:
    """Return the words of the comments for the steps of an algorithm, by the steps' numbers."""
    return {
        number: step.words
        for function in functions
        for step in function.steps
        for number in step.stands_for(algorithm.steps)
    }
