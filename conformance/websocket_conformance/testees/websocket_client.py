"""Drives websocket-client, whose calls block, so each connection has its own thread."""

import asyncio

import websocket

from websocket_conformance.testees.driver import main, protocols

_SECONDS = 60


def play(url: str) -> None:
    """Send each message back unchanged; fail the connection if websocket-client finds an error."""
    asked = protocols(url) or None
    socket = websocket.create_connection(url, subprotocols=asked, timeout=_SECONDS)
    try:
        _answer(socket)
    except websocket.WebSocketPayloadException:
        socket.close(1007)
    except websocket.WebSocketProtocolException:
        socket.close(websocket.STATUS_PROTOCOL_ERROR)
    except websocket.WebSocketConnectionClosedException:
        pass
    finally:
        socket.shutdown()  # type: ignore[no-untyped-call]


def _answer(socket: websocket.WebSocket) -> None:
    while True:
        opcode, data = socket.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return
        socket.send(data, opcode)


async def echo(url: str) -> None:
    """Play a case in a thread."""
    await asyncio.to_thread(play, url)


if __name__ == "__main__":
    main(echo)
