"""Section 3.1 of the WebSockets Standard: bufferedAmount."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm

if TYPE_CHECKING:
    from whatwg_websockets.websocket import WebSocket


@algorithm("dom-websocket-bufferedamount", "bufferedAmount")
def buffered_amount(socket: "WebSocket") -> int:
    """Return how many bytes of messages were sent and had not left at step 1 of the event loop.

    The bytes of a message, in UTF-8 for text and without framing, count until they have been given
    to the operating system. A message that is sent compressed counts in full until its last byte
    has left. A message that the connection could not take counts for ever.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount
    """
    # 1. Return the bytes of messages that were queued and had not been transmitted when the event
    #    loop last reached step 1.
    # § websockets-buffered-amount-payload-only. Only the payload of messages counts, without
    #   framing, until the operating system has taken it.
    transmission = socket._connection.transmission
    # § websockets-buffered-amount-current-task. Bytes that were transmitted after the event loop
    #   last reached step 1 still count.
    return socket._never_sent + transmission.queued - transmission.transmitted_as_of_step_1()
