"""One connection at a time is in CONNECTING for each IP address and port.

https://www.rfc-editor.org/rfc/rfc6455#section-4.1 (item 2 of the first list),
https://websockets.spec.whatwg.org/#concept-websocket-connection-obtain (step 6)
"""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from support.inside import wake_all_in_line
from support.loops import LOOPS
from support.page import FAILED, Recorder, limits, nobody_is_in_line, turns, until
from support.server import Server
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.network import line_of_connections
from whatwg_websockets.network.cause import NotConnected
from whatwg_websockets.network.line_of_connections import (
    THE_LINE,
    LineOfConnections,
    Place,
    written,
)


def waiting_for(server):
    """Return how many connections wait in the line of the server's address."""
    return THE_LINE.behind_the_head(("127.0.0.1", server.port))


def by_name(url):
    return url.replace("127.0.0.1", "localhost")


async def second_in_line(server, url=None, **keywords):
    """Return a server's end in CONNECTING, and a second socket, which waits for it."""
    Recorder(WebSocket(server.url))
    first = await server.accept()
    await first.read_request()
    socket = WebSocket(url or server.url, **keywords)
    events = Recorder(socket)
    await until(lambda: waiting_for(server) == 1)
    await turns()
    assert server.nobody_is_waiting()
    return first, socket, events


async def test_the_second_waits_until_the_first_is_established():
    async with Server() as server:
        first, _, events = await second_in_line(server)
        await first.send(first.response())
        await server.accept_handshake()
        await events.until("open")
        assert nobody_is_in_line()


@pytest.mark.parametrize("how", ["refused", "left", "reset"])
async def test_the_second_waits_until_the_first_has_failed(how):
    async with Server() as server:
        first, _, events = await second_in_line(server)
        if how == "refused":
            await first.send(b"HTTP/1.1 200 OK\r\n\r\n")
        elif how == "left":
            first.close()
        else:
            first.reset()
        await server.accept_handshake()
        await events.until("open")


async def test_the_second_waits_until_the_first_has_timed_out():
    async with Server() as server:
        WebSocket(server.url, settings=limits(handshake_timeout=0.05)).onclose = print
        await server.accept()
        events = Recorder(WebSocket(server.url))
        await server.accept_handshake()
        await events.until("open")


async def test_another_name_of_the_address_is_the_same_address():
    async with Server() as server:
        first, _, events = await second_in_line(server, by_name(server.url))
        await first.send(first.response())
        await server.accept_handshake()
        await events.until("open")


async def test_the_first_may_have_come_by_name():
    async with Server() as server:
        sockets = [WebSocket(by_name(server.url))]
        first = await server.accept()
        sockets.append(WebSocket(server.url))
        await until(lambda: waiting_for(server) == 1)
        await turns()
        assert server.nobody_is_waiting()
        await first.handshake()
        await server.accept_handshake()


async def test_another_port_is_another_line():
    async with Server() as one, Server() as two:
        sockets = [WebSocket(server.url) for server in (one, two)]
        await one.accept()
        await two.accept_handshake()
        await until(lambda: sockets[1].readyState == WebSocket.OPEN)


async def test_many_are_served_one_by_one_in_their_order():
    async with Server() as server:
        sockets = [WebSocket(f"{server.url}{i}") for i in range(20)]
        for i in range(20):
            peer = await server.accept()
            await peer.read_request()
            assert peer.request.target == f"/{i}"
            await turns(3)
            assert server.nobody_is_waiting()
            await peer.send(peer.response())
        await until(lambda: all(socket.readyState == WebSocket.OPEN for socket in sockets))
        assert nobody_is_in_line()


async def test_close_while_waiting_in_line_leaves_it():
    async with Server() as server:
        first, second, second_events = await second_in_line(server)
        third_events = Recorder(WebSocket(server.url))
        await until(lambda: waiting_for(server) == 2)
        second.close()
        assert second.readyState == WebSocket.CLOSING
        await second_events.until("close")
        assert second_events.events == FAILED
        await until(lambda: waiting_for(server) == 1)
        await first.send(first.response())
        await server.accept_handshake()
        await third_events.until("open")
        assert nobody_is_in_line()


async def test_close_of_the_first_gives_its_place_to_the_second():
    async with Server() as server:
        first = WebSocket(server.url)
        await (await server.accept()).read_request()
        events = Recorder(WebSocket(server.url))
        await until(lambda: waiting_for(server) == 1)
        first.close()
        await server.accept_handshake()
        await events.until("open")


async def test_make_disappear_while_waiting_in_line_leaves_it():
    async with Server() as server:
        settings = EnvironmentSettings()
        await second_in_line(server, settings=settings)
        settings.unload()
        await until(lambda: waiting_for(server) == 0)


async def test_a_place_that_was_given_to_one_who_leaves_at_that_moment_goes_to_the_next():
    """The place was given, and the one in line cancelled before it could take it."""
    address = ("192.0.2.1", 80)
    first = await Place.take(address, 60)
    second = asyncio.ensure_future(Place.take(address, 60))
    third = asyncio.ensure_future(Place.take(address, 60))
    await turns()
    first.leave()
    second.cancel()
    place = await third
    assert second.cancelled()
    place.leave()
    assert nobody_is_in_line()


async def test_a_place_is_given_back_once():
    address = ("192.0.2.1", 80)
    first = await Place.take(address, 60)
    first.leave()
    second = await Place.take(address, 60)
    first.leave()
    third = asyncio.ensure_future(Place.take(address, 60))
    await turns()
    assert not third.done()
    second.leave()
    (await third).leave()
    assert nobody_is_in_line()


@pytest.mark.parametrize("kinds", [("asyncio", "uvloop"), ("uvloop", "asyncio")])
def test_the_line_is_for_all_threads(kinds):
    """From whichever thread: each has an event loop of its own, and one line stands for both."""
    in_line, may_go_on = threading.Event(), threading.Event()
    failures = []

    async def first():
        async with Server() as server:
            socket = WebSocket(server.url)
            peer = await server.accept()
            await peer.read_request()
            thread = threading.Thread(target=run, args=(second(server.url), kinds[1]))
            thread.start()
            await asyncio.to_thread(in_line.wait)
            await until(lambda: waiting_for(server) == 1)
            assert server.nobody_is_waiting()
            await peer.send(peer.response())
            await server.accept_handshake()
            await asyncio.to_thread(may_go_on.wait)
            assert socket.readyState == WebSocket.OPEN
            await asyncio.to_thread(thread.join)

    async def second(url):
        socket = WebSocket(url)
        in_line.set()
        await Recorder(socket).until("open")
        may_go_on.set()

    def run(coroutine, kind):
        try:
            with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
                runner.run(coroutine)
        except BaseException as error:
            failures.append(error)
            for event in (in_line, may_go_on):
                event.set()

    run(first(), kinds[0])
    assert failures == []
    assert nobody_is_in_line()


@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_that_is_closed_leaves_the_line(kind):
    """The connections of the loop leave the line, and one of another loop is next."""

    async def construct(url):
        sockets = [WebSocket(url), WebSocket(url)]
        await turns()
        return sockets

    async def main():
        async with Server() as server:
            socket = await asyncio.to_thread(abandon, server.url)
            assert nobody_is_in_line()
            while not server.nobody_is_waiting():
                pass  # what the loop that is gone had connected
            socket = WebSocket(server.url)
            await server.accept_handshake()
            await until(lambda: socket.readyState == WebSocket.OPEN)

    def abandon(url):
        loop = LOOPS[kind]()
        sockets = loop.run_until_complete(construct(url))
        loop.close()
        return sockets

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())


async def test_one_who_waits_in_a_loop_that_is_gone_is_passed_over():
    address = ("192.0.2.1", 80)
    first = await Place.take(address, 60)

    def wait_in_a_loop_that_goes():
        loop = asyncio.new_event_loop()
        task = loop.create_task(Place.take(address, 60))
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001 (asyncio's)
        loop.run_until_complete(turns())
        loop.close()

    await asyncio.to_thread(wait_in_a_loop_that_goes)
    second = asyncio.ensure_future(Place.take(address, 60))
    await turns()
    first.leave()
    (await second).leave()
    assert nobody_is_in_line()


# Waiting is limited by progress.


class Clock:
    """The clock of the lines, which stands still unless a test moves it.

    Whoever waits looks at its line when it is woken: the timers go by the true clock, which is of
    no use to a test.
    """

    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr(line_of_connections, "monotonic", lambda: self.now)

    async def passes(self, seconds):
        self.now += seconds
        wake_all_in_line()
        await turns()


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


ADDRESS = ("192.0.2.1", 80)


def ask(limit=60):
    return asyncio.ensure_future(Place.take(ADDRESS, limit))


async def test_a_long_line_that_moves_fails_nobody(clock):
    """The limit is 60 seconds, and the last of the line comes after 450."""
    waiting = [ask() for _ in range(10)]
    await turns()
    for each in waiting[:-1]:
        await clock.passes(50)
        (await each).leave()
    (await waiting[-1]).leave()
    assert nobody_is_in_line()


async def test_a_line_that_stands_still_fails_whoever_does_not_want_to_wait_longer(clock, caplog):
    caplog.set_level("INFO", "whatwg_websockets")
    first = await Place.take(ADDRESS, 100)
    patient, impatient = ask(limit=100), ask(limit=60)
    await turns()
    assert "in line for 192.0.2.1:80, 2 before it" in caplog.text
    await clock.passes(59)
    assert not impatient.done()
    await clock.passes(1)
    with pytest.raises(NotConnected) as failure:
        await impatient
    cause = failure.value.cause
    assert (cause.kind, cause.stage) == ("timed out", "in line")
    assert cause == (
        "timed out while waiting in line for 192.0.2.1:80 for 60 s, 2 before this one, "
        "the first of which got no further (handshake_timeout is 60 s)"
    )
    first.leave()
    (await patient).leave()
    assert nobody_is_in_line()


async def test_the_limit_of_one_who_came_late_counts_from_then(clock):
    first = await Place.take(ADDRESS, 100)
    await clock.passes(50)
    late = ask(limit=60)
    await clock.passes(40)
    assert not late.done()
    first.leave()
    (await late).leave()


async def test_a_holder_that_gets_further_moves_the_line(clock):
    """The limit applies to TCP, TLS and the answer each; the connections in line do not fail."""
    first = await Place.take(ADDRESS, 60)
    second = ask()
    await turns()
    for _ in range(3):
        await clock.passes(50)
        assert not second.done()
        first.has_got_further()
    first.leave()
    (await second).leave()


async def test_a_holder_whose_limit_has_passed_holds_nothing(clock):
    """Its own timer would have ended it, if its loop had run."""
    first = await Place.take(ADDRESS, 60)
    second, third = ask(), ask()
    await turns()
    await clock.passes(60)
    place = await second
    assert not third.done()
    first.has_got_further()
    await clock.passes(30)
    first.leave()
    await turns()
    assert not third.done()
    place.leave()
    (await third).leave()
    assert nobody_is_in_line()


async def test_a_holder_whose_limit_has_passed_is_in_nobodys_way(clock):
    first = await Place.take(ADDRESS, 60)
    clock.now += 60
    second = await Place.take(ADDRESS, 60)
    assert not second.has_waited
    first.leave()
    assert Place.take_if_free(ADDRESS, 60) is None
    second.leave()
    assert nobody_is_in_line()


async def test_a_place_that_is_free_is_taken_without_waiting():
    place = Place.take_if_free(ADDRESS, 60)
    assert Place.take_if_free(ADDRESS, 60) is None
    second = ask()
    await turns()
    assert Place.take_if_free(ADDRESS, 60) is None
    place.leave()
    (await second).leave()
    assert nobody_is_in_line()


async def test_the_timer_of_one_who_waits():
    """By the true clock: neither of the two is woken by anybody."""
    await Place.take(ADDRESS, 0.05)
    place = await Place.take(ADDRESS, 60)
    with pytest.raises(NotConnected):
        await Place.take(ADDRESS, 0.01)
    place.leave()
    assert nobody_is_in_line()


async def test_a_socket_fails_behind_one_that_gets_no_further(caplog):
    caplog.set_level("INFO", "whatwg_websockets")
    async with Server() as server:
        settings = limits(handshake_timeout=0.05)
        first, _, events = await second_in_line(server, settings=settings)
        await events.until("close")
        assert events.events == FAILED
        assert f"waiting in line for 127.0.0.1:{server.port}" in caplog.text
        await first.send(first.response())
        await until(nobody_is_in_line)


async def test_ten_sockets_behind_a_server_that_never_answers_fail_one_by_one():
    """Each has its turn: none fails because of the length of the line."""
    async with Server() as server:
        settings = limits(handshake_timeout=0.02)
        sockets = [Recorder(WebSocket(server.url, settings=settings)) for _ in range(10)]
        for _ in sockets:
            await server.accept()
        for events in sockets:
            await events.until("close")
        assert nobody_is_in_line()


# Loops that do not run.


class Resting:
    """An event loop in its own thread, which runs only when the test runs it."""

    def __init__(self, kind):
        self.loop = LOOPS[kind]()

    async def run(self, coroutine):
        return await asyncio.to_thread(self.loop.run_until_complete, coroutine)

    async def close(self):
        await asyncio.to_thread(self.loop.close)


@pytest.fixture
def resting(loop_kind):
    return Resting(loop_kind)


async def begin_to_wait():
    task = ask()
    await turns()
    return task


async def test_one_who_waits_in_a_loop_at_rest_is_passed_over_until_it_runs(resting):
    first = await Place.take(ADDRESS, 60)
    second = await resting.run(begin_to_wait())
    third = ask()
    await turns()
    first.leave()
    place = await third

    async def look():
        await turns()
        return second.done()

    assert not await resting.run(look())
    place.leave()

    async def come():
        (await second).leave()

    await resting.run(come())
    await resting.close()
    assert nobody_is_in_line()


async def test_one_who_waits_alone_in_a_loop_at_rest_is_in_nobodys_way(resting):
    first = await Place.take(ADDRESS, 60)
    second = await resting.run(begin_to_wait())
    first.leave()
    third = Place.take_if_free(ADDRESS, 60)
    assert third is not None
    third.leave()

    async def come():
        (await second).leave()

    await resting.run(come())
    await resting.close()
    assert nobody_is_in_line()


async def test_one_who_is_called_in_a_loop_that_is_too_busy_loses_its_turn(clock, resting):
    """A listener that blocks its loop does not block others; its own socket goes on in line."""
    first = await Place.take(ADDRESS, 60)
    second = await resting.run(begin_to_wait())
    is_busy, may_go_on = threading.Event(), threading.Event()

    async def be_busy():
        is_busy.set()
        may_go_on.wait()
        place = await second
        place.leave()

    busy = asyncio.ensure_future(resting.run(be_busy()))
    await asyncio.to_thread(is_busy.wait)
    third = ask()
    await turns()
    first.leave()
    await turns()
    assert not third.done()
    await clock.passes(60)
    place = await third
    may_go_on.set()
    await turns()
    assert not second.done()
    place.leave()
    await busy
    await resting.close()
    assert nobody_is_in_line()


async def test_a_holder_whose_loop_is_closed_holds_nothing(resting):
    await resting.run(Place.take(ADDRESS, 60))
    await resting.close()
    place = await Place.take(ADDRESS, 60)
    assert not place.has_waited
    place.leave()


async def test_a_socket_in_a_loop_at_rest_holds_its_place_for_its_limit(resting):
    async with Server() as server:

        async def connect():
            socket = WebSocket(server.url, settings=limits(handshake_timeout=0.05))
            await turns()
            return socket, Recorder(socket)

        _, events = await resting.run(connect())
        await server.accept()
        later = Recorder(WebSocket(server.url))
        await server.accept_handshake()
        await later.until("open")
        # When its loop runs again, its own limit has passed.
        await resting.run(events.until("close"))
        assert events.events == FAILED
        await resting.close()


async def test_a_loop_that_goes_on_in_another_thread(resting):
    """Its socket is where it was, in the line and on the wire."""
    async with Server() as server:

        async def connect():
            socket = WebSocket(server.url)
            await turns()
            return Recorder(socket)

        events = await resting.run(connect())
        peer = await server.accept()
        second = Recorder(WebSocket(server.url))
        await until(lambda: waiting_for(server) == 1)
        await peer.handshake()
        opening = asyncio.ensure_future(resting.run(events.until("open")))
        await server.accept_handshake()
        await second.until("open")
        await opening
        await resting.close()


@pytest.mark.parametrize("kinds", [("asyncio", "uvloop"), ("uvloop", "asyncio")])
def test_two_loops_in_turn_in_one_thread(kinds):
    """The first is left at rest in the middle of a handshake, and never runs again."""

    async def construct(server):
        socket = WebSocket(server.url, settings=limits(handshake_timeout=0.05))
        await server.accept()
        return socket

    async def connect(server):
        socket = WebSocket(server.url)
        await server.accept_handshake()
        await Recorder(socket).until("open")

    first, second = (LOOPS[kind]() for kind in kinds)
    server = Server()
    socket = first.run_until_complete(construct(server))
    second.run_until_complete(connect(server))
    second.close()
    first.close()
    assert socket.readyState != WebSocket.OPEN
    for peer in server.peers:
        peer.close()
    server.listener.close()
    assert nobody_is_in_line()


# The lock.


async def test_a_place_may_be_given_back_while_the_lock_is_held():
    """As where Python collects a coroutine that was never finished, in the midst of anything."""
    first = await Place.take(ADDRESS, 60)
    second = ask()
    await turns()
    with THE_LINE.lock:
        first.leave()
        assert not nobody_is_in_line()
    third = ask()
    (await second).leave()
    (await third).leave()
    assert nobody_is_in_line()


async def test_a_place_may_be_given_back_where_no_loop_runs():
    """As where a coroutine is collected in another thread."""
    first = await Place.take(ADDRESS, 60)
    second = ask()
    await turns()
    await asyncio.to_thread(first.leave)
    (await second).leave()
    assert nobody_is_in_line()


async def test_nobody_in_line_is_left_behind_by_a_fork():
    """A child has none of the connections, whoever had the lock at that moment."""
    lines = LineOfConnections()
    place = Place(ADDRESS, 60)
    lines.join(place)
    lines.lock.acquire()
    lines.begin_anew()
    assert place not in lines.join(Place(ADDRESS, 60)).holders
    lines.has_got_further(place)
    lines.leave(place)
    assert not lines.is_empty


FORK = """
import asyncio
import os
import sys

sys.path.insert(0, {tests!r})
from support.inside import wake_all_in_line
from support.loops import LOOPS
from support.page import Recorder
from support.server import Server
from whatwg_websockets import WebSocket


async def connect(url):
    await Recorder(WebSocket(url)).until("open")


async def main():
    socket = WebSocket(server.url)
    await (await server.accept()).read_request()
    return socket


async def serve():
    await server.accept_handshake()


server = Server()
loop = LOOPS[{kind!r}]()
socket = loop.run_until_complete(main())
child = os.fork()
if child == 0:
    LOOPS[{kind!r}]().run_until_complete(connect(server.url))
    os._exit(7)
LOOPS["asyncio"]().run_until_complete(serve())
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
os._exit(8)
"""


@pytest.mark.parametrize("kind", LOOPS)
def test_a_child_connects_though_its_parent_is_connecting(kind):
    program = FORK.format(tests=str(Path(__file__).parents[1]), kind=kind)
    done = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert done.returncode == 8


def test_an_ipv6_address_is_written_as_in_a_url():
    assert written(("::1", 80)) == "[::1]:80"
