"""The command behind ``whatwg-websockets conformance autobahn``."""

import asyncio
import os
import tempfile
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from rich.console import Console

from websocket_conformance.autobahn import reports
from websocket_conformance.autobahn.find import Source
from websocket_conformance.autobahn.install import ready_suite
from websocket_conformance.autobahn.progress import watching
from websocket_conformance.autobahn.run import Run, Settings, run
from websocket_conformance.autobahn.summary import print_summary
from websocket_conformance.errors import RunError, SuiteMissingError
from websocket_conformance.processes import until_signalled


class Exit(IntEnum):
    """How the command ends."""

    BEST = 0
    SHORT = 1
    USAGE = 2
    MISSING = 3
    INTERRUPTED = 130


@dataclass(frozen=True)
class Order:
    """What a person asks for.

    Attributes:
        settings: what to run, and how.
        source: where the suite may be taken from.
        report_dir: where the reports go.
    """

    settings: Settings
    source: Source
    report_dir: Path


def execute(order: Order, console: Console) -> Exit:
    """Run the suite, write the reports and tell how it went."""
    if os.name != "posix":
        console.print("A run needs process groups and file locks: use Linux, macOS or WSL.")
        return Exit.MISSING
    try:
        return asyncio.run(_play_and_conclude(order, console))
    except SuiteMissingError as error:
        console.print(str(error), markup=False)
        return Exit.MISSING
    except RunError as error:
        console.print(str(error), markup=False)
        return Exit.SHORT
    except asyncio.CancelledError:
        console.print("Interrupted; no report.")
        return Exit.INTERRUPTED


async def _play_and_conclude(order: Order, console: Console) -> Exit:
    """Play and report; a signal that comes when the play is over does not end the report."""
    outcome = await until_signalled(_play(order, console))
    reports.write(outcome, order.report_dir)
    print_summary(console, outcome)
    page = order.report_dir / "index.html"
    console.print(f"Report  {page}", markup=False)
    if outcome.interrupted:
        return Exit.INTERRUPTED
    return Exit.BEST if outcome.is_best else Exit.SHORT


async def _play(order: Order, console: Console) -> Run:
    suite = await ready_suite(order.source, console.print)
    with (
        tempfile.TemporaryDirectory(prefix="autobahn-") as directory,
        watching(console, order.settings.cases) as observer,
    ):
        return await run(order.settings, suite, Path(directory), observer)
