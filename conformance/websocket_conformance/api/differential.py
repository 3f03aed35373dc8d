"""The command behind ``whatwg-websockets conformance differential``.

It plays every scenario with this implementation and with others, by default Chromium, and prints
where they differ from each other and from the standard.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rich.console import Console
from rich.table import Table

from websocket_conformance.api import suite
from websocket_conformance.api.scenario import Scenario, load
from websocket_conformance.api.verdicts import ScenarioResult
from websocket_conformance.errors import Exit, MissingError
from websocket_conformance.processes import check_platform, until_signalled
from websocket_conformance.results.verdict import Verdict

OURS = "ours"
DEFAULT = ("chromium",)


class NoSuchScenarioError(Exception):
    """A pattern fits no scenario."""


@dataclass(frozen=True)
class PlayedScenarios:
    """All scenarios, as one implementation played them.

    Attributes:
        name: the implementation's name.
        label: its name and version.
        results: a result for each scenario.
    """

    name: str
    label: str
    results: Sequence[ScenarioResult]

    @property
    def missing(self) -> str:
        """Why it did not play all of them, empty if it did."""
        return next((each.reason for each in self.results if each.verdict is Verdict.SKIPPED), "")


def select(patterns: Sequence[str]) -> list[Scenario]:
    """The scenarios whose id fits one of the patterns, by default all.

    Raises:
        NoSuchScenarioError: a pattern fits none.
    """
    scenarios = load()
    for pattern in patterns:
        if not any(fnmatchcase(each.id, pattern) for each in scenarios):
            raise NoSuchScenarioError(f"no scenario is called {pattern!r}")
    if not patterns:
        return scenarios
    return [each for each in scenarios if any(fnmatchcase(each.id, one) for one in patterns)]


def execute(names: Sequence[str], scenarios: Sequence[Scenario], console: Console) -> Exit:
    """Play scenarios with this implementation and with others, and say where they differ."""
    try:
        check_platform()
        all_played = asyncio.run(until_signalled(play((OURS, *names), scenarios)))
    except asyncio.CancelledError:
        console.print("Interrupted; nothing was compared.")
        return Exit.INTERRUPTED
    except MissingError as error:
        console.print(str(error), markup=False)
        return Exit.MISSING
    if missing := all_played[-1].missing:
        console.print(missing, markup=False)
        return Exit.MISSING
    for index, scenario in enumerate(scenarios):
        results = {played.name: played.results[index] for played in all_played}
        print_difference(scenario, results, console)
    print_left_open(all_played, console)
    print_totals(all_played, console)
    results_of_all = [result for played in all_played for result in played.results]
    return exit_of(results_of_all)


async def play(names: Sequence[str], scenarios: Sequence[Scenario]) -> list[PlayedScenarios]:
    """Play scenarios with implementations, to the first that is not there."""
    all_played: list[PlayedScenarios] = []
    for name in names:
        all_played.append(PlayedScenarios(name, *await suite.run_async(name, scenarios)))
        if all_played[-1].missing:
            break
    return all_played


def exit_of(results: Sequence[ScenarioResult]) -> Exit:
    """Whether there is something that nothing explains."""
    failed = any(result.verdict is Verdict.FAILED for result in results)
    return Exit.SHORT if failed else Exit.BEST


def print_difference(
    scenario: Scenario, results: Mapping[str, ScenarioResult], console: Console
) -> None:
    """Print who saw what, if it is not what the standard says for all."""
    for name, result in results.items():
        if is_stale(result):
            console.print(f"\n{scenario.id}: {name} no longer differs, its entry can go")
    if all(result.verdict is Verdict.OK for result in results.values()):
        return
    console.print(f"\n{scenario.id}: {scenario.title}", markup=False)
    console.print(f"  {'standard':10}{_shown(scenario.expect, scenario.wire)}", markup=False)
    for name, result in results.items():
        wire = None if scenario.wire is None else result.wire
        is_ok = result.verdict is Verdict.OK
        seen = "the same" if is_ok else f"{_shown(result.trace, wire)}   {_remark(result)}"
        console.print(f"  {name:10}{seen}", markup=False)


def print_left_open(all_played: Sequence[PlayedScenarios], console: Console) -> None:
    """Print where all do as the standard says, and yet not the same, as it leaves it to them."""
    lines = []
    for results in zip(*(played.results for played in all_played), strict=True):
        if any(result.verdict is not Verdict.OK for result in results):
            continue
        of_each = [(*page, *wire) for page, wire in (result.seen for result in results)]
        for seen in zip(*of_each, strict=True):
            if len(set(seen)) > 1:
                lines.append(f"  {results[0].scenario.id}: {'   '.join(seen)}")
    if lines:
        console.print("\nLeft open by the standard, and not done alike:")
        console.print("\n".join(lines), markup=False)


def is_stale(result: ScenarioResult) -> bool:
    """Tell whether a difference is written down that is no longer there."""
    known = result.scenario.difference_of(result.implementation)
    return known is not None and result.verdict is Verdict.OK


def _shown(trace: Sequence[str], wire: Sequence[str] | None) -> str:
    page = " | ".join(trace)
    return page if wire is None else f"{page}   wire: {' | '.join(wire) or 'nothing'}"


def _remark(result: ScenarioResult) -> str:
    if result.verdict is Verdict.EXPLAINED:
        return f"(spec/positions/{result.reason}.md)"
    return f"(NOT EXPLAINED{f': {result.reason}' if result.reason else ''})"


def print_totals(all_played: Sequence[PlayedScenarios], console: Console) -> None:
    """Print how many scenarios each implementation has in each verdict."""
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    verdicts = (Verdict.OK, Verdict.EXPLAINED, Verdict.FAILED)
    for verdict in verdicts:
        table.add_column(verdict.value, justify="right")
    for played in all_played:
        totals = suite.totals(played.results)
        table.add_row(played.label, *(str(totals[verdict]) for verdict in verdicts))
    console.print()
    console.print(table)
