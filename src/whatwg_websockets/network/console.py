"""What a browser would show in its console: why a connection failed, or was lost.

A page never learns it. A program finds it in the logger ``whatwg_websockets``.
"""

import logging
from typing import Final

logger: Final = logging.getLogger("whatwg_websockets")


def tell_why_it_ended(url: str, why: str, *, is_wanted: bool) -> None:
    """Log why a connection ended that did not end with a closing handshake.

    Args:
        url: the URL as it may be shown, without credentials.
        why: what happened, as the end of a sentence.
        is_wanted: the page itself gave the connection up, which is worth no warning.
    """
    level = logging.INFO if is_wanted else logging.WARNING
    logger.log(level, "WebSocket connection to %s ended: %s", url, why)
