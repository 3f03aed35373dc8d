"""The cases of the pinned suite: which there are, what each group of them is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from websocket_conformance.results.verdict import Verdict


@dataclass(frozen=True)
class Subcategory:
    """Cases that differ only in their last number.

    Attributes:
        prefix: what the identifiers of its cases begin with, such as ``"6.4"`` for ``"6.4.1"``.
        title: what the cases are about.
        cases: their identifiers, in order.
    """

    prefix: str
    title: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Category:
    """All groups under one first number."""

    number: int
    title: str
    groups: tuple[Subcategory, ...]

    @property
    def cases(self) -> tuple[str, ...]:
        """The identifiers of all its cases, in order."""
        return tuple(case for group in self.groups for case in group.cases)


class UnknownPatternError(ValueError):
    """A pattern that selects no case of the suite."""


def _category(number: int, title: str, *groups: tuple[str, int, str]) -> Category:
    return Category(
        number,
        title,
        tuple(
            Subcategory(prefix, text, tuple(f"{prefix}.{last}" for last in range(1, count + 1)))
            for prefix, count, text in groups
        ),
    )


CATEGORIES: tuple[Category, ...] = (
    _category(
        1,
        "Plain messages",
        ("1.1", 8, "Text, 0 bytes to 64 KiB"),
        ("1.2", 8, "Binary, 0 bytes to 64 KiB"),
    ),
    _category(2, "Pings and pongs", ("2", 11, "Answered, unasked, too large, many at once")),
    _category(3, "Reserved bits", ("3", 7, "RSV1 to RSV3 without an extension that owns them")),
    _category(
        4,
        "Reserved opcodes",
        ("4.1", 5, "Data opcodes 3 to 7"),
        ("4.2", 5, "Control opcodes 11 to 15"),
    ),
    _category(5, "Fragmentation", ("5", 20, "Fragments, control frames between, wrong orders")),
    _category(
        6,
        "UTF-8",
        ("6.1", 3, "Empty fragments"),
        ("6.2", 4, "Cut on and inside characters"),
        ("6.3", 2, "Not UTF-8, cut in several ways"),
        ("6.4", 4, "Refused at the first bad byte"),
        ("6.5", 5, "Good sequences"),
        ("6.6", 11, "Prefixes of a text"),
        ("6.7", 4, "First sequence of each length"),
        ("6.8", 2, "First sequence of 5 and 6 bytes"),
        ("6.9", 4, "Last sequence of each length"),
        ("6.10", 3, "Last sequence of 4 to 6 bytes"),
        ("6.11", 5, "Borders between ranges"),
        ("6.12", 8, "Continuation bytes alone"),
        ("6.13", 5, "Start bytes alone"),
        ("6.14", 10, "Last byte missing"),
        ("6.15", 1, "Incomplete sequences in a row"),
        ("6.16", 3, "Bytes that never occur"),
        ("6.17", 5, "Overlong slash"),
        ("6.18", 5, "Longest overlong forms"),
        ("6.19", 5, "Overlong NUL"),
        ("6.20", 7, "Surrogates alone"),
        ("6.21", 8, "Surrogates in pairs"),
        ("6.22", 34, "Noncharacters, which are allowed"),
        ("6.23", 7, "Specials such as U+FFFD"),
    ),
    _category(
        7,
        "Closing",
        ("7.1", 6, "The closing handshake"),
        ("7.3", 6, "Length of the body"),
        ("7.5", 1, "Reason that is not UTF-8"),
        ("7.7", 13, "Codes that are allowed"),
        ("7.9", 9, "Codes that are forbidden"),
        ("7.13", 2, "Codes that the RFC leaves open"),
    ),
    _category(
        9,
        "Large messages",
        ("9.1", 6, "Text, 64 KiB to 16 MiB"),
        ("9.2", 6, "Binary, 64 KiB to 16 MiB"),
        ("9.3", 9, "4 MiB text in fragments"),
        ("9.4", 9, "4 MiB binary in fragments"),
        ("9.5", 6, "1 MiB text in small writes"),
        ("9.6", 6, "1 MiB binary in small writes"),
        ("9.7", 6, "1,000 round trips, text"),
        ("9.8", 6, "1,000 round trips, binary"),
    ),
    _category(10, "Automatic fragments", ("10.1", 1, "A text that the sender cuts by itself")),
    _category(
        12,
        "Compression: kinds of data",
        ("12.1", 18, "JSON"),
        ("12.2", 18, "A bitmap"),
        ("12.3", 18, "German prose"),
        ("12.4", 18, "HTML"),
        ("12.5", 18, "A PDF"),
    ),
    _category(
        13,
        "Compression: parameters",
        ("13.1", 18, "Nothing asked for"),
        ("13.2", 18, "No takeover"),
        ("13.3", 18, "Window 9"),
        ("13.4", 18, "Window 15"),
        ("13.5", 18, "No takeover, window 9"),
        ("13.6", 18, "No takeover, window 15"),
        ("13.7", 18, "Several offers"),
    ),
)

CASES: tuple[str, ...] = tuple(case for category in CATEGORIES for case in category.cases)

_INFORMATIONAL = frozenset({"7.1.6", "7.13.1", "7.13.2"})


def best(case: str) -> Verdict:
    """The best verdict that a case can have.

    Of three cases the suite never says more than that they are informational.
    """
    return Verdict.INFORMATIONAL if case in _INFORMATIONAL else Verdict.OK


@cache
def _named_by(pattern: str) -> tuple[str, ...]:
    """The cases that a pattern names; the same few patterns are asked for thousands of times."""
    return tuple(case for case in CASES if fnmatchcase(case, pattern))


def select(patterns: Iterable[str]) -> tuple[str, ...]:
    """The cases that at least one pattern names, in the suite's order.

    Args:
        patterns: identifiers such as ``"1.1.1"``, in which ``*`` stands for anything.

    Raises:
        UnknownPatternError: a pattern names no case; the message says which.
    """
    chosen: set[str] = set()
    for pattern in patterns:
        matches = _named_by(pattern)
        if not matches:
            raise UnknownPatternError(
                f"no case of the suite matches {pattern!r}; cases are named like 6.4.1, "
                "groups of them like '6.*'"
            )
        chosen.update(matches)
    return tuple(case for case in CASES if case in chosen)


_MANY_MESSAGES = frozenset({9, 12, 13})

# Measured. The cases of categories 12 and 13 send 1,000 messages of a size that depends on the
# case's last number, in KiB, and each KiB costs what the data and the parameters make it cost.
_KIB = (1 / 64, 1 / 16, 1 / 4, 1, 4, 8, 16, 32, 64, 128, 8, 16, 32, 64, 128, 128, 128, 128)
_SECONDS_A_KIB = {
    "12.1": 0.06,
    "12.2": 0.28,
    "12.3": 0.35,
    "12.4": 0.13,
    "12.5": 0.32,
    "13.1": 0.10,
    "13.2": 0.12,
    "13.3": 0.18,
    "13.4": 0.09,
    "13.5": 0.15,
    "13.6": 0.08,
    "13.7": 0.15,
}
_SECONDS_OF_COMPRESSION = 1.0
_SECONDS_OF_LARGE = 0.4
_SECONDS_OF_MOST = 0.03


def expected_seconds(case: str) -> float:
    """About how long a case takes, in seconds of a busy machine, so good only beside others.

    For dealing the cases out and for guessing the time left.
    """
    group, _, last = case.rpartition(".")
    if group in _SECONDS_A_KIB:
        return _SECONDS_OF_COMPRESSION + _SECONDS_A_KIB[group] * _KIB[int(last) - 1]
    return _SECONDS_OF_LARGE if group.startswith("9.") else _SECONDS_OF_MOST


def patience(case: str) -> float:
    """How long a case may take before its client counts as hung, in seconds.

    It is longer than the server's own patience, which for many messages is up to 480 seconds.
    """
    return 500 if int(case.partition(".")[0]) in _MANY_MESSAGES else 120


def deal(cases: Sequence[str], lanes: int) -> list[list[str]]:
    """Deal cases out to some servers, so that all have about as long to play them.

    Each server plays its cases in the order of the suite, as the suite's own servers do.

    Args:
        cases: the cases, in the order of the suite.
        lanes: how many servers there are.

    Returns:
        The cases of each server; none is left without any.
    """
    heaps: list[list[str]] = [[] for _ in range(lanes)]
    seconds = [0.0] * lanes
    for case in sorted(cases, key=expected_seconds, reverse=True):
        lightest = seconds.index(min(seconds))
        heaps[lightest].append(case)
        seconds[lightest] += expected_seconds(case)
    return [[case for case in cases if case in heap] for heap in map(set, heaps) if heap]
