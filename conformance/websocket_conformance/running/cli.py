"""The commands ``run``, ``report`` and ``implementations`` of ``whatwg-websockets conformance``."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from websocket_conformance.errors import ReportError
from websocket_conformance.fuzzing.config import Profile
from websocket_conformance.implementations import implementations as known_implementations
from websocket_conformance.report import from_autobahn, publishing, saved, site
from websocket_conformance.results.run import Run
from websocket_conformance.running.command import execute
from websocket_conformance.running.order import OURS, Exit, Order, SuiteName

REPORT_DIR = Path("conformance/reports/run")


def run(
    implementation: Annotated[
        list[str],
        typer.Option(help="A known implementation; repeat it for several.", show_default=OURS),
    ] = [],  # noqa: B006
    command: Annotated[
        str,
        typer.Option(
            help="A driver of your own. {url} stands for the fuzzing server, {agent} for the name, "
            "{jobs} for how many cases to play at a time; {case_url} for one case, if each start "
            "is to play one."
        ),
    ] = "",
    agent: Annotated[str, typer.Option(help="The command's name in the report.")] = "client",
    suite: Annotated[SuiteName, typer.Option(help="The suite.")] = SuiteName.EMBEDDED,
    profile: Annotated[
        Profile | None,
        typer.Option(
            help="10 messages in a case that sends many, or 1,000.", show_default=Profile.QUICK
        ),
    ] = None,
    cases: Annotated[
        list[str], typer.Option(help="Cases such as 1.1.1 or '6.*'; repeat it or use commas.")
    ] = ["*"],  # noqa: B006
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Cases side by side.", show_default="what suits the driver"),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=1,
            help="Seconds that a driver may do nothing before it counts as hung.",
            show_default="30; 40 with the API suite, up to 500 with the Autobahn suite",
        ),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="What is known to fall short; only what is new counts.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write the baseline as things are now.")
    ] = False,
    report_dir: Annotated[Path, typer.Option(help="Where the report goes.")] = REPORT_DIR,
) -> None:
    """Run a suite against an implementation of WebSocket clients, and report.

    Ends with 0 if every case has the best verdict it can have (with a baseline: if nothing new
    falls short), 1 if not, 2 for a wrong option, 3 if the suite or an implementation is missing,
    130 if interrupted.
    """
    patterns = [pattern.strip() for value in cases for pattern in value.split(",")]
    if not any(patterns):
        raise typer.BadParameter("no case is named; all of them are '*'", param_hint="--cases")
    if suite is SuiteName.API and profile is not None:
        raise typer.BadParameter(
            "the scenarios at the API have no profiles", param_hint="--profile"
        )
    names = tuple(dict.fromkeys(implementation)) or (() if command else (OURS,))
    order = Order(
        suite=suite,
        names=names,
        command=command,
        agent=agent,
        profile=profile or Profile.QUICK,
        patterns=tuple(pattern for pattern in patterns if pattern),
        jobs=jobs,
        timeout=timeout,
        baseline=baseline,
        writes_baseline=write_baseline,
        report_dir=report_dir,
    )
    raise typer.Exit(execute(order, Console(highlight=False, soft_wrap=True)))


def report(
    runs: Annotated[
        list[Path],
        typer.Argument(
            help="Saved runs (run.json), or directories of reports, Autobahn's or our own."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Where the report goes.")],
) -> None:
    """Put saved runs side by side in one report.

    Ends with 0, or with 2 if a file is not what it should be.
    """
    console = Console(highlight=False, soft_wrap=True)
    try:
        site.check_writable(out)
        site.write([run for path in runs for run in _read(path)], out)
    except ReportError as error:
        console.print(str(error), markup=False)
        raise typer.Exit(Exit.USAGE) from error
    except OSError as error:
        console.print(f"no report can be written to {out}: {error.strerror}", markup=False)
        raise typer.Exit(Exit.USAGE) from error
    console.print(f"Report  {out / 'index.html'}", markup=False)


def _read(path: Path) -> list[Run]:
    """The run in a file, or the runs that a directory has: as they are, or as Autobahn's reports.

    Raises:
        ReportError: there are none.
    """
    if not path.is_dir():
        return [saved.load(path)]
    for place in (path, path / publishing.FOLDER):
        files = sorted((place / site.RUNS).glob("*.json"))
        if files:
            return [saved.load(file) for file in files]
    return from_autobahn.runs(path)


def implementations() -> None:
    """List the known implementations, which are installed, and how to install the others."""
    table = Table()
    for heading in ("name", "version", "language", "runs on", "to install"):
        table.add_column(heading, overflow="fold")
    for each in known_implementations().values():
        version = each.version()
        install = "\n".join(shlex.join(words) for words in each.commands_to_install())
        table.add_row(
            each.name,
            version or "[dim]not installed",
            each.language,
            each.runtime() if version else "",
            "" if version else escape(install),
        )
    Console(highlight=False).print(table)
