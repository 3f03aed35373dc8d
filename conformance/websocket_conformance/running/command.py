"""The command behind ``whatwg-websockets conformance run``."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain

from rich.console import Console

from websocket_conformance import terminal
from websocket_conformance.api import suite as scenarios
from websocket_conformance.api.implementations import USUAL, Bounds
from websocket_conformance.api.scenario import Scenario
from websocket_conformance.api.verdicts import ScenarioResult
from websocket_conformance.autobahn.find import Source
from websocket_conformance.autobahn.install import ready_suite
from websocket_conformance.cases.profile import Profile
from websocket_conformance.errors import AbsentError, Exit, MissingError, ReportError, UsageError
from websocket_conformance.processes import check_platform
from websocket_conformance.report import autobahn_files, from_api, keeping, site
from websocket_conformance.report import baseline as baselines
from websocket_conformance.report.autobahn_files import Report
from websocket_conformance.report.baseline import Baseline, new_failures
from websocket_conformance.report.boards import slug
from websocket_conformance.report.telling import sections
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running import lane, serving
from websocket_conformance.running.breadth import breadth, cores
from websocket_conformance.running.folders import print_folders
from websocket_conformance.running.order import Loop, Option, Order, SuiteName, Target
from websocket_conformance.running.progress import watching
from websocket_conformance.running.serving import ServerTestee
from websocket_conformance.running.side_by_side import print_side_by_side
from websocket_conformance.running.sitting import Suite, Table
from websocket_conformance.running.suites import api, autobahn, embedded, wpt
from websocket_conformance.running.suites.autobahn import AutobahnSuite
from websocket_conformance.running.suites.embedded import EmbeddedSuite
from websocket_conformance.running.suites.wpt import WptTestee
from websocket_conformance.running.summary import print_summary
from websocket_conformance.running.testee import Testee, known, on_loop, own
from websocket_conformance.signals import asked_to_end
from websocket_conformance.wpt import fetching
from websocket_conformance.wpt.checkout import Checkout
from websocket_conformance.wpt.loading import SECONDS
from websocket_conformance.wpt.pages import WptPage
from websocket_conformance.wpt.serving import check_libraries

PATIENCE = 30.0
"""How long a client of the embedded suite may ask for no case before it counts as hung, and how
long a server may take from its start until it accepts a connection, in seconds."""


@dataclass(frozen=True)
class FinishedRun:
    """The outcome of a run.

    Attributes:
        run: the run.
        reports: Autobahn's reports of its cases, if they were to be kept.
        wptreport: the run as WPT's own runner writes it; empty for another suite.
    """

    run: Run
    reports: Sequence[Report] = field(default=())
    wptreport: str = ""


PlaySuite = Callable[[Console], Awaitable[FinishedRun]]


def execute(order: Order, console: Console) -> Exit:
    """Run a suite, write the report and print a summary."""
    try:
        check_platform()
        baseline = _prepare(order)
        return asyncio.run(_play_and_conclude(order, baseline, console))
    except (ReportError, UsageError) as error:
        terminal.complain(str(error))
        return Exit.USAGE
    except AbsentError as error:
        terminal.complain(str(error))
        return Exit.SHORT
    except MissingError as error:
        terminal.complain(str(error))
        return Exit.MISSING
    except asyncio.CancelledError:
        terminal.complain("Interrupted; no report was written.")
        return Exit.INTERRUPTED


def _prepare(order: Order) -> Baseline | None:
    """Check, before the minutes of a run, that its report and its baseline can be written."""
    site.check(order.report_dir)
    if order.baseline is None:
        if order.writes_baseline:
            raise UsageError("--write-baseline needs the name of a file: --baseline FILE")
        return None
    if not order.writes_baseline:
        return baselines.load(order.baseline)
    try:
        return baselines.to_be_written(order.baseline)
    except OSError as error:
        raise UsageError(f"{order.baseline} cannot be written: {error.strerror}") from error


async def _play_and_conclude(order: Order, baseline: Baseline | None, console: Console) -> Exit:
    """Play and report; a signal that comes after the play does not end the report."""
    playing = asyncio.ensure_future(_play(order, console))
    with asked_to_end(playing.cancel):
        return _conclude(order, await playing, baseline, console)


async def _play(order: Order, console: Console) -> list[FinishedRun]:
    plays = await _plays(order, console)
    outcomes: list[FinishedRun] = []
    for play, target in zip(plays, order.targets, strict=True):
        outcome = await play(console)
        run = replace(outcome.run, command=order.command_line(target))
        outcomes.append(replace(outcome, run=run))
        if run.interrupted:
            break
    return outcomes


async def _plays(order: Order, console: Console) -> list[PlaySuite]:
    """Return what is to be played with each target, after a check that all of it is available."""
    if order.suite is SuiteName.API:
        return _scenarios(order)
    if order.suite is SuiteName.WPT:
        return await _web_platform_tests(order, console)
    testees = [_testee(target, order.loop) for target in order.targets]
    suite, cases = await _suite(order, console)
    return [
        partial(_protocol, order, suite, cases[target.is_server], testee)
        for target, testee in zip(order.targets, testees, strict=True)
    ]


def _testee(target: Target, loop: Loop | None) -> Testee | ServerTestee:
    if target.is_server:
        return serving.testee_of(target)
    if target.option is Option.COMMAND:
        testee = own(target.value, target.agent, target.version)
    else:
        testee = known(target.value)
    return on_loop(testee, loop) if loop else testee


async def _suite(order: Order, console: Console) -> tuple[Suite, dict[bool, list[str]]]:
    """Return the suite, and its cases for servers and for clients, if there are such targets."""
    profile, is_real = order.profile or Profile.QUICK, order.suite is SuiteName.AUTOBAHN
    cases = {}
    for is_server in {target.is_server for target in order.targets}:
        if is_real:
            cases[is_server] = autobahn.cases(order.patterns, order.excluded)
        else:
            cases[is_server] = embedded.cases(
                profile, order.patterns, order.excluded, for_servers=is_server
            )
        _check_left(cases[is_server])
    if is_real:
        real = await ready_suite(order.source or Source.AUTO, console.print)
        return AutobahnSuite(real, order.timeout), cases
    patience = order.timeout or PATIENCE
    return EmbeddedSuite(profile, patience, order.keeps_autobahn_files), cases


def _check_left(chosen: Sequence[object]) -> None:
    if not chosen:
        raise UsageError("--exclude-cases excludes all of the cases that --cases names")


async def _protocol(
    order: Order,
    suite: Suite,
    cases: Sequence[str],
    testee: Testee | ServerTestee,
    console: Console,
) -> FinishedRun:
    """Play the cases of a suite of the protocol with a client or a server."""
    started, clock, interrupted = datetime.now(UTC), time.monotonic(), False
    expected = {case: suite.expected(case) for case in cases}
    with watching(console, testee.name, expected) as observer:
        table = Table(observer)
        try:
            if isinstance(testee, ServerTestee):
                await suite.visit(testee, cases, order.jobs, table)
            else:
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


def _scenarios(order: Order) -> list[PlaySuite]:
    chosen = api.scenarios(order.patterns, order.excluded)
    _check_left(chosen)
    return [partial(_at_api, order, chosen, each, api.driver(each)) for each in order.targets]


async def _at_api(
    order: Order, chosen: Sequence[Scenario], target: Target, driver: str, console: Console
) -> FinishedRun:
    """Play scenarios at the API with an implementation of the API."""
    started, clock, interrupted = datetime.now(UTC), time.monotonic(), False
    name = label = target.agent or target.value
    bounds = Bounds(order.timeout or USUAL.patience, order.jobs or USUAL.players)
    played: dict[str, ScenarioResult] = {}

    def hear(each: ScenarioResult) -> None:
        if each.verdict is Verdict.SKIPPED:
            raise MissingError(each.reason)
        played[each.scenario.id] = each
        observer.finished(from_api.result(each))

    with watching(console, name, {each.id: 1.0 for each in chosen}) as observer:
        try:
            label, _ = await scenarios.run_async(driver, chosen, hear, bounds)
        except asyncio.CancelledError:
            interrupted = True
    results = [played[each.id] for each in chosen if each.id in played]
    run = from_api.run(name, label, results, started, time.monotonic() - clock)
    version = target.version or run.version
    return FinishedRun(replace(run, version=version, asked=len(chosen), interrupted=interrupted))


async def _web_platform_tests(order: Order, console: Console) -> list[PlaySuite]:
    """Return the pages of web-platform-tests, after a check that there is a checkout."""
    if order.fetches:
        await fetching.fetch(order.root or wpt.default_root(), console.print)
    checkout = wpt.opened(order.root)
    check_libraries()
    pages = wpt.pages(checkout, order.patterns, order.excluded)
    testees = [wpt.testee(target, order.expectations) for target in order.targets]
    for line in wpt.remarks(checkout, pages, testees):
        console.print(line, markup=False)
    return [partial(_with_pages, order, checkout, pages, testee) for testee in testees]


async def _with_pages(
    order: Order, checkout: Checkout, pages: Sequence[WptPage], testee: WptTestee, console: Console
) -> FinishedRun:
    """Have an implementation load pages of web-platform-tests."""
    jobs, seconds = order.jobs or cores(), order.timeout or SECONDS
    interrupted = False
    with watching(console, testee.name, wpt.expected(pages)) as observer:
        player = wpt.WptPlayer(testee, checkout, pages, jobs, seconds, observer)
        try:
            await player.play()
        except asyncio.CancelledError:
            interrupted = True
    run = player.run(interrupted)
    return FinishedRun(run, wptreport=player.report(run))


def _autobahn_files(order: Order, outcomes: Sequence[FinishedRun]) -> Iterator[tuple[str, str]]:
    """Return Autobahn's own files, in the folder of the suite."""
    if order.keeps_autobahn_files:
        reports = [report for outcome in outcomes for report in outcome.reports]
        for name, text in autobahn_files.files(reports):
            yield f"{order.suite}/{name}", text


def _wptreports(outcomes: Sequence[FinishedRun]) -> Iterator[tuple[str, str]]:
    """Return the files that WPT's own runner would write, one per implementation."""
    for outcome in outcomes:
        if outcome.wptreport:
            of = "" if len(outcomes) == 1 else f"-{slug(outcome.run.implementation)}"
            yield f"{SuiteName.WPT}/wptreport{of}.json", outcome.wptreport


def _conclude(
    order: Order, outcomes: Sequence[FinishedRun], baseline: Baseline | None, console: Console
) -> Exit:
    against = None if order.writes_baseline else baseline
    runs = [outcome.run for outcome in outcomes]
    if order.suite is SuiteName.API and len(runs) > 1 and against is None:
        print_side_by_side(console, runs)
    else:
        for run in runs:
            print_summary(console, run, against, () if order.excluded else order.patterns)
        if order.suite is SuiteName.WPT and len(runs) > 1:
            print_folders(console, runs)
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
        OSError: the disk is full, or the folder is no longer writable.
    """
    runs = [outcome.run for outcome in outcomes]
    place = keeping.place(runs, order.report_dir, is_part=order.is_part)
    if place != order.report_dir:
        terminal.say(f"The report in {order.report_dir} has more cases, and is not replaced.")
    beside = chain(_autobahn_files(order, outcomes), _wptreports(outcomes))
    site.write(runs, place, against, beside)
    if not order.is_part and not any(run.interrupted for run in runs):
        keeping.clear_parts(order.report_dir, runs)
    terminal.say(f"Report  {place / 'index.html'}")


def _concluded(
    order: Order, runs: Sequence[Run], baseline: Baseline | None, against: Baseline | None
) -> Exit:
    """Write the baseline if an option asks for it, and return the exit status.

    Raises:
        OSError: the baseline cannot be written.
    """
    if any(run.interrupted for run in runs):
        if order.writes_baseline:
            terminal.complain("Interrupted; the baseline is unchanged.")
        return Exit.INTERRUPTED
    if order.writes_baseline and baseline is not None and order.baseline is not None:
        for run in runs:
            baseline = baseline.with_run(run)
        baselines.save(baseline, order.baseline)
        terminal.say(f"Baseline  {order.baseline}")
        return Exit.BEST
    return Exit.BEST if _is_well(runs, against) else Exit.SHORT


def _is_well(runs: Sequence[Run], baseline: Baseline | None) -> bool:
    """Return whether all cases are at their best or, with a baseline, whether no new one fails."""
    if baseline is None:
        return all(run.is_best for run in runs)
    return not any(new_failures(run, baseline) for run in runs)
