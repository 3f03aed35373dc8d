"""Chromium as an implementation: its page requests tasks from the server, and posts traces."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from websocket_conformance import chromium as program
from websocket_conformance.api.page import PageTask
from websocket_conformance.api.server import Answer, Server
from websocket_conformance.errors import BrokenError
from websocket_conformance.processes import Running

_FRAMED = "framed/"
_SCRIPTS = ("page.js", "stream.js")
_MAIN = """
window.collect = () => gc({ type: "major", execution: "async" });
window.block = (url) => {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.send();
};
window.lostFile = async (size) => {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle("lost", { create: true });
  const writable = await handle.createWritable();
  await writable.write("x".repeat(size));
  await writable.close();
  const file = await handle.getFile();
  await root.removeEntry("lost");
  return file;
};
onerror = (message, source, line, column, error) => { window.onReport?.(error); };
onunhandledrejection = (event) => { window.onReport?.(event.reason); };
"""

_ASKING = """
(async () => {
  const post = (name, value) =>
    fetch(`/-/${name}`, { method: "POST", body: JSON.stringify(value) });
  for (;;) {
    const { number, task } = await (await post("next")).json();
    play(task, window).then((result) => post("done", [number, result]));
  }
})();
"""


class ChromiumPage:
    """The server's side of a page that is open in Chromium and requests the tasks to be played.

    Args:
        script: has the function ``play``, which plays a task and returns a promise of its result.
    """

    def __init__(self, script: str) -> None:
        self._script = script
        self._numbers = itertools.count(1)
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        self._open: dict[int, asyncio.Future[Any]] = {}

    async def play(self, task: Any) -> Any:
        """Send a task to the page, and return its result; both are JSON values."""
        number = next(self._numbers)
        done = self._open[number] = asyncio.get_running_loop().create_future()
        self._asked.put_nowait(json.dumps({"number": number, "task": task}))
        try:
            return await done
        finally:
            del self._open[number]

    async def resource(self, name: str, body: str) -> Answer | None:
        """Answer a request for the page, a task or a framed document, or with a result."""
        match name:
            case "page":
                script = f"<script>{self._script}{_ASKING}</script>"
                return Answer("text/html", f"<!doctype html><title>WebSocket</title>{script}")
            case "next":
                return Answer("application/json", await self._asked.get())
            case "done":
                number, result = json.loads(body)
                if number in self._open and not self._open[number].done():
                    self._open[number].set_result(result)
                return Answer("text/plain", "")
        if name.startswith(_FRAMED):
            return _framed(name)
        return None


def _framed(name: str) -> Answer:
    """Return an empty document with two policies: an enforced one, and one that only reports."""
    enforced, _, report_only = name.removeprefix(_FRAMED).partition("/")
    fields = {
        "Content-Security-Policy": unquote(enforced),
        "Content-Security-Policy-Report-Only": unquote(report_only),
    }
    given = {field: value for field, value in fields.items() if value}
    return Answer("text/html", "<!doctype html><title>WebSocket</title>", given)


@asynccontextmanager
async def opened(page: ChromiumPage, server: Server) -> AsyncIterator[Running]:
    """Run Chromium with a page of the server, for as long as the context lasts.

    Raises:
        MissingError: Chromium is not installed.
    """
    path = program.find()
    server.resource = page.resource
    try:
        async with program.opened(path, f"http://{server.host}/-/page") as process:
            yield process
    finally:
        server.resource = None


class Browser:
    """Chromium, as an implementation that plays the pages of scenarios.

    Attributes:
        name: Chromium's name.
        label: Chromium's name and version.

    Args:
        page: the page that is open in Chromium.
        label: Chromium's name and version.
        patience: how many seconds Chromium may do nothing on one scenario.
    """

    name = "chromium"

    def __init__(self, page: ChromiumPage, label: str, patience: float) -> None:
        self.label = label
        self._page = page
        self._patience = patience

    async def play(self, task: PageTask) -> list[str]:
        """Play a page and return its trace.

        Raises:
            BrokenError: the browser does not answer in time.
        """
        try:
            async with asyncio.timeout(self._patience):
                return [str(each) for each in await self._page.play(asdict(task))]
        except TimeoutError as error:
            raise BrokenError(
                f"{self.label} did nothing for {self._patience:g} s and was stopped"
            ) from error


@asynccontextmanager
async def chromium(server: Server, patience: float) -> AsyncIterator[Browser]:
    """Run Chromium with the page that plays scenarios, for as long as the context lasts.

    Args:
        server: the server of the scenarios.
        patience: how many seconds Chromium may do nothing on one scenario.

    Raises:
        MissingError: Chromium is not installed, or does not start.
    """
    label = f"Chromium {await program.version(program.find())}"
    here = files("websocket_conformance.api")
    page = ChromiumPage("".join((here / name).read_text() for name in _SCRIPTS) + _MAIN)
    async with opened(page, server):
        yield Browser(page, label, patience)
