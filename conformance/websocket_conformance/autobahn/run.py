"""Deals the cases out to several servers, each with a client of its own."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, cast

from websocket_conformance.autobahn.catalogue import in_playing_order, patience
from websocket_conformance.autobahn.client import Client, ClientError, Identity, running_client
from websocket_conformance.autobahn.control import ControlError
from websocket_conformance.autobahn.server import FuzzingServer, fuzzing_server
from websocket_conformance.autobahn.suites import Suite
from websocket_conformance.autobahn.verdicts import Result, Verdict
from websocket_conformance.results.seen import Seen


@dataclass(frozen=True)
class Settings:
    """What is to be run, and how.

    Attributes:
        cases: the cases, in the suite's order.
        jobs: how many servers and clients work side by side.
        agent: the name under which the results are filed.
        timeout: how long a client may take for a case, in seconds; None for what the case needs.
        loop: the client's event loop, ``"asyncio"`` or ``"uvloop"``.
        adapter: the module that drives the client.
    """

    cases: tuple[str, ...]
    jobs: int
    agent: str
    timeout: float | None
    loop: str
    adapter: str


class Observer(Protocol):
    """Somebody who watches a run."""

    def started(self, case: str) -> None:
        """A client has begun to play a case."""

    def finished(self, case: str, verdict: Verdict, note: str) -> None:
        """A case is over; the verdict is on its messages, the note on what went wrong."""

    def warn(self, text: str) -> None:
        """Something went wrong that costs more than one case."""


@dataclass(frozen=True)
class Run:
    """What came out of a run.

    Attributes:
        settings: what was asked for.
        suite: the suite that was run, for people.
        identity: the client that was tested.
        results: a result for each case that was played to its end, in the suite's order.
        started: when the first case began.
        seconds: how long the run took.
        interrupted: whether it was ended early.
    """

    settings: Settings
    suite: str
    identity: Identity
    results: tuple[Result, ...]
    started: datetime
    seconds: float
    interrupted: bool

    @property
    def is_best(self) -> bool:
        """Whether every case was played and has the best verdict that it can have."""
        played = {result.case for result in self.results if result.is_best}
        return played == set(self.settings.cases)


@dataclass
class _Played:
    """What the runner itself knows of a case that is over."""

    seen: Seen | None = None
    note: str = ""


@dataclass
class _Table:
    """What the lanes share: the cases still to be played, and what is known of the others.

    Attributes:
        settings: what to run, and how.
        observer: is told how it goes.
        waiting: the cases that nobody has begun to play.
        played: what the runner saw of each case that is over.
        reports: what the servers reported, by the name of the file.
        identity: the client that is tested, once one has started.
        reporting: the lanes that play no more and are gathering their server's reports.
    """

    settings: Settings
    observer: Observer
    waiting: deque[str]
    played: dict[str, _Played] = field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    identity: Identity | None = None
    reporting: set[asyncio.Task[Any]] = field(default_factory=set)

    def results(self) -> tuple[Result, ...]:
        """A result for each case that is over, in the suite's order."""
        files = {str(report["id"]): name for name, report in self.reports.items()}
        return tuple(
            self._result(case, files.get(case))
            for case in self.settings.cases
            if case in self.played
        )

    def _result(self, case: str, file: str | None) -> Result:
        played = self.played[case]
        if file is None:
            note = played.note or "the fuzzing server has no report of this case"
            return Result(case, seen=played.seen, note=note)
        return Result(case, self.reports[file], file, played.seen, played.note)


async def run(settings: Settings, suite: Suite, directory: Path, observer: Observer) -> Run:
    """Play the cases, as many at a time as there are jobs.

    The first cancellation stops the play and still gathers the reports of what has been played;
    the run then counts as interrupted. The second one drops everything.

    Args:
        settings: what to run, and how.
        suite: where the servers come from.
        directory: an empty directory for what the servers and clients write.
        observer: is told how it goes.

    Raises:
        RunError: a server or a client does not start.
        asyncio.CancelledError: it was cancelled a second time, or before anything had started.
    """
    table = _Table(settings, observer, deque(in_playing_order(settings.cases)))
    started, clock = datetime.now(UTC), time.monotonic()
    jobs = range(min(settings.jobs, len(settings.cases)))
    lanes = [
        asyncio.create_task(_lane(table, suite, _new(directory / f"lane-{job}"))) for job in jobs
    ]
    try:
        interrupted = await _until_done(lanes, table)
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
    for lane in lanes:
        if not lane.cancelled():
            lane.result()
    seconds = time.monotonic() - clock
    if table.identity is None:
        raise asyncio.CancelledError
    identity, results = table.identity, table.results()
    return Run(settings, suite.label, identity, results, started, seconds, interrupted)


def _new(directory: Path) -> Path:
    directory.mkdir()
    return directory


async def _until_done(lanes: list[asyncio.Task[None]], table: _Table) -> bool:
    """Wait for the lanes; whether they were interrupted.

    A lane that is interrupted plays no more; one that gathers its reports already is left to it.
    """
    try:
        await asyncio.wait(lanes, return_when=asyncio.FIRST_EXCEPTION)
    except asyncio.CancelledError:
        for lane in set(lanes) - table.reporting:
            lane.cancel()
        await asyncio.wait(lanes)
        return True
    return False


async def _lane(table: _Table, suite: Suite, directory: Path) -> None:
    """Play cases with a server of its own until none is left or this is cancelled."""
    async with fuzzing_server(suite, directory, table.settings.agent) as server:
        try:
            with suppress(asyncio.CancelledError):
                while table.waiting:
                    await _play_on(table, server, directory / "client.log")
            table.reporting.add(cast(asyncio.Task[Any], asyncio.current_task()))
            table.reports.update(await server.reports())
        except ControlError as error:
            table.observer.warn(f"A fuzzing server was lost: {error}\n{server.last_words()}")


async def _play_on(table: _Table, server: FuzzingServer, log: Path) -> None:
    """Play cases with one client until none is left or the client fails.

    Raises:
        ControlError: the server is gone.
    """
    settings = table.settings
    async with running_client(settings.adapter, settings.loop, log) as client:
        table.identity = client.identity
        while table.waiting:
            case = table.waiting.popleft()
            table.observer.started(case)
            seconds = settings.timeout or patience(case)
            played = await _play(server.url(case), client, seconds)
            table.played[case] = played
            verdict = await server.verdict(case)
            table.observer.finished(case, verdict, played.note)
            if played.seen is None:
                return


async def _play(url: str, client: Client, seconds: float) -> _Played:
    try:
        return _Played(seen=await client.play(url, seconds))
    except ClientError as error:
        return _Played(note=str(error))
