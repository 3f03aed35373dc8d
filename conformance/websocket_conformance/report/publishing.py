"""Write a site of the cases that have been played, beside Autobahn's own files."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from websocket_conformance.fuzzing.played import Played
from websocket_conformance.report import from_embedded, site
from websocket_conformance.report.from_embedded import Plan

FOLDER = "websocket-conformance"
"""The folder of the site within a directory that has other files in the site's place."""

_REST = 9.0
"""How many times longer than it has worked a desk rests at least.

A site has a page for each case, with what all peers did in it, so a new peer changes nearly every
page. The rest keeps this work to a tenth of the time, even if many peers come one after the other.
"""

_LOGGER = logging.getLogger(__name__)


def publish(results: Iterable[Played], asked: Plan, directory: Path) -> Path:
    """Write the site of some results.

    Args:
        results: the results, of any number of peers.
        asked: the cases that were to be played.
        directory: the folder of the site; a site never replaces files of other programs.

    Returns:
        The path of its first page.

    Raises:
        OSError: it cannot be written.
    """
    where = place(directory)
    site.write(from_embedded.runs(results, asked), where)
    return where / "index.html"


def place(directory: Path) -> Path:
    """Return the folder of a site: the directory, or a folder in it if there are other files."""
    return directory / FOLDER if site.in_the_way(directory) else directory


class Desk:
    """Publishes results in a thread, so that cases in play do not wait.

    After each publication, the desk rests nine times as long as the work took; results that come
    meanwhile are published together afterwards. The first peers' results are thus published at
    once, and the last of two thousand peers does not cause the pages of all others to be written
    once more.

    Args:
        results: returns the results to publish.
        write: publishes them; runs in the thread.
        clock: returns the time in seconds.
        sleep: waits for some seconds.
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
        """Publish the present results, as soon as the desk is free."""
        self._is_asked = True
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._publish())

    async def close(self) -> None:
        """Begin no further work, and wait for work that has begun."""
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
