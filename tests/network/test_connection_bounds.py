"""What waits for the page is bounded, and what it waits for does not change what the page gets.

A read may hold a hundred thousand messages, or become a GiB
when it is decompressed: it is read window by window, each behind the tasks of the one before.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest

from rfc7692.peer import compress, compressor
from support import frames
from support.frames import BINARY, CLOSE, PONG, TEXT, Frame, close_payload
from support.inside import connection_of, waiting_for_the_page
from support.page import FAILED, Recorder, turns, until
from support.server import Server
from support.tls import TlsPeer, client_context, server_context
from support.wire import establish
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.html.event_loop import PAGE_TIME, READ_AT_ONCE, the_event_loop
from whatwg_websockets.network.connection import A_LONG_READ, WAITING_FOR_THE_PAGE
from whatwg_websockets.rfc6455.receive import BYTES_IN_A_WINDOW, FRAMES_IN_A_WINDOW
from whatwg_websockets.rfc7692.inflate import MessageInflater
from whatwg_websockets.rfc7692.parameters import Parameters

MEBIBYTE = 1_048_576

# As many messages as one read can hold.
MANY = READ_AT_ONCE // 2

# More of them than a window holds; the end of the last window is inside of a read.
TWO_WINDOWS_AND_MORE = 2 * FRAMES_IN_A_WINDOW + 10


def numbered(count, start=0):
    """Return messages that contain their numbers."""
    return b"".join(frames.text(str(i)) for i in range(start, start + count))


def numbers(count):
    return [str(i) for i in range(count)]


def makes_something_ready(_):
    """A listener after which the next task waits for a turn of the loop."""
    asyncio.get_running_loop().call_soon(int)


# A read that holds a great many messages.


async def test_a_read_of_empty_messages_takes_many_turns(pages, clock):
    """No turn runs longer than its time, which is a microsecond for each message here."""
    socket, wire, events = await pages.open()
    in_this_turn = [0]

    def listener(_):
        clock.now += 1e-6
        in_this_turn[-1] += 1

    async def count_turns():
        while len(events.events) < MANY:
            await asyncio.sleep(0)
            in_this_turn.append(0)

    socket.onmessage = listener
    counting = asyncio.create_task(count_turns())
    await asyncio.sleep(0)
    wire.receive(frames.text("") * MANY)
    await counting
    assert sum(in_this_turn) == MANY
    assert max(in_this_turn) <= PAGE_TIME / 1e-6 + 1
    assert not wire.is_paused


async def test_a_read_of_many_messages_arrives_whole_and_in_order(pages):
    _, wire, events = await pages.open()
    wire.receive(numbered(5 * FRAMES_IN_A_WINDOW))
    await until(lambda: len(events.events) >= 5 * FRAMES_IN_A_WINDOW)
    assert events.messages == numbers(5 * FRAMES_IN_A_WINDOW)


async def test_reading_rests_while_windows_wait_and_goes_on_after(pages):
    socket, wire, events = await pages.open()
    socket.onmessage = makes_something_ready
    wire.receive(numbered(TWO_WINDOWS_AND_MORE))
    assert wire.is_paused
    await until(lambda: len(events.events) >= FRAMES_IN_A_WINDOW)
    assert wire.is_paused
    await until(lambda: len(events.events) >= TWO_WINDOWS_AND_MORE)
    await until(lambda: not wire.is_paused)
    wire.receive(frames.text("behind"))
    await until(lambda: "behind" in events.messages)


async def test_bytes_that_come_while_windows_wait_come_behind_them(pages):
    """TLS hands out what it has decrypted already."""
    socket, wire, events = await pages.open()
    socket.onmessage = makes_something_ready
    stream = numbered(3 * FRAMES_IN_A_WINDOW)
    for i in range(0, len(stream), 10_000):
        wire.receive(stream[i : i + 10_000])
    await until(lambda: len(events.events) >= 3 * FRAMES_IN_A_WINDOW)
    assert events.messages == numbers(3 * FRAMES_IN_A_WINDOW)
    await until(lambda: not wire.is_paused)


async def test_a_listener_of_another_socket_gets_its_turn_between_windows(pages):
    one, one_wire, one_events = await pages.open()
    two, two_wire, two_events = await pages.open()
    one.onmessage = makes_something_ready
    seen = []
    two.onmessage = lambda _: seen.append(len(one_events.events))
    one_wire.receive(numbered(TWO_WINDOWS_AND_MORE))
    two_wire.receive(frames.text("x"))
    await until(lambda: two_events.events)
    await until(lambda: len(one_events.events) >= TWO_WINDOWS_AND_MORE)
    assert seen[0] <= FRAMES_IN_A_WINDOW


# A flood that becomes a thousand times as much.


class CountingInflater(MessageInflater):
    """An inflater that counts its output.

    Attributes:
        made: how many bytes.
    """

    __slots__ = ("made",)

    def __init__(self):
        super().__init__(Parameters())
        self.made = 0

    def inflate(self, part, room, *, final):
        inflated, failure = super().inflate(part, room, final=final)
        self.made += len(inflated)
        return inflated, failure


async def compressed(pages):
    """Return an open socket with compression, its wire, what it sees, and its inflater."""
    socket, connection = pages.connecting()
    events = Recorder(socket)
    inflater = CountingInflater()
    wire = establish(connection, inflater=inflater)
    await events.until("open")
    await turns()
    events.events.clear()
    socket.binaryType = "arraybuffer"
    return socket, wire, events, inflater


def bomb(size):
    return frames.frame(BINARY, compress(bytes(size), compressor()), rsv=4)


@pytest.mark.parametrize("size", [10_000, MEBIBYTE, 8 * MEBIBYTE])
async def test_what_has_been_inflated_and_waits_is_bounded(pages, size):
    socket, wire, events, inflater = await compressed(pages)
    count = 64 * MEBIBYTE // size
    received = 0
    waiting = []

    def listener(event):
        nonlocal received
        received += len(event.data)
        waiting.append(inflater.made - received)
        makes_something_ready(event)

    socket.onmessage = listener
    wire.receive(bomb(size) * count)
    waiting.append(inflater.made)
    assert wire.is_paused
    await until(lambda: len(events.events) >= count)
    assert received == count * size
    # A slice of compressed bytes may become 4 MiB at the end of a window.
    assert max(waiting) <= BYTES_IN_A_WINDOW + 4 * MEBIBYTE + size
    await until(lambda: not wire.is_paused)


async def test_a_page_that_rests_lets_nothing_more_be_inflated(pages):
    """The work that the listener began continues until the test ends it."""
    socket, wire, events, inflater = await compressed(pages)
    goes_on = asyncio.Event()

    async def listener(_):
        while not goes_on.is_set():  # noqa: ASYNC110 (it must not come to rest)
            await asyncio.sleep(0)

    socket.onmessage = listener
    wire.receive(bomb(MEBIBYTE) * 50)
    made = inflater.made
    await turns()
    assert len(events.events) == 1
    assert inflater.made == made <= BYTES_IN_A_WINDOW + 4 * MEBIBYTE
    goes_on.set()
    await until(lambda: len(events.events) >= 50)
    assert inflater.made == 50 * MEBIBYTE


async def test_many_small_reads_do_not_make_room_for_as_many_large_ones(pages):
    """Reading goes on when what waits has room, not when any of it has gone."""
    socket, wire, events = await pages.open()
    socket.binaryType = "arraybuffer"
    received = 0

    def listener(event):
        nonlocal received
        received += len(event.data)
        makes_something_ready(event)

    socket.onmessage = listener
    sent = 0
    while not wire.is_paused:
        wire.receive(frames.binary(bytes(10_000)))
        sent += 10_000
    count = len(range(0, sent, 10_000))
    for _ in range(8):
        await until(lambda: not wire.is_paused)
        wire.receive(frames.binary(bytes(MEBIBYTE)))
        sent += MEBIBYTE
        count += 1
        assert sent - received < WAITING_FOR_THE_PAGE + 2 * MEBIBYTE
    await until(lambda: len(events.events) >= count)
    assert received == sent


# What comes behind windows that wait.


async def test_a_ping_behind_a_window_is_answered_when_it_has_been_read(pages):
    socket, wire, events = await pages.open()
    seen = []

    def listener(event):
        seen.append(len(wire.frames))
        makes_something_ready(event)

    socket.onmessage = listener
    before = frames.ping(b"1") + numbered(FRAMES_IN_A_WINDOW)
    wire.receive(before + frames.ping(b"2") + numbered(10, FRAMES_IN_A_WINDOW))
    assert wire.frames == [Frame(PONG, b"1")]
    await until(lambda: len(events.events) >= FRAMES_IN_A_WINDOW + 10)
    assert wire.frames == [Frame(PONG, b"1"), Frame(PONG, b"2")]
    # Of the second window no listener runs before its Pong has left.
    assert seen[-10:] == [2] * 10


@pytest.mark.parametrize("how", ["stays", "ends", "ends before the rest is read", "is lost"])
async def test_a_close_frame_behind_windows(pages, how):
    """Nothing is lost, and the Close frame counts: code and reason stand (7.1.5, 7.1.6)."""
    socket, wire, events = await pages.open()
    socket.onmessage = makes_something_ready
    wire.receive(numbered(TWO_WINDOWS_AND_MORE) + frames.close(4000, "bye"))
    assert wire.frames == []
    if how == "ends before the rest is read":
        wire.end()
    elif how == "is lost":
        wire.fail(ConnectionResetError())
    if how in ("stays", "ends"):
        await until(lambda: wire.frames)
        wire.end()
    await until(lambda: "close" in events.types[-1:])
    assert events.messages == numbers(TWO_WINDOWS_AND_MORE)
    assert {state for _, state, _ in events.events[:TWO_WINDOWS_AND_MORE]} == {WebSocket.OPEN}
    was_clean = how != "is lost"
    assert events.events[TWO_WINDOWS_AND_MORE:] == [("close", 3, 4000, "bye", was_clean)]
    assert wire.frames == ([Frame(CLOSE, close_payload(4000))] if was_clean else [])


async def test_the_last_message_before_a_close_frame_is_answered_before_it(pages):
    socket, wire, _ = await pages.open()

    def listener(event):
        if event.data == str(TWO_WINDOWS_AND_MORE - 1):
            socket.send("the last")
        makes_something_ready(event)

    socket.onmessage = listener
    wire.receive(numbered(TWO_WINDOWS_AND_MORE) + frames.close(1000))
    await until(lambda: socket.readyState == WebSocket.CLOSING)
    assert wire.frames == [Frame(TEXT, b"the last"), Frame(CLOSE, close_payload(1000))]


@pytest.mark.parametrize("where", ["the last window", "the read of the response"])
async def test_a_close_frame_that_comes_while_messages_wait_is_answered_behind_them(pages, where):
    """It comes in a read of its own, and the page may still answer what was before it."""
    socket, connection = pages.connecting()
    events = Recorder(socket)

    def listener(event):
        socket.send(event.data)
        makes_something_ready(event)

    socket.onmessage = listener
    count = 3 if where == "the read of the response" else FRAMES_IN_A_WINDOW + 3
    wire = establish(connection, numbered(count))
    if where == "the last window":
        await until(lambda: len(events.events) >= FRAMES_IN_A_WINDOW + 1)
    wire.receive(frames.close(1000))
    await until(lambda: socket.readyState == WebSocket.CLOSING)
    sent = [Frame(TEXT, str(i).encode()) for i in range(count)]
    assert wire.frames == [*sent, Frame(CLOSE, close_payload(1000))]


async def test_an_end_behind_a_close_frame_waits_for_the_page_as_well(pages):
    """TCP that the server has ended can still be written to."""
    socket, wire, events = await pages.open()

    def listener(event):
        socket.send(event.data)
        makes_something_ready(event)

    socket.onmessage = listener
    wire.receive(numbered(3) + frames.close(1000, "bye"))
    wire.end()
    await until(lambda: "close" in events.types[-1:])
    sent = [Frame(TEXT, str(i).encode()) for i in range(3)]
    assert wire.frames == [*sent, Frame(CLOSE, close_payload(1000))]
    assert events.events[3:] == [("close", 3, 1000, "bye", True)]


async def test_so_it_does_where_tcp_is_lost_meanwhile(pages):
    socket, wire, events = await pages.open()
    socket.onmessage = makes_something_ready
    wire.receive(numbered(3) + frames.close(1000, "bye"))
    wire.end()
    wire.fail(ConnectionResetError())
    await until(lambda: "close" in events.types[-1:])
    await turns()
    assert events.messages == numbers(3)
    assert events.events[3:] == [("close", 3, 1000, "bye", False)]
    assert not the_event_loop().unloading


@pytest.mark.parametrize("how", ["ends", "is lost"])
async def test_a_server_that_leaves_without_a_close_frame_behind_windows(pages, caplog, how):
    socket, wire, events = await pages.open()
    socket.onmessage = makes_something_ready
    wire.receive(numbered(TWO_WINDOWS_AND_MORE))
    if how == "ends":
        wire.end()
    else:
        wire.fail(ConnectionResetError("reset by the server"))
    await until(lambda: "close" in events.types[-1:])
    assert events.messages == numbers(TWO_WINDOWS_AND_MORE)
    assert events.events[TWO_WINDOWS_AND_MORE:] == FAILED
    (record,) = [record for record in caplog.records if record.name == "whatwg_websockets"]
    assert record.kind == "lost"
    said = "without a Close frame" if how == "ends" else "reset by the server"
    assert said in record.why


async def test_a_bad_frame_behind_windows_fails_the_connection(pages):
    socket, wire, events = await pages.open()
    socket.onmessage = makes_something_ready
    wire.receive(numbered(TWO_WINDOWS_AND_MORE) + b"\x83\x00" + frames.text("never"))
    await until(lambda: "close" in events.types[-1:])
    assert events.messages == numbers(TWO_WINDOWS_AND_MORE)
    assert events.events[TWO_WINDOWS_AND_MORE:] == FAILED
    assert wire.frames == [Frame(CLOSE, close_payload(1002))]


async def test_a_page_that_closes_while_windows_wait(pages):
    """The page hears no more of them, and the server's answer behind them is found."""
    socket, wire, events = await pages.open()

    def listener(event):
        if event.data == "10":
            socket.close(3000, "enough")
        makes_something_ready(event)

    socket.onmessage = listener
    wire.receive(numbered(TWO_WINDOWS_AND_MORE) + frames.close(3000, "well then"))
    await until(lambda: not wire.is_paused)
    assert wire.frames == [Frame(CLOSE, close_payload(3000, "enough"))]
    wire.end()
    await until(lambda: "close" in events.types[-1:])
    assert events.messages == numbers(11)
    assert events.events[11:] == [("close", 3, 3000, "well then", True)]


async def test_what_waits_is_not_read_any_more_once_tcp_is_to_be_closed(pages):
    """The send buffer is full: the connection ends, and no window of it is read."""
    socket, wire, events = await pages.open()

    def listener(event):
        if event.data == "10":
            connection_of(socket).close_at_once()
        makes_something_ready(event)

    socket.onmessage = listener
    wire.receive(numbered(TWO_WINDOWS_AND_MORE) + frames.close(1000))
    await until(lambda: "close" in events.types[-1:])
    assert events.messages == numbers(FRAMES_IN_A_WINDOW)
    assert events.events[-1] == ("close", 3, 1006, "", False)


# The same over real transports, which have their own view of pausing and of the end.


@asynccontextmanager
async def established(scheme, **handshake):
    """Open a socket; yield it with the server's end and the record of its events."""
    async with Server() as server:
        url = server.url if scheme == "ws" else f"wss://localhost:{server.port}/"
        socket = WebSocket(url, settings=EnvironmentSettings(tls=client_context()))
        events = Recorder(socket)
        peer = await server.accept()
        if scheme == "wss":
            peer = TlsPeer(peer, server_context("localhost"))
            await peer.start_tls()
        await peer.handshake(**handshake)
        await events.until("open")
        events.events.clear()
        yield socket, peer, events


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_server_that_closes_and_ends_in_order_behind_windows_is_clean(scheme):
    async with established(scheme) as (socket, peer, events):
        socket.onmessage = makes_something_ready
        data = numbered(TWO_WINDOWS_AND_MORE) + frames.close(4000, "bye")
        peer.send_at_once(data, end=True)
        assert await peer.read_frames_to_end() == [Frame(CLOSE, close_payload(4000))]
        peer.close()
        await until(lambda: "close" in events.types[-1:])
        assert events.messages == numbers(TWO_WINDOWS_AND_MORE)
        assert events.events[TWO_WINDOWS_AND_MORE:] == [("close", 3, 4000, "bye", True)]


@pytest.mark.parametrize("how", ["end", "close", "reset"])
@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_server_that_is_gone_behind_windows(scheme, how, caplog):
    async with established(scheme) as (socket, peer, events):
        socket.onmessage = makes_something_ready
        peer.send_at_once(numbered(TWO_WINDOWS_AND_MORE), end=False)
        await until(lambda: events.events)
        getattr(peer, how)()
        await until(lambda: "close" in events.types[-1:])
        assert events.messages == numbers(TWO_WINDOWS_AND_MORE)
        assert events.events[TWO_WINDOWS_AND_MORE:] == FAILED
    (record,) = [record for record in caplog.records if record.name == "whatwg_websockets"]
    assert record.kind == "lost"


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_server_that_ends_without_a_close_frame_right_behind_windows(scheme, caplog):
    async with established(scheme) as (socket, peer, events):
        socket.onmessage = makes_something_ready
        peer.send_at_once(numbered(TWO_WINDOWS_AND_MORE), end=True)
        await until(lambda: "close" in events.types[-1:])
        assert events.messages == numbers(TWO_WINDOWS_AND_MORE)
        assert events.events[TWO_WINDOWS_AND_MORE:] == FAILED
    (record,) = [record for record in caplog.records if record.name == "whatwg_websockets"]
    assert record.why == "the server ended the connection without a Close frame"


async def test_a_long_read_is_parsed_in_a_turn_that_has_time_for_it(pages, clock):
    """One turn may bring long reads of many sockets."""
    busy, busy_wire, busy_events = await pages.open()
    _, wire, events = await pages.open()

    def take_all_the_time(_):
        clock.now += PAGE_TIME

    busy.addEventListener("message", take_all_the_time)
    busy_wire.receive(frames.text("1") + frames.text("2"))
    assert busy_events.messages == ["1"]
    messages = [str(i) for i in range(A_LONG_READ // 4)]
    wire.receive(frames.ping(b"?") + b"".join(frames.text(each) for each in messages))
    assert wire.frames == []
    assert wire.is_paused
    await turns()
    assert busy_events.messages == ["1", "2"]
    assert wire.frames == [Frame(PONG, b"?")]
    assert events.messages == messages
    assert not wire.is_paused


async def test_what_is_behind_the_end_is_not_kept_for_such_a_turn(pages, clock):
    socket, wire, events = await pages.open()

    def take_all_the_time(_):
        clock.now += PAGE_TIME

    socket.addEventListener("message", take_all_the_time)
    wire.receive(frames.text("a") + frames.text("b") + frames.close(1000))
    wire.receive(frames.text("behind") * A_LONG_READ)
    await turns()
    wire.end()
    await events.until("close")
    assert events.events == [("message", 1, "a"), ("message", 1, "b"), ("close", 3, 1000, "", True)]


@pytest.mark.parametrize("closes", [True, False])
async def test_an_end_of_tls_behind_more_than_may_wait(closes, caplog):
    """Not even an end of TLS has more inflated than may wait: the rest is read in its turn.

    A Close frame in the rest counts, and the end behind it was in order, so it is clean. It can no
    longer be answered.
    """
    async with established("wss", sec_websocket_extensions="permessage-deflate") as opened:
        socket, peer, events = opened
        socket.binaryType = "arraybuffer"
        waiting = []

        def listener(event):
            waiting.append(waiting_for_the_page(socket))
            makes_something_ready(event)

        socket.onmessage = listener
        data = bomb(MEBIBYTE) * 20 + (frames.close(4000, "bye") if closes else b"")
        peer.send_at_once(data, end=True)
        await until(lambda: "close" in events.types[-1:])
        assert [len(message) for message in events.messages] == [MEBIBYTE] * 20
        assert max(waiting) <= WAITING_FOR_THE_PAGE + BYTES_IN_A_WINDOW + 4 * MEBIBYTE
    if closes:
        assert events.events[20:] == [("close", 3, 4000, "bye", True)]
        assert caplog.records == []
    else:
        assert events.events[20:] == FAILED
        (record,) = caplog.records
        assert record.why == "the server ended the connection without a Close frame"


async def test_the_end_that_came_with_the_response_is_behind_windows(pages):
    """All of it came in the read of the 101; the Close frame is answered all the same."""
    socket, connection = pages.connecting()
    events = Recorder(socket)
    socket.addEventListener("message", makes_something_ready)
    count = 2 * FRAMES_IN_A_WINDOW
    wire = establish(connection, frames.text("") * count + frames.close(1000, "bye"), "ended")
    await events.until("close")
    assert len(events.messages) == count
    assert wire.frames == [Frame(CLOSE, close_payload(1000))]
    assert events.events[count + 1 :] == [("close", 3, 1000, "bye", True)]
