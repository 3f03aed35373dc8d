"""What a browser would show in its console: why a connection failed, or was lost.

A page never learns it. A program finds it in the logger ``whatwg_websockets``.
"""

import logging
from typing import Final

from whatwg_websockets.rfc6455.connection import Connection

logger: Final = logging.getLogger("whatwg_websockets")


def warn_of_the_end(url: str, wire: Connection) -> None:
    """Log why a connection ended, if it did not end with a closing handshake.

    Args:
        url: the URL as it may be shown, without credentials.
        wire: the wire state.
    """
    if wire.why is not None:
        logger.warning("WebSocket connection to %s failed: %s", url, wire.why)
