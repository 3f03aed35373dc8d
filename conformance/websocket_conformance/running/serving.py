"""A server under test, which is started on a free port or already runs."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from websocket_conformance.errors import AbsentError, UsageError
from websocket_conformance.fuzzing.addresses import Address, address_of
from websocket_conformance.fuzzing.reaching import answer, why_absent
from websocket_conformance.implementations import implementations
from websocket_conformance.processes import Running, ending, shell_words, started
from websocket_conformance.running.order import PORT, Option, Target

HOST = "127.0.0.1"
START_SECONDS = 30.0
"""How long a server may take from its start until it takes a connection."""

_LOOK = 0.05
_END_SECONDS = 2.0


@dataclass(frozen=True)
class ServerTestee:
    """A server under test.

    Attributes:
        name: its name in the report.
        version: its version, empty if unknown.
        runtime: what it runs on, empty if unknown.
        words: the command that starts it, with the placeholder `PORT`; empty if it already runs.
        address: its address; None if it is to be started.
    """

    __test__ = False

    name: str
    version: str = ""
    runtime: str = ""
    words: tuple[str, ...] = ()
    address: Address | None = None


@dataclass(frozen=True)
class PresentServer:
    """A server that listens.

    Attributes:
        address: the address on which it listens.
        process: its process; None if it was not started here.
    """

    address: Address
    process: Running | None = None

    async def fault(self) -> str | None:
        """Return a sentence if the server has ended or accepts no connection; else None."""
        why = None if self.has_ended else await why_absent(self.address)
        if why is not None:
            await self._wait_for_the_end()
        if self.process is not None and self.process.status is not None:
            await self.process.wait()
            return f"The server {ending(self.process.status)}{self.quoted()}"
        return why and f"The server no longer accepts connections ({why}){self.quoted()}"

    async def silence(self) -> str | None:
        """Return a sentence if the server does not answer an opening handshake; else None."""
        answered = await answer(self.address)
        if answered == b"":
            await self._wait_for_the_end()
        if answered is not None:
            return None
        return f"The server did not answer an opening handshake{self.quoted()}"

    async def _wait_for_the_end(self) -> None:
        """Wait a moment for the end of a process that may have closed its sockets already."""
        if self.process is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), _END_SECONDS)

    @property
    def has_ended(self) -> bool:
        """Whether its process has ended."""
        return self.process is not None and self.process.status is not None

    def quoted(self) -> str:
        """Return the last output of its process, with an introduction; empty without output."""
        words = self.process.words() if self.process is not None else ""
        return f"; {words}" if words else ""


def testee_of(target: Target) -> ServerTestee:
    """Return the server of a target: a known server, a command with `PORT` in it, or a URL.

    Raises:
        UsageError: the value is not the name of a server, a command with `PORT`, or a URL.
        MissingError: the server is known, and is not installed.
    """
    if target.option is Option.URL:
        return ServerTestee(target.agent, target.version, address=_address(target.value))
    if target.usual_name:
        words = shell_words(target.value)
        return ServerTestee(target.agent, target.version, words=tuple(words))
    every, name = implementations(), target.value
    names = ", ".join(each.name for each in every.values() if each.serve)
    if name not in every:
        raise UsageError(
            f"no known server is called {name!r}; the known ones are {names}; "
            f"a command needs {PORT} in the place of the port"
        )
    known = every[name]
    if not known.serve:
        raise UsageError(f"{name} is no server; known are {names}")
    version, words = known.version_here(), known.filled(known.serve)
    return ServerTestee(f"{name} (server)", version, known.runtime(), tuple(words))


def _address(url: str) -> Address:
    try:
        return address_of(url)
    except ValueError as error:
        expected = "expected one such as ws://127.0.0.1:9001"
        raise UsageError(f"--url: {url!r} cannot be connected to: {error}; {expected}") from error


@asynccontextmanager
async def present(testee: ServerTestee, patience: float) -> AsyncIterator[PresentServer]:
    """A context in which the server listens; a server that was started for it ends with it.

    Args:
        testee: the server.
        patience: how long it may take until it accepts a connection, in seconds.

    Raises:
        AbsentError: the server does not listen, or does not run at its URL.
        UsageError: its command cannot be started.
    """
    if testee.address is not None:
        why = await why_absent(testee.address)
        if why is not None:
            raise AbsentError(f"No server answers at {testee.address.url}: {why}")
        yield PresentServer(testee.address)
        return
    port = _free_port()
    command = [word.replace(PORT, str(port)) for word in testee.words]
    async with started(command) as process:
        server = PresentServer(Address(HOST, port), process)
        await _until_it_listens(server, patience)
        yield server


def _free_port() -> int:
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        port: int = nobody.getsockname()[1]
        return port


async def _until_it_listens(server: PresentServer, patience: float) -> None:
    until = time.monotonic() + patience
    while server.has_ended or await why_absent(server.address) is not None:
        if server.has_ended:
            raise AbsentError(f"Before the server listened: {await server.fault()}")
        if time.monotonic() > until:
            where = f"port {server.address.port} of {server.address.host}"
            said = server.quoted()
            raise AbsentError(
                f"The server accepted no connection at {where} within {patience:g} s{said}"
            )
        await asyncio.sleep(_LOOK)
