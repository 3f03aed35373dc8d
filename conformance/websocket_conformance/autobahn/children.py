"""Child processes that do not outlive this one."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

GRACE = 10.0
"""How long a child may take to end by itself once its standard input is closed, in seconds."""


@dataclass(frozen=True)
class Child:
    """A process that this one has started.

    Attributes:
        process: the process, with its standard input, and its output if that is piped.
        log: the file with its standard error, and its output if that is not piped.
    """

    process: Process
    log: Path

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.returncode is not None

    def write(self, line: str) -> None:
        """Write a line to the process's input."""
        cast(asyncio.StreamWriter, self.process.stdin).write(f"{line}\n".encode())

    async def read(self) -> str | None:
        """The next line of the process's piped output, None once that has ended."""
        line = await cast(asyncio.StreamReader, self.process.stdout).readline()
        return line.decode() if line.endswith(b"\n") else None

    async def end(self) -> None:
        """Close the process's input and give it its grace to end by itself."""
        cast(asyncio.StreamWriter, self.process.stdin).close()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self.process.wait()
        await self.kill()

    async def kill(self) -> None:
        """End the process and all its own children at once."""
        if not self.has_ended:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()


@asynccontextmanager
async def serving(
    command: Sequence[str],
    log: Path,
    *,
    environ: Mapping[str, str] | None = None,
    piped: bool = False,
) -> AsyncIterator[Child]:
    """A child that serves until its standard input is closed.

    So it ends when this process ends, however that comes about. It has a session of its own: a
    Ctrl-C in the terminal reaches this process alone.

    Args:
        command: the program and its arguments.
        log: the file for its standard error, and for its output unless `piped`.
        environ: its environment, None for this process's own.
        piped: whether its standard output is to be read.
    """
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE if piped else file,
            stderr=file,
            env=environ,
            start_new_session=True,
        )
    child = Child(process, log)
    try:
        yield child
        await child.end()
    finally:
        await child.kill()


async def run(
    command: Sequence[str],
    log: Path,
    *,
    environ: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
) -> int:
    """Run a program to its end, and kill it with its children if this is cancelled.

    Args:
        command: the program and its arguments.
        log: the file that its output is appended to.
        environ: its environment, None for this process's own.
        keep_open: file descriptors that it holds open for as long as it lives.

    Returns:
        Its exit status.
    """
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=file,
            stderr=file,
            env=environ,
            start_new_session=True,
            pass_fds=keep_open,
        )
    try:
        return await process.wait()
    finally:
        await Child(process, log).kill()


def last_lines(log: Path, lines: int = 5) -> str:
    """The end of a log, blank lines left out."""
    text = log.read_text(encoding="utf-8", errors="replace")
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])
