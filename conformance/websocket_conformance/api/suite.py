"""Plays scenarios with an implementation."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from websocket_conformance.api import implementations, scenario
from websocket_conformance.api.errors import BrokenError, UnavailableError
from websocket_conformance.api.implementations import Implementation
from websocket_conformance.api.page import Task
from websocket_conformance.api.scenario import Scenario
from websocket_conformance.api.server import Server
from websocket_conformance.api.verdicts import Result, Verdict, broken, judge, skipped

Observer = Callable[[Result], None]


def run(
    implementation: str = "ours",
    scenarios: Sequence[Scenario] | None = None,
    observer: Observer = lambda result: None,
) -> tuple[str, list[Result]]:
    """Play scenarios with an implementation, one after the other.

    Args:
        implementation: ``ours``, ``node``, ``ws``, ``chromium``, or a command.
        scenarios: which ones; by default all.
        observer: gets each result as soon as it is there.

    Returns:
        The implementation's name and version, and a result for each scenario. Where it is not on
        this machine, all are SKIPPED, with the reason. A scenario that it does not survive is
        FAILED, and it is started anew for the rest.
    """
    return asyncio.run(run_async(implementation, scenarios, observer))


async def run_async(
    implementation: str = "ours",
    scenarios: Sequence[Scenario] | None = None,
    observer: Observer = lambda result: None,
) -> tuple[str, list[Result]]:
    """The same, in a loop that is running."""
    chosen = scenario.load() if scenarios is None else list(scenarios)
    label, results = implementation, list[Result]()

    def have(result: Result) -> None:
        results.append(result)
        observer(result)

    while len(results) < len(chosen):
        rest = chosen[len(results) :]
        try:
            label = await _play_until_broken(implementation, rest, have)
        except UnavailableError as error:
            for each in rest:
                have(skipped(each, implementation, str(error)))
    return label, results


async def _play_until_broken(name: str, scenarios: Sequence[Scenario], have: Observer) -> str:
    """Start an implementation and play scenarios, to the first that it does not survive."""
    async with Server(scenarios) as server, implementations.start(name, server) as player:
        for each in scenarios:
            try:
                have(await play(each, player, server))
            except BrokenError as error:
                have(broken(each, name, str(error)))
                break
        return player.label


async def play(scenario: Scenario, player: Implementation, server: Server) -> Result:
    """Play one scenario."""
    run = server.begin(scenario)
    names = server.names(run)
    tell = f"http://{server.host}/-/tell/{run.path}/"
    task = Task(scenario.id, filled_in(scenario.arguments, names), scenario.page, tell)
    trace = await player.play(task)
    seen = [without(line, names) for line in trace]
    return judge(scenario, player.name, seen, await run.wire())


def filled_in(arguments: Iterable[Any], names: Mapping[str, str]) -> tuple[Any, ...]:
    """Put a run's own values in the place of the names in braces."""

    def fill(value: Any) -> Any:
        if isinstance(value, list):
            return [fill(each) for each in value]
        if isinstance(value, str):
            for name, text in names.items():
                value = value.replace(f"{{{name}}}", text)
        return value

    return tuple(fill(each) for each in arguments)


def without(line: str, names: Mapping[str, str]) -> str:
    """Put the names in braces back in the place of a run's own values."""
    for name in ("url", "refused", "host", "path"):
        line = line.replace(names[name], f"{{{name}}}")
    return line.replace(f":{names['port']}/", ":{port}/")


def totals(results: Iterable[Result]) -> dict[Verdict, int]:
    """How many results have each verdict."""
    verdicts = [result.verdict for result in results]
    return {verdict: verdicts.count(verdict) for verdict in Verdict}
