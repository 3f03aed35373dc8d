"""Tells a person at a terminal what came out of a run."""

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from websocket_conformance.autobahn.catalogue import CATEGORIES
from websocket_conformance.autobahn.progress import STYLES
from websocket_conformance.autobahn.run import Run
from websocket_conformance.autobahn.verdicts import Verdict


def print_summary(console: Console, run: Run) -> None:
    """Print the table of categories and verdicts, the cases that fall short, and the versions."""
    console.print(_table(run))
    for result in run.results:
        if not result.is_best:
            style = STYLES[result.verdict]
            console.print(
                f"{result.case:>8}  [{style}]{result.verdict}[/]  {escape(result.explanation)}"
            )
    identity = run.identity
    console.print(f"Suite   {run.suite}")
    console.print(f"Client  {identity.client} ({identity.python}, {identity.loop})")
    console.print(_last_line(run))


def _last_line(run: Run) -> str:
    asked = len(run.settings.cases)
    good = sum(result.is_best for result in run.results)
    minutes, seconds = divmod(round(run.seconds), 60)
    unplayed = asked - len(run.results)
    text = f"{good} of {asked} cases have the best verdict they can have; {minutes}:{seconds:02}"
    if run.interrupted:
        text += "; interrupted"
    if unplayed:
        text += f"; {unplayed} not played"
    return f"[{'green' if run.is_best else 'bold red'}]{text}[/]"


def _table(run: Run) -> Table:
    verdicts = {result.case: result.verdict for result in run.results}
    occurring = [verdict for verdict in Verdict if verdict in verdicts.values()]
    table = Table(show_footer=True)
    table.add_column("", footer="", justify="right")
    table.add_column("category", footer="all")
    table.add_column("cases", footer=str(len(verdicts)), justify="right")
    totals = Counter(verdicts.values())
    for verdict in occurring:
        footer = str(totals[verdict])
        table.add_column(verdict, footer=footer, justify="right", style=STYLES[verdict])
    for category in CATEGORIES:
        counts = Counter(verdicts[case] for case in category.cases if case in verdicts)
        if counts:
            cells = [str(counts[verdict] or "") for verdict in occurring]
            table.add_row(str(category.number), category.title, str(counts.total()), *cells)
    return table
