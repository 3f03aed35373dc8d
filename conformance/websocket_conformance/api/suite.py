"""Plays scenarios with an implementation."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from websocket_conformance.api import scenario
from websocket_conformance.api.implementations import USUAL, Bounds, PagePlayer
from websocket_conformance.api.lanes import Lanes
from websocket_conformance.api.page import PageTask
from websocket_conformance.api.scenario import Scenario
from websocket_conformance.api.server import HEAR, TELL, ScenarioRun, Server
from websocket_conformance.api.verdicts import ScenarioResult, judge
from websocket_conformance.implementations import OURS

ToldResult = Callable[[ScenarioResult], None]


def run(
    implementation: str = OURS,
    scenarios: Sequence[Scenario] | None = None,
    observer: ToldResult = lambda result: None,
    bounds: Bounds = USUAL,
) -> tuple[str, list[ScenarioResult]]:
    """Play scenarios with an implementation, one after the other unless a page waits.

    Args:
        implementation: an implementation with a player in ``implementations.toml``, such as
            ``undici``, or a command.
        scenarios: the scenarios; by default all.
        observer: is called with each result, as soon as there is one.
        bounds: the limits for the implementation.

    Returns:
        The implementation's name and version, and a result for each scenario, in their order. If
        the implementation is not installed, all are SKIPPED, with the reason. A scenario during
        which it breaks is FAILED, and the implementation is started again for the others.
    """
    chosen = scenario.load() if scenarios is None else scenarios
    return asyncio.run(run_async(implementation, chosen, observer, bounds))


async def run_async(
    implementation: str, scenarios: Sequence[Scenario], observer: ToldResult, bounds: Bounds
) -> tuple[str, list[ScenarioResult]]:
    """Play scenarios as `run` does, in a running event loop."""
    lanes = Lanes(implementation, scenarios, play, observer, bounds)
    async with Server(scenarios) as server:
        await lanes.play_all(server)
    return lanes.label, [lanes.results[place] for place in range(len(scenarios))]


async def play(scenario: Scenario, player: PagePlayer, server: Server) -> ScenarioResult:
    """Play one scenario."""
    run = server.begin(scenario)
    names = server.names(run)
    trace = await player.play(task_of(scenario, server, run))
    seen = [without(line, names) for line in trace]
    wire = [without(line, names) for line in await run.wire()]
    return judge(scenario, player.name, seen, wire)


def task_of(scenario: Scenario, server: Server, run: ScenarioRun) -> PageTask:
    """Return the task of the page in a run."""
    names = server.names(run)
    policy, policy_report_only = filled_in((scenario.policy, scenario.policy_report_only), names)
    return PageTask(
        id=scenario.id,
        arguments=filled_in(scenario.arguments, names),
        page={when: filled_in(what, names) for when, what in scenario.page.items()},
        tell=f"http://{server.host}/-/{TELL}/{run.path}/",
        hear=f"http://{server.host}/-/{HEAR}/{run.path}/",
        listens=scenario.listens,
        frame=scenario.frame,
        policy=policy,
        policy_report_only=policy_report_only,
        cookies=scenario.cookies,
        interface=scenario.interface,
    )


def filled_in(arguments: Iterable[Any], names: Mapping[str, str]) -> tuple[Any, ...]:
    """Replace the names in braces with a run's values."""

    def fill(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [fill(each) for each in value]
        if isinstance(value, str):
            for name, text in names.items():
                value = value.replace(f"{{{name}}}", text)
        return value

    return tuple(fill(each) for each in arguments)


def without(line: str, names: Mapping[str, str]) -> str:
    """Replace a run's values with the names in braces."""
    for name in ("url", "refused", "elsewhere", "host", "path"):
        line = line.replace(names[name], f"{{{name}}}")
    return line.replace(f":{names['port']}/", ":{port}/")
