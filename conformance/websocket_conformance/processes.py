"""Run testees as processes, of which nothing stays behind, whatever they do.

A testee is ended with everything that it has started, and its output is kept to quote its last
words. Trusted programs, which write to a log, are started by `logged`.
"""

import asyncio
import errno
import os
import re
import shlex
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process, SubprocessStreamProtocol
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.guardian import GROUP, GUARDIAN, MARK, STRAYS
from websocket_conformance.said import Said

NO_SHELL = "no shell runs the command: write sh -c '…' for what only a shell understands"
"""The advice for a command that is written for a shell."""

LONGEST_LINE = 16_777_216
"""How long a line of a process's output may be, in octets."""

_SHORTAGES = (errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""The errors of a system that has no room for another process."""

_OF_A_SHELL = re.compile(
    r"[A-Za-z_]\w*=.*|\(.*|alias|cd|eval|exec|export|for|if|set|source|trap|ulimit|umask|while",
    re.DOTALL,
)
"""What a shell understands as the first word of a command, and no system as a program."""

_SHEBANG = b"#!"
_CHUNK = 65536
_DRAIN_SECONDS = 0.5
_STRAY_SECONDS = 2.0
_LOOK = 0.01


class _Pipes(SubprocessStreamProtocol):
    """The pipes of a process, which are closed when it ends, even if another process holds them."""

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
        mark: the mark in the environment of the process and of all that it starts.
    """

    def __init__(self, process: Process, pipes: _Pipes, mark: str) -> None:
        self._process = process
        self._pipes = pipes
        self._mark = mark
        self._said = Said()
        self._listening = asyncio.create_task(self._listen())

    @property
    def status(self) -> int | None:
        """How it ended: its exit status, or the negative number of a signal; None while it runs."""
        return self._process.returncode

    async def wait(self) -> None:
        """Wait until it has ended and its output has been read."""
        await self._pipes.ended.wait()
        await asyncio.shield(self._listening)

    def words(self) -> str:
        """Return its output in short; see `Said.words`."""
        return self._said.words()

    def write(self, line: bytes) -> None:
        """Write a line to the input of a process that converses."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")

    async def line(self) -> bytes:
        """Return the next line of output of a process that converses; empty at its end.

        Raises:
            ValueError: the line is longer than `LONGEST_LINE`.
        """
        assert self._process.stdout is not None
        return await self._process.stdout.readline()

    async def end(self) -> None:
        """End it with all that it has started, whether or not it has ended itself."""
        descendants = _descendants(self._process.pid) if self.status is None else []
        kill_group(self._process.pid)
        await self._pipes.ended.wait()
        await _end_all(descendants, self._mark)
        self._pipes.close()
        await self._process.wait()
        if self._process.stdin is not None:
            # Before 3.11.4, asyncio complains of an end that nobody has asked about.
            with suppress(OSError):
                await self._process.stdin.wait_closed()
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening

    async def _listen(self) -> None:
        converses = self._process.stdin is not None
        heard = self._process.stderr if converses else self._process.stdout
        assert heard is not None
        while data := await heard.read(_CHUNK):
            self._said.hear(data)


def callers_path() -> str:
    """Return the ``$PATH`` of the caller of this program.

    ``uvx`` puts the environment that it has made for this program first. A command such as ``python
    echo.py`` would run in that environment, where the implementation under test is not installed.
    """
    path = os.environ.get("PATH", os.defpath)
    return path.partition(os.pathsep)[2] if is_of_uvx() else path


def is_of_uvx() -> bool:
    """Return whether this program runs in an environment that ``uvx`` has made for it."""
    first, own = os.environ.get("PATH", os.defpath).partition(os.pathsep)[0], Path(sys.prefix)
    is_active = os.environ.get("VIRTUAL_ENV") == str(own)
    return "UV" in os.environ and Path(first).parent == own and not is_active


def shell_words(command: str) -> list[str]:
    """Split a command into words, as a shell does.

    Raises:
        UsageError: the command is empty, or a quote is not closed.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"the command cannot be read: {error}") from error
    if not words:
        raise UsageError("the command is empty")
    return words


@asynccontextmanager
async def started(
    command: Sequence[str], *, converses: bool = False, environ: Mapping[str, str] | None = None
) -> AsyncIterator[Running]:
    """A context in which a process runs.

    The process has its own session, so Ctrl-C in the terminal reaches only this program. What it
    has started is ended with it, also processes in other sessions: they are found by `MARK` in
    their environment, which macOS does not show for its own programs. If this program is killed,
    the guardian ends the process group and the processes with the mark; it cannot find other
    processes in other sessions.

    Args:
        command: the program and its arguments.
        converses: whether it is written to and answers; its last words are then taken from its
            standard error.
        environ: variables of its environment in addition to those of this program.

    Raises:
        UsageError: the command names nothing that can be started; the message says why.
        MissingError: the system starts no further process.
    """
    mark = uuid4().hex
    more = {**(environ or {}), "PATH": callers_path(), MARK: mark}
    with GUARDIAN.guarding(STRAYS, mark):
        starting = asyncio.ensure_future(_start(command, converses, more))
        try:
            process, pipes = await asyncio.shield(starting)
        except asyncio.CancelledError:
            with suppress(MissingError, UsageError):
                await Running(*await starting, mark).end()
            raise
        running = Running(process, pipes, mark)
        with GUARDIAN.guarding(GROUP, str(process.pid)):
            try:
                yield running
            finally:
                await running.end()


async def _start(
    command: Sequence[str], converses: bool, environ: Mapping[str, str]
) -> tuple[Process, _Pipes]:
    loop = asyncio.get_running_loop()
    try:
        transport, pipes = await loop.subprocess_exec(
            _Pipes,
            *command,
            stdin=PIPE if converses else DEVNULL,
            stdout=PIPE,
            stderr=PIPE if converses else STDOUT,
            env={**os.environ, **environ},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        is_shortage = isinstance(error, OSError) and error.errno in _SHORTAGES
        kind = MissingError if is_shortage else UsageError
        raise kind(f"{command[0]} cannot be started: {_why_not(command[0], error)}") from error
    return Process(transport, pipes, loop), pipes


def _why_not(program: str, error: OSError | ValueError) -> str:
    """Return why a program cannot be started, and what to write instead."""
    if not isinstance(error, OSError):
        return str(error)
    file = shutil.which(program, mode=os.F_OK, path=callers_path())
    what = str(error.strerror)
    if error.errno == errno.ENOENT and file is None:
        is_of_a_shell = _OF_A_SHELL.fullmatch(program)
        return f"{what}; {NO_SHELL}" if is_of_a_shell else what
    if error.errno == errno.ENOENT:
        return f"{what}; the file is there, but {_interpreter(str(file))}"
    if error.errno == errno.ENOEXEC:
        return f"{what}; its first line does not name an interpreter, as #!/bin/sh does"
    if error.errno == errno.EACCES and file and os.path.isfile(file):
        return f"{what}; chmod +x makes the file executable"
    return what


def _interpreter(file: str) -> str:
    """Return what the system lacks to start a file that is there."""
    with suppress(OSError), open(file, "rb") as script:
        first = script.readline(_CHUNK)
        if first.startswith(_SHEBANG):
            named = first.removeprefix(_SHEBANG).strip(b" \t\n").decode(errors="replace")
            return f"the interpreter in its first line is not: {named}"
    return "its loader is not"


def kill_group(leader: int) -> None:
    """End a process and those of its children that have stayed in its process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _descendants(process: int) -> list[psutil.Process]:
    """Return the descendants of a process, as far as their parents live."""
    with suppress(psutil.Error):
        return psutil.Process(process).children(recursive=True)
    return []


async def _end_all(descendants: Iterable[psutil.Process], mark: str) -> None:
    """End processes that have left a testee's process group, and wait until they have ended."""
    left = list(descendants)
    for _ in range(int(_STRAY_SECONDS / _LOOK)):
        found = {process.pid: process for process in [*filter(_lives, left), *strays(mark)]}
        if not found:
            return
        for process in found.values():
            with suppress(psutil.Error):
                process.kill()
        await asyncio.sleep(_LOOK)


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def strays(mark: str) -> list[psutil.Process]:
    """Return the processes with a mark in their environment, as far as the system shows it."""
    return [process for process in psutil.process_iter() if _environ(process).get(MARK) == mark]


def _environ(process: psutil.Process) -> Mapping[str, str]:
    """Return a process's environment; empty if it has ended, or belongs to another user."""
    with suppress(psutil.Error, OSError):
        return process.environ()
    return {}


def ending(status: int) -> str:
    """Describe how a process ended."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


def check_platform() -> None:
    """Make sure that processes can be run and ended on this system as the judge needs.

    Raises:
        MissingError: they cannot; the message says which systems are supported.
    """
    if os.name != "posix":
        raise MissingError("A run needs process groups and signals: use Linux, macOS or WSL.")
