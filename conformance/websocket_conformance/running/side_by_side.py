"""A comparison of implementations in the scenarios at the API."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from websocket_conformance.api import scenario
from websocket_conformance.api.scenario import ANYBODY, Scenario
from websocket_conformance.results.result import Kind, Result
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict


def print_side_by_side(console: Console, runs: Sequence[Run]) -> None:
    """Print the scenarios that differ, what is left open, and how many have each verdict.

    Args:
        console: the console to print on.
        runs: the runs, of the same scenarios.
    """
    scenarios = {each.id: each for each in scenario.load()}
    results = [{result.case: result for result in run.results} for run in runs]
    names = [run.implementation for run in runs]
    cases = [case for case in scenarios if all(case in of_run for of_run in results)]
    width = max(map(len, ["standard", *names])) + 2
    left_open = []
    for case in cases:
        of_case = dict(zip(names, (of_run[case] for of_run in results), strict=True))
        print_difference(console, scenarios[case], of_case, width)
        left_open += lines_left_open(scenarios[case], list(of_case.values()))
    if left_open:
        console.print("\nThe standard leaves these open, and the implementations differ:")
        console.print("\n".join(left_open), markup=False)
    _print_totals(console, runs)


def print_difference(
    console: Console, scenario: Scenario, results: Mapping[str, Result], width: int
) -> None:
    """Print what each implementation did, unless all did what the standard says.

    Args:
        console: the console to print on.
        scenario: the scenario.
        results: its results, by the name of the implementation.
        width: the width of the names, in columns.
    """
    for name, result in results.items():
        if is_stale(scenario, name, result):
            console.print(f"\n{scenario.id}: {name} no longer differs; remove its entry")
    if all(result.verdict is Verdict.OK for result in results.values()):
        return
    console.print(f"\n{scenario.id}: {scenario.title}", markup=False)
    standard = _shown(scenario.expect, scenario.wire)
    console.print(f"  {'standard':{width}}{standard}", markup=False)
    for name, result in results.items():
        console.print(f"  {name:{width}}{_of_one(scenario, result)}", markup=False)


def is_stale(scenario: Scenario, name: str, result: Result) -> bool:
    """Return whether the scenario explains a difference that the implementation no longer has."""
    known = [each for each in scenario.differences_of(name) if ANYBODY not in each.who]
    return bool(known) and result.verdict is Verdict.OK


def lines_left_open(scenario: Scenario, results: Sequence[Result]) -> list[str]:
    """Return lines for scenarios in which all follow the standard, and yet differ."""
    if any(result.verdict is not Verdict.OK for result in results):
        return []
    of_each = [[*_page(each), *(_wire(each) if scenario.wire else ())] for each in results]
    alike = zip(*of_each, strict=True)
    return [f"  {scenario.id}: {'   '.join(seen)}" for seen in alike if len(set(seen)) > 1]


def _of_one(scenario: Scenario, result: Result) -> str:
    if result.verdict is Verdict.OK:
        return "the same"
    if result.verdict is Verdict.UNIMPLEMENTED:
        return result.explanation
    wire = None if scenario.wire is None else _wire(result)
    if result.verdict is Verdict.EXPLAINED:
        remark = f"({result.explanation})"
    else:
        remark = f"(NOT EXPLAINED{f': {result.trouble}' if result.trouble else ''})"
    return f"{_shown(_page(result), wire)}   {remark}"


def _page(result: Result) -> list[str]:
    return [each.head for each in result.conversation.start if each.kind is Kind.EVENT]


def _wire(result: Result) -> list[str]:
    return [each.head for each in result.conversation.start if each.kind is Kind.FRAME]


def _shown(trace: Sequence[str], wire: Sequence[str] | None) -> str:
    page = " | ".join(trace)
    return page if wire is None else f"{page}   wire: {' | '.join(wire) or 'nothing'}"


def _print_totals(console: Console, runs: Sequence[Run]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("", overflow="fold")
    counts = [run.counts for run in runs]
    verdicts = [verdict for verdict in Verdict if any(verdict in each for each in counts)]
    for verdict in verdicts:
        table.add_column(verdict.value, justify="right", no_wrap=True)
    for run, of_run in zip(runs, counts, strict=True):
        table.add_row(escape(run.label), *(str(of_run.get(verdict, 0)) for verdict in verdicts))
    console.print()
    console.print(table)
