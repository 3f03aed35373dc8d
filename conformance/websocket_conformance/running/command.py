"""The command behind ``whatwg-websockets conformance run``."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from rich.console import Console

from websocket_conformance.api.implementations import USUAL, Bounds
from websocket_conformance.autobahn.find import Source
from websocket_conformance.errors import MissingError, ReportError, UsageError
from websocket_conformance.processes import until_signalled
from websocket_conformance.report import baseline as baselines
from websocket_conformance.report import site
from websocket_conformance.report.baseline import Baseline, new_failures
from websocket_conformance.report.from_embedded import suite_version
from websocket_conformance.results.run import Run
from websocket_conformance.running import lane
from websocket_conformance.running.order import Exit, Order, SuiteName
from websocket_conformance.running.progress import watching
from websocket_conformance.running.suites import api, autobahn
from websocket_conformance.running.suites.autobahn import AutobahnSuite
from websocket_conformance.running.suites.embedded import EmbeddedSuite
from websocket_conformance.running.summary import print_summary
from websocket_conformance.running.testee import Testee, known, own

QUIET_SECONDS = 30.0
"""How long a testee of the embedded suite may ask for no case before it counts as hung."""

Play = Callable[[Console], Awaitable[Run]]


def execute(order: Order, console: Console) -> Exit:
    """Run a suite, write the report and tell how it went."""
    if os.name != "posix":
        console.print("A run needs process groups: use Linux, macOS or WSL.")
        return Exit.MISSING
    try:
        baseline = _prepare(order)
        return asyncio.run(_play_and_conclude(order, baseline, console))
    except (ReportError, UsageError) as error:
        console.print(str(error), markup=False)
        return Exit.USAGE
    except MissingError as error:
        console.print(str(error), markup=False)
        return Exit.MISSING
    except asyncio.CancelledError:
        console.print("Interrupted; no report.")
        return Exit.INTERRUPTED


def _prepare(order: Order) -> Baseline | None:
    """Find out before the run what would be a pity to find out after it."""
    try:
        site.check_writable(order.report_dir)
    except OSError as error:
        raise UsageError(
            f"no report can be written to {order.report_dir}: {error.strerror}"
        ) from error
    if order.baseline is None:
        if order.writes_baseline:
            raise UsageError("--write-baseline needs a file: --baseline FILE")
        return None
    if not order.writes_baseline:
        return baselines.load(order.baseline)
    try:
        baselines.check_writable(order.baseline)
    except OSError as error:
        raise UsageError(f"{order.baseline} cannot be written: {error.strerror}") from error
    return baselines.load(order.baseline) if baselines.is_there(order.baseline) else Baseline({})


async def _play_and_conclude(order: Order, baseline: Baseline | None, console: Console) -> Exit:
    """Play and report; a signal that comes when the play is over does not end the report."""
    runs = await until_signalled(_play(order, console))
    return _conclude(order, runs, baseline, console)


async def _play(order: Order, console: Console) -> list[Run]:
    plays = await _plays(order, console)
    runs: list[Run] = []
    for play in plays:
        runs.append(await play(console))
        if runs[-1].interrupted:
            break
    return runs


async def _plays(order: Order, console: Console) -> list[Play]:
    """What is to be played, once it is known that all of it is there."""
    if order.suite is SuiteName.API:
        return _scenarios(order)
    suite, cases = await _suite(order, console)
    testees = [known(name) for name in order.names]
    if order.command:
        testees.append(own(order.command, order.agent))
    return [_protocol(order, suite, cases, testee) for testee in testees]


async def _suite(order: Order, console: Console) -> tuple[EmbeddedSuite | AutobahnSuite, list[str]]:
    if order.suite is SuiteName.EMBEDDED:
        embedded = EmbeddedSuite(order.profile, order.timeout or QUIET_SECONDS)
        return embedded, embedded.cases(order.patterns)
    cases = AutobahnSuite.cases(order.patterns)
    real = await autobahn.ready(Source.AUTO, console.print)
    return AutobahnSuite(real, order.timeout or autobahn.patience(cases)), cases


def _protocol(
    order: Order, suite: EmbeddedSuite | AutobahnSuite, cases: Sequence[str], testee: Testee
) -> Play:
    async def play(console: Console) -> Run:
        started, clock, interrupted = datetime.now(UTC), time.monotonic(), False
        with watching(console, testee.name, len(cases)) as observer:
            table = lane.Table(observer)
            try:
                breadth = lane.breadth(testee, order.jobs, suite.lanes)
                await lane.play(suite, testee, cases, breadth, table)
            except asyncio.CancelledError:
                interrupted = True
        results = tuple(table.results[case] for case in cases if case in table.results)
        is_embedded = isinstance(suite, EmbeddedSuite)
        return Run(
            implementation=testee.name,
            version=testee.version,
            runtime=testee.runtime,
            suite=order.suite,
            suite_version=suite_version() if isinstance(suite, EmbeddedSuite) else suite.real.label,
            profile=order.profile if is_embedded else "full",
            started=started,
            seconds=time.monotonic() - clock,
            asked=len(cases),
            interrupted=interrupted,
            sections=suite.sections(results),
            results=results,
        )

    return play


def _scenarios(order: Order) -> list[Play]:
    chosen = api.scenarios(order.patterns)
    drivers = [(name, api.driver(name)) for name in order.names]
    if order.command:
        drivers.append((order.agent, api.own_driver(order.command)))
    bounds = Bounds(order.timeout or USUAL.patience, order.jobs or USUAL.players)

    def play_with(name: str, driver: str) -> Play:
        async def play(console: Console) -> Run:
            with watching(console, name, len(chosen)) as observer:
                playing = api.Playing(name, driver, chosen, observer.finished, bounds)
                try:
                    await playing.play()
                except asyncio.CancelledError:
                    return playing.run(interrupted=True)
            return playing.run(interrupted=False)

        return play

    return [play_with(name, driver) for name, driver in drivers]


def _conclude(
    order: Order, runs: Sequence[Run], baseline: Baseline | None, console: Console
) -> Exit:
    against = None if order.writes_baseline else baseline
    site.write(runs, order.report_dir, against)
    for run in runs:
        print_summary(console, run, against)
    console.print(f"Report  {order.report_dir / 'index.html'}", markup=False)
    if any(run.interrupted for run in runs):
        if order.writes_baseline:
            console.print("Interrupted; the baseline is as it was.")
        return Exit.INTERRUPTED
    if order.writes_baseline and baseline is not None and order.baseline is not None:
        for run in runs:
            baseline = baseline.with_run(run)
        baselines.save(baseline, order.baseline)
        console.print(f"Baseline  {order.baseline}", markup=False)
        return Exit.BEST
    return Exit.BEST if _is_well(runs, against) else Exit.SHORT


def _is_well(runs: Sequence[Run], baseline: Baseline | None) -> bool:
    """Whether all is at its best or, with a baseline, whether nothing new has failed."""
    if baseline is None:
        return all(run.is_best for run in runs)
    return not any(new_failures(run, baseline) for run in runs)
