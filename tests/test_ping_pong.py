"""5. Ping and Pong frames: answered, and kept from the page.

https://websockets.spec.whatwg.org/#ping-and-pong-frames
"""

from support import frames
from support.frames import PONG, TEXT, Frame
from support.page import opened, turns


async def test_a_ping_is_answered_with_its_payload_and_no_event_tells_of_it():
    async with opened() as (socket, peer, events):
        for payload in (b"", b"hello", bytes(125)):
            await peer.send(frames.ping(payload))
            assert await peer.read_frame() == Frame(PONG, payload)
        assert events.events == []
        assert socket.bufferedAmount == 0


async def test_a_pong_that_nobody_asked_for_is_passed_over():
    async with opened() as (_, peer, events):
        await peer.send(frames.frame(PONG, b"unasked") + frames.text("x"))
        await events.until("message")
        assert events.types == ["message"]
        await peer.send(frames.ping(b"next"))
        assert await peer.read_frame() == Frame(PONG, b"next")


async def test_each_ping_is_answered_where_the_server_reads():
    async with opened() as (_, peer, _events):
        await peer.send(b"".join(frames.ping(str(i).encode()) for i in range(100)))
        for i in range(100):
            assert await peer.read_frame() == Frame(PONG, str(i).encode())


async def test_a_ping_is_answered_while_the_page_waits_for_the_servers_close_frame():
    """RFC 6455 5.5.2: a Pong is owed unless a Close frame has been received."""
    async with opened() as (socket, peer, events):
        socket.close()
        await peer.expect_close()
        await peer.send(frames.ping(b"still there?"))
        assert await peer.read_frame() == Frame(PONG, b"still there?")
        await peer.send(frames.close())
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, 1005, "", True)]


async def test_pongs_and_messages_keep_their_order(pages):
    socket, wire, _ = await pages.open()
    socket.send("before")
    wire.receive(frames.ping(b"?"))
    socket.send("after")
    await turns()
    assert wire.frames == [Frame(TEXT, b"before"), Frame(PONG, b"?"), Frame(TEXT, b"after")]


async def test_no_ping_is_ever_sent(pages):
    """Pings of a user agent's own are allowed, not owed; this one sends none."""
    socket, wire, _ = await pages.open()
    wire.receive(frames.text("x"))
    await turns()
    assert not wire.written
    assert socket.readyState == socket.OPEN


async def test_a_flood_of_pings_to_a_stalled_client_does_not_fill_its_memory(pages):
    """RFC 6455 5.5.3 lets a client answer only the last of several Pings."""
    socket, wire, _ = await pages.open()
    wire.is_stalled = True
    socket.send("waits")
    await turns()
    waiting = len(wire.waiting)
    for i in range(1000):
        wire.receive(frames.ping(b"%d" % i) * 10)
    await turns()
    assert len(wire.waiting) == waiting
    wire.is_stalled = False
    wire.drain(waiting)
    await turns()
    assert wire.frames == [Frame(TEXT, b"waits"), Frame(PONG, b"999")]
    wire.receive(frames.ping(b"again"))
    await turns()
    assert wire.frames[2:] == [Frame(PONG, b"again")]


async def test_a_ping_that_waited_is_not_answered_after_the_closing_handshake(pages):
    socket, wire, _ = await pages.open()
    wire.is_stalled = True
    socket.send("waits")
    await turns()
    wire.receive(frames.ping(b"?") + frames.close(1000))
    await turns()
    wire.drain(len(wire.waiting))
    await turns()
    assert [frame.opcode for frame in wire.frames] == [TEXT, frames.CLOSE]
