"""3.1 close(code, reason).

https://websockets.spec.whatwg.org/#dom-websocket-close
"""

import asyncio
import threading

import pytest

from support import frames
from support.page import FAILED, Recorder, limits, nobody_is_in_line, opened, turns
from support.server import Server
from support.wire import establish
from whatwg_websockets import DOMException, WebSocket


@pytest.mark.parametrize(
    "code",
    [
        0,
        1,
        999,
        1001,
        1005,
        1006,
        1015,
        2999,
        5000,
        65535,
        70000,
        -1,
        998.5,  # ties go to the even neighbour, as [Clamp] has it
        2999.4,
        4999.5,
        None,  # null is 0
        "x",  # NaN is 0
        float("nan"),
        float("inf"),
        True,
        False,
    ],
)
async def test_step_1_a_page_may_not_choose_other_codes(code):
    async with opened() as (socket, peer, _):
        with pytest.raises(DOMException) as caught:
            socket.close(code)
        assert caught.value.name == "InvalidAccessError"
        assert socket.readyState == WebSocket.OPEN
        socket.send("nothing was sent before this")
        assert (await peer.read_frame()).opcode == frames.TEXT


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        (1000, 1000),
        (3000, 3000),
        (4999, 4999),
        ("3000", 3000),
        (" 0xBB8 ", 3000),
        (999.6, 1000),
        (999.5, 1000),
        (1000.5, 1000),
        (2999.5, 3000),
        (4999.4, 4999),
        ([4000], 4000),
    ],
)
async def test_the_code_is_converted_as_clamp_says_and_sent(code, sent):
    """[Clamp] unsigned short: rounded, ties to even, and not wrapped around."""
    async with opened() as (socket, peer, _):
        socket.close(code)
        await peer.expect_close(sent)


async def test_step_2_a_reason_of_123_bytes_is_the_longest():
    async with opened() as (socket, peer, _):
        for reason in ("x" * 124, "ü" * 62, "€" * 42, "\ud800" * 42):
            with pytest.raises(DOMException) as caught:
                socket.close(1000, reason)
            assert caught.value.name == "SyntaxError"
        assert socket.readyState == WebSocket.OPEN
        socket.close(1000, "ü" * 61 + "x")
        await peer.expect_close(1000, "ü" * 61 + "x")


async def test_step_1_comes_before_step_2():
    async with opened() as (socket, _, _events):
        with pytest.raises(DOMException) as caught:
            socket.close(1001, "x" * 124)
        assert caught.value.name == "InvalidAccessError"


async def test_both_are_checked_in_every_state():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)

        def check():
            with pytest.raises(DOMException, match="InvalidAccessError"):
                socket.close(1)
            with pytest.raises(DOMException, match="SyntaxError"):
                socket.close(1000, "x" * 124)

        check()
        peer = await server.accept_handshake()
        await events.until("open")
        check()
        socket.close()
        check()
        await peer.send_close()
        peer.close()
        await events.until("close")
        check()
        assert events.types == ["open", "close"]


async def test_the_reason_is_a_usv_string():
    async with opened() as (socket, peer, _):
        socket.close(1000, "a\ud800b")
        await peer.expect_close(1000, "a\ufffdb")


async def test_none_as_reason_is_null():
    async with opened() as (socket, peer, _):
        socket.close(1000, None)
        await peer.expect_close(1000, "null")


async def test_step_3c_without_arguments_the_frame_has_no_body():
    async with opened() as (socket, peer, events):
        socket.close()
        assert socket.readyState == WebSocket.CLOSING
        await peer.expect_close()
        await peer.send_close()
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, 1005, "", True)]


async def test_step_3c_with_a_code_only():
    async with opened() as (socket, peer, events):
        socket.close(3456)
        await peer.expect_close(3456)
        await peer.send_close(3456)
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, 3456, "", True)]


async def test_step_3c_with_code_and_reason_by_name():
    async with opened() as (socket, peer, _):
        socket.close(reason="bye", code=1000)
        await peer.expect_close(1000, "bye")


async def test_step_3c_a_reason_without_a_code_is_checked_and_cannot_be_sent():
    """The standard requires a body only with a code; Chromium leaves the body out as well."""
    async with opened() as (socket, peer, _):
        with pytest.raises(DOMException, match="SyntaxError"):
            socket.close(reason="x" * 124)
        socket.close(reason="never heard")
        await peer.expect_close()


async def test_the_servers_code_and_reason_are_what_the_event_reports():
    async with opened() as (socket, peer, events):
        socket.close(1000, "mine")
        await peer.expect_close(1000, "mine")
        await peer.send_close(4321, "yours")
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, 4321, "yours", True)]


async def test_step_3a_a_second_call_does_nothing():
    async with opened() as (socket, peer, events):
        socket.close(1000, "first")
        socket.close(4000, "second")
        await peer.expect_close(1000, "first")
        await peer.send_close(1000)
        peer.half_close()
        await peer.expect_end()
        peer.close()
        await events.until("close")
        socket.close(4000, "third")
        await turns()
        assert socket.readyState == WebSocket.CLOSED
        assert events.types == ["close"]


async def test_step_3b_while_connecting_the_connection_fails():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        socket.close(1000, "the code is not used")
        assert socket.readyState == WebSocket.CLOSING
        await turns()
        assert events.events == FAILED
        assert nobody_is_in_line()


async def test_step_3b_the_events_come_as_a_task_not_within_the_call():
    socket = WebSocket("ws://127.0.0.1:1/")
    events = Recorder(socket)
    socket.close()
    assert (socket.readyState, events.events) == (WebSocket.CLOSING, [])
    await events.until("close")
    assert events.events == FAILED


async def test_step_3b_also_after_the_server_was_refused_and_before_the_page_knows(pages):
    """Failed already; the first cause stands, and the page sees it once."""
    socket, connection = pages.connecting()
    events = Recorder(socket)
    connection.fail(1002, "the server broke a rule")
    socket.close()
    await turns()
    assert events.events == FAILED


async def test_close_after_the_handshake_and_before_its_task(pages):
    """The ready state must not fall back from CLOSING to OPEN; the text has no guard for it."""
    socket, connection = pages.connecting()
    events = Recorder(socket)
    wire = establish(connection, extensions="x", protocol="y")
    assert socket.readyState == WebSocket.CONNECTING
    socket.close(1000, "never mind")
    assert socket.readyState == WebSocket.CLOSING
    await turns()
    assert wire.frames == [frames.Frame(frames.CLOSE, frames.close_payload(1000, "never mind"))]
    assert (socket.readyState, socket.extensions, socket.protocol) == (WebSocket.CLOSING, "", "")
    wire.receive(frames.text("late") + frames.close(1000))
    wire.end()
    await turns()
    assert events.events == [("close", 3, 1000, "", True)]


async def test_step_3d_a_close_frame_has_come_and_its_task_has_not_run(pages):
    """readyState is OPEN still, and close() takes the last branch: its code is not used."""
    socket, wire, events = await pages.open()
    other, other_wire, _ = await pages.open()
    seen = []

    def look(_):
        seen.append(socket.readyState)
        socket.close(4000, "of no use")
        seen.append(socket.readyState)

    # A listener that makes something ready has all others wait for it: what comes meanwhile
    # queues up behind. So the task of the Close frame comes behind the other socket's.
    other.addEventListener("message", lambda _: asyncio.ensure_future(asyncio.sleep(0)), once=True)
    other_wire.receive(frames.text("make something ready"))
    other.addEventListener("message", look)
    other_wire.receive(frames.text("look"))
    wire.receive(frames.close(1000, "server"))
    await turns()
    assert seen == [WebSocket.OPEN, WebSocket.CLOSING]
    assert wire.frames == [frames.Frame(frames.CLOSE, frames.close_payload(1000))]
    wire.end()
    await turns()
    assert events.events[-1] == ("close", 3, 1000, "server", True)


async def test_messages_that_were_queued_are_not_heard_after_close():
    """Feedback: a message's task returns where the ready state is not OPEN."""
    async with opened() as (socket, peer, events):
        socket.addEventListener("message", lambda _: socket.close())
        await peer.send(frames.text("1") + frames.text("2") + frames.text("3"))
        await peer.expect_close()
        await peer.send(frames.text("4") + frames.close())
        peer.close()
        await events.until("close")
        assert events.messages == ["1"]
        assert events.events[-1] == ("close", 3, 1005, "", True)


async def test_messages_sent_before_leave_before_the_close_frame():
    async with opened() as (socket, peer, _):
        for i in range(10):
            socket.send(str(i))
        socket.close()
        socket.send("too late")
        for i in range(10):
            assert (await peer.read_frame()).payload == str(i).encode()
        await peer.expect_close()


async def test_close_waits_for_the_server_only_so_long():
    """RFC 6455 7.1.1: a client may close TCP when it has waited long enough; then not cleanly."""
    async with opened(settings=limits(closing_timeout=0.05)) as (socket, peer, events):
        socket.close(1000)
        await events.until("close")
        assert events.events == [("close", 3, 1006, "", False)]
        await peer.expect_close(1000)
        await peer.expect_gone()


async def test_close_from_another_thread_says_what_to_do():
    async with opened() as (socket, _, _events):
        errors = []

        def other_thread():
            try:
                socket.close()
            except RuntimeError as error:
                errors.append(str(error))

        thread = threading.Thread(target=other_thread)
        thread.start()
        thread.join()
        (error,) = errors
        assert "call_soon_threadsafe" in error
        assert socket.readyState == WebSocket.OPEN


async def test_close_in_each_event():
    """A page may close its socket in any listener."""
    async with Server() as server:
        for event_type in ("open", "message", "error", "close"):
            socket = WebSocket(server.url)
            events = Recorder(socket)
            socket.addEventListener(event_type, lambda event: event.target.close())
            peer = await server.accept_handshake(then=frames.text("hello") + frames.ping())
            await events.until("open")
            if event_type in ("open", "message"):
                while (await peer.read_frame()).opcode != frames.CLOSE:
                    pass
                await peer.send_close()
            peer.close()
            await events.until("close")
            assert socket.readyState == WebSocket.CLOSED
