"""The server uvicorn, with its default implementation of WebSocket."""

import uvicorn

from websocket_conformance.testees.servers import HOST, LONGEST, port
from websocket_conformance.testees.servers.asgi import echo

if __name__ == "__main__":
    uvicorn.run(echo, host=HOST, port=port(), ws_max_size=LONGEST, log_level="warning")
