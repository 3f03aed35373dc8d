"""A server with Tornado."""

import asyncio
from typing import Any

from tornado.web import Application
from tornado.websocket import WebSocketHandler

from websocket_conformance.testees.servers import HOST, LONGEST, port


class EchoHandler(WebSocketHandler):
    """Sends each message back as it came."""

    def check_origin(self, origin: str) -> bool:
        """Whether a page of this origin may connect: any may."""
        return True

    def get_compression_options(self) -> dict[str, Any]:
        """How to compress: as Tornado does if it is asked to."""
        return {}

    async def on_message(self, message: str | bytes) -> None:
        """Send a message back."""
        await self.write_message(message, binary=isinstance(message, bytes))


async def main() -> None:
    """Listen until the end."""
    app = Application([(r"/.*", EchoHandler)], websocket_max_message_size=LONGEST)
    app.listen(port(), HOST)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
