"""Starts the servers that WPT's tests need, in separate processes."""

import asyncio
import importlib.util
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from websocket_conformance.errors import MissingError
from websocket_conformance.guardian import temporary_directory
from websocket_conformance.logged import Child, last_lines, serving
from websocket_conformance.wpt import hosts
from websocket_conformance.wpt.checkout import Checkout
from websocket_conformance.wpt.pages import WptPage

READY = "servers.json"
"""The file to which the servers write their ports."""

NEEDED = ("wptserve", "pywebsocket3", "trustme")
"""The libraries that the servers need."""

HOW_TO_GET = 'the suite needs an extra: pip install "whatwg-websockets[wpt]"'

_START_SECONDS = 120.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class WptServers:
    """Servers that are running.

    Attributes:
        ports: the ports of each scheme.
        authority: the file with the certificate of the authority that signed the servers'.
        child: the servers' process.
        unread: the WebSocket handlers that could not be imported, each with the reason.
    """

    ports: Mapping[str, list[int]]
    authority: Path
    child: Child
    unread: tuple[str, ...] = ()

    def url(self, page: WptPage) -> str:
        """Return the URL of a page."""
        scheme = "https" if page.is_secure else "http"
        return f"{scheme}://{hosts.HOST}:{self.ports[scheme][0]}{page.id}"

    @property
    def lost(self) -> str:
        """How the servers ended, with their last output; empty while they are running."""
        ending = self.child.ending
        return f"The process of web-platform-tests' servers {ending}" if ending else ""


def check_libraries() -> None:
    """Check that the libraries of the servers are installed.

    Raises:
        MissingError: a library is not installed.
    """
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        raise MissingError(f"{', '.join(lacking)} cannot be imported; {HOW_TO_GET}")


@asynccontextmanager
async def wpt_servers(checkout: Checkout) -> AsyncIterator[WptServers]:
    """Serve a checkout for as long as the context lasts.

    Raises:
        MissingError: a library is not installed, or the servers do not start.
    """
    check_libraries()
    with temporary_directory("wpt-") as directory:
        program = [sys.executable, "-m", "websocket_conformance.wpt.server"]
        command = [*program, str(checkout.root.resolve()), str(directory)]
        async with serving(command, directory / "servers.log") as child:
            yield await _ready(child, directory)


async def _ready(child: Child, directory: Path) -> WptServers:
    """Wait until the servers have written their ports."""
    file = directory / READY
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not file.exists():
                if child.has_ended:
                    raise MissingError(_not_started(child))
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError as error:
        raise MissingError(_not_started(child)) from error
    said = json.loads(file.read_text(encoding="utf-8"))
    return WptServers(said["ports"], Path(said["authority"]), child, tuple(said["unread"]))


def _not_started(child: Child) -> str:
    words = last_lines(child.log)
    return f"The servers of web-platform-tests do not start.\n{words}".rstrip()
