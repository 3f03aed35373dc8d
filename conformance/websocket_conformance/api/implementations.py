"""The implementations that can play a page: how each is found, started, asked and ended."""

import asyncio
import json
import os
import shlex
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Protocol

from websocket_conformance import adapters
from websocket_conformance.api import page
from websocket_conformance.api.chromium import Browser, chromium
from websocket_conformance.api.errors import BrokenError, UnavailableError
from websocket_conformance.api.page import Task
from websocket_conformance.api.server import Server

PATIENCE = page.DEADLINE + 20.0
"""Seconds after which an implementation that does not answer is given up."""

WS_VERSION = "8.23.0"
FIRST_NODE_WITH_WEBSOCKET = 22
LONGEST_LINE = 16_777_216
MOST_PROCESSES = 32


class Implementation(Protocol):
    """An implementation of the API that is ready to play pages.

    Attributes:
        name: its name, as in ``Difference.who``.
        label: its name and version, for people.
    """

    name: str
    label: str

    async def play(self, task: Task) -> list[str]:
        """Play a page and return its trace.

        Raises:
            BrokenError: it has ended, or does not answer; it has to be started anew.
        """


@asynccontextmanager
async def start(name: str, server: Server) -> AsyncIterator[Implementation]:
    """Start an implementation.

    Args:
        name: ``ours``, ``node``, ``ws`` or ``chromium``; anything else is a command that reads a
            task a line and answers each with a line, as ``node.cjs`` does.
        server: the server of the scenarios.

    Raises:
        UnavailableError: it is not here; the message says so in two lines at most.
    """
    if name == "ours":
        yield Ours()
    elif name == "chromium":
        async with chromium(server) as browser:
            yield InBrowser(browser)
    elif name in ("node", "ws"):
        modules = await _modules() if name == "ws" else None
        async with _node(name, modules) as driver:
            yield driver
    else:
        async with _driver(name, _words(name)) as driver:
            yield driver


def most_at_a_time(name: str) -> int:
    """How many players of an implementation there may be at a time, each in its own process."""
    return 1 if name in ("ours", "chromium") else MOST_PROCESSES


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UnavailableError(f"{command} cannot be started: {error}") from error


class Ours:
    """This implementation, in this process and in its loop."""

    name = "ours"

    def __init__(self) -> None:
        adapter = adapters.load(adapters.DEFAULT)
        self.label = adapter.name
        self._interfaces = adapter.interfaces

    async def play(self, task: Task) -> list[str]:
        """Play a page and return its trace."""
        return await page.play(task, self._interfaces)


@dataclass
class InBrowser:
    """Chromium, with a page of the server open in it."""

    browser: Browser
    name: str = "chromium"

    def __post_init__(self) -> None:
        self.label = self.browser.label

    async def play(self, task: Task) -> list[str]:
        """Play a page and return its trace."""
        return await self.browser.play(task, PATIENCE)


class Driver:
    """A process that reads tasks from its standard input and writes traces to its output."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.label = name
        self._process = process

    async def greet(self) -> None:
        """Read its first line, which says what it is."""
        try:
            self.label = str((await self._line()).get("label", self.name))
        except BrokenError as error:
            raise UnavailableError(f"{error}, before its first line.") from error

    async def play(self, task: Task) -> list[str]:
        """Play a page and return its trace."""
        assert self._process.stdin is not None
        self._process.stdin.write(task.as_json().encode() + b"\n")
        return [str(each) for each in (await self._line()).get("trace", [])]

    async def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                line = await self._process.stdout.readline()
        except TimeoutError as error:
            raise BrokenError(f"{self.name} does not answer") from error
        try:
            answer: dict[str, Any] = dict(json.loads(line))
        except ValueError as error:
            what = f"answered {line[:80]!r}, which is no JSON object" if line else "has ended"
            raise BrokenError(f"{self.name} {what}") from error
        return answer


@asynccontextmanager
async def _driver(
    name: str, command: Sequence[str], environ: dict[str, str] | None = None
) -> AsyncIterator[Driver]:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **(environ or {})},
            limit=LONGEST_LINE,
        )
    except (OSError, IndexError, ValueError) as error:
        raise UnavailableError(f"{name} cannot be started: {error}") from error
    driver = Driver(name, process)
    try:
        await driver.greet()
        yield driver
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


# Node.


@asynccontextmanager
async def _node(name: str, modules: Path | None) -> AsyncIterator[Driver]:
    node = node_command()
    flags = []
    if await _major_version(node) < FIRST_NODE_WITH_WEBSOCKET:
        flags = ["--experimental-websocket", "--no-warnings"]
    environ = {"NODE_PATH": str(modules)} if modules else {}
    with as_file(files("websocket_conformance.api")) as directory:
        command = [node, *flags, str(directory / "node.cjs"), name]
        async with _driver(name, command, environ) as driver:
            yield driver


def node_command() -> str:
    """The path of Node: ``$NODE``, or ``node`` on the path.

    Raises:
        UnavailableError: there is none.
    """
    node = shutil.which(os.environ.get("NODE", "node"))
    if node is None:
        raise UnavailableError(
            "Node is not here: put node on PATH, or set NODE=/path/to/node;\n"
            "from version 22 on its WebSocket needs no flag."
        )
    return node


async def _major_version(node: str) -> int:
    output = await _output(node, "--version")
    version = output.strip().removeprefix("v").partition(".")[0]
    return int(version) if version.isdigit() else 0


async def _output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise UnavailableError(f"{shlex.join(command)} failed:\n{_last_line(output.decode())}")
    return output.decode()


def _last_line(output: str) -> str:
    return (output.strip().splitlines() or ["(without a word)"])[-1]


async def _modules() -> Path:
    """The directory that has ws, which is installed there once."""
    node_command()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = cache / "whatwg-websockets" / f"ws-{WS_VERSION}"
    if not (directory / "node_modules" / "ws").is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise UnavailableError("ws is not here, and npm, which would install it, is not.")
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent) as place:
            options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", place]
            await _output(npm, "install", *options, f"ws@{WS_VERSION}")
            shutil.rmtree(directory, ignore_errors=True)
            shutil.copytree(place, directory)
    return directory / "node_modules"
