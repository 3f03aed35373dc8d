"""Tells a person at a terminal what came out of a run."""

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from websocket_conformance.report.baseline import Baseline, mended, new_failures
from websocket_conformance.results.run import Run
from websocket_conformance.running.progress import STYLES, styled

_MOST_NAMED = 40


def print_summary(console: Console, run: Run, baseline: Baseline | None) -> None:
    """Print the table of sections and verdicts, the cases that fall short, and the score."""
    if run.results:
        console.print(_table(run))
    for result in run.short[:_MOST_NAMED]:
        console.print(f"{result.case:>8}  {styled(result.verdict)}  {escape(result.reason)}")
    if len(run.short) > _MOST_NAMED:
        console.print(f"{len(run.short) - _MOST_NAMED} more fall short; the report has them all.")
    for line in repeating(run, _MOST_NAMED):
        console.print(line, markup=False)
    console.print(escape(f"Suite   {run.suite_version}"))
    console.print(_score(run))
    if baseline is not None:
        console.print(_against(run, baseline))


def repeating(run: Run, most: int) -> Iterator[str]:
    """How to repeat the first case that falls short, and all of them."""
    cases = [result.case for result in run.short[:most]]
    if cases and run.command:
        yield f"Again, {cases[0]}: {run.repeat(cases[0])}"
    if len(cases) > 1 and run.command:
        yield f"Again, all of these: {run.repeat(*cases)}"


def _table(run: Run) -> Table:
    table = Table(show_footer=True)
    table.add_column("section", footer="all")
    table.add_column("cases", footer=str(len(run.results)), justify="right")
    for verdict, count in run.counts.items():
        table.add_column(verdict, footer=str(count), justify="right", style=STYLES[verdict])
    for section in run.sections:
        verdicts = [each.verdict for each in run.results if each.section == section.id]
        counts = [str(verdicts.count(verdict) or "") for verdict in run.counts]
        number = f"{section.id:>2} " if section.id.isdecimal() else ""
        table.add_row(f"{number}{escape(section.title)}", str(len(verdicts)), *counts)
    return table


def _score(run: Run) -> str:
    minutes, seconds = divmod(round(run.seconds), 60)
    text = (
        f"{run.label}: {run.good} of {run.asked} cases have the best verdict they can have; "
        f"{minutes}:{seconds:02}"
    )
    if run.interrupted:
        text += "; interrupted"
    if unplayed := run.asked - len(run.played):
        text += f"; {unplayed} not played"
    return f"[{'green' if run.is_best else 'bold red'}]{escape(text)}[/]"


def _against(run: Run, baseline: Baseline) -> str:
    new, good = new_failures(run, baseline), mended(run, baseline)
    known = len(run.short) - len(new)
    lines = [f"Against the baseline: {len(new)} new, {known} known, {len(good)} mended"]
    lines += [f"{each.case:>8}  new: {styled(each.verdict)}" for each in new]
    lines += [f"Mended, and to be taken out of the baseline: {' '.join(good)}"] if good else []
    return "\n".join(lines)
