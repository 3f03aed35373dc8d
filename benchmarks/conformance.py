"""Measure how long the conformance suites take: ``python -m benchmarks.conformance --help``.

Each suite is run by its command against this implementation, one suite after the other; the time is
that of the whole command, from its start to its report. The real suite plays one case after the
other, as it was designed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from websocket_conformance.report import saved

MOST_SECONDS_OF_QUICK = 10.0
LEAST_FACTOR_OF_FULL = 5.0

_COMMAND = [sys.executable, "-c", "from whatwg_websockets.cli import main; main()"]
_BEST, _SHORT = 0, 1
_INTERRUPTED = 130


@dataclass(frozen=True)
class Suite:
    """A suite and its options.

    Attributes:
        title: its title in the table.
        arguments: the options that are added to ``whatwg-websockets conformance run``.
        further: cases that it has besides those that the user names.
    """

    title: str
    arguments: Sequence[str]
    further: Sequence[str] = ()


QUICK = Suite("embedded, quick", ())
WIDER = Suite("embedded, quick, with handshake and chaos", (), ("handshake", "chaos"))
FULL = Suite("embedded, full", ("--profile", "full"))
REAL = Suite("the real suite", ("--suite", "autobahn", "--jobs", "1"))


@dataclass(frozen=True)
class Time:
    """The time of a run.

    Attributes:
        seconds: the elapsed time, in seconds.
        processor: seconds of processor time of all processes.
        good: how many cases have the best verdict they can have.
        asked: how many cases there were.
    """

    seconds: float
    processor: float
    good: int
    asked: int


class RunFailedError(Exception):
    """A suite could not be run; the message is its output."""


def measure(suite: Suite, cases: Sequence[str]) -> Time:
    """Run a suite once.

    Raises:
        RunFailedError: the suite could not be run.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        patterns = ",".join([*cases, *suite.further])
        arguments = ["--cases", patterns, "--report-dir", directory, *suite.arguments]
        before, start = _processor(), time.monotonic()
        done = subprocess.run(
            [*_COMMAND, "conformance", "run", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        seconds, processor = time.monotonic() - start, _processor() - before
        if done.returncode not in (_BEST, _SHORT):
            raise RunFailedError(f"{suite.title}: status {done.returncode}\n{done.stdout}")
        (file,) = (Path(directory) / "runs").glob("*.json")
        run = saved.load(file)
    return Time(seconds, processor, run.good, run.asked)


def _processor() -> float:
    """Return the processor time of all descendants that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def bars(times: dict[Suite, Time]) -> list[tuple[str, bool]]:
    """Return the targets of the suites that were run, and whether each is reached."""
    found = []
    if WIDER in times:
        seconds = times[WIDER].seconds
        text = f"{WIDER.title}: {seconds:.1f} s; the target is {MOST_SECONDS_OF_QUICK:g} s at most"
        found.append((text, seconds <= MOST_SECONDS_OF_QUICK))
    if FULL in times and REAL in times:
        factor = times[REAL].seconds / times[FULL].seconds
        text = f"{FULL.title}: {factor:.1f} times as fast as {REAL.title}"
        found.append(
            (
                f"{text}, the target is {LEAST_FACTOR_OF_FULL:g} at least",
                factor >= LEAST_FACTOR_OF_FULL,
            )
        )
    return found


def table(times: dict[Suite, Time]) -> Table:
    """Return a table of the times, with a row for each suite."""
    drawn = Table()
    drawn.add_column("suite")
    for heading in ("cases", "at their best", "seconds", "processor seconds"):
        drawn.add_column(heading, justify="right")
    for suite, each in times.items():
        numbers = (f"{each.seconds:.1f}", f"{each.processor:.1f}")
        drawn.add_row(suite.title, str(each.asked), str(each.good), *numbers)
    return drawn


def run(
    suites: Sequence[Suite], cases: Sequence[str], say: Callable[[str], None]
) -> dict[Suite, Time]:
    """Run some suites, one after the other.

    Raises:
        RunFailedError: a suite could not be run.
    """
    times = {}
    for suite in suites:
        say(f"{suite.title} …")
        times[suite] = measure(suite, cases)
    return times


def main() -> int:
    """Measure, print, and return 0 if the targets are reached, 1 if not."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.conformance",
        description="Measure how long the suites take against this implementation.",
    )
    parser.add_argument(
        "--cases", default="*", help="patterns of cases, separated by commas, such as '1.*,12.1.*'"
    )
    parser.add_argument(
        "--real", action=argparse.BooleanOptionalAction, default=True, help="run the real suite too"
    )
    given = parser.parse_args()
    suites = [QUICK, WIDER, FULL, *([REAL] if given.real else [])]
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    try:
        times = run(suites, given.cases.split(","), console.print)
    except RunFailedError as error:
        console.print(str(error), markup=False)
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    console.print(table(times))
    judged = bars(times)
    for text, holds in judged:
        console.print(f"{'holds ' if holds else 'missed'}  {text}")
    return _BEST if all(holds for _, holds in judged) else _SHORT


if __name__ == "__main__":
    sys.exit(main())
