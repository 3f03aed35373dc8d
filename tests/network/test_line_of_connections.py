"""One connection at a time is in CONNECTING for each IP address and port.

https://www.rfc-editor.org/rfc/rfc6455#section-4.1 (item 2 of the first list),
https://websockets.spec.whatwg.org/#concept-websocket-connection-obtain (step 6)
"""

import asyncio
import threading

import pytest

from support.loops import LOOPS
from support.page import FAILED, Recorder, limits, nobody_is_in_line, turns, until
from support.server import Server
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.network.line_of_connections import THE_LINE, Place


def waiting_for(server):
    """Tell how many stand in line for the server's address, behind the one at its head."""
    return len(THE_LINE._lines.get(("127.0.0.1", server.port), ()))


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


async def test_the_time_in_line_is_not_counted():
    """Limits: handshake_timeout is for TCP, TLS and the answer, each."""
    async with Server() as server:
        settings = limits(handshake_timeout=0.2)
        first, _, events = await second_in_line(server, settings=settings)
        await asyncio.sleep(0.4)
        assert events.events == []
        await first.send(first.response())
        await server.accept_handshake()
        await events.until("open")


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
    first = await Place.take(address)
    second = asyncio.ensure_future(Place.take(address))
    third = asyncio.ensure_future(Place.take(address))
    await turns()
    first.leave()
    second.cancel()
    place = await third
    assert second.cancelled()
    place.leave()
    assert nobody_is_in_line()


async def test_a_place_is_given_back_once():
    address = ("192.0.2.1", 80)
    first = await Place.take(address)
    first.leave()
    second = await Place.take(address)
    first.leave()
    third = asyncio.ensure_future(Place.take(address))
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
    """At its head and in its midst: whoever waits in another loop is next."""

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
    first = await Place.take(address)

    def wait_in_a_loop_that_goes():
        loop = asyncio.new_event_loop()
        task = loop.create_task(Place.take(address))
        task._log_destroy_pending = False
        loop.run_until_complete(turns())
        loop.close()

    await asyncio.to_thread(wait_in_a_loop_that_goes)
    second = asyncio.ensure_future(Place.take(address))
    await turns()
    first.leave()
    (await second).leave()
    assert nobody_is_in_line()
