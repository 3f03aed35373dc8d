"""The bench: the testees, the cases that each plays, and how each is started."""

import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from agreement.broken import description, variants
from agreement.player import STRICT
from websocket_conformance.autobahn.catalogue import CASES
from websocket_conformance.cases import catalogue
from websocket_conformance.cases.profile import Profile
from websocket_conformance.implementations import Implementation, implementations

_PLAIN = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*")
_LESS_TEXT = ("6.1.*", "6.2.*", "6.3.*", "6.4.*", "6.5.*", "6.20.*")
_WITHOUT_TEXT = tuple(pattern for pattern in _PLAIN if pattern != "6.*")
_SOME_LARGE = ("9.1.1", "9.2.1", "9.3.6", "9.5.6")
_SOME_COMPRESSION = (
    *("12.1.1", "12.1.3", "12.1.5", "12.1.11", "12.2.3", "12.3.2"),
    *(f"13.{group}.3" for group in range(1, 8)),
    *("13.2.11", "13.3.5", "13.5.5"),
)
_OF_ROOM = {
    "text": _PLAIN,
    "compression": ("1.1.*", "2.*", "5.*", *_SOME_COMPRESSION),
    "wire": (*_WITHOUT_TEXT, *_LESS_TEXT, *_SOME_LARGE),
}

OURS = "whatwg-websockets"
"""The implementation of this checkout, which is compared in any version."""

UNRECORDED = ("bun", "chromium", "deno")
"""Implementations for which no verdicts of the real suite are recorded."""


@dataclass(frozen=True)
class Testee:
    """A program that plays cases.

    Attributes:
        name: its name.
        about: what it is, or which rule it breaks.
        cases: the cases that it plays, in the suite's order.
        version: returns its version, which is None if it is not installed.
        runtime: returns what runs it.
        command: returns the command that plays cases, from URL, agent, cases, and how many at a
            time.
        installs: returns the commands that install a version of it.
        is_broken: whether it is a variant of the strict client.
    """

    name: str
    about: str
    cases: tuple[str, ...]
    version: Callable[[], str | None]
    runtime: Callable[[], str]
    command: Callable[[str, str, str, int], list[str]]
    installs: Callable[[str], list[list[str]]] = lambda _: []
    is_broken: bool = False


def bench() -> dict[str, Testee]:
    """Return all testees by name: implementations, the strict client, and its variants."""
    known = [each for each in implementations().values() if each.start]
    good = [_of(each) for each in known if each.name not in UNRECORDED]
    strict = _small(STRICT, "the strict client", CASES)
    broken = [
        _small(name, description(variant), select(_patterns(name)), is_broken=True)
        for name, variant in variants().items()
    ]
    return {testee.name: testee for testee in [*good, strict, *broken]}


def _of(implementation: Implementation) -> Testee:
    about = f"{implementation.language}, {implementation.home}"
    version, runtime = implementation.version, implementation.runtime
    command = partial(_command_of, implementation)
    installs = partial(_installs, implementation)
    return Testee(implementation.name, about, CASES, version, runtime, command, installs)


def _command_of(
    implementation: Implementation, url: str, agent: str, cases: str, jobs: int
) -> list[str]:
    at_a_time = str(min(jobs, implementation.jobs))
    values = {"url": url, "agent": agent, "cases": cases, "jobs": at_a_time, "loop": "asyncio"}
    return implementation.filled(implementation.start, **values)


def _installs(implementation: Implementation, version: str) -> list[list[str]]:
    commands = implementation.commands_to_install()
    return [[*words[:-1], _pinned(words, version)] for words in commands]


def _pinned(words: list[str], version: str) -> str:
    """Return the last word of a command for pip or npm, the package, with a version."""
    if version and "pip" in words:
        return f"{words[-1]}=={version}"
    if version and "npm" in words:
        return f"{words[-1]}@{version}"
    return words[-1]


def _small(name: str, about: str, cases: tuple[str, ...], *, is_broken: bool = False) -> Testee:
    command = partial(_command, name)
    return Testee(name, about, cases, lambda: "-", _runtime, command, is_broken=is_broken)


def _command(name: str, url: str, agent: str, cases: str, jobs: int) -> list[str]:
    module = "agreement.player"
    return [sys.executable, "-m", module, name, url, agent, cases, str(jobs)]


def _runtime() -> str:
    return f"{platform.python_implementation()} {platform.python_version()}"


def _patterns(name: str) -> tuple[str, ...]:
    return _OF_ROOM.get(name.partition("-")[0], (*_WITHOUT_TEXT, *_LESS_TEXT))


def select(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the cases that some patterns match, in the suite's order.

    Raises:
        ValueError: a pattern matches no case, or is not a pattern; the message says which.
    """
    known = catalogue.by_number(Profile.FULL)
    return tuple(case.number for case in catalogue.select(known, patterns))


def chosen(testees: Iterable[Testee], patterns: Iterable[str]) -> list[Testee]:
    """Return the testees whose name matches at least one pattern."""
    wanted = list(patterns)
    return [t for t in testees if any(fnmatchcase(t.name, pattern) for pattern in wanted)]


def numbers(cases: Iterable[str]) -> str:
    """Return the numbers of cases as a driver takes them, such as ``"1-16,20"``."""
    places = sorted(CASES.index(case) + 1 for case in cases)
    ranges: list[list[int]] = []
    for place in places:
        if ranges and ranges[-1][1] == place - 1:
            ranges[-1][1] = place
        else:
            ranges.append([place, place])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
