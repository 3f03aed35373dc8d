"""3.1 bufferedAmount: the bytes sent and, as of step 1 of the event loop, not transmitted.

https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount
"""

import asyncio

import pytest

from support import frames
from support.page import Recorder, opened, turns, until
from support.server import Server
from whatwg_websockets import WebSocket

BIG = 8_388_608


async def test_within_a_task_all_that_was_sent_counts_whether_it_could_leave_or_not():
    async with opened() as (socket, _, _events):
        amount = 0
        for size in (1, 0, 100, 125, 126, 70_000, 65_536, 1, 200_000):
            socket.send("x" * size)
            amount += size
            assert socket.bufferedAmount == amount
        await turns()
        assert socket.bufferedAmount == 0


async def test_within_a_listener_too():
    async with opened() as (socket, peer, events):
        seen = []

        def listener(_):
            for size in (10, 100_000, 1):
                socket.send(bytes(size))
                seen.append(socket.bufferedAmount)

        socket.addEventListener("message", listener)
        await peer.send_text("go")
        await events.until("message")
        assert seen == [10, 100_010, 100_011]


async def test_between_two_tasks_what_could_leave_has_left(pages):
    """Step 1 of the event loop falls between tasks. What the batch sends leaves when it ends."""
    socket, wire, _ = await pages.open()
    seen = []

    def listener(_):
        socket.send("four")
        seen.append(socket.bufferedAmount)

    socket.addEventListener("message", listener)
    wire.receive(frames.text("1"))
    await turns()
    wire.receive(frames.text("2"))
    assert seen == [4, 4]


async def test_what_a_listener_read_is_not_stuck_afterwards(pages):
    """A page that sends in a listener and polls outside of it sees the amount fall."""
    seen = []

    def listener(event):
        event.target.send("four")
        seen.append(event.target.bufferedAmount)

    socket, wire, _ = pages.established()
    socket.addEventListener("open", listener)
    socket.addEventListener("message", listener)
    await turns()
    assert (seen, socket.bufferedAmount) == ([4], 0)
    wire.receive(frames.text("go"))
    await turns()
    assert (seen, socket.bufferedAmount) == ([4, 4], 0)


async def test_it_counts_utf8_without_framing():
    async with opened() as (socket, _, _events):
        socket.send("€" * 200)
        assert socket.bufferedAmount == 600


async def test_it_counts_what_was_sent_not_what_compression_makes_of_it():
    async with opened(sec_websocket_extensions="permessage-deflate") as (socket, peer, _):
        socket.send("x" * 10_000)
        assert socket.bufferedAmount == 10_000
        assert len((await peer.read_frame()).payload) < 1000
        await turns()
        assert socket.bufferedAmount == 0


async def test_ping_and_close_count_nothing():
    async with opened() as (socket, peer, _):
        await peer.send(frames.ping(b"x" * 125))
        await peer.read_frame()
        socket.close(1000, "x" * 100)
        assert socket.bufferedAmount == 0
        await turns()
        assert socket.bufferedAmount == 0


async def test_each_byte_of_a_message_counts_until_it_has_left(pages):
    """A ledger of application data; asyncio's own buffer has not left."""
    socket, wire, _ = await pages.open()
    wire.is_stalled = True
    for size in (100, 0, 300, 7):
        socket.send(bytes(size))
    await turns()
    assert socket.bufferedAmount == 407
    frame_lengths = [6 + 100, 6, 8 + 300, 6 + 7]
    assert len(wire.waiting) == sum(frame_lengths)
    for count, amount in [
        (6, 407),
        (99, 308),
        (1, 307),
        (6, 307),
        (8, 307),
        (299, 8),
        (1, 7),
        (6, 7),
        (6, 1),
        (1, 0),
    ]:
        wire.drain(count)
        await turns()
        assert socket.bufferedAmount == amount


async def test_what_comes_behind_a_backlog_waits_for_it(pages):
    socket, wire, _ = await pages.open()
    wire.is_stalled = True
    socket.send(bytes(100))
    await turns()
    socket.send(bytes(10))
    wire.is_stalled = False
    assert socket.bufferedAmount == 110
    wire.drain(106 + 16)
    await turns()
    assert socket.bufferedAmount == 0
    assert [len(each.payload) for each in wire.frames] == [100, 10]


async def test_it_is_as_of_step_1_not_as_of_now(pages):
    """What leaves in parallel while the page's code runs is not seen by that code."""
    socket, wire, _ = await pages.open()
    wire.is_stalled = True
    socket.send(bytes(100))
    await turns()
    assert socket.bufferedAmount == 100
    wire.drain(106)
    assert socket.bufferedAmount == 100
    await turns(2)
    assert socket.bufferedAmount == 0


async def test_a_server_that_does_not_read_and_then_does():
    async with opened(receive_buffer=4096) as (socket, peer, _):
        socket.send(bytes(BIG))
        socket.send("behind")
        assert socket.bufferedAmount == BIG + 6
        await turns()
        assert 6 < socket.bufferedAmount < BIG + 6
        assert len((await peer.read_frame()).payload) == BIG
        assert (await peer.read_frame()).payload == b"behind"
        await until(lambda: socket.bufferedAmount == 0)


async def test_it_only_falls_while_nothing_is_sent():
    async with opened(receive_buffer=4096) as (socket, peer, _):
        for _ in range(16):
            socket.send(bytes(BIG // 8))
        amounts = [socket.bufferedAmount]
        for _ in range(16):
            await peer.read_frame()
            amounts.append(socket.bufferedAmount)
        assert amounts[0] == 2 * BIG
        assert amounts == sorted(amounts, reverse=True)
        await until(lambda: socket.bufferedAmount == 0)


async def test_after_the_connection_is_closed_it_only_grows():
    """The amount does not reset to zero; lost bytes stay counted."""
    async with opened(receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BIG))
        await turns()
        peer.reset()
        await events.until("close")
        lost = socket.bufferedAmount
        assert 0 < lost <= BIG
        socket.send("more")
        assert socket.bufferedAmount == lost + 4
        await turns()
        assert socket.bufferedAmount == lost + 4


async def test_what_had_left_before_the_connection_was_lost_does_not_come_back():
    async with opened() as (socket, peer, events):
        socket.send("arrives")
        await peer.read_frame()
        peer.close()
        await events.until("close")
        assert socket.bufferedAmount == 0


async def test_what_is_lost_with_the_connection_never_seems_to_have_left(pages):
    """The moment between the loss, which empties the transport's buffer, and its task."""
    socket, wire, events = await pages.open()
    wire.is_stalled = True
    socket.send(bytes(100))
    await turns()
    wire.fail(ConnectionResetError())
    socket.send(bytes(10))
    assert socket.bufferedAmount == 110
    await events.until("close")
    assert socket.bufferedAmount == 110
    await turns()
    assert socket.bufferedAmount == 110


async def test_what_is_written_to_a_connection_that_is_lost_has_not_left(pages):
    socket, wire, events = await pages.open()
    wire.fail(ConnectionResetError())
    socket.send(bytes(10))
    await turns()
    assert events.types == ["error", "close"]
    assert socket.bufferedAmount == 10


@pytest.mark.parametrize("how", ["close", "half_close", "reset"])
async def test_what_is_sent_when_the_server_has_left_counts_at_least_until_then(how):
    async with opened() as (socket, peer, events):
        getattr(peer, how)()
        while not events.events:
            before = socket.bufferedAmount
            socket.send("x")
            assert socket.bufferedAmount > before
            await asyncio.sleep(0)
        await events.until("close")
        after = socket.bufferedAmount
        socket.send("x")
        assert socket.bufferedAmount == after + 1


async def test_the_example_of_the_standard():
    """An update whenever the network has taken the one before: https://websockets.spec.whatwg.org/#buffered-amount-example"""
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept_handshake()
        await events.until("open")
        for i in range(50):
            await until(lambda: socket.bufferedAmount == 0)
            socket.send(f"update {i}")
        for i in range(50):
            assert (await peer.read_frame()).payload == b"update %d" % i
