"""Drives aiohttp's client."""

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from aiohttp.web import WebSocketResponse

from websocket_conformance.testees.driver import main, protocols


async def echo(url: str) -> None:
    """Send each message back unchanged."""
    async with (
        ClientSession() as session,
        session.ws_connect(url, protocols=protocols(url), compress=15, max_msg_size=0) as socket,
    ):
        await answer(socket)


async def answer(socket: ClientWebSocketResponse | WebSocketResponse) -> None:
    """Send each message of a client, or of a server, back unchanged."""
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await socket.send_bytes(message.data)


if __name__ == "__main__":
    main(echo)
