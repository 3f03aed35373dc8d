"""A table of the results of several implementations in web-platform-tests, a row per folder."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from websocket_conformance.report.folders import by_folder, subtests, tally
from websocket_conformance.results.run import Run


def print_folders(console: Console, runs: Sequence[Run]) -> None:
    """Print how many subtests pass, by folder and implementation.

    Args:
        console: the console to print on.
        runs: the runs.
    """
    table = Table(show_footer=True)
    table.add_column("folder", footer="all", overflow="fold")
    found = [by_folder(run) for run in runs]
    for run in runs:
        footer = str(tally(subtests(run)))
        table.add_column(escape(run.label), footer=footer, justify="right", overflow="fold")
    for folder in dict.fromkeys(folder for each in found for folder in each):
        table.add_row(folder, *(str(each.get(folder, "")) for each in found))
    console.print(table)
