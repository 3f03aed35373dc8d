"""``whatwg-websockets conformance autobahn``."""

import importlib.util
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from websocket_conformance import adapters
from websocket_conformance.autobahn import catalogue, reports
from websocket_conformance.autobahn.command import Order, execute
from websocket_conformance.autobahn.find import Source
from websocket_conformance.autobahn.run import Settings


class Loop(StrEnum):
    """An event loop that the client can run on."""

    ASYNCIO = "asyncio"
    UVLOOP = "uvloop"


def _patterns(values: list[str]) -> tuple[str, ...]:
    patterns = [pattern.strip() for value in values for pattern in value.split(",")]
    if not any(patterns):
        raise typer.BadParameter("no case is named; all of them are '*'", param_hint="--cases")
    try:
        return catalogue.select(pattern for pattern in patterns if pattern)
    except catalogue.UnknownPatternError as error:
        raise typer.BadParameter(str(error), param_hint="--cases") from error


def _writable(directory: Path) -> Path:
    try:
        reports.check_writable(directory)
    except OSError as error:
        message = f"no report can be written to {directory}: {error.strerror}"
        raise typer.BadParameter(message, param_hint="--report-dir") from error
    return directory


def _installed(loop: Loop) -> Loop:
    if loop is Loop.UVLOOP and importlib.util.find_spec("uvloop") is None:
        message = 'uvloop is not installed; pip install "whatwg-websockets[fast]"'
        raise typer.BadParameter(message, param_hint="--loop")
    return loop


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def autobahn(
    cases: Annotated[
        list[str], typer.Option(help="Cases such as 1.1.1 or '6.*'; repeat it or use commas.")
    ] = ["*"],  # noqa: B006
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Servers side by side.", show_default="one a core")
    ] = None,
    report_dir: Annotated[Path, typer.Option(help="Where the reports go.")] = Path(
        "conformance/reports/autobahn"
    ),
    agent: Annotated[str, typer.Option(help="The client's name in the reports.")] = (
        "whatwg-websockets"
    ),
    timeout: Annotated[
        float | None,
        typer.Option(
            min=1,
            help="Seconds that a case may take before it counts as hung.",
            show_default="120; 500 for large and compressed messages",
        ),
    ] = None,
    loop: Annotated[Loop, typer.Option(help="The client's event loop.")] = Loop.ASYNCIO,
    suite: Annotated[Source, typer.Option(help="Where to take the suite from.")] = Source.AUTO,
    adapter: Annotated[
        str, typer.Option(help="The module that drives the client.")
    ] = adapters.DEFAULT,
) -> None:
    """Run the real Autobahn fuzzing server against the client, and report.

    Ends with 0 if every case has the best verdict it can have, 1 if not,
    2 for a wrong option, 3 if the suite cannot be had, 130 if interrupted.
    """
    settings = Settings(
        _patterns(cases), jobs or _cores(), agent, timeout, _installed(loop), adapter
    )
    order = Order(settings, suite, _writable(report_dir))
    raise typer.Exit(execute(order, Console(highlight=False, soft_wrap=True)))
