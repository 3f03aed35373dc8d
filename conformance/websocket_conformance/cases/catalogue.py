"""All cases, in order, and the patterns that choose among them.

The patterns are those of Autobahn's testsuite. A pattern with a ``*`` is a regular expression for
the beginning of a number, in which ``*`` stands for any characters and a dot for itself. A pattern
without a ``*`` names a single case.

The sections that Autobahn's testsuite does not have are in a run only if they are selected: by a
pattern that begins with their number and a dot, such as ``20.*``, or by one of the words in
`WORDS`. So ``*`` means the same as in Autobahn's testsuite.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from websocket_conformance.cases import (
    section_01_framing,
    section_02_pings,
    section_03_reserved_bits,
    section_04_opcodes,
    section_05_fragmentation,
    section_06_utf8,
    section_07_closing,
    section_09_limits,
    section_10_auto_fragmentation,
    section_12_compression,
    section_20_response,
    section_21_switching,
    section_22_extensions,
    section_23_subprotocols,
    section_24_segments,
    section_25_floods,
    section_26_request,
    section_27_asking,
    section_28_offers,
    section_29_arrival,
    section_30_chaos,
)
from websocket_conformance.cases.case import Case, Section
from websocket_conformance.cases.profile import Profile

FIRST_FURTHER = 20
"""The first section that Autobahn's testsuite does not have."""

WORDS = {"handshake": range(20, 30), "chaos": range(30, 40)}
"""Names of several sections."""


class UnknownCaseError(ValueError):
    """A pattern that does not name a case."""


class PatternError(ValueError):
    """A pattern with a ``*`` whose other characters are not a regular expression."""


def sections(profile: Profile) -> tuple[Section, ...]:
    """Return all sections, in order, as they are played in a profile."""
    messages = profile.messages
    return (
        section_01_framing.SECTION,
        section_02_pings.SECTION,
        section_03_reserved_bits.SECTION,
        section_04_opcodes.SECTION,
        profile.paced(section_05_fragmentation.SECTION),
        profile.paced(section_06_utf8.SECTION),
        section_07_closing.SECTION,
        section_09_limits.section(messages),
        section_10_auto_fragmentation.SECTION,
        section_12_compression.section_12(messages),
        section_12_compression.section_13(messages),
        section_20_response.SECTION,
        section_21_switching.SECTION,
        section_22_extensions.SECTION,
        section_23_subprotocols.SECTION,
        section_24_segments.SECTION,
        section_25_floods.SECTION,
        section_26_request.SECTION,
        section_27_asking.SECTION,
        section_28_offers.SECTION,
        section_29_arrival.SECTION,
        *section_30_chaos.SECTIONS,
    )


@cache
def every(profile: Profile) -> Mapping[str, Case]:
    """Return every case by its number, in order."""
    return {case.number: case for section in sections(profile) for case in section.cases}


@cache
def by_number(profile: Profile) -> Mapping[str, Case]:
    """Return the cases of Autobahn's testsuite by their numbers, in order."""
    return {number: case for number, case in every(profile).items() if case.id[0] < FIRST_FURTHER}


@cache
def places() -> Mapping[str, int]:
    """Return the place of each case among all cases, counted from 1."""
    return {number: place for place, number in enumerate(every(Profile.QUICK), 1)}


@cache
def _name(pattern: str) -> re.Pattern[str]:
    """Return the regular expression for a pattern of peers' names."""
    return re.compile(".*".join(map(re.escape, pattern.split("*"))))


@cache
def _number(pattern: str) -> re.Pattern[str]:
    """Return the regular expression for a pattern of cases' numbers.

    Raises:
        PatternError: the pattern is not a regular expression.
    """
    try:
        return re.compile(pattern.replace(".", r"\.").replace("*", ".*"))
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"{pattern!r} is not a regular expression: {error}") from error


def _hint(pattern: str, known: Iterable[str]) -> str:
    """Return a hint for a pattern that is the number of a section or group; else an empty text."""
    group = f"{pattern.rstrip('.')}."
    if group == "." or not any(number.startswith(group) for number in known):
        return ""
    return f", and '{group}*' are those that begin with it"


def _numbers(patterns: Iterable[str], known: Iterable[str]) -> set[str]:
    known, chosen = list(known), set()
    for pattern in patterns:
        found = {number for number in known if names(pattern, number)}
        if not found:
            raise UnknownCaseError(f"no case is called {pattern!r}{_hint(pattern, known)}")
        chosen |= found
    return chosen


def names(pattern: str, number: str) -> bool:
    """Return whether a pattern names a case.

    Raises:
        PatternError: the pattern is not a regular expression.
    """
    section = number.partition(".")[0]
    if pattern in WORDS:
        return int(section) in WORDS[pattern]
    if "*" not in pattern:
        return pattern == number
    if int(section) >= FIRST_FURTHER and not pattern.startswith(f"{section}."):
        return False
    return _number(pattern).match(number) is not None


def excludes(pattern: str, number: str) -> bool:
    """Return whether a pattern excludes a case for a peer; ``*`` stands for all cases here.

    Raises:
        PatternError: the pattern is not a regular expression.
    """
    if pattern in WORDS or "*" not in pattern:
        return names(pattern, number)
    return _number(pattern).fullmatch(number) is not None


def select(
    cases: Mapping[str, Case], patterns: Sequence[str], excluded: Sequence[str] = ()
) -> tuple[Case, ...]:
    """Return the cases that are named by a pattern and not excluded by another, in order.

    Raises:
        UnknownCaseError: a pattern does not name a case.
        PatternError: a pattern is not a regular expression.
    """
    chosen = _numbers(patterns, cases) - _numbers(excluded, cases)
    return tuple(case for number, case in cases.items() if number in chosen)


def playable(cases: Iterable[Case], *, judge_is_server: bool) -> tuple[Case, ...]:
    """Return the cases that the judge can play as a server, or as a client."""
    return tuple(case for case in cases if case.is_for(judge_is_server=judge_is_server))


def is_excluded(rules: Mapping[str, Sequence[str]], agent: str, number: str) -> bool:
    """Return whether a case is excluded for a peer.

    Args:
        rules: patterns of excluded cases, by patterns of peers' names.
        agent: the peer's name.
        number: the case.
    """
    return any(
        _name(name).fullmatch(agent) and any(excludes(pattern, number) for pattern in patterns)
        for name, patterns in rules.items()
    )
