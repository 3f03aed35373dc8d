"""What a browser would show in its console: why a connection failed, or was lost.

A page never learns it. A program finds it in the logger ``whatwg_websockets``.
"""

import logging
from typing import Final

logger: Final = logging.getLogger("whatwg_websockets")

GIVEN_UP: Final = "given up"
"""The kind of an end that the page itself wanted: it called ``close()``, or went away."""


def tell_why_it_ended(url: str, why: str, kind: str) -> None:
    """Log why a connection ended that did not end with a closing handshake.

    The record is a WARNING, or INFO where the page itself gave the connection up. It has the
    arguments as attributes of the same names.

    Args:
        url: the URL as it may be shown, without its password.
        why: what happened, as the end of a sentence.
        kind: what sort of thing happened, in a word, such as "refused", "tls" or "status".
    """
    level = logging.INFO if kind == GIVEN_UP else logging.WARNING
    attributes = {"url": url, "why": why, "kind": kind}
    logger.log(level, "WebSocket connection to %s ended: %s", url, why, extra=attributes)
