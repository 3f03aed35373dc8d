"""All cases, in order, and the patterns that choose among them.

The patterns are those of the suite whose cases these are: in one with a ``*``, that stands for
anything, and the rest for the beginning of a number; one without names a single case.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from websocket_conformance.embedded.case import Case, Section
from websocket_conformance.embedded.cases import sections


class UnknownCaseError(ValueError):
    """A pattern that names no case."""


@cache
def by_number(messages: int) -> Mapping[str, Case]:
    """Every case under its number, in order.

    Args:
        messages: how many messages the cases send that send many.
    """
    return {case.number: case for section in sections(messages) for case in section.cases}


def _beginning(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))))


def _numbers(patterns: Iterable[str], known: Iterable[str]) -> set[str]:
    known, chosen = list(known), set()
    for pattern in patterns:
        if "*" in pattern:
            found = {number for number in known if _beginning(pattern).match(number)}
        else:
            found = {pattern} & set(known)
        if not found:
            raise UnknownCaseError(f"no case is called {pattern!r}")
        chosen |= found
    return chosen


def select(
    cases: Mapping[str, Case], patterns: Sequence[str], excluded: Sequence[str] = ()
) -> tuple[Case, ...]:
    """The cases that some patterns name and no other patterns exclude, in order.

    Raises:
        UnknownCaseError: a pattern names none.
    """
    chosen = _numbers(patterns, cases) - _numbers(excluded, cases)
    return tuple(case for number, case in cases.items() if number in chosen)


def is_excluded(rules: Mapping[str, Sequence[str]], agent: str, number: str) -> bool:
    """Whether a case is not to be played with a peer.

    Args:
        rules: patterns of cases under patterns of names.
        agent: the peer's name.
        number: the case.
    """
    return any(
        _beginning(name).fullmatch(agent)
        and any(_beginning(pattern).fullmatch(number) for pattern in patterns)
        for name, patterns in rules.items()
    )


__all__ = ["Section", "UnknownCaseError", "by_number", "is_excluded", "sections", "select"]
