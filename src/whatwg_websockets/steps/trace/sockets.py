"""The sockets that a trace has met, and their state, read without changing it."""

import copy
import weakref
from collections.abc import Mapping

from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.network.held_tasks import HeldTasks
from whatwg_websockets.network.transmission import Transmission
from whatwg_websockets.ready_state import READY_STATES
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.steps.trace.entry import State
from whatwg_websockets.websocket import WebSocket
from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


class Sockets:
    """Remembers sockets in the order in which they were met; keeps none of them alive."""

    def __init__(self) -> None:
        self._met: list[weakref.ref[WebSocket | WebSocketStream]] = []
        self._last = 0

    def look_at(self, variables: Mapping[str, object]) -> None:
        """Find the socket that a function's variables are about, if they are about one."""
        for value in variables.values():
            number = self._number(value)
            if number:
                self._last = number
                return

    def _number(self, value: object) -> int:
        """Return the number of the socket that a value is, or belongs to; 0 for any other value."""
        if isinstance(value, WebSocket | WebSocketStream):
            for number, met in enumerate(self._met, 1):
                if met() is value:
                    return number
            self._met.append(weakref.ref(value))
            return len(self._met)
        if isinstance(value, WebSocketConnection | Connection):
            for number, met in enumerate(self._met, 1):
                connection = getattr(met(), "_connection", None)
                if connection is value or getattr(connection, "wire", None) is value:
                    return number
        return 0

    def name_of_the_promise(self, promise: object) -> str:
        """Return the attribute of a WebSocketStream that a promise is; "" for any other promise."""
        for met in self._met:
            for name in ("opened", "closed"):
                if promise is getattr(met(), f"_{name}", self):
                    return name
        return ""

    def has_the_controller(self, controller: object) -> bool:
        """Return whether a controller is that of the readable stream of a WebSocketStream."""
        readables = (getattr(met(), "_readable", None) for met in self._met)
        return any(
            readable is not None and readable._controller is controller for readable in readables
        )

    def state(self) -> State | None:
        """Return the state of the socket that was looked at last; None before it has one."""
        socket = self._met[self._last - 1]() if self._last else None
        ready_state = getattr(socket, "_ready_state", None)
        if socket is None or ready_state is None:
            return None
        return State(
            socket=self._last,
            ready_state=READY_STATES[ready_state],
            tasks=len(socket._event_loop.tasks) + _held_by(socket),
            buffered_amount=buffered_amount_of(socket),
        )


def _held_by(socket: WebSocket | WebSocketStream) -> int:
    """Return how many tasks wait in the queue of a WebSocketStream."""
    held: HeldTasks | None = getattr(socket, "_backpressure", None)
    return 0 if held is None else len(held.tasks)


def buffered_amount_of(socket: WebSocket | WebSocketStream) -> int:
    """Return what ``bufferedAmount`` would, without the looking itself leaving a mark.

    Of a WebSocketStream, which has no such attribute, this is what has been sent and has not left.

    The getter settles the ledger and has the event loop come to step 1 again; a trace that did so
    would change what it shows.
    """
    connection: WebSocketConnection | None = getattr(socket, "_connection", None)
    if connection is None:
        return 0
    transmission = connection.transmission
    never_sent = socket._never_sent if isinstance(socket, WebSocket) else 0
    return never_sent + transmission.queued - _transmitted(transmission)


def _transmitted(transmission: Transmission) -> int:
    """Return what counts as transmitted: as of step 1, or now if it was not asked for since."""
    if transmission._seen_at_step_1 == transmission._event_loop.times_at_step_1:
        return transmission._transmitted_at_step_1
    ledger, tcp = copy.deepcopy(transmission._ledger), transmission._tcp_transport
    if tcp is not None and not tcp.is_closing():
        ledger.settle(transmission.waiting())
    return ledger.transmitted
