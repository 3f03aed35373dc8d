"""The scenarios at the API, which have their own drivers."""

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
"""The prefix of a pattern that names positions."""


def scenarios(patterns: Sequence[str], excluded: Sequence[str] = ()) -> list[Scenario]:
    """Return the scenarios that match a pattern and no pattern of exclusion, in order.

    A pattern matches ids, such as ``close-*``, or the positions that mention a scenario, such as
    ``position:tcp-*``.

    Raises:
        UsageError: a pattern matches no scenario.
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
    """Return the driver of the scenarios: that of a known implementation, or a command.

    In a command, ``{api}`` stands for the folder of the known drivers.

    Raises:
        UsageError: the implementation plays no scenarios, or the command cannot be parsed.
        MissingError: the implementation is not on this machine.
    """
    if target.option is Option.COMMAND:
        command = target.value.replace("{api}", shlex.quote(str(API)))
        shell_words(command)
        return command
    known = {each.name: each for each in implementations().values() if each.scenarios is not None}
    if target.value not in known:
        names = ", ".join(known)
        raise UsageError(f"{target.value!r} does not play scenarios; these do: {names}")
    known[target.value].version_here()
    return target.value
