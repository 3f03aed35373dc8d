"""Each frame of a server is in a trace, by whatever way its bytes come in."""

import asyncio
import inspect
from unittest.mock import patch

import pytest

from support import frames
from support.apart import apart
from support.inside import reads_a_payload_directly
from support.loops import LOOPS, run
from support.page import Recorder, turns
from support.server import Server
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.network.connection import A_LONG_READ, WebSocketConnection
from whatwg_websockets.rfc6455.receive import Receiver
from whatwg_websockets.steps.trace import trace
from whatwg_websockets.steps.trace.plan import PROBES

SMALL = frames.text("one") + frames.ping(b"p") + frames.text("two")

STREAM = (
    frames.text("x" * 300_000)
    + SMALL
    + frames.binary(bytes(400_000))
    + SMALL
    + frames.binary(bytes(70_000)) * 3
    + SMALL * 50
    + frames.close(1000)
)

SENT = [
    *("text, 300000 bytes", "text, 3 bytes", "Ping, 1 byte", "text, 3 bytes"),
    *("binary, 400000 bytes", "text, 3 bytes", "Ping, 1 byte", "text, 3 bytes"),
    *["binary, 70000 bytes"] * 3,
    *["text, 3 bytes", "Ping, 1 byte", "text, 3 bytes"] * 50,
    "Close, 2 bytes",
]

MESSAGES = sum(each.startswith(("text", "binary")) for each in SENT)


def came_in(entries):
    """Return what the frames are that came in, without their payloads."""
    told = [each for each in entries if each.kind == "frame" and each.direction == "in"]
    return [each.text.partition(":")[0] for each in told]


def in_a_turn_without_time(buffer_updated):
    """Let each long read come when the time of the loop's turn is used up."""

    def wrapper(connection, count):
        if count >= A_LONG_READ and not reads_a_payload_directly(connection):
            the_event_loop().must_yield = True
        buffer_updated(connection, count)

    return wrapper


async def connect(server, *, tls):
    """Return a socket, what its page sees, and the server's end of the connection."""
    url = server.url.replace("ws://127.0.0.1", "wss://localhost") if tls else server.url
    socket = WebSocket(url, settings=EnvironmentSettings(tls=client_context()))
    events = Recorder(socket)
    peer = await server.accept()
    if tls:
        peer = TlsPeer(peer, server_context("localhost"))
        await peer.start_tls()
    await peer.handshake()
    await events.until("open")
    return socket, events, peer


async def all_of_it(*, tls, busy):
    busy_way = in_a_turn_without_time(WebSocketConnection.buffer_updated)
    way = busy_way if busy else WebSocketConnection.buffer_updated
    async with Server() as server:
        with patch.object(WebSocketConnection, "buffer_updated", way):
            _, events, peer = await connect(server, tls=tls)
            with trace(["rfc6455"]) as t:
                sending = asyncio.create_task(peer.send(STREAM))
                await events.until("message", MESSAGES)
                await sending
                peer.half_close()
                await events.until("close")
    assert came_in(t.entries) == SENT


@pytest.mark.parametrize("busy", [False, True], ids=["at rest", "busy"])
@pytest.mark.parametrize("tls", [False, True], ids=["TCP", "TLS"])
@pytest.mark.parametrize("kind", LOOPS)
def test_each_frame_is_told_whatever_way_its_bytes_come_in(kind, tls, busy):
    apart(run, lambda: all_of_it(tls=tls, busy=busy), kind)


LARGE = frames.binary(bytes(400_000))

BEGINNINGS = {
    "within a header": frames.binary(bytes(300))[:3],
    "within a small frame": frames.binary(bytes(300))[:9],
    "within a text": frames.text("x" * 300_000)[:1_000],
    "within a large frame": LARGE[:100_000],
}

REST = {
    "within a header": frames.binary(bytes(300))[3:],
    "within a small frame": frames.binary(bytes(300))[9:],
    "within a text": frames.text("x" * 300_000)[1_000:],
    "within a large frame": LARGE[100_000:],
}


async def from_the_middle_on(where):
    async with Server() as server:
        _, events, peer = await connect(server, tls=False)
        await peer.send(frames.text("before") + BEGINNINGS[where])
        await events.until("message")
        await turns()
        with trace(["rfc6455"]) as t:
            await peer.send(REST[where] + SMALL + frames.close(1000))
            peer.half_close()
            await events.until("close")
    whole = [] if where in ("within a text", "within a large frame") else ["binary, 300 bytes"]
    small = ["text, 3 bytes", "Ping, 1 byte", "text, 3 bytes"]
    assert came_in(t.entries) == [*whole, *small, "Close, 2 bytes"]
    assert events.types == ["open", *["message"] * 4, "close"]


@pytest.mark.parametrize("where", BEGINNINGS)
@pytest.mark.parametrize("kind", LOOPS)
def test_a_trace_that_begins_within_a_frame_has_the_frames_behind_it(kind, where):
    apart(run, lambda: from_the_middle_on(where), kind)


FAULTS = {
    # A second answer, as of a proxy that understood nothing: RSV1, opcode 8, 84 bytes.
    b"HTTP/1.1 200 OK\r\n\r\n": (
        "Close, 84 bytes announced, 17 arrived, to be continued, compressed",
        "RSV1 is set where no extension gives it a meaning",
    ),
    b"\x82\x7f\x00\x00\x01\x00\x00\x00\x00\x00": (
        "binary, 1099511627776 bytes announced, 0 arrived",
        "a message of over 67108864 bytes",
    ),
    b"\xb1\x7dabc": ('text, 125 bytes announced, 3 arrived: "abc"', "RSV2 or RSV3 is set"),
    b"\x81\x85\x01\x02\x03\x04": (
        "text, 5 bytes announced, 0 arrived",
        "a masked frame from the server",
    ),
    b"\x81\x85\x01\x02\x03\x04igohn": ('text, 5 bytes: "hello"', "a masked frame from the server"),
    b"\x88\x7e\x00": ("the beginning of a header, 3 bytes: 88 7e 00", "a control frame with more"),
}

CUT_OFF = {
    b"\x81": "the beginning of a header, 1 byte: 81",
    b"\x81\x7dabc": 'text, 125 bytes announced, 3 arrived: "abc"',
    LARGE[:200_000]: "binary, 400000 bytes announced, 199990 arrived",
    frames.close(1000, "bye")[:-1]: 'Close, 5 bytes announced, 4 arrived: 1000 "by"',
}


async def what_is_told_of(data, *, end):
    """Return the frames, log records and events of a connection, in their order."""
    async with Server() as server:
        with trace(["rfc6455"]) as t:
            _, events, peer = await connect(server, tls=False)
            await peer.send(SMALL + data)
            await events.until("message", 2)
            getattr(peer, end)()
            await events.until("close")
    kinds = {"frame", "log", "event"}
    return [each for each in t.entries if each.kind in kinds and each.direction != "out"]


@pytest.mark.parametrize("data", FAULTS)
@pytest.mark.parametrize("kind", LOOPS)
def test_the_frame_that_breaks_a_rule_is_told_however_little_arrived(kind, data):
    async def test():
        text, why = FAULTS[data]
        told = await what_is_told_of(data, end="half_close")
        frame = [each for each in told if each.kind == "frame"][-1]
        log, error, close = told[-3:]
        assert (frame.kind, frame.direction, frame.text[: len(text)]) == ("frame", "in", text)
        assert why in log.text
        assert [error.text, close.text[:5]] == ["error", "close"]

    apart(run, test, kind)


@pytest.mark.parametrize("end", ["half_close", "reset"])
@pytest.mark.parametrize("data", CUT_OFF)
@pytest.mark.parametrize("kind", LOOPS)
def test_half_a_frame_is_told_when_the_connection_is_cut_off(kind, data, end):
    async def test():
        frame, log, error, close = (await what_is_told_of(data, end=end))[-4:]
        assert (frame.direction, frame.algorithm) == ("in", "")
        assert frame.text.startswith(CUT_OFF[data])
        assert [log.kind, error.text, close.text[:5]] == ["log", "error", "close"]

    apart(run, test, kind)


def test_each_way_into_the_receiver_is_watched():
    ways = {
        function
        for name, function in inspect.getmembers(Receiver, inspect.isfunction)
        if not name.startswith("_") and len(inspect.signature(function).parameters) > 1
    }
    assert {each.__name__ for each in ways} == {"receive", "keep", "payload_received"}
    assert [each for each in ways if inspect.unwrap(each).__code__ not in PROBES] == []
