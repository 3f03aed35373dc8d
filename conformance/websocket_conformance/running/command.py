"""The command behind ``whatwg-websockets conformance run``."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rich.console import Console

from websocket_conformance import terminal
from websocket_conformance.api.implementations import USUAL, Bounds
from websocket_conformance.autobahn.install import ready_suite
from websocket_conformance.errors import Exit, MissingError, ReportError, UsageError
from websocket_conformance.processes import check_platform
from websocket_conformance.report import autobahn_files, keeping, site
from websocket_conformance.report import baseline as baselines
from websocket_conformance.report.autobahn_files import Report
from websocket_conformance.report.baseline import Baseline, new_failures
from websocket_conformance.report.telling import sections
from websocket_conformance.results.run import Run
from websocket_conformance.running import lane, serving
from websocket_conformance.running.breadth import breadth
from websocket_conformance.running.order import Order, SuiteName
from websocket_conformance.running.progress import watching
from websocket_conformance.running.serving import ServerTestee
from websocket_conformance.running.side_by_side import print_side_by_side
from websocket_conformance.running.sitting import Suite
from websocket_conformance.running.suites import api, servers
from websocket_conformance.running.suites.autobahn import AutobahnSuite
from websocket_conformance.running.suites.embedded import EmbeddedSuite
from websocket_conformance.running.summary import print_summary
from websocket_conformance.running.testee import Testee, known, on_loop, own
from websocket_conformance.signals import asked_to_end

QUIET_SECONDS = 30.0
"""How long a testee of the embedded suite may ask for no case before it counts as hung."""


@dataclass(frozen=True)
class FinishedRun:
    """What came out of one of the runs that were asked for.

    Attributes:
        run: the run.
        reports: Autobahn's reports of its cases, if they were to be kept.
    """

    run: Run
    reports: Sequence[Report] = field(default=())


PlaySuite = Callable[[Console], Awaitable[FinishedRun]]


def execute(order: Order, console: Console) -> Exit:
    """Run a suite, write the report and tell how it went."""
    try:
        check_platform()
        baseline = _prepare(order)
        return asyncio.run(_play_and_conclude(order, baseline, console))
    except (ReportError, UsageError) as error:
        terminal.complain(str(error))
        return Exit.USAGE
    except MissingError as error:
        terminal.complain(str(error))
        return Exit.MISSING
    except asyncio.CancelledError:
        terminal.complain("Interrupted; no report.")
        return Exit.INTERRUPTED


def _prepare(order: Order) -> Baseline | None:
    """Find out before the run what would be a pity to find out after it."""
    site.check(order.report_dir)
    if order.baseline is None:
        if order.writes_baseline:
            raise UsageError("--write-baseline needs a file: --baseline FILE")
        return None
    if not order.writes_baseline:
        return baselines.load(order.baseline)
    try:
        return baselines.to_be_written(order.baseline)
    except OSError as error:
        raise UsageError(f"{order.baseline} cannot be written: {error.strerror}") from error


async def _play_and_conclude(order: Order, baseline: Baseline | None, console: Console) -> Exit:
    """Play and report; a signal that comes when the play is over does not end the report."""
    playing = asyncio.ensure_future(_play(order, console))
    with asked_to_end(playing.cancel):
        return _conclude(order, await playing, baseline, console)


async def _play(order: Order, console: Console) -> list[FinishedRun]:
    plays = await _plays(order, console)
    outcomes: list[FinishedRun] = []
    for play, line in zip(plays, order.command_lines, strict=True):
        outcome = await play(console)
        outcomes.append(replace(outcome, run=replace(outcome.run, command=line)))
        if outcomes[-1].run.interrupted:
            break
    return outcomes


async def _plays(order: Order, console: Console) -> list[PlaySuite]:
    """What is to be played, once it is known that all of it is there."""
    if order.suite is SuiteName.API:
        return _scenarios(order)
    plays = _visits(order)
    testees = _testees(order)
    if testees:
        suite, cases = await _suite(order, console)
        plays = [*(_protocol(order, suite, cases, testee) for testee in testees), *plays]
    return plays


def _visits(order: Order) -> list[PlaySuite]:
    """The servers of an order, and what is to be played with them."""
    named = zip(order.servers, order.server_agents, strict=True)
    testees = [serving.testee_of(server, agent) for server, agent in named]
    if order.url:
        testees.append(serving.running_at(order.url, order.url_agent))
    chosen = servers.cases(order.profile, order.patterns) if testees else []

    def visit(testee: ServerTestee) -> PlaySuite:
        async def play(console: Console) -> FinishedRun:
            run = await servers.play(
                testee,
                chosen,
                console,
                profile=order.profile,
                jobs=order.jobs,
                patience=order.timeout,
            )
            return FinishedRun(run)

        return play

    return [visit(_versioned(testee, order.agent_version)) for testee in testees]


def _versioned(testee: ServerTestee, version: str) -> ServerTestee:
    """A server with the version that a person gives to it, unless it is known."""
    return testee if testee.version else replace(testee, version=version)


def _testees(order: Order) -> list[Testee]:
    testees = [known(name) for name in order.names]
    if order.command:
        command = own(order.command, order.command_agent, order.agent_version)
        testees.append(command)
    return [on_loop(testee, order.loop) if order.loop else testee for testee in testees]


async def _suite(order: Order, console: Console) -> tuple[Suite, list[str]]:
    if order.suite is SuiteName.EMBEDDED:
        quiet = order.timeout or QUIET_SECONDS
        embedded = EmbeddedSuite(order.profile, quiet, order.autobahn_files)
        return embedded, embedded.cases(order.patterns)
    cases = AutobahnSuite.cases(order.patterns)
    return AutobahnSuite(await ready_suite(order.source, console.print), order.timeout), cases


def _protocol(order: Order, suite: Suite, cases: Sequence[str], testee: Testee) -> PlaySuite:
    async def play(console: Console) -> FinishedRun:
        started, clock, interrupted = datetime.now(UTC), time.monotonic(), False
        expected = {case: suite.expected(case) for case in cases}
        with watching(console, testee.name, expected) as observer:
            table = lane.Table(observer)
            try:
                width = breadth(testee, order.jobs, suite.lanes, suite.most_jobs)
                await lane.play(suite, testee, cases, width, table)
            except asyncio.CancelledError:
                interrupted = True
        results = tuple(table.results[case] for case in cases if case in table.results)
        run = Run(
            implementation=testee.name,
            version=testee.version,
            runtime=testee.runtime,
            suite=order.suite,
            suite_version=suite.version,
            profile=suite.profile,
            started=started,
            seconds=time.monotonic() - clock,
            asked=len(cases),
            interrupted=interrupted,
            sections=sections(results),
            results=results,
        )
        reports = [table.reports[case] for case in cases if case in table.reports]
        return FinishedRun(run, [{**report, "agent": testee.name} for report in reports])

    return play


def _scenarios(order: Order) -> list[PlaySuite]:
    chosen = api.scenarios(order.patterns)
    drivers = [(name, api.driver(name), "") for name in order.names]
    if order.command:
        driver = api.own_driver(order.command)
        drivers.append((order.command_agent, driver, order.agent_version))
    bounds = Bounds(order.timeout or USUAL.patience, order.jobs or USUAL.players)

    def play_with(name: str, driver: str, version: str) -> PlaySuite:
        async def play(console: Console) -> FinishedRun:
            with watching(console, name, {each.id: 1.0 for each in chosen}) as observer:
                playing = api.ScenarioPlayer(
                    name, driver, chosen, observer.finished, bounds, version
                )
                try:
                    await playing.play()
                except asyncio.CancelledError:
                    return FinishedRun(playing.run(interrupted=True))
            return FinishedRun(playing.run(interrupted=False))

        return play

    return [play_with(*driver) for driver in drivers]


def _autobahn_files(order: Order, outcomes: Sequence[FinishedRun]) -> Iterator[tuple[str, str]]:
    """Autobahn's own files, in the folder of the suite."""
    if order.autobahn_files:
        reports = [report for outcome in outcomes for report in outcome.reports]
        for name, text in autobahn_files.files(reports):
            yield f"{order.suite}/{name}", text


def _conclude(
    order: Order, outcomes: Sequence[FinishedRun], baseline: Baseline | None, console: Console
) -> Exit:
    against = None if order.writes_baseline else baseline
    runs = [outcome.run for outcome in outcomes]
    if order.suite is SuiteName.API and len(runs) > 1 and against is None:
        print_side_by_side(console, runs)
    else:
        for run in runs:
            print_summary(console, run, against, order.patterns)
    try:
        _write(order, outcomes, against)
        return _concluded(order, runs, baseline, against)
    except OSError as error:
        where = error.filename or order.report_dir
        terminal.complain(f"The report cannot be written to {where}: {error.strerror or error}")
        return Exit.USAGE


def _write(order: Order, outcomes: Sequence[FinishedRun], against: Baseline | None) -> None:
    """Write the report.

    Raises:
        OSError: there is no room for it, or no right to write it any more.
    """
    runs = [outcome.run for outcome in outcomes]
    place = keeping.place(runs, order.report_dir, is_part=order.is_part)
    if place != order.report_dir:
        terminal.say(f"The report in {order.report_dir} has more cases, and stays as it is.")
    site.write(runs, place, against, _autobahn_files(order, outcomes))
    terminal.say(f"Report  {place / 'index.html'}")


def _concluded(
    order: Order, runs: Sequence[Run], baseline: Baseline | None, against: Baseline | None
) -> Exit:
    """Write the baseline if that is asked for, and say how the command ends.

    Raises:
        OSError: the baseline cannot be written.
    """
    if any(run.interrupted for run in runs):
        if order.writes_baseline:
            terminal.complain("Interrupted; the baseline is as it was.")
        return Exit.INTERRUPTED
    if order.writes_baseline and baseline is not None and order.baseline is not None:
        for run in runs:
            baseline = baseline.with_run(run)
        baselines.save(baseline, order.baseline)
        terminal.say(f"Baseline  {order.baseline}")
        return Exit.BEST
    return Exit.BEST if _is_well(runs, against) else Exit.SHORT


def _is_well(runs: Sequence[Run], baseline: Baseline | None) -> bool:
    """Whether all is at its best or, with a baseline, whether nothing new has failed."""
    if baseline is None:
        return all(run.is_best for run in runs)
    return not any(new_failures(run, baseline) for run in runs)
