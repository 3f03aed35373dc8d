"""``whatwg-websockets spec check``: is there code for every step, and a step for every comment?"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from whatwg_websockets.cli.spec_sources import EXIT_FAULT, Index, Source, read
from whatwg_websockets.steps.check import Report, Row, check, place
from whatwg_websockets.steps.index import Standard

WIDE = 100
"""From this many columns on, the table names each function."""


def check_command(
    index: Index = None,
    source: Source = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, the faults too.")] = False,
) -> None:
    """Hold the step comments of the code against the index of the standards.

    Prints what is wrong, each with file and line, and exits with 1; or else a table of what is
    carried out.
    """
    standards, sources = read(index, source)
    report = check(standards, sources)
    if as_json:
        typer.echo(json.dumps(_data(report), indent=2, ensure_ascii=False))
    elif report.faults:
        for fault in report.faults:
            typer.echo(str(fault))
        count = len(report.faults)
        typer.echo(f"{count} fault{'s' if count > 1 else ''}", err=True)
    else:
        _print(report, standards)
    raise typer.Exit(EXIT_FAULT if report.faults else 0)


def _print(report: Report, standards: Iterable[Standard]) -> None:
    """Print a table by algorithm, and the total."""
    console = Console(highlight=False)
    titles = {standard.id: standard.title for standard in standards}
    table = Table(box=None, pad_edge=False, header_style="bold", show_footer=True)
    table.add_column("§", no_wrap=True)
    table.add_column("algorithm", footer="[bold]all[/]", ratio=3)
    table.add_column("where", style="dim", ratio=2, overflow="fold")
    for title, footer in zip(("done", "n/a", "of"), _total(report.rows), strict=True):
        table.add_column(title, footer=f"[bold]{footer}[/]", justify="right", no_wrap=True)
    standard = ""
    for row in report.rows:
        if row.standard != standard:
            standard = row.standard
            table.add_row("", Text(f"\n{titles[standard]}", style="bold cyan"))
        name = Text(row.name) if row.name else Text("requirements", style="italic")
        counts = (row.carried_out, row.not_applicable, row.total)
        where = _where(row, in_full=console.width >= WIDE)
        table.add_row(row.section, name, where, *map(str, counts))
    table.add_row()
    console.print(table)
    console.print()
    done, not_applicable, total = _total(report.rows)
    console.print(
        f"{done + not_applicable} of {total} steps and requirements, 100 %:"
        f" {done} carried out, {not_applicable} n/a with a reason."
    )
    for left_out in report.left_out:
        console.print(f"Left out: {left_out.title} ({left_out.status}).", markup=False)


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


def _total(rows: Iterable[Row]) -> tuple[int, int, int]:
    done = not_applicable = total = 0
    for row in rows:
        done += row.carried_out
        not_applicable += row.not_applicable
        total += row.total
    return done, not_applicable, total


def _data(report: Report) -> dict[str, object]:
    """Return the report as JSON has it."""
    done, not_applicable, total = _total(report.rows)
    return {
        "faults": [
            {**asdict(fault), "path": place(fault.path, fault.line).rpartition(":")[0]}
            for fault in report.faults
        ],
        "algorithms": [asdict(row) for row in report.rows if row.name is not None],
        "requirements": [asdict(row) for row in report.rows if row.name is None],
        "total": {"carried_out": done, "not_applicable": not_applicable, "total": total},
        "left_out": [
            {"standard": standard.id, "status": standard.status} for standard in report.left_out
        ],
    }
