"""Drives Chromium: a page opens the URLs that this program names, and sends each message back.

Chromium runs one opening handshake with a host and port at a time, and delays new connections to a
host and port where many have failed, so the cases of the handshake wait for each other. They wait
before they send their request, and the judge's deadlines start with the request. The page uses no
timers, since a browser slows them down in a page that is not visible.
"""

import asyncio
import sys

from websocket_conformance import chromium
from websocket_conformance.api.chromium import ChromiumPage, opened
from websocket_conformance.api.server import Server
from websocket_conformance.errors import MissingError
from websocket_conformance.results.seen import Seen
from websocket_conformance.testees.driver import Task, drive, protocols

_SCRIPT = """
const play = ({ url, protocols }) => new Promise((resolve) => {
  const socket = new WebSocket(url, protocols);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => socket.send(data);
  socket.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean]);
});
"""


async def play(task: Task) -> None:
    """Play the cases in the browser.

    Raises:
        MissingError: Chromium is not installed, or has ended.
    """
    page = ChromiumPage(_SCRIPT)

    async def echo(url: str) -> Seen:
        return Seen(*await page.play({"url": url, "protocols": protocols(url)}))

    async with Server([]) as server, opened(page, server) as process:
        playing = asyncio.ensure_future(drive(echo, task))
        ended = asyncio.ensure_future(process.wait())
        try:
            await asyncio.wait([playing, ended], return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                raise MissingError(f"Chromium ended with status {process.status}.")
            await playing
        finally:
            playing.cancel()
            ended.cancel()
            await asyncio.gather(playing, ended, return_exceptions=True)


async def _version() -> str:
    return await chromium.version(chromium.find())


def main(arguments: list[str]) -> None:
    """Play the cases that the command line names, or print the version."""
    try:
        if arguments == ["--version"]:
            print(asyncio.run(_version()))
        else:
            asyncio.run(play(Task.from_arguments(arguments)))
    except MissingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
