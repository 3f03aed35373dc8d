"""Plays the scenarios at the API, whose drivers are other than those of the protocol's cases."""

import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from websocket_conformance.api import scenario, suite
from websocket_conformance.api.implementations import Bounds
from websocket_conformance.api.scenario import Scenario
from websocket_conformance.api.verdicts import ScenarioResult
from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.implementations import API, implementations
from websocket_conformance.report import from_api
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict

POSITION = "position:"
"""How a pattern begins that names positions."""

_STARTS_IN_VAIN = 2


def scenarios(patterns: Sequence[str]) -> list[Scenario]:
    """The scenarios that some patterns name, in order.

    A pattern is of ids, such as ``close-*``, or of the positions that speak of a scenario, such as
    ``position:tcp-*``.

    Raises:
        UsageError: a pattern names none.
    """
    every = scenario.load()
    for pattern in patterns:
        if not any(_fits(each, pattern) for each in every):
            raise UsageError(f"no scenario matches {pattern!r}; they are named like {every[0].id}")
    return [each for each in every if any(_fits(each, pattern) for pattern in patterns)]


def _fits(scenario: Scenario, pattern: str) -> bool:
    if not pattern.startswith(POSITION):
        return fnmatchcase(scenario.id, pattern)
    wanted = pattern.removeprefix(POSITION)
    return any(fnmatchcase(each, wanted) for each in scenario.all_positions)


def driver(name: str) -> str:
    """What the driver of an implementation is called.

    Raises:
        UsageError: there is none.
        MissingError: the implementation is not on this machine.
    """
    known = {each.name: each for each in implementations().values() if each.scenarios is not None}
    if name not in known:
        raise UsageError(f"no driver of scenarios for {name!r}; there are {', '.join(known)}")
    if known[name].version() is None:
        raise MissingError(known[name].how_to_get())
    return name


def own_driver(command: str) -> str:
    """A driver of a person's own; ``{api}`` is the folder of the drivers that are known.

    Raises:
        UsageError: it is no command.
    """
    command = command.replace("{api}", shlex.quote(str(API)))
    try:
        is_empty = not shlex.split(command)
    except ValueError as error:
        raise UsageError(f"the command cannot be read: {error}") from error
    if is_empty:
        raise UsageError("the command is empty")
    return command


class ScenarioPlayer:
    """Plays scenarios, and starts the driver anew where it was lost.

    Args:
        name: the implementation's name.
        command: a driver's name, or a command.
        chosen: the scenarios.
        told: is given each result.
        bounds: how far the implementation may go.
        version: its version; empty for what the driver says.
    """

    def __init__(
        self,
        name: str,
        command: str,
        chosen: Sequence[Scenario],
        told: Callable[[Result], None],
        bounds: Bounds,
        version: str = "",
    ) -> None:
        self._name = name
        self._command = command
        self._chosen = chosen
        self._told = told
        self._bounds = bounds
        self._version = version
        self._label = name
        self._played: list[ScenarioResult] = []
        self._lost: dict[str, str] = {}
        self._started = datetime.now(UTC)
        self._clock = time.monotonic()

    async def play(self) -> None:
        """Play all of them.

        Raises:
            MissingError: the driver is not on this machine.
        """
        left, in_vain = list(self._chosen), 0
        while left:
            before = len(self._played)
            label, results = await suite.run_async(self._command, left, self._hear, self._bounds)
            skipped = [each for each in results if each.verdict is Verdict.SKIPPED]
            if not self._played and skipped:
                raise MissingError(skipped[0].reason)
            self._label = label if len(self._played) > before else self._label
            in_vain = 0 if len(self._played) > before else in_vain + 1
            lost = skipped if in_vain == _STARTS_IN_VAIN else skipped[:1]
            self._lose(lost)
            left = [each.scenario for each in skipped[len(lost) :]]

    def _hear(self, played: ScenarioResult) -> None:
        if played.verdict is not Verdict.SKIPPED:
            self._played.append(played)
            self._told(from_api.result(played))

    def _lose(self, lost: Sequence[ScenarioResult]) -> None:
        for each in lost:
            self._played.append(each)
            self._lost[each.scenario.id] = each.reason
            self._told(self._mended(from_api.result(each)))

    def _mended(self, result: Result) -> Result:
        trouble = self._lost.get(result.case)
        if trouble is None:
            return result
        return replace(result, behaviour=Verdict.FAILED, trouble=trouble)

    def run(self, interrupted: bool) -> Run:
        """What has come out so far."""
        order = {each.id: at for at, each in enumerate(self._chosen)}
        played = sorted(self._played, key=lambda each: order[each.scenario.id])
        seconds = time.monotonic() - self._clock
        run = from_api.run(self._name, self._label, played, self._started, seconds)
        return replace(
            run,
            version=self._version or run.version,
            asked=len(self._chosen),
            interrupted=interrupted,
            results=tuple(map(self._mended, run.results)),
        )
