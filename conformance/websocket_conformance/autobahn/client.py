"""The client under test, in a process of its own, seen from the runner."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from websocket_conformance.autobahn.children import Child, last_lines, serving
from websocket_conformance.errors import RunError
from websocket_conformance.results.seen import Seen

START_SECONDS = 120.0
_WORKER = "websocket_conformance.autobahn.worker"


class ClientError(Exception):
    """The client did not come to the end of a case; the message says how it failed."""


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


@dataclass(frozen=True)
class Client:
    """A process that plays one case after the other; see `running_client`."""

    child: Child
    identity: Identity

    async def play(self, url: str, seconds: float) -> Seen:
        """Play the case behind a URL to its end.

        Args:
            url: where the fuzzing server has the case.
            seconds: how long that may take.

        Raises:
            ClientError: the client hung or its process ended; this process is of no more use.
        """
        self.child.write(url)
        try:
            async with asyncio.timeout(seconds):
                line = await self.child.read()
        except TimeoutError as error:
            hung = f"the client hung and was stopped after {seconds:g} s"
            raise ClientError(self._with_last_words(hung)) from error
        if line is None:
            raise ClientError(self._with_last_words("the client's process ended"))
        return Seen(**json.loads(line))

    def _with_last_words(self, text: str) -> str:
        """The text and, if the client printed anything during its life, the last line of that."""
        said = last_lines(self.child.log, 1)
        return f"{text}; its last words: {said}" if said else text


@asynccontextmanager
async def running_client(adapter: str, loop: str, log: Path) -> AsyncIterator[Client]:
    """A client that runs for as long as the context lasts, and is then ended at once.

    Args:
        adapter: the module that drives it.
        loop: the event loop, ``"asyncio"`` or ``"uvloop"``.
        log: the file for what it prints.

    Raises:
        RunError: it does not start, for one because the adapter cannot be imported.
    """
    async with serving([sys.executable, "-m", _WORKER, adapter, loop], log, piped=True) as child:
        try:
            yield Client(child, await _identity(child))
        finally:
            await child.kill()


async def _identity(child: Child) -> Identity:
    try:
        async with asyncio.timeout(START_SECONDS):
            line = await child.read()
    except TimeoutError:
        line = None
    if line is None:
        raise RunError(f"The client does not start.\n{last_lines(child.log)}")
    return Identity(**json.loads(line))
