"""The log of why a connection failed or was lost, which a browser would show in its console.

A page never learns the reason. A program finds it in the logger ``whatwg_websockets``.
"""

import logging
from typing import Final

logger: Final = logging.getLogger("whatwg_websockets")

GIVEN_UP: Final = "given up"
"""The kind of an end that the page itself caused, by calling ``close()`` or going away."""


def tell_why_it_ended(url: str, why: str, kind: str) -> None:
    """Log why a connection ended without a closing handshake.

    The record's level is WARNING, or INFO if the page itself gave the connection up. The record has
    the arguments as attributes of the same names.

    Args:
        url: the URL without its password.
        why: the reason, which completes the sentence "the connection ended: ...".
        kind: the kind of reason, such as "refused", "tls" or "status".
    """
    level = logging.INFO if kind == GIVEN_UP else logging.WARNING
    attributes = {"url": url, "why": why, "kind": kind}
    logger.log(level, "WebSocket connection to %s ended: %s", url, why, extra=attributes)
