"""Frames, heads and events as they pass, made entries of a trace.

The names of the methods are in :data:`.plan.PROBES`. Each is given the variables of the function
that is probed, and what it returned; None while it has not.
"""

from collections.abc import Mapping
from typing import cast

from whatwg_websockets.dom.event import Event
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.outgoing import Outgoing
from whatwg_websockets.rfc6455.receive import Receiver
from whatwg_websockets.steps.places import MAIN_FLOOR
from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.inflation import BEGINNING
from whatwg_websockets.steps.trace.record import Record
from whatwg_websockets.steps.trace.secrets import without_secrets
from whatwg_websockets.steps.trace.terms import (
    attributes_of_the_event,
    members_of_the_dictionary,
)
from whatwg_websockets.steps.trace.values import counted, in_brief, shortened, shown
from whatwg_websockets.steps.trace.wire import Frame, FrameReader, HalfAHeader, OutgoingFrames
from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController
from whatwg_websockets.streams.readable_stream import ReadableStream

WIRE = "rfc6455"
"""The folder that frames belong to."""

AT_THE_END = frozenset(
    {"frame_goes_out", "handshake_comes_in", "ready_state_has_changed", "chunk_is_taken"}
)
"""The probes that are told when their function returns; all others, when it is called."""

LONGEST_LINE = 400
"""How many characters of the first line of a head are shown."""

END_OF_HEAD = b"\r\n\r\n"

TO_BE_CONTINUED = ", to be continued"
"""What stands behind the first line of a head of which more has to arrive."""

Variables = Mapping[str, object]


class Probes:
    """Makes entries of what passes.

    Args:
        record: where the entries are added.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._incoming: dict[int, tuple[Connection, FrameReader]] = {}
        self._outgoing: dict[int, tuple[Outgoing, OutgoingFrames]] = {}
        self._heads: dict[int, bytes] = {}

    def frame_goes_out(self, variables: Variables, _: object) -> None:
        """A frame has been put among those that leave."""
        outgoing = cast(Outgoing, variables["self"])
        frames = self._outgoing.setdefault(id(outgoing), (outgoing, OutgoingFrames()))[1]
        first, payload = cast(int, variables["first"]), cast(bytes, variables["payload"])
        self._frame("out", frames.frame(first, payload, cast(bytes, variables["key"])))

    def bytes_come_in(self, variables: Variables, _: object) -> None:
        """Bytes arrive; those behind the end are not read."""
        receiver, data = cast(Receiver, variables["self"]), cast(bytes, variables["data"])
        if receiver.ending is None:
            for frame in self._reader(receiver).feed(bytes(data)):
                self._frame("in", frame)

    def payload_comes_in(self, variables: Variables, _: object) -> None:
        """Bytes of a large payload have gone straight to where it is collected."""
        receiver, count = cast(Receiver, variables["self"]), cast(int, variables["count"])
        with receiver.payload_buffer() as written:
            beginning = bytes(written[: min(count, BEGINNING)])
        self._reader(receiver).skip(count, beginning)

    def receiving_fails(self, variables: Variables, _: object) -> None:
        """What was received breaks a rule, or is a Close frame: what follows is not read."""
        self._end_reading(cast(Connection, variables["connection"]))

    def connection_is_closed(self, variables: Variables, _: object) -> None:
        """The connection is closed: nothing more comes in."""
        self._end_reading(cast(WebSocketConnection, variables["self"]).wire)

    def handshake_goes_out(self, variables: Variables, _: object) -> None:
        """The head of a request leaves, and that of its answer is to come."""
        self._heads[id(variables["self"])] = b""
        self._head("out", cast(bytes, variables["data"]))

    def handshake_comes_in(self, variables: Variables, value: object) -> None:
        """Bytes of an answer have been read; none at the end of the stream.

        A head that arrives in parts is told as far as it has come.
        """
        if not isinstance(value, bytes) or not value:
            return
        stream = id(variables["self"])
        begun = self._heads.pop(stream, None)
        if begun is not None:
            value = begun + value
            if END_OF_HEAD not in value:
                self._heads[stream] = value
        self._head("in", value, is_whole=stream not in self._heads)

    def event_is_dispatched(self, variables: Variables, _: object) -> None:
        """An event is fired at a target."""
        event = cast(Event, variables["event"])
        attributes = attributes_of_the_event(event, shown)
        brief = attributes_of_the_event(event, in_brief)
        said = ", ".join(f"{name} {text}" for name, text in brief.items())
        text = f"{event.type}: {said}" if said else event.type
        target = shown(variables["target"]) or type(variables["target"]).__name__
        interface = type(event).__name__
        self._event(text, {"interface": interface, "target": target} | attributes)

    def promise_is_resolved(self, variables: Variables, _: object) -> None:
        """A promise is resolved; told of those of a WebSocketStream."""
        self._promise("resolved", variables["promise"], variables["value"])

    def promise_is_rejected(self, variables: Variables, _: object) -> None:
        """A promise is rejected; told of those of a WebSocketStream."""
        self._promise("rejected", variables["promise"], variables["reason"])

    def socket_is_made(self, _: Variables, __: object) -> None:
        """A socket has its first ready state."""
        self._record.note_state()

    def ready_state_has_changed(self, _: Variables, __: object) -> None:
        """A ready state has been set, whatever set it."""
        self._record.note_state()

    def chunk_is_asked_for(self, variables: Variables, _: object) -> None:
        """A read request is answered from the queue, where there is a chunk in it."""
        queue = cast(ReadableStreamDefaultController[object], variables["self"])._queue
        if queue:
            self._chunk(variables["self"], queue[0][0])

    def chunk_is_taken(self, variables: Variables, value: object) -> None:
        """An iteration has taken a chunk from the queue."""
        self._chunk(variables["self"], value)

    def chunk_is_delivered(self, variables: Variables, _: object) -> None:
        """A read request that waited is answered; where the stream is closed, without a chunk."""
        if not variables["done"]:
            stream = cast(ReadableStream[object], variables["stream"])
            self._chunk(stream._controller, variables["chunk"])

    def _chunk(self, controller: object, chunk: object) -> None:
        if self._record.sockets.has_the_controller(controller):
            self._event(f"read: chunk {in_brief(chunk)}", {"chunk": shown(chunk)})

    def _promise(self, what: str, promise: object, value: object) -> None:
        name = self._record.sockets.name_of_the_promise(promise)
        if name:
            members = members_of_the_dictionary(value, in_brief)
            said = ", ".join(f"{each} {text}" for each, text in members.items())
            text = f"{name} is {what} with {said or in_brief(value)}"
            self._event(text, {"value": shown(value)})

    def _event(self, text: str, values: dict[str, str]) -> None:
        self._record.add(Entry(self._record.time(), "event", text, MAIN_FLOOR, values=values))

    def _frame(self, direction: str, frame: Frame | HalfAHeader) -> None:
        self._record.add(
            Entry(
                self._record.time(),
                "frame",
                frame.text,
                WIRE,
                frame.kind,
                direction=direction,
                values=frame.parts(),
            )
        )

    def _head(self, direction: str, data: bytes, *, is_whole: bool = True) -> None:
        head, _, rest = data.partition(END_OF_HEAD)
        first, *fields = map(without_secrets, head.decode("latin-1").split("\r\n"))
        values = {}
        for each in fields:
            name, _, value = each.partition(": ")
            values[name] = shortened(value)
        if rest:
            values["and behind it"] = counted(len(rest), "byte")
        text = shortened(first, LONGEST_LINE) + ("" if is_whole else TO_BE_CONTINUED)
        self._record.add(
            Entry(self._record.time(), "http", text, "fetch", direction=direction, values=values)
        )

    def _reader(self, receiver: Receiver) -> FrameReader:
        """Return the reader of what a receiver is given, which begins where the receiver is."""
        connection = receiver._connection
        if id(connection) not in self._incoming:
            reader = FrameReader(receiver._payload.left)
            reader.feed(receiver._unread[receiver._position :])
            self._incoming[id(connection)] = connection, reader
        return self._incoming[id(connection)][1]

    def _end_reading(self, connection: Connection) -> None:
        """Tell what has arrived of a frame that will never be whole."""
        _, reader = self._incoming.pop(id(connection), (connection, FrameReader()))
        frame = reader.unfinished()
        if frame is not None:
            self._frame("in", frame)
