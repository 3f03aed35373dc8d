"""``whatwg-websockets spec mutate``: which steps can be taken out without failing a test?"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from whatwg_websockets.cli import EXIT_INTERRUPTED
from whatwg_websockets.cli.spec_sources import EXIT_FAULT, EXIT_NO_DATA, commit_of
from whatwg_websockets.steps.comments import source_folder
from whatwg_websockets.steps.coverage import NoData, StepCoverage, read_coverage
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.mutant_record import entries, unrecorded, write_record
from whatwg_websockets.steps.mutants import Mutant, mutants
from whatwg_websockets.steps.mutate import (
    FailingTests,
    Plan,
    Verdict,
    plan,
    run_mutants,
)
from whatwg_websockets.steps.places import MAIN_FLOOR, Place, folder_of, places
from whatwg_websockets.steps.survivors import Survivor, entry_of, read_survivors, reason_for
from whatwg_websockets.steps.toml_file import IndexFault
from whatwg_websockets.steps.trace.values import counted


def mutate_command(
    algorithm: Annotated[
        list[str] | None,
        typer.Option(help="Only this algorithm or module; repeat the option for several."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, help="How many mutants are tested at a time.", show_default="the number of cores"
        ),
    ] = None,
    all_tests: Annotated[
        bool,
        typer.Option(
            "--all-tests",
            help="Run all tests on a mutant that survives, not only those that ran the step.",
        ),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            help="A data file of coverage.py that has contexts.",
            show_default=".coverage",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON: each mutant with its verdict.")
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the verdict on each mutant to this file."),
    ] = None,
    only_new: Annotated[
        bool,
        typer.Option(
            "--only-new",
            help="Leave out mutants that the file of --record has, unless their code has changed "
            "or they survived without a reason.",
        ),
    ] = False,
) -> None:
    """Take each step out of a copy of the code, and test whether a test fails.

    The tests that ran a step are known from the data that `make test` leaves. Without those data,
    the tests of the step's algorithm run: those that name its anchor, and those of its module and
    its folder.

    The command prints each step whose absence no test notices, with its file and line. It exits
    with 1 if there is one for which the file survivors.toml beside the index has no reason.
    """
    began = perf_counter()
    if only_new and record is None:
        raise typer.BadParameter("name the file with --record", param_hint="--only-new")
    package = source_folder()
    root = package.parents[1]
    if not (root / "tests").is_dir():
        typer.echo(f"{root} has no folder of tests; the command needs a checkout.", err=True)
        raise typer.Exit(EXIT_NO_DATA)
    every_step = places()
    steps = chosen(every_step, algorithm or [])
    try:
        survivors = read_survivors()
        found = mutants(steps)
        if only_new and record is not None:
            found = unrecorded(found, record, survivors, package)
        plans = _planned(found, steps, data, root)
    except IndexFault as fault:
        typer.echo(f"{place(fault.path, fault.line)}: {fault.problem}")
        raise typer.Exit(EXIT_FAULT) from None
    except NoData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_NO_DATA) from None
    verdicts: list[Verdict] = []

    def keep() -> None:
        _print_json(verdicts, survivors, as_json)
        if record is not None:
            tried = entries(verdicts, package)
            write_record(record, commit_of(root), tried, every_step, survivors, package)
            typer.echo(f"Wrote {record}: {len(tried)} mutants are new in it.", err=True)

    try:
        with _progress() as progress:
            bar = progress.add_task("mutants", total=len(plans))

            def tell(verdict: Verdict) -> None:
                verdicts.append(verdict)
                progress.advance(bar)
                if verdict.survived and not as_json:
                    typer.echo(_line(verdict, reason_for(verdict.mutant, survivors)))

            run_mutants(plans, root, tell, jobs=jobs or _cores(), all_tests=all_tests)
    except FailingTests as error:
        keep()
        so_far = f"{len(verdicts)} of {len(plans)} mutants were tried"
        message = f"The tests fail on the unchanged code; mend that first; {so_far}."
        typer.echo(f"{error}\n{message}", err=True)
        raise typer.Exit(EXIT_NO_DATA) from None
    except KeyboardInterrupt:
        keep()
        typer.echo(f"Interrupted after {len(verdicts)} of {len(plans)} mutants.", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    keep()
    raise typer.Exit(_sum_up(verdicts, survivors, perf_counter() - began))


def _planned(found: list[Mutant], steps: list[Place], data: Path | None, root: Path) -> list[Plan]:
    """Choose the tests for each mutant.

    Raises:
        NoData: the data file that was named cannot be read.
    """
    try:
        coverage = read_coverage(data, steps)
    except NoData as error:
        if data is not None:
            raise
        typer.echo(f"{error}. The tests of each algorithm run until then.", err=True)
        coverage = StepCoverage([])
    for path in coverage.stale:
        typer.echo(f"{place(path, 1)}: younger than the data; run the tests again", err=True)
    return plan(found, coverage, source_folder(), root / "tests")


def _print_json(verdicts: list[Verdict], survivors: list[Survivor], as_json: bool) -> None:
    """Print every verdict as JSON, if an option asks for it."""
    if as_json:
        typer.echo(json.dumps([_data(each, survivors) for each in verdicts], indent=2))


def chosen(steps: Iterable[Place], names: list[str]) -> list[Place]:
    """Return the steps of the algorithms and modules that were named; all for none.

    Where the main floor has an algorithm of this name, those of the other floors are left out.

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
    return [step for found in wanted.values() for step in _on_the_main_floor(found) or found]


def _on_the_main_floor(steps: list[Place]) -> list[Place]:
    return [step for step in steps if folder_of(step.source.module) == MAIN_FLOOR]


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


def _line(verdict: Verdict, reason: str) -> str:
    mutant = verdict.mutant
    why = f"; {reason}" if reason else ""
    return f"{mutant.where}: {mutant.name}: {mutant.what}, and no test fails{why}"


def _sum_up(verdicts: list[Verdict], survivors: list[Survivor], seconds: float) -> int:
    """Print the counts and the time that has passed in one line, and return the exit status."""
    alive = [each.mutant for each in verdicts if each.survived]
    unexcused = [mutant for mutant in alive if not reason_for(mutant, survivors)]
    typer.echo(
        f"{counted(len(verdicts), 'mutant')}, {counted(len(alive), 'survivor')}, "
        f"{len(unexcused)} without a reason; "
        f"{seconds:.0f} s",
        err=True,
    )
    for mutant, entry in _needless(verdicts, survivors):
        typer.echo(
            f"A test notices {mutant.name} now; remove its reason (line {entry.line}).", err=True
        )
    return EXIT_FAULT if unexcused else 0


def _needless(
    verdicts: list[Verdict], survivors: list[Survivor]
) -> Iterable[tuple[Mutant, Survivor]]:
    for verdict in verdicts:
        entry = entry_of(verdict.mutant, survivors)
        if entry is not None and not verdict.survived:
            yield verdict.mutant, entry


def _data(verdict: Verdict, survivors: list[Survivor]) -> dict[str, object]:
    mutant = verdict.mutant
    return {
        "file": str(mutant.path),
        "line": mutant.places[0].comment.line,
        "algorithm": mutant.algorithm,
        "steps": list(mutant.steps),
        "what": mutant.what,
        "survived": verdict.survived,
        "noticed_by": verdict.noticed_by,
        "reason": reason_for(mutant, survivors) if verdict.survived else "",
        "seconds": round(verdict.seconds, 1),
    }
