"""What the recorder makes of the reports of an observer, which the test sends itself."""

from itertools import count
from types import SimpleNamespace

import pytest

from support import frames
from support.inside import connection_of, controller_of, has_a_chunk
from support.page import turns, until
from support.server import Server
from support.wire import Pages, establish
from whatwg_websockets.close import close
from whatwg_websockets.dom.dispatch import dispatch
from whatwg_websockets.dom.event import Event
from whatwg_websockets.html.message_event import MessageEvent
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.rfc6455.close_the_connection import close_the_websocket_connection
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.outgoing import Outgoing
from whatwg_websockets.rfc6455.receive import Receiver
from whatwg_websockets.rfc6455.start_the_closing_handshake import answer_the_close_frame
from whatwg_websockets.steps.trace.plan import the_plans
from whatwg_websockets.steps.trace.recorder import Recorder
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.promise import mark_as_handled, reject, resolve
from whatwg_websockets.websocketstream.dictionaries import WebSocketOpenInfo
from whatwg_websockets.websocketstream.websocket_error import WebSocketError
from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream

PLANS = the_plans()


def a_recorder(**options):
    return Recorder(PLANS, count().__next__, **options)


def a_frame(function, variables=None, caller=None):
    return SimpleNamespace(f_code=function.__code__, f_locals=variables or {}, f_back=caller)


def line_of(function, number):
    plan = PLANS[function.__code__]
    return min(line for line, spots in plan.spots.items() if spots[0].place.number == number)


def told(recorder):
    return [(entry.number, entry.values) for entry in recorder.entries]


def test_steps_with_what_they_change():
    recorder, plan = a_recorder(), PLANS[close.__code__]
    frame = a_frame(close, {"code": 1000})
    recorder.started(frame, plan)
    first = line_of(close, "1")
    recorder.line(frame, plan, first)
    recorder.line(frame, plan, first)
    recorder.line(frame, plan, first - 1)
    frame.f_locals["reason_bytes"] = b""
    recorder.line(frame, plan, line_of(close, "2"))
    frame.f_locals["reason_bytes"] = b"bye"
    recorder.paused(frame, plan)
    recorder.left(frame, plan, None, None)
    assert told(recorder) == [
        ("", {"code": "1000"}),
        ("1", {"reason_bytes": "nothing"}),
        ("2", {"reason_bytes": "`bye` (62 79 65)"}),
    ]
    assert recorder.entries[0].kind == "algorithm"
    entry = recorder.entries[1]
    assert (entry.kind, entry.folder, entry.algorithm) == (
        "step",
        "websockets",
        "close(code, reason)",
    )
    assert entry.anchor == "dom-websocket-close"
    assert entry.where.startswith("whatwg_websockets/close.py:")
    assert [each.time for each in recorder.entries] == sorted(
        each.time for each in recorder.entries
    )


def test_a_requirement_outside_of_algorithms():
    recorder, plan = a_recorder(), PLANS[Outgoing.put.__code__]
    number = min(plan.spots)
    variables = {"self": Outgoing(), "first": 0x81, "payload": b"hi", "key": bytes(4)}
    recorder.line(a_frame(Outgoing.put, variables), plan, number)
    entry = recorder.entries[0]
    assert entry.section.startswith("RFC 6455, section ")
    assert (entry.algorithm, entry.title) == ("whatwg_websockets.rfc6455.outgoing", entry.section)


def test_what_is_returned_and_raised():
    recorder, plan = a_recorder(), PLANS[close.__code__]
    for value, raised, result in [
        (3, None, "3"),
        (None, None, ""),
        (None, ValueError("no"), "raises ValueError: no"),
        (None, ValueError(), "raises ValueError"),
        (None, ValueError("ws://joe:pw@a/"), "raises ValueError: ws://joe:***@a/"),
        (None, Failure(1002, "a rule"), "raises failure 1002: a rule"),
        (None, DOMException("no", "SyntaxError"), "raises SyntaxError: no"),
    ]:
        frame = a_frame(close)
        recorder.line(frame, plan, line_of(close, "1"))
        recorder.left(frame, plan, value, raised)
        assert recorder.entries[-1].result == result
    recorder.left(a_frame(close), plan, 1, None)
    recorder.paused(a_frame(close), plan)
    assert len(recorder.entries) == 7


def test_an_algorithm_without_steps():
    function = close_the_websocket_connection
    recorder, plan = a_recorder(), PLANS[function.__code__]
    outer = a_frame(close)
    middle = a_frame(told, caller=outer)
    recorder.started(a_frame(function, caller=middle), plan)
    (entry,) = recorder.entries
    assert (entry.kind, entry.algorithm, entry.depth) == (
        "algorithm",
        "close the WebSocket connection",
        1,
    )


def test_only_some_folders():
    recorder = a_recorder(only=["fetch"])
    frame, plan = a_frame(close), PLANS[close.__code__]
    recorder.started(frame, plan)
    recorder.line(frame, plan, line_of(close, "1"))
    recorder.left(frame, plan, None, None)
    plan = PLANS[Outgoing.put.__code__]
    variables = {"self": Outgoing(), "first": 0x81, "payload": b"hi", "key": bytes(4)}
    frame = a_frame(Outgoing.put, variables)
    recorder.started(frame, plan)
    recorder.left(frame, plan, None, ValueError())
    recorder.started(frame, plan)
    recorder.left(frame, plan, None, None)
    plan = PLANS[Receiver.receive.__code__]
    variables = {"self": Receiver(Connection(), 1000), "data": frames.text("ho")}
    recorder.started(a_frame(Receiver.receive, variables), plan)
    assert [(each.kind, each.direction, each.text) for each in recorder.entries] == [
        ("frame", "out", 'text, 2 bytes: "hi"'),
        ("frame", "in", 'text, 2 bytes: "ho"'),
    ]


def test_frames_come_in_however_they_are_read():
    recorder = a_recorder(only=["websockets"])
    receiver = Receiver(Connection(), 1_000_000)
    data = frames.binary(b"x" * 200_000)

    def pass_by(function, **variables):
        frame = a_frame(function, {"self": receiver} | variables)
        recorder.started(frame, PLANS[function.__code__])
        getattr(receiver, function.__name__)(*variables.values())

    def pass_straight(count):
        with receiver.payload_buffer() as room:
            room[:count] = b"y" * count
        pass_by(Receiver.payload_received, count=count)

    pass_by(Receiver.receive, data=data[:50_000])
    pass_straight(140_000)
    assert recorder.entries == []
    pass_by(Receiver.keep, data=data[190_000:])
    receiver.go_on()
    pass_by(Receiver.receive, data=frames.ping() + frames.frame(3))
    pass_by(Receiver.receive, data=frames.ping())
    pass_by(Receiver.keep, data=frames.ping())
    assert [each.algorithm for each in recorder.entries] == ["binary", "Ping", "opcode 3"]
    beginning = "78 " * 49_990 + "79 " * (65_536 - 49_990)
    assert recorder.entries[0].values["payload"].startswith(beginning)


def test_frames_are_found_behind_one_that_began_before_the_trace():
    receiver = Receiver(Connection(), 1_000_000)
    data = frames.binary(b"x" * 200_000) + frames.ping()
    receiver.receive(data[:50_000])
    recorder = a_recorder(only=["websockets"])

    def pass_by(function, **variables):
        frame = a_frame(function, {"self": receiver} | variables)
        recorder.started(frame, PLANS[function.__code__])
        getattr(receiver, function.__name__)(*variables.values())

    pass_by(Receiver.payload_received, count=140_000)
    pass_by(Receiver.receive, data=data[190_000:])
    assert [each.algorithm for each in recorder.entries] == ["Ping"]


async def test_what_has_arrived_of_a_frame_is_told_at_the_end(pages: Pages):
    socket, _, _ = await pages.open()
    connection = connection_of(socket)
    recorder = a_recorder(only=["fetch"])
    receiver = Receiver(connection.wire, 1_000)
    ending = {"connection": connection.wire, "ending": Failure(1002, "a rule")}
    for data, probe, variables in [
        (frames.text("abc")[:-1], "receiving_fails", ending),
        (b"\x81", "connection_is_closed", {"self": connection}),
        (frames.text("abc"), "connection_is_closed", {"self": connection}),
    ]:
        passes(recorder, "bytes_come_in", {"self": receiver, "data": data})
        passes(recorder, probe, variables)
        passes(recorder, probe, variables)
    told = [(each.text, each.algorithm) for each in recorder.entries if each.kind == "frame"]
    assert told == [
        ('text, 3 bytes announced, 2 arrived: "ab"', ""),
        ("the beginning of a header, 1 byte: 81", ""),
        ('text, 3 bytes: "abc"', "text"),
    ]


def test_the_opening_handshake():
    recorder = a_recorder()
    head = b"GET / HTTP/1.1\r\nHost: a\r\nOrigin: null\r\n\r\n"
    plan, stream = PLANS[HandshakeStream.write.__code__], {"self": HandshakeStream()}
    recorder.started(a_frame(HandshakeStream.write, stream | {"data": head}), plan)
    plan, read = PLANS[HandshakeStream.read.__code__], a_frame(HandshakeStream.read, stream)
    recorder.started(read, plan)
    recorder.paused(read, plan)
    recorder.left(read, plan, b"HTTP/1.1 403 For", None)
    recorder.left(read, plan, b"bidden\r\nA: b\r\n\r\n<p>", None)
    recorder.left(read, plan, b"Forbidden", None)
    recorder.started(
        a_frame(HandshakeStream.write, stream | {"data": head}),
        PLANS[HandshakeStream.write.__code__],
    )
    recorder.left(read, plan, b"HTTP/1.1 101 \r\nUpgrade: websocket\r\n\r\n\x81\x00", None)
    recorder.left(read, plan, b"", None)
    recorder.left(read, plan, None, OSError())
    assert [(each.text, each.direction, each.values) for each in recorder.entries] == [
        ("GET / HTTP/1.1", "out", {"Host": "a", "Origin": "null"}),
        ("HTTP/1.1 403 For, to be continued", "in", {}),
        ("HTTP/1.1 403 Forbidden", "in", {"A": "b", "and behind it": "3 bytes"}),
        ("Forbidden", "in", {}),
        ("GET / HTTP/1.1", "out", {"Host": "a", "Origin": "null"}),
        ("HTTP/1.1 101 ", "in", {"Upgrade": "websocket", "and behind it": "2 bytes"}),
    ]


async def test_the_state_is_that_after_the_entry(pages: Pages):
    socket, _, _ = await pages.open()
    other, connection = pages.connecting()
    recorder, plan = a_recorder(), PLANS[close.__code__]
    recorder.log("nothing is known yet", {})
    frame = a_frame(close, {"socket": socket})
    recorder.line(frame, plan, line_of(close, "1"))
    assert recorder.entries[-1].state.ready_state == "OPEN"
    socket.close()
    recorder.left(frame, plan, None, None)
    state = recorder.entries[-1].state
    assert (state.socket, state.ready_state, state.buffered_amount) == (1, "CLOSING", 0)
    assert state.tasks == 1, "the Close frame has left, and the page is to hear of it"
    for variables, number in [
        ({"self": other}, 2),
        ({"connection": connection_of(socket)}, 1),
        ({"connection": connection.wire}, 2),
        ({"connection": Connection()}, 2),
    ]:
        frame = a_frame(close, variables)
        recorder.started(frame, plan)
        recorder.line(frame, plan, line_of(close, "1"))
        assert recorder.entries[-1].state.socket == number
    assert recorder.entries[0].state is None


def dispatched(event, recorder):
    recorder.started(a_frame(dispatch, {"event": event, "target": told}), PLANS[dispatch.__code__])
    return recorder.entries[-1]


def test_events_are_told_whatever_folder_is():
    recorder = a_recorder(only=["fetch"])
    entry = dispatched(MessageEvent("message", data="hi"), recorder)
    assert (entry.kind, entry.text) == ("event", 'message: data "hi", origin ""')
    assert entry.values == {
        "interface": "MessageEvent",
        "target": "function",
        "data": '"hi"',
        "origin": '""',
    }
    assert dispatched(Event("open"), recorder).text == "open"


async def test_promises_of_a_stream_are_told():
    stream = WebSocketStream("ws://127.0.0.1:1/")
    mark_as_handled(stream.opened)
    mark_as_handled(stream.closed)
    recorder = a_recorder(only=["fetch"])

    def settled(function, **variables):
        recorder.started(a_frame(function, variables), PLANS[function.__code__])

    recorder.started(
        a_frame(dispatch, {"event": Event("a"), "target": stream}), PLANS[dispatch.__code__]
    )
    settled(resolve, promise=stream.opened, value=1)
    settled(resolve, promise=stream.opened, value=WebSocketOpenInfo(None, None, "a", "b"))
    settled(reject, promise=stream.closed, reason=DOMException("no", "AbortError"))
    settled(resolve, promise=object(), value=2)
    events = [each.text for each in recorder.entries if each.kind == "event"]
    assert events == [
        "a",
        "opened is resolved with 1",
        'opened is resolved with extensions "a", protocol "b"',
        "closed is rejected with AbortError: no",
    ]
    assert recorder.entries[-2].values["value"].startswith('«[ "readable" → ')
    with pytest.raises(WebSocketError):
        await stream.closed


def passes(recorder, probe, variables, value=None):
    """Have a call pass where a probe is."""
    code, plan = next((code, plan) for code, plan in PLANS.items() if plan.probe == probe)
    frame = SimpleNamespace(f_code=code, f_locals=variables, f_back=None)
    recorder.started(frame, plan)
    recorder.left(frame, plan, value, None)


async def test_each_ready_state_is_told_whatever_folder_is(pages: Pages):
    socket, connection = pages.connecting()
    recorder = a_recorder(only=["fetch"])
    passes(recorder, "socket_is_made", {"socket": socket})
    establish(connection)
    await turns()
    passes(recorder, "ready_state_has_changed", {"self": socket})
    socket.close()
    dispatched(Event("a"), recorder)
    assert [(each.kind, each.text) for each in recorder.entries] == [
        ("state", "CONNECTING"),
        ("state", "CONNECTING → OPEN"),
        ("state", "OPEN → CLOSING"),
        ("event", "a"),
    ]
    assert [each.time for each in recorder.entries] == sorted(
        each.time for each in recorder.entries
    )
    connection.close_at_once()
    await turns()


async def test_chunks_that_a_page_reads_are_told():
    async with Server() as server:
        stream = WebSocketStream(server.url)
        peer = await server.accept_handshake()
        readable = (await stream.opened).readable
        controller = controller_of(readable)
        recorder = a_recorder(only=["fetch"])
        passes(recorder, "socket_is_made", {"stream": stream})
        passes(recorder, "chunk_is_asked_for", {"self": controller})
        await peer.send_text("hello")
        await until(lambda: has_a_chunk(controller))
        passes(recorder, "chunk_is_asked_for", {"self": controller})
        passes(recorder, "chunk_is_taken", {"self": controller}, "again")
        for done, each in [(False, readable), (True, readable), (False, ReadableStream())]:
            variables = {"stream": each, "chunk": b"a", "done": done}
            passes(recorder, "chunk_is_delivered", variables)
        events = [each for each in recorder.entries if each.kind == "event"]
        assert [each.text for each in events] == [
            'read: chunk "hello"',
            'read: chunk "again"',
            "read: chunk `a` (61)",
        ]
        assert events[-1].values == {"chunk": "`a` (61)"}
        stream.close()
        await peer.expect_close()
        await peer.send_close(1000)
        peer.half_close()
        await stream.closed


class Heard(list):
    """A listener."""

    def added(self, entry):
        self.append(("added", entry.kind))

    def changed(self, entry, values, result):
        self.append(("changed", values, result))


def test_a_listener_hears_each_entry_at_once():
    heard = Heard()
    recorder, plan = a_recorder(listener=heard), PLANS[close.__code__]
    frame = a_frame(close, {"code": 1000})
    recorder.started(frame, plan)
    assert heard == [("added", "algorithm"), ("changed", {"code": "1000"}, "")]
    del heard[:]
    recorder.line(frame, plan, line_of(close, "1"))
    recorder.left(frame, plan, 3, None)
    recorder.log("late", {})
    assert heard == [("added", "step"), ("changed", {}, "3"), ("added", "log")]


def test_what_an_overview_leaves_out():
    recorder = a_recorder()
    outer = a_frame(answer_the_close_frame)
    recorder.started(outer, PLANS[answer_the_close_frame.__code__])
    inner = a_frame(close_the_websocket_connection, caller=outer)
    recorder.started(inner, PLANS[close_the_websocket_connection.__code__])
    from_the_page = a_frame(close_the_websocket_connection, caller=a_frame(close))
    recorder.started(from_the_page, PLANS[close_the_websocket_connection.__code__])
    assert [(each.minor, each.level) for each in recorder.entries] == [
        (False, 0),
        (True, 1),
        (False, 1),
    ]
