"""``whatwg-websockets spec mutate``: which steps would nobody miss?"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from whatwg_websockets.cli.spec_sources import EXIT_FAULT
from whatwg_websockets.steps.comments import source_folder
from whatwg_websockets.steps.coverage import NoData, read_coverage
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.mutants import Mutant, mutants
from whatwg_websockets.steps.mutate import (
    FailingTests,
    Survivor,
    Verdict,
    plan,
    read_survivors,
    reason_for,
    run_mutants,
)
from whatwg_websockets.steps.places import Place, places
from whatwg_websockets.steps.toml_file import IndexFault

EXIT_NO_DATA = 2
EXIT_INTERRUPTED = 130


def mutate_command(
    algorithm: Annotated[
        list[str] | None,
        typer.Option(help="Only this algorithm, or this module; again for more."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="How many at a time.", show_default="the cores")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only the tests that ran the step, not all others too.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="A data file of coverage.py, with contexts.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: every mutant.")] = False,
) -> None:
    """Take each step out of a copy of the code, and see whether a test fails.

    Prints the steps that nobody misses, with file and line, and exits with 1, unless the file
    survivors.toml beside the index has a reason for each.
    """
    steps = _chosen(places(), algorithm or [])
    root = source_folder().parents[1]
    try:
        survivors = read_survivors()
        coverage = read_coverage(data, steps)
    except IndexFault as fault:
        typer.echo(f"{place(fault.path, fault.line)}: {fault.problem}")
        raise typer.Exit(EXIT_FAULT) from None
    except NoData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_NO_DATA) from None
    for path in coverage.stale:
        typer.echo(f"{place(path, 1)}: younger than the data; run the tests again", err=True)
    plans = plan(mutants(steps), coverage)
    verdicts: list[Verdict] = []
    try:
        with _progress() as progress:
            bar = progress.add_task("mutants", total=len(plans))

            def tell(verdict: Verdict) -> None:
                verdicts.append(verdict)
                progress.advance(bar)
                if verdict.survived and not as_json:
                    typer.echo(_line(verdict, reason_for(verdict.mutant, survivors)))

            run_mutants(plans, root, tell, jobs=jobs or _cores(), quick=quick)
    except FailingTests as error:
        typer.echo(f"{error}\nThe tests fail without a mutant; mend that first.", err=True)
        raise typer.Exit(EXIT_NO_DATA) from None
    except KeyboardInterrupt:
        _print_json(verdicts, survivors, as_json)
        typer.echo(f"given up after {len(verdicts)} of {len(plans)} mutants", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    _print_json(verdicts, survivors, as_json)
    raise typer.Exit(_sum_up(verdicts, survivors))


def _print_json(verdicts: list[Verdict], survivors: list[Survivor], as_json: bool) -> None:
    """Print every verdict there is, if that is asked for."""
    if as_json:
        typer.echo(json.dumps([_data(each, survivors) for each in verdicts], indent=2))


def _chosen(steps: Iterable[Place], names: list[str]) -> list[Place]:
    """Return the steps of the algorithms and modules that were named; all for none.

    Raises:
        typer.BadParameter: there is no such algorithm.
    """
    if not names:
        return list(steps)
    wanted = {name: [step for step in steps if _is_called(step, name)] for name in names}
    for name, found in wanted.items():
        if not found:
            message = f"there is no algorithm or module {name!r}; `spec list` has them"
            raise typer.BadParameter(message, param_hint="--algorithm")
    return [step for found in wanted.values() for step in found]


def _is_called(step: Place, name: str) -> bool:
    module = step.source.module
    return name in (step.algorithm, step.algorithm.partition("(")[0], module, step.source.path.stem)


def _cores() -> int:
    return os.cpu_count() or 1


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _line(verdict: Verdict, excuse: Survivor | None) -> str:
    mutant = verdict.mutant
    why = f"; {excuse.reason}" if excuse else ""
    return f"{mutant.where}: {mutant.name}: {mutant.what}, and no test fails{why}"


def _sum_up(verdicts: list[Verdict], survivors: list[Survivor]) -> int:
    """Say how it went in one line, and return the exit status."""
    alive = [each.mutant for each in verdicts if each.survived]
    unexcused = [mutant for mutant in alive if reason_for(mutant, survivors) is None]
    seconds = sum(verdict.seconds for verdict in verdicts)
    typer.echo(
        f"{len(verdicts)} mutants, {len(alive)} survivors, {len(unexcused)} without a reason; "
        f"{seconds:.0f} s of work",
        err=True,
    )
    for mutant, excuse in _needless(verdicts, survivors):
        typer.echo(
            f"{mutant.name} is missed by now; its reason can go (line {excuse.line})", err=True
        )
    return EXIT_FAULT if unexcused else 0


def _needless(
    verdicts: list[Verdict], survivors: list[Survivor]
) -> Iterable[tuple[Mutant, Survivor]]:
    for verdict in verdicts:
        excuse = reason_for(verdict.mutant, survivors)
        if excuse is not None and not verdict.survived:
            yield verdict.mutant, excuse


def _data(verdict: Verdict, survivors: list[Survivor]) -> dict[str, object]:
    mutant = verdict.mutant
    excuse = reason_for(mutant, survivors)
    return {
        "file": str(mutant.path),
        "line": mutant.places[0].comment.line,
        "algorithm": mutant.places[0].algorithm,
        "steps": [number for step in mutant.places for number in step.numbers],
        "what": mutant.what,
        "survived": verdict.survived,
        "noticed_by": verdict.noticed_by,
        "reason": excuse.reason if excuse else "",
        "seconds": round(verdict.seconds, 1),
    }
