"""A server with wsproto, which does no I/O, over asyncio's streams."""

import asyncio
from contextlib import suppress

from wsproto import ConnectionType, WSConnection

from websocket_conformance.testees.servers import HOST, port
from websocket_conformance.testees.wsproto import Answerer


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send each message back unchanged."""
    with suppress(OSError):
        await Answerer(WSConnection(ConnectionType.SERVER), writer).answer(reader)
    writer.close()


async def main() -> None:
    """Listen until the process is ended."""
    server = await asyncio.start_server(echo, HOST, port())
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
