"""Servers and tools: programs that write to a log, and end with this process at the latest.

A server (`serving`) ends with this process, however this process ends. A tool (`run`) is waited
for.
"""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from websocket_conformance.guardian import GROUP, GUARDIAN
from websocket_conformance.processes import ending, kill_group

GRACE = 10.0
"""How long a server may take to end once its standard input is closed, in seconds."""


@dataclass(frozen=True)
class Child:
    """A server; see `serving`.

    Attributes:
        process: the process.
        log: the file with its output.
    """

    process: Process
    log: Path

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self.process.returncode is not None

    @property
    def ending(self) -> str:
        """How the process ended, with its last words; empty while it runs."""
        status = self.process.returncode
        if status is None:
            return ""
        words = " / ".join(last_lines(self.log, 3).splitlines())
        return ending(status) + (f"; its last words: {words}" if words else "")

    async def end(self) -> None:
        """Close the process's input, and give it some time to end by itself."""
        cast(asyncio.StreamWriter, self.process.stdin).close()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self.process.wait()

    async def kill(self) -> None:
        """End the process and all its children at once; the children even if it has ended."""
        kill_group(self.process.pid)
        await self.process.wait()


@asynccontextmanager
async def _logged(
    command: Sequence[str],
    log: Path,
    stdin: int,
    environ: Mapping[str, str] | None,
    keep_open: Sequence[int] = (),
) -> AsyncIterator[Child]:
    """A context with a program in its own session, which is killed if it is not ended before."""
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=stdin,
            stdout=file,
            stderr=file,
            env=environ,
            start_new_session=True,
            pass_fds=keep_open,
        )
    child = Child(process, log)
    with GUARDIAN.guarding(GROUP, str(process.pid)):
        try:
            yield child
        finally:
            await child.kill()


@asynccontextmanager
async def serving(
    command: Sequence[str], log: Path, *, environ: Mapping[str, str] | None = None
) -> AsyncIterator[Child]:
    """A context with a server, which serves until its standard input is closed.

    The server thus ends when this process ends, for whatever reason. It has its own session, so
    Ctrl-C in the terminal reaches only this process.

    Args:
        command: the program and its arguments.
        log: the file that its output is appended to.
        environ: its environment; None for that of this process.
    """
    async with _logged(command, log, PIPE, environ) as child:
        yield child
        await child.end()


async def run(
    command: Sequence[str],
    log: Path,
    *,
    environ: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
) -> int:
    """Run a program to its end, or kill it with its children if the caller is cancelled.

    Args:
        command: the program and its arguments.
        log: the file that its output is appended to.
        environ: its environment; None for that of this process.
        keep_open: file descriptors that the program inherits.

    Returns:
        Its exit status.
    """
    async with _logged(command, log, DEVNULL, environ, keep_open) as child:
        return await child.process.wait()


def last_lines(log: Path, lines: int = 5) -> str:
    """Return the end of a log, without blank lines."""
    text = log.read_text(encoding="utf-8", errors="replace")
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])
