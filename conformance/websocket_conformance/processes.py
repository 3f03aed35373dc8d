"""Processes: those of testees, of which nothing stays behind, and the signals that end this one.

What a testee says is kept for its last words.
"""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process, SubprocessStreamProtocol
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from websocket_conformance.errors import MissingError

LONGEST_LINE = 16_777_216
"""How long a line may be that a process says, in octets."""

MARK = "WHATWG_WEBSOCKETS_TESTEE"
"""The environment variable by which what a testee has started is known."""

T = TypeVar("T")

_KEPT = 8192
_CHUNK = 65536
_DRAIN_SECONDS = 0.5
_STRAY_SECONDS = 2.0
_LOOK = 0.01


class _Pipes(SubprocessStreamProtocol):
    """The pipes of a process, which its own end ends too, whoever else may hold them."""

    def __init__(self) -> None:
        super().__init__(LONGEST_LINE, asyncio.get_running_loop())
        self.ended = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self._of_process = transport
        super().connection_made(transport)

    def process_exited(self) -> None:
        super().process_exited()
        self.ended.set()
        asyncio.get_running_loop().call_later(_DRAIN_SECONDS, self.close)

    def close(self) -> None:
        """Close the pipes, once the process has ended."""
        if self.stdin is not None and not self.stdin.is_closing():
            self.stdin.transport.abort()
        self._of_process.close()


class Running:
    """A process that has been started; see `started`.

    Args:
        process: the process, with its output piped.
        pipes: its pipes.
        mark: what it and all that it starts have in their environment.
    """

    def __init__(self, process: Process, pipes: _Pipes, mark: str) -> None:
        self._process = process
        self._pipes = pipes
        self._mark = mark
        self._said = b""
        self._listening = asyncio.create_task(self._listen())

    @property
    def status(self) -> int | None:
        """How it ended: an exit status, or a signal's number below 0; None if it has not."""
        return self._process.returncode

    async def wait(self) -> None:
        """Wait until it has ended, and for what it said last."""
        await self._pipes.ended.wait()
        await asyncio.shield(self._listening)

    def last_words(self, lines: int = 3) -> str:
        """The end of its output, blank lines left out."""
        text = self._said.decode(errors="replace")
        return " / ".join([line.strip() for line in text.splitlines() if line.strip()][-lines:])

    def write(self, line: bytes) -> None:
        """Write a line to a process that converses."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")

    async def line(self) -> bytes:
        """The next line that a process says that converses; empty if there is no other.

        Raises:
            ValueError: it is longer than `LONGEST_LINE`.
        """
        assert self._process.stdout is not None
        return await self._process.stdout.readline()

    async def end(self) -> None:
        """End it with all its children, whether it has ended itself or not."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._pipes.ended.wait()
        await _end_strays(self._mark)
        self._pipes.close()
        await self._process.wait()
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening

    async def _listen(self) -> None:
        converses = self._process.stdin is not None
        heard = self._process.stderr if converses else self._process.stdout
        assert heard is not None
        while data := await heard.read(_CHUNK):
            self._said = (self._said + data)[-_KEPT:]


@asynccontextmanager
async def started(command: Sequence[str], *, converses: bool = False) -> AsyncIterator[Running]:
    """A process that runs for as long as the context lasts.

    It has a session of its own: a Ctrl-C in the terminal reaches this process alone. What it has
    started is ended with it; on Linux also what has gone into a session of its own.

    Args:
        command: the program and its arguments.
        converses: whether it is written to and answers; its last words are then those on its
            standard error.

    Raises:
        MissingError: it cannot be started.
    """
    mark = uuid4().hex
    starting = asyncio.ensure_future(_start(command, converses, mark))
    try:
        process, pipes = await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(MissingError):
            await Running(*await starting, mark).end()
        raise
    running = Running(process, pipes, mark)
    try:
        yield running
    finally:
        await running.end()


async def _start(command: Sequence[str], converses: bool, mark: str) -> tuple[Process, _Pipes]:
    loop = asyncio.get_running_loop()
    try:
        transport, pipes = await loop.subprocess_exec(
            _Pipes,
            *command,
            stdin=PIPE if converses else DEVNULL,
            stdout=PIPE,
            stderr=PIPE if converses else STDOUT,
            env={**os.environ, MARK: mark},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise MissingError(f"{command[0]} cannot be started: {error}") from error
    return Process(transport, pipes, loop), pipes


async def _end_strays(mark: str) -> None:
    """End what has left a testee's process group, and wait until it is gone."""
    for _ in range(int(_STRAY_SECONDS / _LOOK)):
        found = strays(mark)
        if not found:
            return
        for process in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        await asyncio.sleep(_LOOK)


def strays(mark: str) -> list[int]:
    """The processes with a mark in their environment; none where there is no ``/proc``."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if wanted in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
    return found


def ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


async def until_signalled(work: Coroutine[Any, Any, T]) -> T:
    """Do some work, and cancel it at each signal that asks this process to end.

    The signals stay without effect when the work is over, for as long as the event loop runs.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    return await task
