"""An adapter for a client that is not ours, so that the runner is tested by itself."""

import fcntl
import os

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from websocket_conformance.results.seen import Seen

name = "stand-in 1"

fcntl.flock(os.open(os.environ["ALIVE"], os.O_RDONLY), fcntl.LOCK_SH)


async def echo(url: str) -> Seen:
    if f"casetuple={os.environ.get('CRASH')}&" in url:
        print("lost my footing", flush=True)
        os._exit(1)
    async with connect(url, proxy=None) as socket:
        try:
            async for message in socket:
                await socket.send(message)
        except ConnectionClosed:
            pass
    return Seen(socket.close_code or 1006, socket.close_reason or "", socket.close_code == 1000)
