"""The stream of bytes under an opening handshake."""

import asyncio

import pytest

from support.loops import called_by_the_loop
from support.page import turns
from support.wire import Wire
from whatwg_websockets.network.handshake_stream import HIGH_WATER, HandshakeStream, TimeIsUp


class Following(asyncio.BufferedProtocol):
    """The protocol that takes over after the handshake."""

    transport = None

    def connection_made(self, transport):
        assert asyncio.current_task() is None
        self.transport = transport


def begun():
    stream, wire = HandshakeStream(), Wire()
    wire.set_protocol(stream)
    stream.connection_made(wire)
    return stream, wire


async def test_reading_waits_for_bytes_and_takes_all_that_are_there():
    stream, _ = begun()
    reading = asyncio.ensure_future(stream.read())
    await turns()
    assert not reading.done()
    stream.data_received(b"a")
    stream.data_received(b"b")
    assert await reading == b"ab"


async def test_at_its_end_there_is_nothing_to_read():
    stream, _ = begun()
    stream.data_received(b"last")
    stream.eof_received()
    assert await stream.read() == b"last"
    assert await stream.read() == b""


async def test_a_connection_that_is_closed_ends_it():
    stream, _ = begun()
    reading = asyncio.ensure_future(stream.read())
    await turns()
    stream.connection_lost(None)
    assert await reading == b""


async def test_a_connection_that_is_lost_says_why_once_all_has_been_read():
    stream, _ = begun()
    stream.data_received(b"last")
    stream.connection_lost(ConnectionResetError("reset"))
    assert await stream.read() == b"last"
    with pytest.raises(ConnectionResetError, match="reset"):
        await stream.read()


@pytest.mark.parametrize("event", ["data", "end", "loss"])
async def test_the_reader_goes_on_within_the_callback(event):
    stream, _ = begun()
    reading = asyncio.ensure_future(stream.read())
    await turns()

    def happen():
        if event == "data":
            stream.data_received(b"x")
        elif event == "end":
            stream.eof_received()
        else:
            stream.connection_lost(None)
        return reading.done()

    assert await called_by_the_loop(happen)
    assert reading.result() == (b"x" if event == "data" else b"")


async def test_reading_takes_only_so_long():
    stream, _ = begun()
    stream.limit_reading_to(0.01)
    with pytest.raises(TimeIsUp):
        await stream.read()


async def test_what_arrived_in_time_can_be_read_after_it(timers):
    timers.hold()
    stream, _ = begun()
    stream.limit_reading_to(5)
    stream.data_received(b"x")
    timers.let_pass(5)
    assert await stream.read() == b"x"
    with pytest.raises(TimeIsUp):
        await stream.read()


@pytest.mark.parametrize("how", ["abort", "hand over"])
async def test_the_time_stops_with_the_handshake(how, timers):
    timers.hold()
    stream, _ = begun()
    stream.limit_reading_to(3600)
    assert timers.pending == [3600]
    if how == "abort":
        stream.abort()
    else:
        stream.hand_over(Following())
    assert timers.pending == []


async def test_what_was_read_too_far_comes_first():
    stream, _ = begun()
    stream.data_received(b"after")
    stream.put_back(b"before, ")
    assert stream.hand_over(Following()) == (b"before, after", False, False)


async def test_the_transport_is_handed_over():
    stream, wire = begun()
    following = Following()
    assert stream.hand_over(following) == (b"", False, False)
    assert wire.get_protocol() is following


async def test_the_protocol_that_follows_is_told_within_the_callback_and_outside_the_task():
    stream, wire = begun()
    following = Following()

    async def shake_hands():
        await stream.read()
        stream.hand_over(following)
        assert following.transport is None

    task = asyncio.ensure_future(shake_hands())
    await turns()

    def receive():
        stream.data_received(b"x")
        return following.transport

    assert await called_by_the_loop(receive) is wire
    await task


async def test_a_connection_that_has_ended_is_handed_over_as_such():
    stream, _ = begun()
    stream.data_received(b"x")
    stream.eof_received()
    assert stream.hand_over(Following()) == (b"x", True, False)


async def test_a_connection_that_is_lost_keeps_its_protocol():
    stream, wire = begun()
    stream.connection_lost(None)
    assert stream.hand_over(Following()) == (b"", True, True)
    assert wire.get_protocol() is stream


async def test_reading_stops_while_much_has_not_been_asked_for():
    stream, wire = begun()
    stream.data_received(bytes(HIGH_WATER))
    assert not wire.is_paused
    stream.data_received(b"x")
    stream.data_received(b"y")
    assert wire.is_paused
    assert len(await stream.read()) == HIGH_WATER + 2
    assert not wire.is_paused


async def test_over_plain_tcp_an_end_leaves_our_side_open():
    stream, _ = begun()
    assert stream.eof_received() is True


async def test_over_tls_an_end_is_the_end():
    stream, tcp = begun()
    tls = Wire()
    stream.connection_made(tls)
    assert (stream.tcp_transport, stream.transport) == (tcp, tls)
    assert stream.eof_received() is False


@pytest.mark.parametrize("event", ["data", "end", "closing"])
async def test_it_knows_whether_the_server_has_done_anything_yet(event):
    stream, wire = begun()
    assert stream.is_untouched
    if event == "data":
        stream.data_received(b"x")
    elif event == "end":
        stream.eof_received()
    else:
        wire.close()
    assert not stream.is_untouched
