"""``whatwg-websockets spec coverage``: which steps ran, and under which tests?"""

import json
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from whatwg_websockets.cli.spec_mutate import chosen
from whatwg_websockets.cli.spec_sources import EXIT_FAULT, EXIT_NO_DATA, commit_of
from whatwg_websockets.steps.comments import source_folder
from whatwg_websockets.steps.coverage import NoData, Run, StepCoverage, read_coverage
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.places import folder_of, places
from whatwg_websockets.steps.step_tests import write_step_tests


def coverage_command(
    algorithm: Annotated[
        list[str] | None,
        typer.Option(help="Only this algorithm, or this module, step by step; again for more."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="A data file of coverage.py that has contexts.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON: each step with its tests.")
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write to this file which tests ran each step."),
    ] = None,
) -> None:
    """Report which steps the tests ran, from what `make test` has recorded.

    Prints each step that did not run, and each algorithm of which no step ran, with file and line,
    and exits with 1; or else a table by algorithm. With --algorithm the table has the steps of that
    algorithm.
    """
    steps = chosen(places(), algorithm) if algorithm else None
    try:
        coverage = read_coverage(data, steps)
    except NoData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_NO_DATA) from None
    for path in coverage.stale:
        typer.echo(f"{place(path, 1)}: younger than the data; run the tests again", err=True)
    if record is not None:
        _keep(coverage, record)
    if as_json:
        typer.echo(json.dumps([_data(run) for run in coverage.runs], indent=2, ensure_ascii=False))
    elif coverage.missing:
        _print_missing(coverage)
    elif algorithm:
        _print_steps(coverage)
    else:
        _print(coverage)
    raise typer.Exit(EXIT_FAULT if coverage.missing else 0)


def _keep(coverage: StepCoverage, record: Path) -> None:
    """Write the record that the docs show, unless code is younger than the data."""
    if coverage.stale:
        typer.echo(f"{record}: not written, since code is younger than the data", err=True)
        raise typer.Exit(EXIT_NO_DATA)
    package = source_folder()
    count = write_step_tests(record, commit_of(package.parents[1]), coverage, package)
    typer.echo(f"Wrote {record}: {count} steps", err=True)


def _print_missing(coverage: StepCoverage) -> None:
    """Print the steps that did not run; one line for an algorithm of which no step ran."""
    left_out: list[Run] = []
    for _, group in groupby(coverage.runs, key=_algorithm):
        runs = [run for run in group if run.ran is not None]
        missing = [run.place for run in runs if not run.ran]
        if missing and len(missing) == len(runs):
            left_out.append(runs[0])
            continue
        for step in missing:
            typer.echo(f"{step.where}: {step.name} did not run; test it, or say why n/a")
    for run in left_out:
        typer.echo(f"{run.place.where}: no step of {run.place.algorithm} ran")
    if left_out:
        typer.echo(
            "If the data is of some tests only, choose the algorithms that they test, with"
            " --algorithm.",
            err=True,
        )


def _print(coverage: StepCoverage) -> None:
    """Print a table with a row for each algorithm: its steps, and how many tests ran them."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_footer=True)
    table.add_column("algorithm", footer="[bold]all[/]", overflow="fold")
    table.add_column("steps", justify="right", footer=f"[bold]{len(coverage.runs)}[/]")
    table.add_column("tests of each", justify="right")
    folder = ""
    for (where, name), group in groupby(coverage.runs, key=_algorithm):
        if where != folder:
            folder = where
            table.add_row(Text(f"\n{folder}", style="bold cyan"))
        runs = list(group)
        counts = [len(run.tests) for run in runs if run.ran is not None]
        table.add_row(Text(name), str(len(runs)), _extent(counts))
    Console(highlight=False).print(table)


def _print_steps(coverage: StepCoverage) -> None:
    """Print a table of steps, and how many tests ran each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("step", overflow="fold")
    table.add_column("tests", justify="right")
    for (_, name), group in groupby(coverage.runs, key=_algorithm):
        table.add_row(Text(name, style="bold cyan"))
        for run in group:
            table.add_row(run.place.number, "" if run.ran is None else str(len(run.tests)))
    Console(highlight=False).print(table)


def _algorithm(run: Run) -> tuple[str, str]:
    return folder_of(run.place.source.module), run.place.algorithm


def _extent(counts: list[int]) -> str:
    """Return a range of counts as text."""
    least, most = min(counts, default=0), max(counts, default=0)
    return str(least) if least == most else f"{least} to {most}"


def _data(run: Run) -> dict[str, Any]:
    step = run.place
    return {
        "file": str(step.comment.path),
        "line": step.comment.line,
        "algorithm": step.algorithm,
        "anchor": step.anchor,
        "step": step.number,
        "ran": run.ran,
        "tests": list(run.tests),
    }
