"""A server with aiohttp."""

from aiohttp import WSMsgType, web

from websocket_conformance.testees.servers import HOST, port


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Send each message back as it came."""
    socket = web.WebSocketResponse(max_msg_size=0)
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await socket.send_bytes(message.data)
    return socket


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/{path:.*}", echo)
    web.run_app(app, host=HOST, port=port(), print=None)
