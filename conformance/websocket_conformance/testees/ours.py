"""Drives this implementation as a page would: with a URL, an event handler and `send`."""

import asyncio
import logging

from websocket_conformance.results.seen import Seen
from websocket_conformance.testees.driver import main, protocols
from whatwg_websockets import CloseEvent, WebSocket


async def echo(url: str) -> Seen:
    """Send each message back unchanged, until the close event."""
    closed: asyncio.Future[CloseEvent] = asyncio.get_running_loop().create_future()
    socket = WebSocket(url, protocols(url))
    socket.binaryType = "arraybuffer"
    socket.onmessage = lambda event: socket.send(event.data)
    socket.onclose = closed.set_result
    event = await closed
    return Seen(event.code, event.reason, event.wasClean)


if __name__ == "__main__":
    # A failure that a case expects is not reported on the terminal, so the log is discarded.
    logging.getLogger("whatwg_websockets").addHandler(logging.NullHandler())
    main(echo)
