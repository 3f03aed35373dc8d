"""A client that is good at most cases, and at some does what no client should."""

import asyncio
import os
import sys
import time
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from websocket_conformance.adapters import Seen

name = "moody 1.0"


async def echo(url: str) -> Seen:
    case = parse_qs(urlsplit(url).query)["casetuple"][0]
    match os.environ.get(f"MOODY_{case.replace('.', '_')}"):
        case "crash":
            print("I cannot go on.", file=sys.stderr)
            os._exit(3)
        case "hang":
            time.sleep(1000)  # noqa: ASYNC251 - which is the point
        case "wait":
            await asyncio.sleep(1000)
        case "stay away":
            return Seen(1006, "", False)
    try:
        async with connect(url, max_size=None, ping_interval=None) as socket:
            async for message in socket:
                await socket.send(message)
    except (OSError, WebSocketException):
        return Seen(1006, "", False)
    return Seen(1000, "", True)
