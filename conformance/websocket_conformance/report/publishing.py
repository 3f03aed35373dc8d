"""Puts what has been played into a site for people, beside the files that are Autobahn's."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from websocket_conformance.fuzzing.played import Played
from websocket_conformance.report import from_embedded, site
from websocket_conformance.report.from_embedded import Plan

FOLDER = "websocket-conformance"
"""Where in a directory the site goes if there are files of others in its place."""

_REST = 9.0
"""How much longer a desk rests than it has worked, at least.

A site has a page for each case, with what all peers did in it, so that a new peer changes nearly
every page. A tenth of the time is enough for that, however many peers come one after the other.
"""

_LOGGER = logging.getLogger(__name__)


def publish(results: Iterable[Played], asked: Plan, directory: Path) -> Path:
    """Write the site of some results.

    Args:
        results: the results, of any number of peers.
        asked: what was to be played.
        directory: where to; a site is never written over what others have put there.

    Returns:
        its first page.

    Raises:
        OSError: it cannot be written.
    """
    where = place(directory)
    site.write(from_embedded.runs(results, asked), where)
    return where / "index.html"


def place(directory: Path) -> Path:
    """Where in a directory a site goes: into a folder of its own if it would be in the way."""
    return directory / FOLDER if site.in_the_way(directory) else directory


class Desk:
    """Publishes in a thread, so that cases in play do not wait; all that comes meanwhile at once.

    After that it rests nine times as long as it took, and what comes in this time is published when
    it is over. So the first peers' results are there at once, and the last of two thousand peers
    does not have the pages of all others written anew.

    Args:
        results: has what there is to publish.
        write: publishes it; runs in the thread.
        clock: tells the time in seconds.
        sleep: lets seconds pass.
    """

    def __init__(
        self,
        results: Callable[[], Sequence[Played]],
        write: Callable[[Sequence[Played]], object],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._results = results
        self._write = write
        self._clock, self._sleep = clock, sleep
        self._is_asked = False
        self._work: asyncio.Task[None] | None = None
        self._rest: asyncio.Future[object] | None = None

    def ask(self) -> None:
        """Publish what there is now, as soon as what is being published has been."""
        self._is_asked = True
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._publish())

    async def close(self) -> None:
        """Begin nothing more, and wait for what has begun."""
        self._is_asked = False
        if self._rest is not None:
            self._rest.cancel()
        if self._work is not None:
            await self._work

    async def _publish(self) -> None:
        while self._is_asked:
            self._is_asked = False
            begin = self._clock()
            try:
                await asyncio.to_thread(self._write, self._results())
            except Exception as error:
                _LOGGER.error("The report cannot be written: %s", error)
            rest = (self._clock() - begin) * _REST
            self._rest = asyncio.ensure_future(self._sleep(rest))
            await asyncio.wait([self._rest])
            self._rest = None
