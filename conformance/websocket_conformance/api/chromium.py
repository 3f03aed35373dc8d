"""Chromium as an oracle: it opens a page of our server, which asks for tasks and posts traces.

Neither playwright nor the DevTools protocol is needed for this: a page that fetches its next task
runs in every browser, and nothing comes between the browser's WebSocket and the page.
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.resources import files

from websocket_conformance.api.errors import BrokenError, UnavailableError
from websocket_conformance.api.page import Task
from websocket_conformance.api.server import Answer, Server

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
GRACE = 10.0

_MAIN = """
onerror = (message, source, line, column, error) => { window.onReport?.(error); };
(async () => {
  for (;;) {
    const task = await (await fetch("/-/task", { method: "POST" })).json();
    const trace = await play(task, window);
    await fetch("/-/trace", { method: "POST", body: JSON.stringify(trace) });
  }
})();
"""


class Browser:
    """The page that is open in a browser, seen from the server's side.

    Attributes:
        label: the browser's name and version.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self._tasks: asyncio.Queue[Task] = asyncio.Queue()
        self._traces: asyncio.Queue[str] = asyncio.Queue()

    async def play(self, task: Task, patience: float) -> list[str]:
        """Have a page played.

        Raises:
            BrokenError: the browser does not answer.
        """
        self._tasks.put_nowait(task)
        try:
            async with asyncio.timeout(patience):
                return [str(each) for each in json.loads(await self._traces.get())]
        except TimeoutError as error:
            raise BrokenError(f"{self.label} does not answer") from error

    async def resource(self, name: str, body: str) -> Answer | None:
        """Serve what the page needs."""
        if name == "page":
            script = (files("websocket_conformance.api") / "page.js").read_text()
            html = f"<!doctype html><title>WebSocket</title><script>{script}{_MAIN}</script>"
            return Answer("text/html", html)
        if name == "task":
            return Answer("application/json", (await self._tasks.get()).as_json())
        if name == "trace":
            self._traces.put_nowait(body)
            return Answer("text/plain", "")
        return None


def find() -> str:
    """The path of Chromium: ``$CHROMIUM``, or the first of its names that is on the path.

    Raises:
        UnavailableError: there is none.
    """
    wanted = os.environ.get("CHROMIUM")
    for name in [wanted] if wanted else NAMES:
        if path := shutil.which(name):
            return path
    raise UnavailableError(
        "No Chromium is here, so there is nothing to compare with.\n"
        "Install it (Debian: apt-get install chromium), or set CHROMIUM=/path/to/chromium."
    )


@asynccontextmanager
async def chromium(server: Server) -> AsyncIterator[Browser]:
    """Start Chromium with a page of the server, and end it.

    Raises:
        UnavailableError: it is not here, or does not start.
    """
    path = find()
    browser = Browser(await _version(path))
    server.resource = browser.resource
    profile = tempfile.mkdtemp(prefix="whatwg-websockets-")
    process = await asyncio.create_subprocess_exec(
        path,
        *FLAGS,
        f"--user-data-dir={profile}",
        f"http://{server.host}/-/page",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield browser
    finally:
        await _end(process)
        server.resource = None
        shutil.rmtree(profile, ignore_errors=True)


async def _version(path: str) -> str:
    process = await asyncio.create_subprocess_exec(
        path, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    output, _ = await process.communicate()
    words = output.decode().split()
    version = next((word for word in words if word[0].isdigit()), "")
    if process.returncode or not version:
        raise UnavailableError(f"{path} does not say its version, so it is not asked.")
    return f"Chromium {version}"


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
