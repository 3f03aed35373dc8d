"""Runs the cases with a client of this machine, many side by side, on all cores.

    settings = Settings(cases=select(["*"]), profile=Profile.QUICK)
    run = await run_embedded(settings, directory, told=print)
    for result in run.results:
        print(result.number, result.behaviour, result.behaviour_close, result.close_code)

A `Result` has the two verdicts of a case and what they rest on, how long it took, what the peer's
Close said, the frames that went over the wire with their times (`Result.conversation`), and the
case itself, with what it sends and expects.

Each lane of a run has a judge and a client, in a process each. If the client's process ends or
hangs, nobody knows which of the cases in play did that. Each of them is then played alone, with a
client of its own, and the one that does it again has failed.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from websocket_conformance.adapters import DEFAULT, Seen
from websocket_conformance.embedded import catalogue
from websocket_conformance.embedded.behaviour import Behaviour
from websocket_conformance.embedded.case import (
    Case,
    LargeEcho,
    Pause,
    RoundTrips,
    Script,
    Watch,
)
from websocket_conformance.embedded.config import Profile
from websocket_conformance.embedded.judge_process import Order
from websocket_conformance.embedded.opening_verdicts import with_seen
from websocket_conformance.embedded.processes import (
    Driver,
    DriverError,
    Identity,
    Judge,
    RunError,
    running_driver,
    running_judge,
)
from websocket_conformance.embedded.result import Result

_HUNG = {Profile.QUICK: 60.0, Profile.FULL: 300.0}
"""How long nothing at all may come of a lane before its client counts as hung, in seconds."""

_SMALLEST_WINDOW = 9

_RESULT_SECONDS = 30.0
"""How long the judge may take to say what it thinks of a case that the client has left."""


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def select(patterns: Sequence[str], excluded: Sequence[str] = ()) -> tuple[str, ...]:
    """The numbers of the cases that patterns such as ``"6.*"`` name, in order.

    Raises:
        UnknownCaseError: a pattern names none.
    """
    known = catalogue.every(Profile.QUICK.messages)
    chosen = catalogue.select(known, patterns, excluded)
    return tuple(case.number for case in catalogue.playable(chosen, judge_is_server=True))


@dataclass(frozen=True)
class Settings:
    """What is to be run, and how.

    Attributes:
        cases: the numbers of the cases.
        profile: how many messages the cases send that send many.
        lanes: how many judges and clients there are.
        in_flight: how many cases a client plays at a time.
        agent: the client's name in the reports.
        adapter: the module that drives the client; see `websocket_conformance.adapters`.
        loop: the client's event loop, ``"asyncio"`` or ``"uvloop"``.
        hung: how long nothing may come of a lane before its client counts as hung, in seconds;
            None for what the profile needs.
        patience: by how much a judge's deadline is at least longer than the case says.
    """

    cases: tuple[str, ...]
    profile: Profile = Profile.QUICK
    lanes: int = field(default_factory=cores)
    in_flight: int = 32
    agent: str = "whatwg-websockets"
    adapter: str = DEFAULT
    loop: str = "asyncio"
    hung: float | None = None
    patience: float = 4.0


@dataclass(frozen=True)
class EmbeddedRun:
    """What came out of a run.

    Attributes:
        settings: what was asked for.
        identity: the client that was tested; None if none ever started.
        results: a result for each case that was played, in order.
        started: when it began.
        seconds: how long it took.
        interrupted: whether it was ended early.
    """

    settings: Settings
    identity: Identity | None
    results: tuple[Result, ...]
    started: datetime
    seconds: float
    interrupted: bool

    @property
    def is_best(self) -> bool:
        """Whether every case was played and is as good as it can be."""
        best = {result.number for result in self.results if result.is_best}
        return best == set(self.settings.cases)


@dataclass
class _Table:
    """What the lanes share.

    Attributes:
        settings: what to run, and how.
        told: is told of each result.
        directory: where the processes' logs go.
        results: the results so far.
        identity: the client.
    """

    settings: Settings
    told: Callable[[Result], None]
    directory: Path
    results: dict[str, Result] = field(default_factory=dict)
    identity: Identity | None = None

    def add(self, result: Result) -> None:
        """A case is over."""
        self.results[result.number] = result
        self.told(result)


async def run_embedded(
    settings: Settings, directory: Path, told: Callable[[Result], None] = lambda _: None
) -> EmbeddedRun:
    """Play the cases, and say what came out.

    The first cancellation ends the run and keeps what it had.

    Args:
        settings: what to run, and how.
        directory: an empty directory, for what judges and clients print.
        told: is told of each result, as soon as there is one.

    Raises:
        RunError: a judge or a client does not start.
    """
    table = _Table(settings, told, directory)
    started, clock = datetime.now(UTC), time.monotonic()
    cases = [catalogue.every(settings.profile.messages)[number] for number in settings.cases]
    shares = deal(cases, settings.lanes)
    lanes = [asyncio.create_task(_lane(table, share, n)) for n, share in enumerate(shares)]
    interrupted = False
    try:
        await asyncio.wait(lanes, return_when=asyncio.FIRST_EXCEPTION)
    except asyncio.CancelledError:
        interrupted = True
    for lane in lanes:
        lane.cancel()
    ended = await asyncio.gather(*lanes, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
    places = {number: place for place, number in enumerate(settings.cases, 1)}
    results = sorted(table.results.values(), key=lambda result: places[result.number])
    return EmbeddedRun(
        settings,
        table.identity,
        tuple(replace(result, index=places[result.number]) for result in results),
        started,
        time.monotonic() - clock,
        interrupted,
    )


def deal(cases: Iterable[Case], lanes: int) -> list[list[Case]]:
    """Deal cases out, so that the lanes have about the same to do.

    Cases that send the same stream go to the same lane, whose judge then compresses it once.
    """
    together: dict[object, list[Case]] = {}
    for case in cases:
        play = case.play
        compresses = isinstance(play, RoundTrips) and play.asked is not None
        key = (play.stream.source, play.stream.size) if compresses else case.number  # type: ignore[union-attr]
        together.setdefault(key, []).append(case)
    heaps: list[list[Case]] = [[] for _ in range(lanes)]
    weights = [0.0] * lanes
    for group in sorted(together.values(), key=lambda group: -sum(map(weight, group))):
        lightest = weights.index(min(weights))
        heaps[lightest] += group
        weights[lightest] += sum(map(weight, group))
    return [sorted(heap, key=_when) for heap in heaps if heap]


def weight(case: Case) -> float:
    """About how much work a case is for its client, in MiB that are sent back as they came."""
    play = case.play
    match play:
        case RoundTrips():
            each = play.stream.size / 2**20 * _hardness(play) + 0.001
            return each * play.stream.count
        case LargeEcho():
            return play.length / 2**20 + 500 / (play.chop or play.fragment or 2**20)
        case Script():
            return 0.01


_HARD = {"json": 4.0, "html": 4.0, "prose": 15.0, "bitmap": 28.0, "document": 26.0}
"""How much more work it is to compress and decompress some octets than to send them back."""

_HARD_WITH_SMALL_WINDOW = 25.0


def _hardness(play: RoundTrips) -> float:
    if not play.asked:
        return 1.0
    if play.asked[0].max_window_bits == _SMALLEST_WINDOW:
        return _HARD_WITH_SMALL_WINDOW
    return _HARD[play.stream.source]


def _when(case: Case) -> tuple[bool, float]:
    """What comes early: the cases that wait, then the largest."""
    play = case.play
    waits = isinstance(play, Script) and any(isinstance(step, Pause | Watch) for step in play.steps)
    return not waits, -weight(case)


async def _lane(table: _Table, cases: list[Case], lane: int) -> None:
    """Play cases with a judge of its own."""
    settings = table.settings
    numbers = tuple(case.number for case in cases)
    order = Order(numbers, settings.profile.messages, settings.patience)
    log = table.directory / f"judge-{lane}.log"
    async with running_judge(order, settings.agent, log) as judge:
        waiting = cases[::-1]
        suspects: list[Case] = []
        while waiting:
            suspects += await _play_on(table, judge, waiting, settings.in_flight, lane)
        for suspect in suspects:
            if await _play_on(table, judge, [suspect], 1, lane, alone=True):
                raise AssertionError("a case that is played alone has a result")


async def _play_on(
    table: _Table,
    judge: Judge,
    waiting: list[Case],
    in_flight: int,
    lane: int,
    *,
    alone: bool = False,
) -> list[Case]:
    """Play cases with one client until none is left or the client fails.

    Returns:
        The cases that were in play when it failed.
    """
    settings = table.settings
    log = table.directory / f"client-{lane}.log"
    hung = settings.hung or _HUNG[settings.profile]
    async with running_driver(settings.adapter, settings.loop, log) as driver:
        table.identity = driver.identity
        playing: dict[asyncio.Task[Result], Case] = {}
        try:
            while waiting or playing:
                while waiting and len(playing) < in_flight:
                    case = waiting.pop()
                    playing[asyncio.create_task(_play(case, judge, driver))] = case
                done, _ = await asyncio.wait(
                    playing, timeout=hung, return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    raise DriverError(f"The client hung and was stopped after {hung:g} s.")
                for task in done:
                    table.add(task.result())
                    del playing[task]
        except DriverError as error:
            if not alone:
                return list(playing.values())
            for case in playing.values():
                table.add(_failed(case, settings.agent, str(error)))
        finally:
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
    return []


async def _play(case: Case, judge: Judge, driver: Driver) -> Result:
    """Play a case; its result, with what the client's page saw.

    Raises:
        DriverError: the client's process ended.
        RunError: the judge was lost.
    """
    result = judge.expect(case.number)
    protocols = case.opening.protocols if case.opening is not None else ()
    seen = await driver.play(judge.url(case.number, protocols))
    try:
        async with asyncio.timeout(_RESULT_SECONDS):
            return with_seen(await result, seen)
    except TimeoutError:
        return _failed(case, judge.agent, "The client never connected.", seen)


def _failed(case: Case, agent: str, note: str, seen: Seen | None = None) -> Result:
    """A case of which the judge has nothing to say."""
    return Result(
        case,
        0,
        agent,
        Behaviour.FAILED,
        note,
        Behaviour.FAILED,
        note,
        datetime.now(UTC),
        0.0,
        seen=seen,
    )


__all__ = ["EmbeddedRun", "RunError", "Settings", "run_embedded", "select"]
