"""What has not been used for a while rests."""

import asyncio
import gc
import weakref

import pytest

from support.page import opened, until
from whatwg_websockets.html import idle as module
from whatwg_websockets.html.idle import Idle


class Thing:
    """Something that can rest."""

    def __init__(self):
        self.was_used = True
        self.rests = 0

    def rest(self):
        self.rests += 1


@pytest.fixture
def soon(monkeypatch):
    """Have a while be over soon."""
    monkeypatch.setattr(module, "A_WHILE", 0.001)


async def test_what_is_not_used_rests_once(soon):
    idle, thing = Idle(asyncio.get_running_loop()), Thing()
    idle.watch(thing)
    await until(lambda: thing.rests)
    await asyncio.sleep(0.01)
    assert thing.rests == 1


class InUse(Thing):
    """Something that is used anew whenever somebody has looked."""

    def __init__(self):
        super().__init__()
        self.looks = 0

    @property
    def was_used(self):
        return True

    @was_used.setter
    def was_used(self, was_used):
        self.looks = 0 if was_used else self.looks + 1


async def test_what_is_used_again_and_again_does_not_rest(soon):
    idle, used, unused = Idle(asyncio.get_running_loop()), InUse(), Thing()
    idle.watch(used)
    idle.watch(unused)
    await until(lambda: used.looks >= 5)
    assert (used.rests, unused.rests) == (0, 1)


async def test_there_is_one_timer_and_none_where_nothing_is_awake(soon, monkeypatch):
    loop, timers = asyncio.get_running_loop(), []
    idle, things = Idle(loop), [Thing() for _ in range(3)]
    look = idle._look
    monkeypatch.setattr(Idle, "_look", lambda self: (timers.append(1), look()))
    for thing in things:
        idle.watch(thing)
    await until(lambda: all(thing.rests for thing in things))
    await asyncio.sleep(0.01)
    assert len(timers) == 2, "one look that finds them used, and one that lets them rest"


async def test_what_rests_is_forgotten(soon):
    idle, thing = Idle(asyncio.get_running_loop()), Thing()
    alive = weakref.ref(thing)
    idle.watch(thing)
    del thing
    await until(lambda: gc.collect() >= 0 and alive() is None)


async def test_an_idle_connection_has_no_compressor(soon):
    """And compresses again afterwards."""
    extension = {"sec_websocket_extensions": "permessage-deflate"}
    async with opened(**extension) as (socket, peer, _):
        deflater = socket._connection.wire.deflater
        for _ in range(3):
            socket.send("x" * 1_000)
            frame = await peer.read_frame()
            assert (frame.rsv, len(frame.payload) < 100) == (4, True)
            assert deflater._compressor is not None
            await until(lambda: deflater._compressor is None)
