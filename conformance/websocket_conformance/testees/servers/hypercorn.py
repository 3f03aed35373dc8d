"""The server hypercorn."""

import asyncio
from typing import Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config

from websocket_conformance.testees.servers import HOST, LONGEST, port
from websocket_conformance.testees.servers.asgi import echo

if __name__ == "__main__":
    config = Config()
    config.bind = [f"{HOST}:{port()}"]
    config.websocket_max_message_size = LONGEST
    asyncio.run(serve(cast(Any, echo), config))
