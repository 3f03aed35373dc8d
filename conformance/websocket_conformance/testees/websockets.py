"""Drives websockets' asyncio client."""

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from websocket_conformance.testees.driver import main, protocols


async def echo(url: str) -> None:
    """Send each message back unchanged."""
    asked = [Subprotocol(name) for name in protocols(url)] or None
    async with connect(
        url, subprotocols=asked, max_size=None, open_timeout=None, ping_interval=None, proxy=None
    ) as socket:
        async for message in socket:
            await socket.send(message)


if __name__ == "__main__":
    main(echo)
