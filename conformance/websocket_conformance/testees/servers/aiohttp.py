"""A server with aiohttp."""

from aiohttp import web

from websocket_conformance.testees.aiohttp import answer
from websocket_conformance.testees.servers import HOST, port


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Send each message back unchanged."""
    socket = web.WebSocketResponse(max_msg_size=0)
    await socket.prepare(request)
    await answer(socket)
    return socket


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/{path:.*}", echo)
    web.run_app(app, host=HOST, port=port(), print=None)
