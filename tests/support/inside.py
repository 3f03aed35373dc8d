"""What a page cannot reach, and tests of the floors below it look at.

A test looks from outside where there is an outside. What a listener or a connection leaves in
memory has none: no public name tells of it, and none is made for the tests. All such looks are
here, so that the private names that the tests depend on stand in one place.
"""

from typing import Any

import pytest

from whatwg_websockets import AbortSignal, Blob, EventTarget, WebSocket, WebSocketStream
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.network.line_of_connections import THE_LINE, Address
from whatwg_websockets.rfc6455.large_frame import LargeFrame
from whatwg_websockets.streams.left_behind import PromiseOfAChunk
from whatwg_websockets.streams.readable_stream import ReadableStream


def connection_of(socket: WebSocket | WebSocketStream) -> WebSocketConnection:
    """Return the connection of a socket, whose parts are public."""
    return socket._connection


def stream_connection_of(stream: WebSocketStream) -> WebSocketConnection:
    """Return the connection under a stream."""
    return stream._connection


def waiting_for_the_page(socket: WebSocket | WebSocketStream) -> int:
    """Return how many bytes a socket's connection counts as waiting for the page."""
    return socket._connection._waiting_for_the_page


def reads_a_payload_directly(connection: WebSocketConnection) -> bool:
    """Tell whether the next bytes go straight into the buffer of a large payload."""
    return connection._receiver.direct is not None


def listeners_of(target: EventTarget, event_type: str, *, capture: bool = False) -> list[Any]:
    """Return the callbacks that a target keeps for a type of event, in their order."""
    lists = target._capturing_listeners if capture else target._bubbling_listeners
    return [listener.callback for listener in lists.get(event_type, ())]


def has_listeners(target: EventTarget, event_type: str) -> bool:
    """Tell whether a target keeps anything for a type of event."""
    return target._has_listeners(event_type)


def abort_algorithms(signal: AbortSignal) -> list[Any]:
    """Return what a signal keeps to do when it is aborted."""
    return list(signal._abort_algorithms)


def dependent_signals(signal: AbortSignal) -> int:
    """Return how many signals a signal knows to depend on it."""
    return len(signal._dependent_signals)


def bytes_of(blob: Blob) -> bytes:
    """Return what is in a Blob, at once."""
    return blob._byte_sequence


def is_in_checkpoint(event_loop: EventLoop) -> bool:
    """Tell whether an event loop waits for what the last task made ready."""
    return event_loop._is_in_checkpoint


def is_let_go(event_loop: EventLoop) -> bool:
    """Tell whether the microtasks of promises have not come to rest, and nothing waits for them."""
    return event_loop._microtasks.queue.is_let_go


def turn_is_scheduled(event_loop: EventLoop) -> bool:
    """Tell whether an event loop has asked for a turn of its asyncio loop."""
    return event_loop._turn_is_scheduled


def seen_at_step_1(connection: WebSocketConnection) -> object:
    """Return what a connection noted when its event loop was last at step 1."""
    return connection.transmission._seen_at_step_1


def is_in_line_for(address: Address) -> bool:
    """Return whether a connection is in line for an address, or at the head of its line."""
    return address in THE_LINE._lines


def wake_all_in_line() -> None:
    """Have all who wait in any line look at it."""
    for line in THE_LINE._lines.values():
        for place in tuple(line.waiting):
            place.wake()


def payload_of(large_frame: LargeFrame) -> bytes:
    """Return the payload of a frame that has not been masked yet."""
    return bytes(large_frame._payload)


def have_a_cancelled_read_take_its_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break what gives a chunk back that was given to a read whose task was cancelled."""
    giving_back = PromiseOfAChunk._waiting_was_cancelled
    monkeypatch.setattr(PromiseOfAChunk, giving_back.__name__, lambda self: None)


def controller_of(stream: ReadableStream[Any]) -> Any:
    """Return the controller of a readable stream, which only an underlying source knows."""
    return stream._controller


def has_a_chunk(controller: Any) -> bool:
    """Tell whether a chunk waits in the queue of a readable stream's controller."""
    return len(controller._queue) > 0
