"""The scenarios at the API and their drivers, which are other than those of the cases."""

import shlex
from collections.abc import Sequence
from fnmatch import fnmatchcase

from websocket_conformance.api import scenario
from websocket_conformance.api.scenario import Scenario
from websocket_conformance.errors import UsageError
from websocket_conformance.implementations import API, implementations
from websocket_conformance.processes import shell_words
from websocket_conformance.running.order import Option, Target

POSITION = "position:"
"""How a pattern begins that names positions."""


def scenarios(patterns: Sequence[str], excluded: Sequence[str] = ()) -> list[Scenario]:
    """The scenarios that some patterns name and no others exclude, in order.

    A pattern is of ids, such as ``close-*``, or of the positions that speak of a scenario, such as
    ``position:tcp-*``.

    Raises:
        UsageError: a pattern names none.
    """
    every = scenario.load()
    for pattern in (*patterns, *excluded):
        if not any(_fits(each, pattern) for each in every):
            raise UsageError(f"no scenario matches {pattern!r}; they are named like {every[0].id}")
    return [each for each in every if _fit(each, patterns) and not _fit(each, excluded)]


def _fit(scenario: Scenario, patterns: Sequence[str]) -> bool:
    return any(_fits(scenario, pattern) for pattern in patterns)


def _fits(scenario: Scenario, pattern: str) -> bool:
    if not pattern.startswith(POSITION):
        return fnmatchcase(scenario.id, pattern)
    wanted = pattern.removeprefix(POSITION)
    return any(fnmatchcase(each, wanted) for each in scenario.all_positions)


def driver(target: Target) -> str:
    """What plays the scenarios: the name of a known implementation, or a command.

    In a command ``{api}`` stands for the folder of the drivers that are known.

    Raises:
        UsageError: nothing plays them, or the value is not a command.
        MissingError: the implementation is not on this machine.
    """
    if target.option is Option.COMMAND:
        command = target.value.replace("{api}", shlex.quote(str(API)))
        shell_words(command)
        return command
    known = {each.name: each for each in implementations().values() if each.scenarios is not None}
    if target.value not in known:
        names = ", ".join(known)
        raise UsageError(f"no driver of scenarios for {target.value!r}; there are {names}")
    known[target.value].version_here()
    return target.value
