"""A server with websockets."""

import asyncio

from websockets.asyncio.server import ServerConnection, serve

from websocket_conformance.testees.servers import HOST, port


async def echo(connection: ServerConnection) -> None:
    """Send each message back unchanged."""
    async for message in connection:
        await connection.send(message)


async def main() -> None:
    """Listen until the process is ended."""
    async with serve(echo, HOST, port(), max_size=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
