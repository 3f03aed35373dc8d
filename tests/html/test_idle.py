"""Objects that have not been used for a while rest."""

import asyncio
import gc
import weakref

from support.page import opened
from whatwg_websockets.html.idle import A_WHILE, Idle


class Thing:
    """An object that can rest."""

    def __init__(self):
        self.was_used = True
        self.rests = 0

    def rest(self):
        self.rests += 1


async def test_what_is_not_used_rests_once(timers):
    timers.hold()
    idle, thing = Idle(asyncio.get_running_loop()), Thing()
    idle.watch(thing)
    timers.let_pass(A_WHILE)
    assert thing.rests == 0
    timers.let_pass(A_WHILE)
    assert thing.rests == 1
    assert timers.pending == []


class InUse(Thing):
    """An object that has been used again at each check."""

    def __init__(self):
        super().__init__()
        self.looks = 0

    @property
    def was_used(self):
        return True

    @was_used.setter
    def was_used(self, was_used):
        self.looks = 0 if was_used else self.looks + 1


async def test_what_is_used_again_and_again_does_not_rest(timers):
    timers.hold()
    idle, used, unused = Idle(asyncio.get_running_loop()), InUse(), Thing()
    idle.watch(used)
    idle.watch(unused)
    timers.let_pass(5 * A_WHILE)
    assert used.looks == 5
    assert (used.rests, unused.rests) == (0, 1)


async def test_there_is_one_timer_and_none_where_nothing_is_awake(timers):
    timers.hold()
    idle, things = Idle(asyncio.get_running_loop()), [Thing() for _ in range(3)]
    assert timers.pending == []
    for thing in things:
        idle.watch(thing)
    assert timers.pending == [A_WHILE]
    timers.let_pass(A_WHILE)
    assert timers.pending == [A_WHILE], "the first look has found them used"
    timers.let_pass(A_WHILE)
    assert [thing.rests for thing in things] == [1, 1, 1]
    assert timers.pending == []


async def test_what_rests_is_forgotten(timers):
    timers.hold()
    idle, thing = Idle(asyncio.get_running_loop()), Thing()
    alive = weakref.ref(thing)
    idle.watch(thing)
    del thing
    timers.let_pass(2 * A_WHILE)
    gc.collect()
    assert alive() is None


async def test_an_idle_connection_has_no_compressor(timers):
    """And compresses again afterwards."""
    timers.hold()
    extension = {"sec_websocket_extensions": "permessage-deflate"}
    async with opened(**extension) as (socket, peer, _):
        assert timers.pending == []
        for _ in range(3):
            socket.send("x" * 1_000)
            frame = await peer.read_frame()
            assert (frame.rsv, len(frame.payload) < 100) == (4, True)
            # The compressor is watched for as long as it is kept, and not at rest.
            assert timers.pending == [A_WHILE]
            timers.let_pass(2 * A_WHILE)
            assert timers.pending == []
