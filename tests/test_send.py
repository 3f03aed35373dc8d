"""3.1 send(data).

https://websockets.spec.whatwg.org/#dom-websocket-send
"""

import array
import asyncio
import logging
import threading

import pytest

from support import frames
from support.frames import BINARY, TEXT, Frame
from support.page import FAILED, Recorder, limits, opened, turns, until
from support.server import Server
from whatwg_websockets import Blob, DOMException, WebSocket
from whatwg_websockets.html.event_loop import PAGE_TIME
from whatwg_websockets.rfc6455.receive import FRAMES_IN_A_WINDOW

MEBIBYTE = 1_048_576

CLOSE_1000 = Frame(frames.CLOSE, frames.close_payload(1000))


async def test_step_1_while_connecting_it_is_an_invalid_state():
    async with Server() as server:
        socket = WebSocket(server.url)
        for data in ("text", b"bytes", Blob(["blob"])):
            with pytest.raises(DOMException) as caught:
                socket.send(data)
            assert caught.value.name == "InvalidStateError"
        assert socket.bufferedAmount == 0
        socket.close()


async def test_step_1_so_it_is_until_the_open_task_has_run(pages):
    socket, _, events = pages.established()
    with pytest.raises(DOMException, match="InvalidStateError"):
        socket.send("x")
    await events.until("open")
    socket.send("x")


@pytest.mark.parametrize("string", ["", "hello", "ü€😀", "\x00", "x" * 126, "x" * 65_536])
async def test_step_2a_a_string_goes_as_text(string):
    async with opened() as (socket, peer, _):
        socket.send(string)
        assert await peer.read_frame() == Frame(TEXT, string.encode())


@pytest.mark.parametrize(
    ("string", "sent"),
    [
        ("\ud800", "\ufffd"),
        ("a\udfffb", "a\ufffdb"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
    ],
)
async def test_step_2a_a_string_is_converted_to_scalar_values(string, sent):
    async with opened() as (socket, peer, _):
        socket.send(string)
        assert socket.bufferedAmount == len(sent.encode())
        assert await peer.read_frame() == Frame(TEXT, sent.encode())


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (1, "1"),
        (1.0, "1"),
        (1e21, "1e+21"),
        (0.1, "0.1"),
        (float("nan"), "NaN"),
        ([1, None, "x"], "1,,x"),
        (10**20, "100000000000000000000"),
    ],
)
async def test_step_2a_anything_else_goes_as_the_string_that_javascript_makes_of_it(data, sent):
    async with opened() as (socket, peer, _):
        socket.send(data)
        assert await peer.read_frame() == Frame(TEXT, sent.encode())


async def test_step_2a_an_object_goes_as_its_str():
    class Thing:
        def __str__(self):
            return "a thing"

    async with opened() as (socket, peer, _):
        socket.send(Thing())
        assert await peer.read_frame() == Frame(TEXT, b"a thing")


async def test_step_2a_a_subclass_of_str_goes_as_what_it_holds():
    class Name(str):
        __slots__ = ()

        def __str__(self):
            return "another"

    async with opened() as (socket, peer, _):
        socket.send(Name("this"))
        assert await peer.read_frame() == Frame(TEXT, b"this")


async def test_step_2b_a_blob_goes_as_binary():
    async with opened() as (socket, peer, _):
        socket.send(Blob([b"a", "b", Blob(["c"])], {"type": "text/plain"}))
        assert socket.bufferedAmount == 3
        assert await peer.read_frame() == Frame(BINARY, b"abc")
        socket.send(Blob([]))
        assert await peer.read_frame() == Frame(BINARY, b"")
        socket.send(Blob(["abcdef"]).slice(1, 3))
        assert await peer.read_frame() == Frame(BINARY, b"bc")


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        (b"abc", b"abc"),
        (b"", b""),
        (bytearray(b"abc"), b"abc"),
        (memoryview(b"abcdef")[1:4], b"bcd"),
        (memoryview(b"abcdef")[::2], b"ace"),
        (array.array("H", [0x4142, 0x4344]), array.array("H", [0x4142, 0x4344]).tobytes()),
        (bytes(65_536), bytes(65_536)),
    ],
)
async def test_steps_2c_and_2d_what_has_the_buffer_protocol_goes_as_binary(data, sent):
    async with opened() as (socket, peer, _):
        socket.send(data)
        assert socket.bufferedAmount == len(sent)
        assert await peer.read_frame() == Frame(BINARY, sent)


@pytest.mark.parametrize("size", [4, 200, 100_000])
async def test_a_snapshot_is_taken_at_the_call(size):
    async with opened() as (socket, peer, _):
        data = bytearray(b"a" * size)
        socket.send(data)
        socket.send(memoryview(data))
        data[:] = b"z" * size
        data += b"more"  # nobody holds on to the buffer either
        for _ in range(2):
            assert await peer.read_frame() == Frame(BINARY, b"a" * size)


async def test_a_buffer_that_cannot_be_read_is_an_error_of_the_call():
    async with opened() as (socket, peer, _):
        view = memoryview(b"x")
        view.release()
        with pytest.raises(ValueError, match="released"):
            socket.send(view)
        socket.send("after")
        assert await peer.read_frame() == Frame(TEXT, b"after")


async def test_so_does_a_call_from_another_thread_while_a_listener_runs(pages):
    socket, wire, _ = await pages.open()
    errors = []

    def other_thread():
        try:
            socket.send("x")
        except RuntimeError as error:
            errors.append(str(error))

    def listener(_):
        thread = threading.Thread(target=other_thread)
        thread.start()
        thread.join()
        socket.send("after")

    socket.addEventListener("message", listener)
    wire.receive(frames.text("1"))
    assert len(errors) == 1
    assert "call_soon_threadsafe" in errors[0]
    assert wire.frames == [Frame(TEXT, b"after")]


async def test_messages_keep_their_order():
    async with opened() as (socket, peer, _):
        sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000, 3, 70_000, 5]
        for i, size in enumerate(sizes):
            socket.send(str(i % 10) * size)
        for i, size in enumerate(sizes):
            assert await peer.read_frame() == Frame(TEXT, str(i % 10).encode() * size)


async def test_many_messages_in_one_task_leave_together_and_whole():
    async with opened() as (socket, peer, _):
        for i in range(3000):
            socket.send(str(i))
        for i in range(3000):
            assert (await peer.read_frame()).payload == str(i).encode()


async def test_each_frame_has_a_masking_key_of_its_own(pages):
    """RFC 6455 5.3: derived from a strong source, and not to be predicted."""
    socket, wire, _ = await pages.open()
    for _ in range(200):
        socket.send(b"\x00" * 8)
    await turns()
    keys = {bytes(wire.written[i + 2 : i + 6]) for i in range(0, len(wire.written), 14)}
    assert len(keys) == 200


@pytest.mark.parametrize("state", ["CLOSING", "CLOSED"])
async def test_after_close_nothing_is_sent_but_all_is_counted(state):
    async with opened() as (socket, peer, events):
        socket.close()
        if state == "CLOSED":
            await peer.expect_close()
            await peer.send_close()
            peer.half_close()
            await events.until("close")
        assert socket.readyState == getattr(WebSocket, state)
        assert socket.bufferedAmount == 0
        for data, amount in [
            ("ü", 2),
            (b"abc", 5),
            (Blob(["four"]), 9),
            (1.0, 10),
            (bytearray(10), 20),
            ("\ud800", 23),
        ]:
            socket.send(data)
            assert socket.bufferedAmount == amount
        await turns()
        assert socket.bufferedAmount == 23
        if state == "CLOSING":
            await peer.expect_close()
            await peer.send_close()
            peer.half_close()
        await peer.expect_end()


async def test_after_a_failure_to_connect_all_is_counted():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        (await server.accept()).close()
        await events.until("close")
        socket.send("lost")
        assert socket.bufferedAmount == 4


async def test_a_close_frame_has_come_and_its_task_has_not_run(pages):
    """The ready state is OPEN still; send() counts bytes and transmits nothing."""
    socket, wire, _ = await pages.open()
    other, other_wire, _ = await pages.open()
    seen = []

    def look(_):
        seen.append(socket.readyState)
        socket.send("counted")
        seen.append(socket.bufferedAmount)

    other.addEventListener("message", lambda _: asyncio.ensure_future(asyncio.sleep(0)), once=True)
    other_wire.receive(frames.text("make something ready"))
    other.addEventListener("message", look)
    other_wire.receive(frames.text("look"))
    wire.receive(frames.close(1000))
    await turns()
    assert seen == [WebSocket.OPEN, 7]
    assert wire.frames == [Frame(frames.CLOSE, frames.close_payload(1000))]
    assert socket.bufferedAmount == 7


async def test_a_message_may_be_answered_though_a_close_frame_is_right_behind_it(pages):
    """The Close frame waits for its turn behind the messages before it."""
    socket, wire, _ = await pages.open()
    socket.onmessage = lambda event: socket.send(event.data.upper())
    wire.receive(frames.text("a") + frames.text("b") + frames.close(1000))
    await turns()
    assert wire.frames == [Frame(TEXT, b"A"), Frame(TEXT, b"B"), CLOSE_1000]


async def test_so_it_does_behind_messages_that_came_with_the_response(pages):
    other, other_wire, _ = await pages.open()
    other.onmessage = lambda _: asyncio.ensure_future(asyncio.sleep(0))
    other_wire.receive(frames.text("keep the page busy"))
    socket, wire, _ = pages.established(frames.text("a"))
    socket.onmessage = lambda event: socket.send(event.data.upper())
    wire.receive(frames.close(1000))
    await turns()
    assert wire.frames == [Frame(TEXT, b"A"), CLOSE_1000]


async def test_so_it_does_behind_the_last_window_of_an_earlier_read(pages, clock):
    socket, wire, events = await pages.open()
    count = FRAMES_IN_A_WINDOW + 10

    def listener(_):
        if len(events.messages) == 1 or len(events.messages) > FRAMES_IN_A_WINDOW:
            clock.now += PAGE_TIME  # The next task has another turn of the loop.
        if len(events.messages) == count:
            socket.send("the last")

    socket.onmessage = listener
    wire.receive(frames.text("") * count)
    await until(lambda: len(events.messages) > FRAMES_IN_A_WINDOW)
    assert len(events.messages) < count
    assert not wire.is_paused
    wire.receive(frames.close(1000))
    await turns()
    assert wire.frames == [Frame(TEXT, b"the last"), CLOSE_1000]


# Flagged as full.


async def test_what_does_not_fit_the_send_buffer_flags_the_socket_as_full():
    """The data cannot be sent: the socket is flagged, the connection closed, and error fires."""
    settings = limits(send_buffer=16 * MEBIBYTE)
    async with opened(settings=settings, receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(16 * MEBIBYTE))
        assert socket.readyState == WebSocket.OPEN
        socket.send(bytes(16 * MEBIBYTE))
        assert socket.bufferedAmount == 32 * MEBIBYTE
        assert events.events == []
        await events.until("close")
        assert events.events == FAILED
        await peer.expect_gone()


async def test_a_message_larger_than_the_send_buffer_is_never_sent(caplog):
    caplog.set_level(logging.INFO, "whatwg_websockets")
    async with opened(settings=limits(send_buffer=1000)) as (socket, peer, events):
        socket.send(bytes(1001))
        assert socket.bufferedAmount == 1001
        await events.until("close")
        assert events.events == FAILED
        assert socket.bufferedAmount == 1001
        assert "no room for a message" in caplog.text
        await peer.expect_gone()


async def test_a_full_socket_sends_nothing_more_but_counts(pages):
    socket, wire, events = await pages.open(limits(send_buffer=1000))
    wire.is_stalled = True
    socket.send(bytes(900))
    await turns()
    socket.send(bytes(200))
    assert socket.bufferedAmount == 1100
    for _ in range(10):
        socket.send(bytes(50))
    assert socket.bufferedAmount == 1600
    await turns()
    assert events.events == FAILED
    assert socket.bufferedAmount == 1600, "what was waiting has not been transmitted"
    assert not wire.written


async def test_the_send_buffer_is_for_what_waits_not_for_what_was_ever_sent():
    async with opened(settings=limits(send_buffer=100_000)) as (socket, peer, events):
        for _ in range(20):
            socket.send(bytes(60_000))
            assert (await peer.read_frame()).payload == bytes(60_000)
        assert events.events == []


async def test_messages_of_no_bytes_do_not_fill_the_send_buffer_for_nothing():
    async with opened(settings=limits(send_buffer=1)) as (socket, peer, _):
        for _ in range(10):
            socket.send("")
        for _ in range(10):
            assert await peer.read_frame() == Frame(TEXT, b"")


async def test_a_call_from_another_thread_says_what_to_do():
    async with opened() as (socket, peer, _):
        errors = []

        def other_thread():
            for call in (lambda: socket.send("x"), lambda: socket.bufferedAmount):
                try:
                    call()
                except RuntimeError as error:
                    errors.append(str(error))

        thread = threading.Thread(target=other_thread)
        thread.start()
        thread.join()
        assert len(errors) == 2
        for error in errors:
            assert "call_soon_threadsafe" in error
        socket.send("after")
        assert await peer.read_frame() == Frame(TEXT, b"after")
