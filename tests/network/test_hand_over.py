"""Between the response and the first frame no read of TCP or TLS, and no turn, makes a difference.

Whatever came in the read that brought the 101 is treated as if it had come a read later: frames,
and the end of TCP or of TLS, which a server may put right behind them.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest

from support import frames
from support.frames import CLOSE, PONG, TEXT, Frame
from support.page import FAILED, Recorder
from support.server import Server
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.rfc6455.receive import FRAMES_IN_A_WINDOW

CLOSE_4001 = frames.close(4001, "bad token")
CLOSED_CLEANLY = ("close", 3, 4001, "bad token", True)
ANSWER = Frame(CLOSE, frames.close_payload(4001))

# What the server sends behind the response; what the page sees of it and of the end behind that;
# what the server gets.
FIRST = {
    "nothing": (b"", FAILED, []),
    "close": (CLOSE_4001, [CLOSED_CLEANLY], [ANSWER]),
    "ping": (frames.ping(b"?"), FAILED, [Frame(PONG, b"?")]),
    "message": (frames.text("x"), [("message", 1, "x"), *FAILED], []),
    "message and close": (
        frames.text("x") + CLOSE_4001,
        [("message", 1, "x"), CLOSED_CLEANLY],
        [ANSWER],
    ),
    "ping, message and close": (
        frames.ping(b"?") + frames.text("x") + CLOSE_4001,
        [("message", 1, "x"), CLOSED_CLEANLY],
        [Frame(PONG, b"?"), ANSWER],
    ),
    "half a frame": (CLOSE_4001[:5], FAILED, []),
}


@asynccontextmanager
async def connecting(scheme):
    """Have a socket whose request has been read, the server's end of it, and what the page sees."""
    async with Server() as server:
        url = server.url if scheme == "ws" else f"wss://localhost:{server.port}/"
        socket = WebSocket(url, settings=EnvironmentSettings(tls=client_context()))
        events = Recorder(socket)
        peer = await server.accept()
        if scheme == "wss":
            peer = TlsPeer(peer, server_context("localhost"))
            await peer.start_tls()
        await peer.read_request()
        yield socket, peer, events


@pytest.mark.parametrize("end", ["in the same read", "later", "later, as the frames are"])
@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_what_comes_behind_the_response(scheme, first, end):
    then, seen, sent = FIRST[first]
    async with connecting(scheme) as (_, peer, events):
        if end == "in the same read":
            peer.send_at_once(peer.response() + then, end=True)
        elif end == "later":
            peer.send_at_once(peer.response() + then, end=False)
            await events.until("open")
            peer.end()
        else:
            peer.send_at_once(peer.response(), end=False)
            await events.until("open")
            peer.send_at_once(then, end=True)
        assert await peer.read_frames_to_end() == sent
        peer.close()
        await events.until("close")
        assert events.events == [("open", 1), *seen]  # type: ignore[misc]


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_message_is_answered_before_the_close_and_the_end_behind_it(scheme, clock):
    """All four came in one read; a page that has a listener already answers over TLS, too.

    The clock stands still, so the listener runs in the time of the batch that the read began.
    """
    assert clock.now
    async with connecting(scheme) as (socket, peer, events):
        socket.onmessage = lambda event: socket.send(f"got {event.data}")
        peer.send_at_once(peer.response() + frames.text("x") + CLOSE_4001, end=True)
        assert await peer.read_frames_to_end() == [Frame(TEXT, b"got x"), ANSWER]
        peer.close()
        await events.until("close")
        assert events.events == [("open", 1), ("message", 1, "x"), CLOSED_CLEANLY]


@pytest.mark.parametrize("behind", [CLOSE_4001, b""], ids=["close", "nothing"])
@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_the_end_behind_more_than_a_window(scheme, behind, caplog):
    """It is in order also where the page still has to get what came before it."""
    count = FRAMES_IN_A_WINDOW + 1
    async with connecting(scheme) as (_, peer, events):
        peer.send_at_once(peer.response(), end=False)
        await events.until("open")
        peer.send_at_once(frames.text("") * count + behind, end=True)
        sent = await peer.read_frames_to_end()
        peer.close()
        await events.until("close")
        assert len(events.messages) == count
        assert events.events[count + 1 :] == ([CLOSED_CLEANLY] if behind else FAILED)
        assert sent == ([ANSWER] if behind else [])
    assert ("without a Close frame" in caplog.text) == (not behind)


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_response_that_is_cut_and_its_end(scheme):
    async with connecting(scheme) as (_, peer, events):
        data = peer.response() + CLOSE_4001
        for i in range(len(data) - 1):
            peer.send_at_once(data[i : i + 1], end=False)
            await asyncio.sleep(0)
        peer.send_at_once(data[-1:], end=True)
        assert await peer.read_frames_to_end() == [ANSWER]
        peer.close()
        await events.until("close")
        assert events.events == [("open", 1), CLOSED_CLEANLY]


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize("status", ["HTTP/1.1 403 Forbidden", "garbage"])
async def test_a_refusal_and_the_end_in_one_read(scheme, status):
    async with connecting(scheme) as (_, peer, events):
        peer.send_at_once(peer.response(status=status) + b"because", end=True)
        await peer.expect_gone()
        await events.until("close")
        assert events.events == FAILED
