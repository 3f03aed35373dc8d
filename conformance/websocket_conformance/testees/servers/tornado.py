"""A server with Tornado."""

import asyncio
from typing import Any

from tornado.web import Application
from tornado.websocket import WebSocketHandler

from websocket_conformance.testees.servers import HOST, LONGEST, port


class EchoHandler(WebSocketHandler):
    """Sends each message back unchanged."""

    def check_origin(self, origin: str) -> bool:
        """Allow pages of every origin to connect."""
        return True

    def get_compression_options(self) -> dict[str, Any]:
        """Turn compression on, with Tornado's default options."""
        return {}

    async def on_message(self, message: str | bytes) -> None:
        """Send a message back."""
        await self.write_message(message, binary=isinstance(message, bytes))


async def main() -> None:
    """Listen until the process is ended."""
    app = Application([(r"/.*", EchoHandler)], websocket_max_message_size=LONGEST)
    app.listen(port(), HOST)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
