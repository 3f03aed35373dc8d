"""The echo application, for servers that implement ASGI."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

AsgiEvent = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[AsgiEvent]]
Send = Callable[[AsgiEvent], Awaitable[None]]


async def echo(scope: AsgiEvent, receive: Receive, send: Send) -> None:
    """Send each message back unchanged.

    Source: ASGI, WebSocket.
    """
    if scope["type"] != "websocket":
        await _refuse(scope, receive, send)
        return
    while True:
        event = await receive()
        match event["type"]:
            case "websocket.connect":
                await send({"type": "websocket.accept"})
            case "websocket.receive":
                text = event.get("text")
                what = {"bytes": event["bytes"]} if text is None else {"text": text}
                await send({"type": "websocket.send", **what})
            case "websocket.disconnect":
                return


async def _refuse(scope: AsgiEvent, receive: Receive, send: Send) -> None:
    """Answer other events than WebSocket's: the server's start and end, and HTTP requests."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 426, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
