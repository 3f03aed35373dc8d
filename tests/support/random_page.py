"""A page that acts at random as a page may, compared with the server's account of it.

Each socket leads a :class:`~support.random_life.Life`: it waits for messages one at a time in ways
that are drawn anew for each message, does something between two of them, sends, looks at
``bufferedAmount``, and is closed or unloaded at a moment that nobody planned. Each stream leads a
:class:`~support.random_stream.StreamLife`. Beside them the program has tasks that spin, timers, and
threads that work.
"""

import asyncio
import contextlib
import gc
import logging
import random
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Iterator
from typing import Any

from support.inside import connection_of
from support.loops import LOOPS
from support.random_life import Life
from support.random_server import RandomServer
from support.random_stream import StreamLife
from support.random_ways import DEADLINE
from support.tls import server_context
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.network.line_of_connections import THE_LINE


def eager(loop: Any, coroutine: Any, **arguments: Any) -> "asyncio.Task[Any]":
    """Be ``asyncio.eager_task_factory``, which uvloop gives one argument too many on 3.13."""
    return asyncio.Task(coroutine, loop=loop, **(arguments | {"eager_start": True}))


async def spin() -> None:
    while True:  # noqa: ASYNC110
        await asyncio.sleep(0)


async def tick() -> None:
    while True:  # noqa: ASYNC110
        await asyncio.sleep(0.002)


def work(is_over: threading.Event) -> None:
    """Use the interpreter now and then, as another thread of the program does."""
    while not is_over.wait(0.002):
        sum(range(20_000))


class Page:
    """A program with several sockets, in its own event loop."""

    def __init__(self, server: RandomServer, name: str, kind: str) -> None:
        self.faults: list[str] = []
        self.name = name
        self._server = server
        self._kind = kind
        self._rng = random.Random(f"{server.seed}, page, {name}")
        self._lives: list[Life | StreamLife] = []
        self._left: list[weakref.ref[Any]] = []

    def run(self) -> None:
        with asyncio.Runner(loop_factory=LOOPS[self._kind]) as runner:
            runner.run(self._main())

    def judge(self) -> None:
        """Compare each life with the server's account, which is whole when the server has ended."""
        for life in self._lives:
            self.faults += life.judge(self._server.accounts.get(life.index))
            self._left += [weakref.ref(life.socket), weakref.ref(connection_of(life.socket))]
        self._lives.clear()

    def look_for_what_is_alive(self) -> None:
        """Look for sockets and connections after the garbage has been collected."""
        alive = [each() for each in self._left if each() is not None]
        if alive:
            self.faults.append(f"still there: {alive}")

    def _hear(self, _: object, context: dict[str, Any]) -> None:
        self.faults.append(f"the loop's exception handler heard {context}")

    async def _main(self) -> None:
        rng, loop = self._rng, asyncio.get_running_loop()
        loop.set_exception_handler(self._hear)
        if sys.version_info >= (3, 12) and rng.random() < 0.5:
            loop.set_task_factory(eager)
        beside = [asyncio.create_task(tick())]
        if rng.random() < 0.3:
            beside.append(asyncio.create_task(spin()))
        is_over = threading.Event()
        worker = threading.Thread(target=work, args=(is_over,))
        if rng.random() < 0.3:
            worker.start()
        try:
            await self._live(rng)
        finally:
            is_over.set()
            if worker.is_alive():
                worker.join()
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
        self._look_for_what_is_left(loop)

    async def _live(self, rng: random.Random) -> None:
        server = self._server
        kinds = rng.choices((Life, StreamLife), (3, 2), k=rng.randint(1, 6))
        lives = [kind(server.url, f"{self.name}{i}", server.seed) for i, kind in enumerate(kinds)]
        await asyncio.gather(*[life.live() for life in lives])
        # The connections end by themselves.
        event_loop = the_event_loop()
        began = time.monotonic()
        while event_loop.unloading or event_loop.tasks or event_loop.kept_alive:
            await asyncio.sleep(0.002)
            if time.monotonic() - began > DEADLINE:
                self.faults.append(
                    f"left: {[connection_of(each).__dict__ for each in event_loop.unloading]}, "
                    f"{event_loop.tasks}, {event_loop.kept_alive}"
                )
                break
        for life in lives:
            life.look_back()
        self._lives = lives

    def _look_for_what_is_left(self, loop: Any) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        if tasks:
            self.faults.append(f"tasks are left: {tasks}")
        timers = [each for each in getattr(loop, "_scheduled", ()) if not each.cancelled()]
        ours = [each for each in timers if "whatwg_websockets" in repr(each)]
        if ours:
            self.faults.append(f"timers are left: {ours}")


class _Warnings(logging.Handler):
    """A log handler that keeps records that should not be logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not hasattr(record, "why"):
            self.faults.append(f"the log said: {record.getMessage()}")


@contextlib.contextmanager
def _listening_to_the_log() -> Iterator[_Warnings]:
    logger, handler = logging.getLogger("whatwg_websockets"), _Warnings()
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def play(seed: object, kind: str = "asyncio", *, tls: bool = False) -> list[str]:
    """Let one or two pages, each in a thread of its own, meet a server; return what went wrong."""
    names = "ab"[: random.Random(f"{seed}").choice((1, 1, 1, 2))]
    context = server_context("127.0.0.1") if tls else None
    with _listening_to_the_log() as log, RandomServer(seed, context) as server:
        pages = [Page(server, name, kind) for name in names]
        threads = [threading.Thread(target=_run, args=(page,)) for page in pages]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for page in pages:
        page.judge()
    # A socket's finalizer holds its connection, so that one goes in the next collection. While
    # another thread collects, a collection does nothing; no other page runs any more.
    for _ in range(3):
        gc.collect()
    for page in pages:
        page.look_for_what_is_alive()
    faults = [fault for page in pages for fault in page.faults]
    faults += log.faults
    faults += [f"the server crashed: {crash!r}" for crash in server.crashes]
    if not THE_LINE.is_empty:
        faults.append("places in line are left")
        THE_LINE.begin_anew()
    return faults


def _run(page: Page) -> None:
    try:
        page.run()
    except BaseException as crash:
        page.faults.append("the page crashed: " + "".join(traceback.format_exception(crash)))
