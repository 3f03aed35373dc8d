"""How long a client waits for the server, and how TCP is closed; RFC 6455 7.1.1 and 7.1.7."""

import asyncio

import pytest

from support import frames
from support.frames import CLOSE, PONG, TEXT, Frame, close_payload
from support.inside import connection_of
from support.page import FAILED, limits, opened, turns, until
from whatwg_websockets import WebSocket
from whatwg_websockets.html.event_loop import A_MOMENT, the_event_loop

# A limit that does not pass while a test runs.
LONG = 3600

GIVEN_UP_ON = [("close", 3, 1006, "", False)]


def pass_by(timers, seconds):
    """Let time go by, and the moment behind it in which what has come is read."""
    timers.let_pass(seconds)
    timers.let_pass(A_MOMENT)


async def closing(pages, timers, **values):
    """Return a socket whose Close frame has left, its wire, what it sees, and its timers.

    The server has 10 seconds to answer, 35 in all, and 2 to close TCP.
    """
    times = {"closing_timeout": 10, "closing_time_in_all": 35, "lingering_timeout": 2}
    socket, wire, events = await pages.open(limits(**times | values))
    timers.hold()
    socket.close(1000)
    return socket, wire, events, timers


async def told(events):
    """Return the events that a page has seen, up to its close event."""
    while "close" not in events.types:  # noqa: ASYNC110
        await asyncio.sleep(0)
    return events.events


# Our Close frame was sent: the server has closing_timeout, anew as long as something moves.


async def test_a_silent_server_is_given_the_closing_timeout(pages, timers):
    _, wire, events, timers = await closing(pages, timers)
    pass_by(timers, 9.9)
    assert not wire.is_closing()
    pass_by(timers, 0.2)
    assert wire.is_closing()
    assert await told(events) == GIVEN_UP_ON
    assert timers.pending == []


async def test_a_server_that_sends_is_waited_for(pages, timers):
    """The client does not cut off data that the server is still sending (7.1.1)."""
    _, wire, events, timers = await closing(pages, timers)
    for _ in range(3):
        pass_by(timers, 5)
        wire.receive(frames.binary(bytes(1000)))
        pass_by(timers, 5)
        assert not wire.is_closing()
    wire.receive(frames.close(1000, "at last"))
    assert wire.frames == [Frame(CLOSE, close_payload(1000))]
    wire.end()
    assert await told(events) == [("close", 3, 1000, "at last", True)]


async def test_a_part_of_a_large_message_counts_as_well(pages, timers):
    """It is read into a buffer of its own."""
    _, wire, _, timers = await closing(pages, timers)
    message = frames.binary(bytes(1_000_000))
    for start in range(0, 600_000, 200_000):
        wire.receive(message[start : start + 200_000])
        pass_by(timers, 10)
        assert not wire.is_closing()
    pass_by(timers, 10)
    assert wire.is_closing()


async def test_a_server_that_reads_is_waited_for(pages, timers):
    socket, wire, events = await pages.open(limits(closing_timeout=10, closing_time_in_all=35))
    timers.hold()
    wire.is_stalled = True
    socket.send(bytes(1000))
    socket.close()
    for _ in range(3):
        wire.drain(10)
        pass_by(timers, 10)
        assert not wire.is_closing()
    pass_by(timers, 10)
    assert wire.is_closing()
    assert await told(events) == GIVEN_UP_ON


@pytest.mark.parametrize("what", ["sends", "reads"])
async def test_nothing_prolongs_it_beyond_the_time_in_all(pages, timers, caplog, what):
    socket, wire, events = await pages.open(limits(closing_timeout=10, closing_time_in_all=35))
    timers.hold()
    wire.is_stalled = True
    socket.send(bytes(1000))
    socket.close()
    passed = 0
    while not wire.is_closing():
        if what == "sends":
            wire.receive(frames.text("more"))
        else:
            wire.drain(1)
        pass_by(timers, 10)
        passed += 10
    assert passed == 40
    assert await told(events) == GIVEN_UP_ON
    assert "the server did not answer the Close frame in time" in caplog.text


async def test_what_was_read_before_the_close_frame_prolongs_nothing(pages, timers):
    socket, wire, _ = await pages.open(limits(closing_timeout=10))
    timers.hold()
    wire.receive(frames.text("before"))
    socket.close()
    pass_by(timers, 10)
    assert wire.is_closing()


# The server's Close frame has come: it has lingering_timeout to close TCP, and nothing prolongs.


@pytest.mark.parametrize("begun_by", ["the page", "the server"])
async def test_after_the_servers_close_frame_nothing_prolongs(pages, timers, begun_by):
    socket, wire, events = await pages.open(limits(closing_timeout=10, lingering_timeout=2))
    timers.hold()
    if begun_by == "the page":
        socket.close(1000)
        pass_by(timers, 9)
    wire.receive(frames.close(1000))
    assert timers.pending == [2]
    pass_by(timers, 1.5)
    wire.receive(frames.text("discarded"))
    assert not wire.is_closing()
    pass_by(timers, 0.5)
    assert wire.is_closing()
    assert await told(events) == [("close", 3, 1000, "", True)]


async def test_after_a_clean_closing_handshake_the_page_waits_for_the_end_of_tcp(pages, timers):
    """RFC 6455 7.1.4: closed is what has no TCP any more."""
    _, wire, events, timers = await closing(pages, timers)
    wire.receive(frames.close(1000))
    for _ in range(40):
        await asyncio.sleep(0)
    assert events.events == []
    assert not wire.has_written_eof
    wire.end()
    assert await told(events) == [("close", 3, 1000, "", True)]
    assert timers.pending == []


# A failure: the page hears of it as soon as the Close frame has left, and TCP lingers.


async def test_a_page_hears_of_a_failure_once_the_close_frame_has_left(pages, timers):
    _, wire, events = await pages.open(limits(lingering_timeout=2))
    timers.hold()
    wire.receive(b"\x83\x00")
    assert wire.frames == [Frame(CLOSE, close_payload(1002))]
    assert wire.has_written_eof
    assert await told(events) == FAILED
    # TCP is there still: what arrives is read and discarded, so that no reset takes the Close away.
    assert not wire.is_closing()
    wire.receive(frames.text("unseen") + frames.ping(b"?"))
    assert wire.frames == [Frame(CLOSE, close_payload(1002))]
    pass_by(timers, 2)
    assert wire.is_closing()
    assert events.events == FAILED


async def test_a_page_does_not_hear_of_a_failure_before_the_close_frame_has_left(pages):
    socket, wire, events = await pages.open(limits(lingering_timeout=LONG))
    wire.is_stalled = True
    socket.send(bytes(100))
    wire.receive(b"\x83\x00")
    await turns()
    assert events.events == []
    assert socket.readyState == WebSocket.CLOSING
    wire.drain(50)
    await turns()
    assert events.events == []
    wire.drain(len(wire.waiting))
    await turns()
    assert events.events == FAILED
    assert not wire.is_closing()


async def test_a_failure_whose_close_frame_never_leaves(pages, timers):
    socket, wire, events = await pages.open(limits(lingering_timeout=2))
    timers.hold()
    wire.is_stalled = True
    socket.send(bytes(100))
    wire.receive(b"\x83\x00")
    pass_by(timers, 2)
    assert wire.is_closing()
    assert await told(events) == FAILED


async def test_a_failure_after_our_own_close_frame(pages, timers):
    """No second Close frame is sent; the time to close TCP begins with the failure."""
    _, wire, events, timers = await closing(pages, timers)
    pass_by(timers, 9)
    wire.receive(b"\x83\x00")
    assert timers.pending == [2]
    assert wire.frames == [Frame(CLOSE, close_payload(1000))]
    assert wire.has_written_eof
    assert await told(events) == FAILED


async def test_a_connection_is_known_to_its_loop_until_tcp_is_gone(pages, timers):
    """The page has its close event; what is left of the connection ends with the loop at last."""
    socket, wire, events = await pages.open(limits(lingering_timeout=2))
    timers.hold()
    unloading = the_event_loop().unloading
    wire.receive(b"\x83\x00")
    assert await told(events) == FAILED
    assert len(unloading) == 1
    pass_by(timers, 2)
    for _ in range(10):
        await asyncio.sleep(0)
    assert not unloading
    assert connection_of(socket).transmission.transport is None
    assert timers.pending == []


@pytest.mark.parametrize("how", ["ends", "is lost"])
async def test_a_server_that_closes_tcp_after_a_failure_is_not_waited_for(pages, how):
    socket, wire, events = await pages.open(limits(lingering_timeout=LONG))
    wire.receive(b"\x83\x00")
    await turns()
    if how == "ends":
        wire.end()
    else:
        wire.fail(ConnectionResetError())
    await until(lambda: not the_event_loop().unloading)
    assert events.events == FAILED
    assert not connection_of(socket).closing.is_waiting


async def test_what_has_been_reset_cannot_be_shut_down(pages):
    """The transport finds out only when it is to write the end: then it is aborted."""
    _, wire, events = await pages.open(limits(lingering_timeout=LONG))

    def write_eof():
        raise OSError(107, "Transport endpoint is not connected")

    wire.write_eof = write_eof
    wire.receive(b"\x83\x00")
    assert wire.is_closing()
    await turns()
    assert events.events == FAILED
    assert not the_event_loop().unloading


async def test_a_server_that_keeps_tcp_open_after_a_failure_does_not_hold_up_the_page():
    async with opened(settings=limits(lingering_timeout=LONG)) as (_, peer, events):
        await peer.send(b"\x83\x00")
        assert await events.until("close") == ("close", 3, 1006, "", False)
        await peer.expect_close(1002)
        await peer.expect_end()
        # It can go on sending without a reset; then it ends.
        await peer.send(bytes(100_000))
        peer.close()
        await until(lambda: not the_event_loop().unloading)
    assert events.events == FAILED


async def test_a_message_and_a_pong_before_a_failure_leave_before_the_close_frame(pages):
    socket, wire, events = await pages.open()
    socket.onmessage = lambda event: socket.send(event.data)
    wire.receive(frames.ping(b"?") + frames.text("x") + b"\x83\x00")
    await turns()
    assert wire.frames == [Frame(PONG, b"?"), Frame(TEXT, b"x"), Frame(CLOSE, close_payload(1002))]
    assert events.events == [("message", 1, "x"), *FAILED]
