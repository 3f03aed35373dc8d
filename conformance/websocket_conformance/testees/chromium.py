"""Drives Chromium: a page opens the URLs that this program names, and sends each message back.

Chromium has one connection to a host and port in its opening handshake at a time, and puts off a
new one where many have failed, so cases of the handshake wait for each other. They do so before
they are asked for, and the judge's deadlines count from then on. The page does nothing by the
clock, which a browser slows down where nobody looks.
"""

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websocket_conformance import chromium
from websocket_conformance.api.server import Answer, Server
from websocket_conformance.errors import MissingError
from websocket_conformance.results.seen import Seen
from websocket_conformance.testees.driver import Task, drive, protocols

_PAGE = """<!doctype html><title>WebSocket</title><script>
const post = (path, value) => fetch(`/-/${path}`, { method: "POST", body: JSON.stringify(value) });

function play({ id, url, protocols }) {
  const socket = new WebSocket(url, protocols);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => socket.send(data);
  socket.onclose = ({ code, reason, wasClean }) => post("seen", { id, code, reason, wasClean });
}

(async () => { for (;;) play(await (await post("next")).json()); })();
</script>"""


class Page:
    """The page, seen from the server's side."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        self._open: dict[int, asyncio.Future[Seen]] = {}

    async def echo(self, url: str) -> Seen:
        """Have the page connect and send each message back; see `testees.driver.Echo`."""
        number = next(self._numbers)
        seen: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        self._open[number] = seen
        asked = {"id": number, "url": url, "protocols": protocols(url)}
        self._asked.put_nowait(json.dumps(asked))
        try:
            return await seen
        finally:
            del self._open[number]

    async def resource(self, name: str, body: str) -> Answer | None:
        """Serve what the page needs."""
        if name == "page":
            return Answer("text/html", _PAGE)
        if name == "next":
            return Answer("application/json", await self._asked.get())
        if name == "seen":
            self._hear(**json.loads(body))
            return Answer("text/plain", "")
        return None

    def _hear(self, id: int, code: int, reason: str, wasClean: bool) -> None:  # noqa: A002
        seen = self._open.get(id)
        if seen is not None and not seen.done():
            seen.set_result(Seen(code, reason, wasClean))


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Page, asyncio.subprocess.Process]]:
    """Chromium, with the page in it.

    Raises:
        MissingError: it is not here.
    """
    page, path = Page(), chromium.find()
    async with Server([]) as server:
        server.resource = page.resource
        async with chromium.started(path, f"http://{server.host}/-/page") as process:
            yield page, process


async def play(task: Task) -> None:
    """Play the cases for as long as there is a browser.

    Raises:
        MissingError: there is none, or it has ended.
    """
    async with opened() as (page, process):
        playing = asyncio.ensure_future(drive(page.echo, task))
        ended = asyncio.ensure_future(process.wait())
        try:
            await asyncio.wait([playing, ended], return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                raise MissingError(f"Chromium ended with status {process.returncode}.")
            await playing
        finally:
            playing.cancel()
            ended.cancel()
            await asyncio.gather(playing, ended, return_exceptions=True)


async def _version() -> str:
    return await chromium.version(chromium.find())


def main(arguments: list[str]) -> None:
    """Play what the command line asks for, or say the version."""
    try:
        if arguments == ["--version"]:
            print(asyncio.run(_version()))
        else:
            asyncio.run(play(Task.from_arguments(arguments)))
    except MissingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
