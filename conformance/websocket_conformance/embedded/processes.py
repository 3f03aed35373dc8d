"""The judges and the clients of a run, seen from the process that runs them."""

import asyncio
import json
import sys
from asyncio import IncompleteReadError
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from websocket_conformance.adapters import PROTOCOLS, Seen
from websocket_conformance.autobahn.children import Child, last_lines, serving
from websocket_conformance.embedded.judge_process import HOST, LENGTH, Order, unpack
from websocket_conformance.embedded.result import Result

START_SECONDS = 120.0
_JUDGE = "websocket_conformance.embedded.judge_process"
_DRIVER = "websocket_conformance.embedded.driver_process"


class RunError(Exception):
    """A judge or a client could not be started, or the judge was lost; the message says why."""


class DriverError(Exception):
    """The client's process is gone; the message has its last words."""


@dataclass(frozen=True)
class Identity:
    """What is being tested.

    Attributes:
        client: the client and its version.
        python: the interpreter and its version.
        loop: the event loop it runs on.
    """

    client: str
    python: str
    loop: str


@dataclass
class Judge:
    """A fuzzing server in a process of its own; see `running_judge`.

    Attributes:
        port: where it listens.
        agent: the name of the client.
        results: what it says of each case; there is a future for each case in play.
    """

    port: int
    agent: str
    results: dict[str, "asyncio.Future[Result]"] = field(default_factory=dict)

    def url(self, number: str, protocols: Sequence[str] = ()) -> str:
        """Where a client has to connect to play a case.

        Args:
            number: the case.
            protocols: the subprotocols that the client has to ask for.
        """
        query = {"casetuple": number, "agent": self.agent}
        if protocols:
            query[PROTOCOLS] = ",".join(protocols)
        return f"ws://{HOST}:{self.port}/runCase?{urlencode(query)}"

    def expect(self, number: str) -> "asyncio.Future[Result]":
        """The result of a case that is about to be played."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.results[number] = future
        return future


@asynccontextmanager
async def running_judge(order: Order, agent: str, log: Path) -> AsyncIterator[Judge]:
    """A judge that listens for as long as the context lasts.

    Args:
        order: what it is to do.
        agent: the name of the client.
        log: the file for what it prints.

    Raises:
        RunError: it does not start.
    """
    async with serving([sys.executable, "-m", _JUDGE], log, piped=True) as child:
        child.write(order.dump())
        try:
            async with asyncio.timeout(START_SECONDS):
                port = await _answer(child, order.messages)
        except (TimeoutError, IncompleteReadError) as error:
            raise RunError(f"The judge does not start.\n{last_lines(log)}") from error
        judge = Judge(cast(int, port), agent)
        reading = asyncio.create_task(_results(child, order.messages, judge))
        try:
            yield judge
        finally:
            reading.cancel()
            await child.kill()


async def _answer(child: Child, messages: int) -> int | Result:
    reader = cast(asyncio.StreamReader, child.process.stdout)
    length = int.from_bytes(await reader.readexactly(LENGTH))
    return unpack(await reader.readexactly(length), messages)


async def _results(child: Child, messages: int, judge: Judge) -> None:
    """Hand out results until there are no more, which must not be before the run is over."""
    try:
        while True:
            result = cast(Result, await _answer(child, messages))
            future = judge.results.get(result.number)
            if future is not None and not future.done():
                future.set_result(result)
    except IncompleteReadError:
        error = RunError(f"The judge was lost.\n{last_lines(child.log)}")
        for future in judge.results.values():
            if not future.done():
                future.set_exception(error)


@dataclass
class Driver:
    """The client under test in a process of its own; see `running_driver`.

    Attributes:
        identity: what it says it is.
        seen: what the page behind it saw of each case; a future for each URL in play.
    """

    child: Child
    identity: Identity
    seen: dict[str, "asyncio.Future[Seen]"] = field(default_factory=dict)

    def play(self, url: str) -> "asyncio.Future[Seen]":
        """Have the case behind a URL played; the future fails if the process ends."""
        future: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        self.seen[url] = future
        self.child.write(url)
        return future


@asynccontextmanager
async def running_driver(adapter: str, loop: str, log: Path) -> AsyncIterator[Driver]:
    """A client that runs for as long as the context lasts, and is then ended at once.

    Args:
        adapter: the module that drives it.
        loop: the event loop, ``"asyncio"`` or ``"uvloop"``.
        log: the file for what it prints.

    Raises:
        RunError: it does not start, for one because the adapter cannot be imported.
    """
    async with serving([sys.executable, "-m", _DRIVER, adapter, loop], log, piped=True) as child:
        driver = Driver(child, await _identity(child))
        reading = asyncio.create_task(_seen(driver))
        try:
            yield driver
        finally:
            reading.cancel()
            await child.kill()


async def _identity(child: Child) -> Identity:
    line = None
    try:
        async with asyncio.timeout(START_SECONDS):
            line = await child.read()
    except TimeoutError:
        pass
    if line is None:
        raise RunError(f"The client does not start.\n{last_lines(child.log)}")
    return Identity(**json.loads(line))


async def _seen(driver: Driver) -> None:
    while (line := await driver.child.read()) is not None:
        answer = json.loads(line)
        future = driver.seen.pop(answer.pop("url"))
        if not future.done():
            future.set_result(Seen(**answer))
    words = last_lines(driver.child.log, 1)
    ended = "The client's process ended."
    error = DriverError(f"{ended} Its last words: {words}" if words else ended)
    for future in driver.seen.values():
        if not future.done():
            future.set_exception(error)
