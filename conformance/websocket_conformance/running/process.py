"""A testee's process: what it says is kept for its last words, and nothing of it stays behind."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from websocket_conformance.running.errors import MissingError

_KEPT = 8192
_CHUNK = 65536
_DRAIN_SECONDS = 2.0


class Running:
    """A process that has been started; see `started`.

    Args:
        process: the process, with its output piped.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._said = b""
        self._listening = asyncio.create_task(self._listen())

    @property
    def status(self) -> int | None:
        """How it ended: an exit status, or a signal's number below 0; None if it has not."""
        return self._process.returncode

    async def wait(self) -> None:
        """Wait until it has ended, and for what it said last."""
        await self._process.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await asyncio.shield(self._listening)

    def last_words(self, lines: int = 3) -> str:
        """The end of its output, blank lines left out."""
        text = self._said.decode(errors="replace")
        return " / ".join([line.strip() for line in text.splitlines() if line.strip()][-lines:])

    async def end(self) -> None:
        """End it with all its children, whether it has ended itself or not."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        while data := await self._process.stdout.read(_CHUNK):
            self._said = (self._said + data)[-_KEPT:]


@asynccontextmanager
async def started(command: Sequence[str]) -> AsyncIterator[Running]:
    """A process that runs for as long as the context lasts.

    It has a session of its own: a Ctrl-C in the terminal reaches this process alone.

    Raises:
        MissingError: it cannot be started.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, start_new_session=True
        )
    except (OSError, ValueError) as error:
        raise MissingError(f"{command[0]} cannot be started: {error}") from error
    running = Running(process)
    try:
        yield running
    finally:
        await running.end()


def ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
