"""Chromium as an oracle: it opens a page of our server, which asks for tasks and posts traces."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from websocket_conformance import chromium as program
from websocket_conformance.api.page import PageTask
from websocket_conformance.api.server import Answer, Server
from websocket_conformance.errors import BrokenError

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
        self._tasks: asyncio.Queue[PageTask] = asyncio.Queue()
        self._traces: asyncio.Queue[str] = asyncio.Queue()

    async def play(self, task: PageTask, patience: float) -> list[str]:
        """Have a page played.

        Raises:
            BrokenError: the browser does not answer.
        """
        self._tasks.put_nowait(task)
        try:
            async with asyncio.timeout(patience):
                return [str(each) for each in json.loads(await self._traces.get())]
        except TimeoutError as error:
            raise BrokenError(
                f"{self.label} did nothing for {patience:g} s and was stopped"
            ) from error

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


@asynccontextmanager
async def chromium(server: Server) -> AsyncIterator[Browser]:
    """Start Chromium with a page of the server, and end it.

    Raises:
        MissingError: it is not here, or does not start.
    """
    path = program.find()
    browser = Browser(f"Chromium {await program.version(path)}")
    server.resource = browser.resource
    try:
        async with program.started(path, f"http://{server.host}/-/page"):
            yield browser
    finally:
        server.resource = None
