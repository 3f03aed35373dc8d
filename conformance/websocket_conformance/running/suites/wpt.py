"""Play web-platform-tests: one process per page, several pages at a time, and one set of servers.

A page that hangs, crashes or floods its console does not affect other pages. If the servers are
lost, the pages that were being played are played again, one after the other. A page with which the
servers are lost a second time has no result.
"""

import asyncio
import os
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.implementations import OURS, cache_directory, implementations
from websocket_conformance.processes import shell_words
from websocket_conformance.report import from_wpt
from websocket_conformance.report.expectations import Expectations, load_expectations
from websocket_conformance.report.from_wpt import PlayedWptPage
from websocket_conformance.report.wptreport import wptreport
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Run
from websocket_conformance.running.order import Option, Target
from websocket_conformance.running.sitting import Observer
from websocket_conformance.wpt import checkout as checkouts
from websocket_conformance.wpt.answer import ERROR, PageAnswer
from websocket_conformance.wpt.checkout import HOW_TO_GET, Checkout
from websocket_conformance.wpt.counts import known_counts
from websocket_conformance.wpt.left_out import why_left_out
from websocket_conformance.wpt.loading import PageAddress, load, seconds_for
from websocket_conformance.wpt.pages import WptPage
from websocket_conformance.wpt.serving import WptServers, wpt_servers

ROOT_VARIABLE = "WPT"
"""The environment variable with the folder of a checkout."""

EXPECTED = Path(checkouts.__file__).parent / "expected"
"""The folder of the expectations for the known implementations."""

_SERVERS_LOST_WITH_A_PAGE = 2


def default_root() -> Path:
    """Where a checkout is looked for, and fetched to, if the user does not name a folder."""
    named = os.environ.get(ROOT_VARIABLE)
    return Path(named) if named else cache_directory() / "wpt"


def opened(root: Path | None) -> Checkout:
    """Return the checkout in a folder; without a folder, the checkout in the usual place.

    Raises:
        MissingError: there is no checkout.
    """
    place = root or default_root()
    if not place.is_dir():
        raise MissingError(f"There is no checkout of web-platform-tests in {place}.\n{HOW_TO_GET}")
    return checkouts.opened(place)


def pages(
    checkout: Checkout, patterns: Sequence[str], excluded: Sequence[str] = ()
) -> list[WptPage]:
    """Return the pages that match a pattern and no pattern of exclusion, with those left out.

    Raises:
        UsageError: a pattern matches no page, or the patterns match only pages that are left out.
    """
    named = _named(checkout, patterns) - _named(checkout, excluded)
    found = [page for page in checkout.pages if page in named]
    if not found:
        raise UsageError("--exclude-cases excludes all of the cases that --cases names")
    if reason := all(map(why_left_out, found)) and why_left_out(found[0]):
        raise UsageError(f"{found[0].id} is left out: {reason}")
    return found


def _named(checkout: Checkout, patterns: Sequence[str]) -> set[WptPage]:
    """Return the pages that some patterns match.

    Raises:
        UsageError: a pattern matches no page.
    """
    named: set[WptPage] = set()
    for pattern in patterns:
        found = checkouts.chosen(checkout.pages, pattern)
        if not found:
            raise UsageError(
                f"no page matches {pattern!r}; they are named like {checkout.pages[0].id}, their "
                f"tests like {checkout.pages[0].file}, folders of them like websockets/cookies"
            )
        named.update(found)
    return named


def expected(pages: Sequence[WptPage]) -> dict[str, float]:
    """Return the pages that are to be played, each with a relative estimate of its duration."""
    return {page.id: 1.0 for page in pages if _is_played(page)}


@dataclass(frozen=True)
class WptTestee:
    """An implementation that can load pages.

    Attributes:
        name: its name.
        version: its version, empty if unknown.
        runtime: what it runs on, empty if unknown.
        words: the command that loads a page.
        expectations: the results that are expected of it.
    """

    name: str
    version: str
    runtime: str
    words: tuple[str, ...]
    expectations: Expectations


def testee(target: Target, file: Path | None) -> WptTestee:
    """Return the testee that loads pages: a known implementation, or a command.

    Args:
        target: the implementation or the command that the user names.
        file: the file of expectations; None for the implementation's own.

    Raises:
        UsageError: the implementation loads no pages, or the command cannot be parsed.
        MissingError: the implementation is not installed.
        ReportError: the file is not a file of expectations.
    """
    if target.option is Option.COMMAND:
        words = tuple(shell_words(target.value))
        return WptTestee(target.agent, target.version, "", words, expectations(file, ""))
    known = {each.name: each for each in implementations().values() if each.wpt}
    if target.value not in known:
        names = ", ".join(known)
        raise UsageError(
            f"{target.value!r} does not load pages of web-platform-tests; these do: {names}"
        )
    found = known[target.value]
    version = found.version_here()
    words = tuple(found.filled(found.wpt))
    return WptTestee(found.name, version, found.runtime(), words, expectations(file, found.name))


def expectations(file: Path | None, name: str = OURS) -> Expectations:
    """Read the expectations for an implementation, from a file or from those that are known.

    Raises:
        ReportError: the file is not a file of expectations.
    """
    known = EXPECTED / f"{name}.toml"
    if file is None and not (name and known.exists()):
        return Expectations()
    return load_expectations(file or known)


def remarks(
    checkout: Checkout, pages: Sequence[WptPage], testees: Sequence[WptTestee]
) -> Iterator[str]:
    """Return the warnings about a checkout, before its pages are played."""
    if checkout.absent:
        yield f"The checkout does not have {', '.join(checkout.absent)}; the pages run without."
    played = list(filter(_is_played, pages))
    if remark := known_counts().lacking(played, checkout):
        yield remark
    if remark := known_counts().remark(played, checkout):
        yield remark
    known = {page.id for page in checkout.pages}
    for testee in testees:
        stale = sorted({page for page, _ in testee.expectations.places} - known)
        if stale:
            more = f" and {len(stale) - 1} more" if len(stale) > 1 else ""
            yield (
                f"{testee.name} has an expectation for {stale[0]}{more}, "
                "which the checkout does not have."
            )


def version(checkout: Checkout) -> str:
    """Return the name of a checkout for the report: its commit, or that of the counted subtests."""
    counts = known_counts()
    played = list(filter(_is_played, checkout.pages))
    differs = counts.remark(played, checkout) or counts.lacking(played, checkout)
    if checkout.commit or differs:
        return checkout.version
    return counts.counted_from


def _is_played(page: WptPage) -> bool:
    return not why_left_out(page)


@dataclass
class WptPlayer:
    """A run that plays pages with one implementation.

    Attributes:
        testee: the implementation.
        checkout: the checkout.
        pages: the pages, also those that are left out.
        jobs: how many pages are played at a time.
        seconds: how long an ordinary test may take.
        observer: receives the progress of the run.
    """

    testee: WptTestee
    checkout: Checkout
    pages: Sequence[WptPage]
    jobs: int
    seconds: float
    observer: Observer
    _played: dict[WptPage, PlayedWptPage] = field(default_factory=dict)
    _lost: dict[WptPage, str] = field(default_factory=dict)
    _in_play: set[WptPage] = field(default_factory=set)
    _suspected: Counter[WptPage] = field(default_factory=Counter)
    _started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _clock: float = field(default_factory=time.monotonic)

    @property
    def chosen(self) -> list[WptPage]:
        """The pages that are to be played."""
        return list(filter(_is_played, self.pages))

    async def play(self) -> None:
        """Play all pages.

        Raises:
            UsageError: the command of the implementation cannot be started.
            MissingError: the servers cannot be started, or the implementation lacks something.
        """
        while left := self._left():
            async with wpt_servers(self.checkout) as servers:
                for trouble in servers.unread:
                    self.observer.warn(
                        f"A WebSocket handler of the checkout cannot be read: {trouble}"
                    )
                suspects = [page for page in left if self._suspected[page]]
                await self._play_with(servers, suspects or left, 1 if suspects else self.jobs)
                lost = servers.lost
            if lost:
                self.observer.warn(f"{lost}; the pages that were being played are played again.")
                self._give_up(lost)

    def _give_up(self, lost: str) -> None:
        """Give up a page with which servers were lost a second time, while it was played alone."""
        self._suspected.update(self._in_play)
        self._in_play.clear()
        for page, times in self._suspected.items():
            if times == _SERVERS_LOST_WITH_A_PAGE:
                self._lost[page] = lost
                self.observer.finished(from_wpt.without_result(page, lost))

    def _left(self) -> list[WptPage]:
        return [page for page in self.chosen if page not in self._played and page not in self._lost]

    async def _play_with(self, servers: WptServers, left: Sequence[WptPage], jobs: int) -> None:
        """Play pages until all are played, or the servers are lost."""
        queue = deque(left)
        numbers = range(min(jobs, len(queue)))
        lanes = [asyncio.create_task(self._lane(at, servers, queue)) for at in numbers]
        over: asyncio.Future[Any] = asyncio.gather(*lanes)
        lost: asyncio.Future[Any] = asyncio.create_task(servers.child.process.wait())
        try:
            await asyncio.wait([over, lost], return_when=asyncio.FIRST_COMPLETED)
            if over.done():
                over.result()
        finally:
            for task in (*lanes, lost):
                task.cancel()
            await asyncio.gather(*lanes, over, lost, return_exceptions=True)

    async def _lane(self, number: int, servers: WptServers, queue: deque[WptPage]) -> None:
        while queue:
            page = queue.popleft()
            self.observer.playing(number, [page.id])
            self._in_play.add(page)
            answer = await self._answer(page, servers)
            if servers.lost:
                return
            self._in_play.remove(page)
            self._hear(PlayedWptPage(page, answer, known_counts().of(page, self.checkout)))
        self.observer.playing(number, ())

    async def _answer(self, page: WptPage, servers: WptServers) -> PageAnswer:
        if page.fault:
            return PageAnswer(ERROR, page.fault)
        if page.lacks:
            what = ", ".join(page.lacks)
            return PageAnswer(ERROR, f"The checkout does not have what the test includes: {what}.")
        address = PageAddress(servers.url(page), str(servers.authority))
        return await load(self.testee.words, address, seconds_for(page, self.seconds))

    def _hear(self, played: PlayedWptPage) -> None:
        self._played[played.page] = played
        results = from_wpt.results(played, self.testee.expectations)
        self.observer.finished(from_wpt.summed_up(played, results))

    def run(self, interrupted: bool) -> Run:
        """Return the results so far."""
        results: list[Result] = []
        asked = 0
        for page in self.chosen:
            found = self._results(page)
            played = self._played.get(page)
            count = known_counts().of(page, self.checkout) or 1
            asked += from_wpt.asked(played, found) if played else max(count, len(found))
            results += found
        results += [from_wpt.left_out(page) for page in self.pages if why_left_out(page)]
        return Run(
            implementation=self.testee.name,
            version=self.testee.version,
            runtime=self.testee.runtime,
            suite="wpt",
            suite_version=version(self.checkout),
            profile="full",
            started=self._started,
            seconds=time.monotonic() - self._clock,
            asked=asked,
            interrupted=interrupted,
            sections=from_wpt.sections(results),
            results=tuple(results),
        )

    def _results(self, page: WptPage) -> list[Result]:
        if page in self._lost:
            return [from_wpt.without_result(page, self._lost[page])]
        played = self._played.get(page)
        return from_wpt.results(played, self.testee.expectations) if played else []

    def report(self, run: Run) -> str:
        """The run as ``wptreport.json``; see `report.wptreport`."""
        played = [self._played[page] for page in self.chosen if page in self._played]
        return wptreport(run, self.checkout.commit, played, self.testee.expectations)
