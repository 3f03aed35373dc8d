"""What was sent leaves promptly, also if a listener blocks while it waits for the server.

A listener that blocks holds the loop of its page: what the server gets meanwhile has left before.
"""

import asyncio
import threading
import time

import pytest

from support import frames
from support.apart_server import DEADLINE, serving
from support.frames import CLOSE, PONG, TEXT, Frame, close_payload
from support.page import until
from support.tls import client_context, server_context
from whatwg_websockets import EnvironmentSettings, Limits, WebSocket
from whatwg_websockets.html.event_loop import A_MOMENT, PAGE_TIME

pytestmark = pytest.mark.parametrize("tls", [False, True], ids=["TCP", "TLS"])


def context(tls):
    return server_context("127.0.0.1") if tls else None


def opened(url, **values):
    settings = EnvironmentSettings(tls=client_context(), limits=Limits(**values))
    socket = WebSocket(url, settings=settings)
    socket.failures = []  # type: ignore[attr-defined]
    socket.closed = asyncio.get_running_loop().create_future()  # type: ignore[attr-defined]
    socket.onclose = socket.closed.set_result  # type: ignore[attr-defined]
    return socket


def take_a_moment():
    """Go on until what is sent next need not be joined with what was sent before."""
    over = time.monotonic() + 2 * A_MOMENT
    while time.monotonic() < over:
        pass


def wait_for(socket, event):
    """Block the loop until the server reports that it has received what it waits for."""
    if not event.wait(DEADLINE):
        socket.failures.append("the server waited in vain")


async def test_a_send_leaves_before_the_listener_that_made_it_returns(tls):
    has_answer = threading.Event()

    def serve(peer):
        peer.handshake()
        peer.send(frames.text("question"))
        assert peer.read_frame() == Frame(TEXT, b"answer")
        has_answer.set()
        peer.send(frames.close(1000))
        assert peer.read_frame().opcode == CLOSE

    with serving(serve, context(tls)) as url:
        socket = opened(url)

        def listener(_):
            socket.send("answer")
            wait_for(socket, has_answer)

        socket.onmessage = listener
        await socket.closed
    assert socket.failures == []


async def test_the_first_answer_does_not_wait_for_the_listeners_behind_it(tls):
    """Twenty messages in one segment; each listener blocks until the answer before has arrived."""
    has_answer = [threading.Event() for _ in range(20)]

    def serve(peer):
        peer.handshake()
        peer.send(b"".join(frames.text(str(i)) for i in range(20)))
        for i in range(20):
            assert peer.read_frame() == Frame(TEXT, str(i).encode())
            has_answer[i].set()
        peer.send(frames.close(1000))
        assert peer.read_frame().opcode == CLOSE

    with serving(serve, context(tls)) as url:
        socket = opened(url)

        def listener(event):
            i = int(event.data)
            socket.send(event.data)
            if i:
                wait_for(socket, has_answer[i - 1])
            take_a_moment()

        socket.onmessage = listener
        await socket.closed
    assert socket.failures == []


async def test_a_pong_leaves_before_any_page_code_runs(tls):
    has_pong = threading.Event()

    def serve(peer):
        peer.handshake()
        peer.send(frames.text("before") + frames.ping(b"?") + frames.text("behind"))
        assert peer.read_frame() == Frame(PONG, b"?")
        has_pong.set()
        peer.send(frames.close(1000))
        assert peer.read_frame().opcode == CLOSE

    with serving(serve, context(tls)) as url:
        socket = opened(url)
        socket.onmessage = lambda _: wait_for(socket, has_pong)
        await socket.closed
    assert socket.failures == []


async def test_a_pong_leaves_also_while_a_reaction_of_the_page_goes_on(tls):
    has_pong = threading.Event()
    is_blocked = threading.Event()

    def serve(peer):
        peer.handshake()
        peer.send(frames.text("x"))
        assert is_blocked.wait(DEADLINE)
        peer.send(frames.ping(b"?"))
        assert peer.read_frame() == Frame(PONG, b"?")
        has_pong.set()
        peer.send(frames.close(1000))
        assert peer.read_frame().opcode == CLOSE

    with serving(serve, context(tls)) as url:
        socket = opened(url)

        async def listener(_):
            is_blocked.set()
            await until(has_pong.is_set)

        socket.onmessage = listener
        await socket.closed


async def test_the_answer_to_a_close_frame_leaves_before_any_page_code_runs(tls):
    """No message of the socket is before it. Another socket's messages are, and its listener waits.

    The first of them makes something ready, so that the Close frame is read while the others wait.
    """
    has_answer, goes_on = threading.Event(), threading.Event()

    def serve_one(peer):
        peer.handshake()
        assert goes_on.wait(DEADLINE)
        peer.send(frames.close(4000, "bye"))
        assert peer.read_frame() == Frame(CLOSE, close_payload(4000))
        has_answer.set()

    def serve_other(peer):
        peer.handshake()
        peer.send(frames.text("x") * 2)
        assert peer.read_frame().opcode == CLOSE
        peer.send(frames.close(1000))

    with serving(serve_one, context(tls)) as one, serving(serve_other, context(tls)) as other:
        socket = opened(one)
        opens = asyncio.get_running_loop().create_future()
        socket.onopen = opens.set_result
        await opens
        busy = opened(other)

        async def first(_):
            busy.onmessage = second
            goes_on.set()
            while not has_answer.wait(0.02):  # noqa: ASYNC110 (it comes to rest only when the answer is there)
                await asyncio.sleep(0)

        def second(_):
            socket.failures += [] if has_answer.is_set() else ["the other message came first"]

        busy.onmessage = first
        event = await socket.closed
        assert (event.code, event.reason, event.wasClean) == (4000, "bye", True)
        busy.close()
        await busy.closed
    assert socket.failures == []


async def test_what_came_while_a_listener_blocked_has_come_in_time(tls):
    """The limits are the server's, and it has answered: uvloop looks at timers before it reads."""
    has_answered = threading.Event()
    closing_timeout = 0.01

    def serve(peer):
        peer.handshake()
        assert peer.read_frame().opcode == CLOSE
        peer.send(frames.close(1000))
        has_answered.set()

    with serving(serve, context(tls)) as url:
        socket = opened(url, closing_timeout=closing_timeout)

        def listener(_):
            over = time.monotonic() + 2 * closing_timeout
            socket.close(1000)
            wait_for(socket, has_answered)
            while time.monotonic() < over:
                pass

        socket.onopen = listener
        closed = await socket.closed
    assert socket.failures == []
    assert (closed.code, closed.wasClean) == (1000, True)


async def test_timers_and_other_sockets_come_before_the_next_listener(tls):
    """Also those whose time, or whose read, has come while the listener before it blocked."""
    is_blocked, has_sent, has_pong = (threading.Event() for _ in range(3))

    def serve_the_busy(peer):
        peer.handshake(frames.text("1") + frames.text("2"))
        assert peer.read_frame().opcode == CLOSE
        peer.send(frames.close(1000))

    def serve_the_other(peer):
        peer.handshake()
        assert is_blocked.wait(DEADLINE)
        peer.send(frames.ping(b"?"))
        has_sent.set()
        assert peer.read_frame() == Frame(PONG, b"?")
        has_pong.set()
        assert peer.read_frame().opcode == CLOSE
        peer.send(frames.close(1000))

    with serving(serve_the_other, context(tls)) as url:
        other = opened(url)
        is_open = asyncio.Event()
        other.onopen = lambda _: is_open.set()
        await is_open.wait()
        with serving(serve_the_busy, context(tls)) as url_of_the_busy:
            busy, ticks = opened(url_of_the_busy), []

            def listener(event):
                if event.data == "1":
                    asyncio.get_running_loop().call_later(A_MOMENT, ticks.append, "tick")
                    is_blocked.set()
                    wait_for(busy, has_sent)
                    over = time.monotonic() + 2 * PAGE_TIME
                    while time.monotonic() < over:
                        pass
                else:
                    wait_for(busy, has_pong)
                    ticks.append("the next listener")
                    busy.close()
                    other.close()

            busy.onmessage = listener
            await busy.closed
            await other.closed
    assert busy.failures == []
    assert ticks == ["tick", "the next listener"]
