"""3.1 bufferedAmount."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm

if TYPE_CHECKING:
    from whatwg_websockets.websocket import WebSocket


@algorithm("dom-websocket-bufferedamount", "bufferedAmount")
def buffered_amount(socket: "WebSocket") -> int:
    """Return how many bytes were given to ``send`` and had not left at step 1.

    What counts are the bytes of messages, in UTF-8 or raw and without framing, until each of them
    has gone to the operating system; a message that goes compressed counts in full until its last
    byte has. What was sent to a connection that could not take it counts for ever.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount
    """
    # 1. What was queued, less what had left when the event loop last began anew.
    # § websockets-buffered-amount-payload-only. The bytes of messages alone, until they have gone
    #   to the operating system.
    transmission = socket._connection.transmission
    # § websockets-buffered-amount-current-task. What left since counts until step 1 comes round.
    return socket._never_sent + transmission.queued - transmission.transmitted_as_of_step_1()
