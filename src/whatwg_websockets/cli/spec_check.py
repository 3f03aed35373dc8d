"""``whatwg-websockets spec check``: is there code for every step, and a step for every comment?"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from whatwg_websockets.cli.spec_sources import (
    EXIT_FAULT,
    CodeFolder,
    Index,
    read,
    read_changes,
    read_left_out,
)
from whatwg_websockets.steps.check import Report, check
from whatwg_websockets.steps.faults import Fault, place
from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.outside import Outside
from whatwg_websockets.steps.tally import Row, Total, total_of

WIDE = 100
"""From this many columns on, the table names each function."""


def check_command(
    index: Index = None,
    code: CodeFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with the faults.")] = False,
) -> None:
    """Check the step comments of the code against the index of the standards.

    Prints each fault with its file and line and exits with 1, or else prints a table of what is
    carried out.
    """
    standards, sources = read(index, code)
    outside = read_left_out(index)
    report = check(standards, sources, outside, read_changes(index))
    if as_json:
        typer.echo(json.dumps(_data(report, standards, outside), indent=2, ensure_ascii=False))
    elif report.faults:
        for fault in report.faults:
            typer.echo(str(fault))
        count = len(report.faults)
        typer.echo(f"{count} fault{'s' if count > 1 else ''}", err=True)
    else:
        _print(report, standards, outside)
    raise typer.Exit(EXIT_FAULT if report.faults else 0)


def _print(report: Report, standards: Iterable[Standard], outside: Outside) -> None:
    """Print a table with a row for each algorithm, the total, and what the total does not count."""
    console = Console(highlight=False)
    titles = {standard.id: standard.label for standard in standards}
    table = Table(box=None, pad_edge=False, header_style="bold", show_footer=True)
    table.add_column("§", no_wrap=True)
    table.add_column("algorithm", footer="[bold]all[/]", ratio=3)
    table.add_column("where", style="dim", ratio=2, overflow="fold")
    total = total_of(report.rows)
    footers = (total.carried_out, total.not_built, total.not_applicable, total.total)
    for title, footer in zip(("done", "not built", "n/a", "of"), footers, strict=True):
        table.add_column(title, footer=f"[bold]{footer}[/]", justify="right")
    standard = ""
    for row in report.rows:
        if row.standard != standard:
            standard = row.standard
            table.add_row("", Text(f"\n{titles[standard]}", style="bold cyan"))
        name = Text(row.name) if row.name else Text("requirements", style="italic")
        counts = (row.carried_out, row.not_built, row.not_applicable, row.total)
        where = _where(row, in_full=console.width >= WIDE)
        table.add_row(row.section, name, where, *map(str, counts))
    table.add_row()
    console.print(table)
    console.print()
    console.print(
        f"{total.carried_out} of {total.possible} steps and requirements are carried out,"
        f" {total.percent} %; {total.not_built} are not built. {total.not_applicable} more are n/a,"
        " each for its reason."
    )
    for draft, of_draft in _drafts(report, standards):
        console.print(
            f"Of these, {of_draft.carried_out} of {of_draft.possible} are of a draft, which may"
            f" still change: {draft.label}, {draft.draft}.",
            markup=False,
        )
    if outside.later:
        console.print(
            f"Not counted: the steps of {_algorithms(outside.later)} outside of the index that"
            " later work builds."
        )
    for left_out in report.left_out:
        console.print(f"Left out: {left_out.label} ({left_out.status}).", markup=False)
    if outside.outsiders:
        console.print(
            f"Outside: {_algorithms(len(outside.outsiders))}, each for its reason.", markup=False
        )


def _drafts(report: Report, standards: Iterable[Standard]) -> Iterator[tuple[Standard, Total]]:
    """Find the drafts that are carried out, each with its counts."""
    for standard in standards:
        if standard.draft is not None and standard.is_carried_out:
            yield standard, total_of(row for row in report.rows if row.standard == standard.id)


def _algorithms(count: int) -> str:
    return f"{count} algorithm{'' if count == 1 else 's'}"


def _where(row: Row, *, in_full: bool) -> str:
    """Name the functions, or their modules only, without the package, which is the same for all."""
    if row.name is None:
        count = len(row.where)
        return f"{count} module{'' if count == 1 else 's'}"
    names = [where.partition(".")[2] for where in row.where]
    return "\n".join(names if in_full else dict.fromkeys(map(_module, names)))


def _module(name: str) -> str:
    """Return the module of a function or of a method; classes have capital letters."""
    return ".".join(part for part in name.split(".")[:-1] if not part[0].isupper())


def _data(report: Report, standards: Iterable[Standard], outside: Outside) -> dict[str, object]:
    """Return the report as JSON has it."""
    return {
        "faults": [_fault(fault) for fault in report.faults],
        "algorithms": [asdict(row) for row in report.rows if row.name is not None],
        "requirements": [asdict(row) for row in report.rows if row.name is None],
        "total": asdict(total_of(report.rows)),
        "drafts": [
            {"standard": draft.id, "version": draft.version, "total": asdict(of_draft)}
            for draft, of_draft in _drafts(report, standards)
        ],
        "left_out": [
            {"standard": standard.id, "status": standard.status} for standard in report.left_out
        ],
        "outside": {"total": len(outside.outsiders), "later": outside.later},
    }


def _fault(fault: Fault) -> dict[str, object]:
    return {**asdict(fault), "path": place(fault.path, fault.line).rpartition(":")[0]}
