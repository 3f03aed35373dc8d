"""The implementations that can play a page: each is found, started, used and ended here."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from websocket_conformance.api import page
from websocket_conformance.api.chromium import chromium
from websocket_conformance.api.page import PageTask
from websocket_conformance.api.server import Server
from websocket_conformance.errors import BrokenError
from websocket_conformance.implementations import implementations
from websocket_conformance.processes import LONGEST_LINE, Running, ending, shell_words, started

SHOWN = 80
GRACE = 5.0


@dataclass(frozen=True)
class Bounds:
    """The limits for an implementation.

    Attributes:
        patience: how many seconds it may do nothing on one scenario before it is stopped.
        players: the largest number of players at a time, each in a separate process.
    """

    patience: float = page.DEADLINE + 20.0
    players: int = 32

    def players_of(self, name: str) -> int:
        """Return the largest number of players of an implementation; Chromium has only one."""
        return 1 if name == "chromium" else self.players


USUAL = Bounds()


class PagePlayer(Protocol):
    """An implementation of the API that is ready to play pages.

    Attributes:
        name: the implementation's name, as in ``Difference.who``.
        label: the implementation's name and version, for display.
    """

    name: str
    label: str

    async def play(self, task: PageTask) -> list[str]:
        """Play a page and return its trace.

        Raises:
            BrokenError: the player has ended, or does not answer; it has to be started again.
        """


@asynccontextmanager
async def start(name: str, server: Server, patience: float) -> AsyncIterator[PagePlayer]:
    """Run a player of an implementation, for as long as the context lasts.

    Args:
        name: ``chromium``, or an implementation with a command in ``implementations.toml``, such
            as ``undici``; any other name is itself a command, which reads tasks from its standard
            input and answers each line with a line, as ``node.cjs`` does.
        server: the server of the scenarios.
        patience: how many seconds the player may do nothing on one scenario.

    Raises:
        MissingError: the implementation is not installed; the message has three lines at most.
        UsageError: the command cannot be started.
        BrokenError: the command does not print its first line.
    """
    if name == "chromium":
        async with chromium(server, patience) as browser:
            yield browser
        return
    known = implementations().get(name)
    if known and known.scenarios:
        await asyncio.to_thread(known.version_here)
        command = known.filled(known.scenarios)
    else:
        command = shell_words(name)
    async with started(command, converses=True) as process:
        driver = Driver(name, process, patience)
        await driver.greet()
        yield driver


class Driver:
    """A process that reads tasks from standard input and writes traces to standard output."""

    def __init__(self, name: str, process: Running, patience: float) -> None:
        self.name = name
        self.label = name
        self._process = process
        self._patience = patience

    async def greet(self) -> None:
        """Read the process's first line, which has the name and version of the implementation.

        Raises:
            BrokenError: there is no such line.
        """
        try:
            self.label = _text((await self._answer()).get("label", self.name))
        except BrokenError as error:
            raise BrokenError(f"{self.name} did not print its first line. {error}") from error

    async def play(self, task: PageTask) -> list[str]:
        """Play a page and return its trace."""
        self._process.write(task.as_json().encode())
        trace = (await self._answer()).get("trace")
        if not isinstance(trace, list):
            raise BrokenError("The driver answered without a trace")
        return [_text(each) for each in trace]

    async def _answer(self) -> dict[str, Any]:
        line = await self._line()
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            shown = line[:SHOWN]
            raise BrokenError(f"The driver answered {shown!r}, which is not a JSON object")
        return answer

    async def _line(self) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                line = await self._process.line()
        except TimeoutError as error:
            raise BrokenError(
                f"The driver did nothing for {self._patience:g} s and was stopped"
            ) from error
        except ValueError as error:
            longest = LONGEST_LINE // 2**20
            raise BrokenError(f"The driver wrote a line of more than {longest} MiB") from error
        if not line.endswith(b"\n"):
            raise BrokenError(f"The driver {await self._end()}")
        return line

    async def _end(self) -> str:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._process.wait()
        status, words = self._process.status, self._process.words()
        what = "closed its output" if status is None else ending(status)
        return f"{what}; {words}" if words else what


def _text(value: Any) -> str:
    """Return a value as text without lone surrogates, which could not be encoded."""
    return str(value).encode(errors="backslashreplace").decode()
