"""The state of a connection, which is not the page's ready state; and peers that break rules.

Rows of the table that are about the page's calls are in test_close.py and test_send.py.
"""

import asyncio
import logging
import socket as python_socket

import pytest

from support import frames
from support.frames import BINARY, CLOSE, PONG, TEXT, Frame, close_payload
from support.inside import connection_of
from support.page import FAILED, Recorder, limits, opened, turns, until
from support.server import Server, accept_value
from support.tls import TlsPeer, client_context, server_context
from support.wire import establish
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.rfc6455.receive import FRAMES_IN_A_WINDOW

MEBIBYTE = 1_048_576

# More than the operating system takes off our hands when the other side does not read.
BACKLOG = 16 * MEBIBYTE


# Close received, then the connection is lost: the received code and reason stand, wasClean is
# false (RFC 6455 7.1.5, 7.1.6).


async def test_a_close_frame_that_could_not_be_answered_before_the_loss(pages):
    socket, wire, events = await pages.open()
    wire.is_stalled = True
    socket.send("waits, and so will the answer")
    await turns()
    wire.receive(frames.close(4000, "the server's"))
    await turns()
    assert socket.readyState == WebSocket.CLOSING
    wire.fail(ConnectionResetError())
    await turns()
    assert events.events == [("close", 3, 4000, "the server's", False)]


async def test_a_close_frame_and_a_reset_right_behind_it():
    """Whether the answer left is the network's to say; code and reason stand anyway."""
    async with opened() as (_, peer, events):
        await peer.send_close(4000, "the server's")
        peer.reset()
        await events.until("close")
        (event,) = events.events
        assert event[:4] == ("close", 3, 4000, "the server's")


async def test_a_close_frame_whose_answer_met_a_dead_connection(pages):
    """The write fails: our Close frame has not left, so the close is not clean."""
    socket, wire, events = await pages.open()
    wire.breaks_on_write = True
    wire.receive(frames.close(4000, "the server's"))
    await turns()
    assert events.events == [("close", 3, 4000, "the server's", False)]
    assert socket.bufferedAmount == 0


async def test_a_close_frame_then_a_stalled_connection_that_times_out(pages):
    settings = limits(lingering_timeout=0.02)
    socket, wire, events = await pages.open(settings)
    wire.is_stalled = True
    socket.send("waits")
    await turns()
    wire.receive(frames.close(1000, "the server's"))
    await events.until("close")
    assert events.events == [("close", 3, 1000, "the server's", False)]


async def test_our_close_frame_answered_then_lost_is_clean(pages):
    """The closing handshake was complete; TCP may end as it likes then (7.1.4)."""
    socket, wire, events = await pages.open()
    socket.close(1000)
    await turns()
    wire.receive(frames.close(1000, "the server's"))
    await turns()
    wire.fail(ConnectionResetError())
    await turns()
    assert events.events == [("close", 3, 1000, "the server's", True)]


async def test_a_ping_that_is_read_too_late_to_be_answered_does_not_count(pages):
    """More frames than are read at a time; TCP is lost before the Ping among them is read."""
    socket, wire, events = await pages.open()
    busy, busy_wire, _ = await pages.open()
    busy.onmessage = lambda _: asyncio.get_running_loop().call_soon(int)
    busy_wire.receive(frames.text("hold all tasks until the next turn"))
    socket.close(1000)
    wire.receive(frames.text("") * 2 * FRAMES_IN_A_WINDOW + frames.ping() + frames.close(1000))
    wire.fail(None)
    await events.until("close")
    assert [frame.opcode for frame in wire.frames] == [CLOSE]
    assert events.events == [("close", 3, 1000, "", True)]


async def test_our_close_frame_unanswered_then_lost_has_failed(pages):
    socket, wire, events = await pages.open()
    socket.close(1000, "ours")
    await turns()
    wire.fail(ConnectionResetError())
    await turns()
    assert events.events == FAILED


async def test_our_close_frame_unanswered_and_tcp_ended_has_failed():
    async with opened() as (socket, peer, events):
        socket.close(1000, "ours")
        await peer.expect_close(1000, "ours")
        peer.close()
        await events.until("close")
        assert events.events == FAILED


# We fail an established connection: the Close frame reaches the server.


async def test_the_close_frame_of_a_failure_arrives_though_the_server_goes_on_sending():
    """What is not read would make TCP reset, and the reset would eat the Close frame."""
    async with opened() as (_, peer, events):
        await peer.send(b"\xff\xff")
        for _ in range(20):
            await peer.send(bytes(100_000))
            await turns(3)
        await peer.expect_close(1002)
        await peer.expect_end()
        peer.close()
        await events.until("close")
        assert events.events == FAILED


async def test_so_it_does_over_tls():
    """TLS ends both ways at once: its end would be a reset while the server goes on sending."""
    async with Server() as server:
        settings = EnvironmentSettings(tls=client_context())
        socket = WebSocket(f"wss://localhost:{server.port}/", settings=settings)
        events = Recorder(socket)
        peer = TlsPeer(await server.accept(), server_context("localhost"))
        await peer.start_tls()
        await peer.read_request()
        await peer.send(peer.response())
        await events.until("open")
        await peer.send(b"\xff\xff")
        for _ in range(20):
            await peer.send(bytes(100_000))
            await turns(3)
        await peer.expect_close(1002)
        peer.close()
        await events.until("close")
        assert events.events[1:] == FAILED


async def test_the_close_frame_of_a_failure_goes_behind_the_backlog():
    async with opened(receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BACKLOG))
        await turns()
        await peer.send(b"\xff\xff")
        await until(lambda: socket.readyState == WebSocket.CLOSING)
        assert await peer.read_frame() == Frame(BINARY, bytes(BACKLOG))
        await peer.expect_close(1002)
        await peer.expect_end()
        peer.close()
        await events.until("close")
        assert events.events == FAILED


async def test_a_failed_connection_whose_server_never_ends_tcp():
    async with opened(settings=limits(lingering_timeout=0.02)) as (_, peer, events):
        await peer.send(b"\xff\xff")
        await events.until("close")
        assert events.events == FAILED
        await peer.expect_close(1002)
        await peer.expect_gone()


async def test_a_failed_connection_that_is_stalled_is_waited_for_only_so_long():
    settings = limits(lingering_timeout=0.02)
    async with opened(settings=settings, receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BACKLOG))
        await turns()
        await peer.send(b"\xff\xff")
        await events.until("close")
        assert events.events == FAILED
        assert 0 < socket.bufferedAmount <= BACKLOG


async def test_the_cause_of_a_failure_goes_to_the_log(caplog):
    with caplog.at_level(logging.INFO, "whatwg_websockets"):
        async with opened() as (_, peer, events):
            await peer.send(b"\x83\x00")
            await peer.expect_close(1002)
            peer.close()
            await events.until("close")
    assert "opcode 3" in caplog.text


# Timeouts.


async def test_a_server_that_never_answers_our_close_frame(caplog):
    caplog.set_level(logging.INFO, "whatwg_websockets")
    async with opened(settings=limits(closing_timeout=0.02)) as (socket, _, events):
        socket.close(1000)
        await events.until("close")
        assert events.events == [("close", 3, 1006, "", False)]
        assert "in time" in caplog.text


async def test_a_server_that_never_ends_tcp_after_both_close_frames():
    """RFC 6455 7.1.1: then the client does. The closing handshake was complete: it is clean."""
    async with opened(settings=limits(lingering_timeout=0.02)) as (_, peer, events):
        await peer.send_close(1000, "bye")
        await events.until("close")
        assert events.events == [("close", 3, 1000, "bye", True)]
        await peer.expect_close(1000)
        await peer.expect_gone()


async def test_the_same_where_we_began_the_closing_handshake():
    settings = limits(lingering_timeout=0.02, closing_timeout=3600)
    async with opened(settings=settings) as (socket, peer, events):
        socket.close(1000)
        await peer.expect_close(1000)
        await peer.send_close(1000)
        await events.until("close")
        assert events.events == [("close", 3, 1000, "", True)]


async def test_the_client_gives_the_server_the_chance_to_end_tcp_first():
    """RFC 6455 7.1.1: so that TIME_WAIT falls to the server."""
    async with opened(settings=limits(lingering_timeout=3600)) as (_, peer, events):
        await peer.send_close(1000)
        await peer.expect_close(1000)
        await turns()
        peer.half_close()
        await peer.expect_end()
        await events.until("close")


async def test_the_closing_timeout_counts_from_when_the_backlog_last_moved(pages, timers):
    """A slow server is not a silent one."""
    timers.hold()
    socket, wire, events = await pages.open(limits(closing_timeout=5))
    wire.is_stalled = True
    socket.send(bytes(1000))
    socket.close()
    await turns()
    for _ in range(20):
        timers.let_pass(4)
        wire.drain(10)
        await turns()
    assert events.events == []
    timers.let_pass(11)
    await turns()
    assert events.events == [("close", 3, 1006, "", False)]


async def test_the_closing_time_in_all_is_over_however_long_the_closing_timeout_is(pages, timers):
    timers.hold()
    settings = limits(closing_timeout=3600, closing_time_in_all=20)
    socket, wire, events = await pages.open(settings)
    socket.close()
    await turns()
    for _ in range(4):
        timers.let_pass(4.9)
        wire.receive(frames.ping())
        await turns()
    assert events.events == []
    timers.let_pass(0.5)
    await turns()
    assert events.events == [("close", 3, 1006, "", False)]


async def test_no_timer_remains_once_the_connection_is_closed(pages, timers):
    timers.hold()
    socket, wire, events = await pages.open(limits(closing_timeout=5, lingering_timeout=5))
    socket.close()
    await turns()
    assert timers.pending == [5]
    wire.receive(frames.close())
    wire.end()
    await turns()
    assert timers.pending == []
    assert events.events == [("close", 3, 1005, "", True)]


# Peers that stop reading.


async def test_close_goes_behind_the_backlog_and_arrives():
    async with opened(receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BACKLOG))
        socket.send("last")
        socket.close(1000, "done")
        socket.send("never")
        await turns()
        assert await peer.read_frame() == Frame(BINARY, bytes(BACKLOG))
        assert await peer.read_frame() == Frame(TEXT, b"last")
        await peer.expect_close(1000, "done")
        await peer.send_close(1000)
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, 1000, "", True)]
        assert socket.bufferedAmount == len("never")


async def test_a_close_frame_is_answered_behind_the_backlog():
    async with opened(receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BACKLOG))
        await turns()
        await peer.send_close(1000, "server")
        await until(lambda: socket.readyState == WebSocket.CLOSING)
        assert await peer.read_frame() == Frame(BINARY, bytes(BACKLOG))
        await peer.expect_close(1000)
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, 1000, "server", True)]


async def test_a_stalled_connection_still_receives():
    async with opened(receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BACKLOG))
        await turns()
        await peer.send_text("still heard")
        assert await events.until("message") == ("message", 1, "still heard")


@pytest.mark.parametrize("how", ["close", "reset"])
async def test_a_stalled_server_that_leaves(how):
    async with opened(receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BACKLOG))
        await turns()
        getattr(peer, how)()
        await events.until("close")
        assert events.events == FAILED
        assert 0 < socket.bufferedAmount <= BACKLOG


async def test_a_stalled_server_that_ends_its_side_and_then_reads():
    """A half-closed connection can still be written to; what was sent arrives."""
    async with opened(receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BACKLOG))
        await turns()
        peer.half_close()
        assert await peer.read_frame() == Frame(BINARY, bytes(BACKLOG))
        await peer.expect_end()
        await events.until("close")
        assert events.events == FAILED
        assert socket.bufferedAmount == 0


async def test_a_stalled_server_that_ends_its_side_and_never_reads():
    settings = limits(closing_timeout=0.02)
    async with opened(settings=settings, receive_buffer=4096) as (socket, peer, events):
        socket.send(bytes(BACKLOG))
        await turns()
        peer.half_close()
        await events.until("close")
        assert events.events == FAILED
        assert 0 < socket.bufferedAmount <= BACKLOG


async def test_a_flood_of_pings_while_stalled_leaves_no_more_than_one_pong():
    async with opened(receive_buffer=4096) as (socket, peer, _):
        socket.send(bytes(BACKLOG))
        await turns()
        connection = connection_of(socket)
        waiting = connection.transmission.waiting()
        for _ in range(100):
            await peer.send(frames.ping(bytes(125)) * 1000)
            await turns(2)
        await peer.send(frames.ping(b"last") + frames.text("all of them have been read"))
        heard = asyncio.get_running_loop().create_future()
        socket.onmessage = heard.set_result
        await heard
        assert connection.transmission.waiting() <= waiting
        assert await peer.read_frame() == Frame(BINARY, bytes(BACKLOG))
        assert await peer.read_frame() == Frame(PONG, b"last")


# Pages that do not keep up.


async def test_reading_stops_while_much_waits_for_the_page_and_goes_on_after(pages):
    socket, wire, events = await pages.open()
    socket.binaryType = "arraybuffer"

    def keep_the_loop_busy(_):
        asyncio.ensure_future(turns(3))  # noqa: RUF006

    socket.addEventListener("message", keep_the_loop_busy)
    message = frames.binary(bytes(MEBIBYTE))
    for _ in range(6):
        wire.receive(message)
    assert wire.is_paused
    await events.until("message", 6)
    await turns()
    assert not wire.is_paused
    wire.receive(frames.text("more"))
    await events.until("message", 7)


async def test_a_page_that_does_not_keep_up_gets_everything_in_the_end():
    async with opened() as (socket, peer, events):
        socket.binaryType = "arraybuffer"
        socket.addEventListener("message", lambda _: asyncio.ensure_future(turns(2)))
        count = 40
        sending = asyncio.ensure_future(peer.send(frames.binary(bytes(MEBIBYTE // 2)) * count))
        await events.until("message", count)
        await sending
        assert [len(message) for message in events.messages] == [MEBIBYTE // 2] * count


async def test_the_server_may_leave_while_reading_is_stopped():
    async with opened() as (socket, peer, events):
        socket.addEventListener("message", lambda _: asyncio.ensure_future(turns(3)))
        await peer.send(frames.text("x" * 1000) * 6000)
        peer.close()
        await events.until("close")
        assert len(events.messages) == 6000
        assert events.events[6000:] == FAILED


# Bytes in any pieces.


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_the_stream_may_come_in_any_pieces(pages, size):
    socket, wire, events = await pages.open()
    socket.binaryType = "arraybuffer"
    stream = (
        frames.text("hällo")
        + frames.binary(bytes(200))
        + frames.ping(b"?")
        + frames.frame(TEXT, b"\xe2\x82", fin=False)
        + frames.frame(0, b"\xac")
        + frames.binary(bytes(70_000))
        + frames.close(1000, "ende")
    )
    for i in range(0, len(stream), size):
        wire.receive(stream[i : i + size])
    await turns()
    assert events.messages == ["hällo", bytes(200), "€", bytes(70_000)]
    assert wire.frames == [Frame(PONG, b"?"), Frame(CLOSE, close_payload(1000))]


async def test_a_large_message_is_read_into_its_own_buffer(pages):
    """And what comes behind it in the same read is not lost."""
    socket, wire, events = await pages.open()
    socket.binaryType = "arraybuffer"
    data = bytes(i % 253 for i in range(3 * MEBIBYTE))
    message = frames.binary(data)
    wire.receive(message[:100_000])
    wire.receive(message[100_000:] + frames.text("behind"))
    await turns()
    assert events.messages == [data, "behind"]


async def test_two_connections_share_a_thread_and_nothing_else():
    async with opened() as (one, one_peer, one_events), opened() as (two, two_peer, two_events):
        message = frames.text("x" * 1000)
        for half in (message[:500], message[500:]):
            await one_peer.send(half)
            await two_peer.send(half.replace(b"x", b"y"))
            await turns(3)
        assert (await one_events.until("message"))[2] == "x" * 1000
        assert (await two_events.until("message"))[2] == "y" * 1000
        one.send("1")
        two.send("2")
        assert (await one_peer.read_frame()).payload == b"1"
        assert (await two_peer.read_frame()).payload == b"2"


# Late news.


async def test_nothing_follows_the_end(pages):
    socket, wire, events = await pages.open()
    connection = connection_of(socket)
    wire.fail(None)
    await events.until("close")
    connection.connection_lost(None)
    connection.fail(1002, "too late")
    socket.close()
    await turns()
    assert events.events == FAILED


async def test_the_stream_may_be_lost_before_it_is_taken_over():
    """A reset between the response and the task that takes it does not make the page hang."""
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        await peer.send(peer.response() + frames.text("hello"))
        peer.reset()
        await events.until("close")
        assert events.events[-2:] == FAILED


async def test_a_page_that_was_closed_before_the_server_answered(pages):
    socket, connection = pages.connecting()
    events = Recorder(socket)
    socket.close()
    await turns()
    assert events.events == FAILED
    assert connection.wire.state == 3


async def test_a_close_frame_may_be_right_behind_the_response(pages):
    socket, connection = pages.connecting()
    events = Recorder(socket)
    wire = establish(connection, frames.text("a") + frames.close(1000, "b"))
    await turns()
    assert wire.frames == [Frame(CLOSE, close_payload(1000))]
    wire.end()
    await turns()
    assert events.events == [("open", 1), ("message", 1, "a"), ("close", 3, 1000, "b", True)]


async def test_the_server_may_have_ended_its_side_by_then(pages):
    """A listener gets to answer what came before the Close frame all the same."""
    socket, connection = pages.connecting()
    events = Recorder(socket)
    socket.addEventListener("message", lambda event: socket.send(event.data.upper()))
    wire = establish(connection, frames.text("a") + frames.close(1000, "b"), "ended")
    await turns()
    assert wire.frames == [Frame(TEXT, b"A"), Frame(CLOSE, close_payload(1000))]
    assert events.events == [("open", 1), ("message", 1, "a"), ("close", 3, 1000, "b", True)]


async def test_tcp_may_be_gone_by_then(pages):
    socket, connection = pages.connecting()
    events = Recorder(socket)
    establish(connection, frames.text("a"), "lost")
    await turns()
    assert events.events == [("open", 1), ("message", 1, "a"), *FAILED]


async def test_a_server_that_has_reset_before_we_shut_down(pages):
    """The transport does not know of it yet, and says so when it is to write the end."""
    _, wire, events = await pages.open()
    write_eof = wire.write_eof

    def find_out():
        wire.breaks_on_write = True
        write_eof()

    wire.write_eof = find_out
    wire.receive(b"\xff\xff")
    await turns()
    assert events.events == FAILED


# TLS.


async def tls_server(*answers):
    """Start a TLS server that accepts a WebSocket, sends data, and keeps what it receives."""
    heard = bytearray()

    async def serve(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = head.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
        response = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_value(key)}\r\n\r\n"
        )
        writer.write(response.encode() + b"".join(answers))
        heard.extend(await reader.read())
        writer.close()

    tls = server_context("127.0.0.1")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    return server, server.sockets[0].getsockname()[1], heard


async def over_tls(*answers):
    server, port, heard = await tls_server(*answers)
    async with server:
        settings = EnvironmentSettings(tls=client_context())
        socket = WebSocket(f"wss://127.0.0.1:{port}/", settings=settings)
        events = Recorder(socket)
        await events.until("close")
        await until(lambda: heard)
    return events.events, frames.read_frames(bytes(heard))


async def test_the_close_frame_of_a_failure_arrives_over_tls():
    events, heard = await over_tls(b"\x83\x00")
    assert events == [("open", 1), *FAILED]
    assert heard == [Frame(CLOSE, close_payload(1002))]


async def test_a_closing_handshake_over_tls_is_clean():
    events, heard = await over_tls(frames.text("x"), frames.close(1000, "bye"))
    assert events == [("open", 1), ("message", 1, "x"), ("close", 3, 1000, "bye", True)]
    assert heard == [Frame(CLOSE, close_payload(1000))]


async def test_the_end_of_tls_is_answered_with_the_end_of_tls():
    """RFC 6455 7.1.1: the TLS session is closed cleanly, too."""
    with python_socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            sock, _ = listening.accept()
            with server_context("127.0.0.1").wrap_socket(sock, server_side=True) as tls:
                request = b""
                while not request.endswith(b"\r\n\r\n"):
                    request += tls.recv(65_536)
                key = request.decode().split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
                tls.sendall(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    b"Connection: Upgrade\r\n"
                    b"Sec-WebSocket-Accept: %s\r\n\r\n"
                    % accept_value(key).encode()
                    + frames.close(1000)
                )
                answer = tls.recv(65_536)
                # Raises where TCP ends and TLS has not.
                tls.unwrap().close()
                return frames.read_frames(answer)

        server = asyncio.create_task(asyncio.to_thread(serve))
        settings = EnvironmentSettings(tls=client_context())
        url = f"wss://127.0.0.1:{listening.getsockname()[1]}/"
        events = Recorder(WebSocket(url, settings=settings))
        assert await events.until("close") == ("close", 3, 1000, "", True)
        assert await server == [Frame(CLOSE, close_payload(1000))]


# What nobody asked for.


async def test_a_connection_that_is_idle_stays(pages, timers):
    """RFC 6455 7.1.7, 7.2.1, 7.3: a client does not close a connection without a cause."""
    timers.hold()
    socket, wire, events = await pages.open()
    assert timers.pending == []
    timers.let_pass(1_000_000)
    await turns()
    assert (socket.readyState, events.events) == (WebSocket.OPEN, [])
    assert not wire.written
    assert not wire.has_written_eof
    assert not wire.is_closing()


async def test_the_servers_reason_is_not_in_the_log(pages, caplog):
    """RFC 6455 5.5.1: nobody can say that it is meant to be read."""
    caplog.set_level(logging.DEBUG)
    _, wire, events = await pages.open()
    wire.receive(frames.close(4000, "a secret"))
    await turns()
    wire.fail(ConnectionResetError("reset"))
    await turns()
    assert events.events == [("close", 3, 4000, "a secret", True)]
    assert "reset" in caplog.text
    assert "secret" not in caplog.text
