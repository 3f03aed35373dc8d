"""What a page may learn of a failure: nothing. The log learns the cause.

https://websockets.spec.whatwg.org/#closeWebSocket, the warning there: a script that could tell
these apart could probe the local network.
"""

import asyncio
import logging
import socket

import pytest

from support import frames
from support.page import FAILED, Recorder, nobody_is_in_line, turns
from support.server import Server
from support.tls import client_context, server_context
from whatwg_websockets import CloseEvent, EnvironmentSettings, Event, Limits, WebSocket

# Each cause is a coroutine that gets a function to connect with, and what to expect in the log.


async def unknown_host(connect):
    async def getaddrinfo(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    await connect("ws://unknown.example/")
    return "Name or service not known"


async def unroutable(connect):
    loop = asyncio.get_running_loop()

    async def create_connection(*_, **__):
        raise OSError(113, "No route to host")

    loop.create_connection = create_connection
    await connect("ws://192.0.2.1/")
    return "No route to host"


async def refused(connect):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    await connect(f"ws://127.0.0.1:{port}/")
    return f"127.0.0.1:{port} could not be connected to"


async def blocked_port(connect):
    await connect("ws://127.0.0.1:25/")
    return "port 25 is blocked"


async def forbidden_by_policy(connect):
    await connect("ws://127.0.0.1:1024/", content_security_policy="connect-src 'none'")
    return "Content Security Policy"


async def bad_certificate(connect):
    async def serve(reader, writer):
        writer.close()

    tls = server_context("other.example")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        port = server.sockets[0].getsockname()[1]
        await connect(f"wss://127.0.0.1:{port}/", tls=client_context())
    return "certificate"


async def no_tls_at_all(connect):
    async with Server() as server:

        async def answer():
            await (await server.accept()).send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        url = server.url.replace("ws:", "wss:")
        await asyncio.gather(connect(url, tls=client_context()), answer())
    return "could not be connected to"


def answers(response, log, *, protocols=(), then=b"", leave=None):
    """Make a cause: a server that answers so, and leaves."""

    async def cause(connect):
        async with Server() as server:

            async def answer():
                peer = await server.accept()
                await peer.read_request()
                if response is not None:
                    await peer.send(response(peer) + then)
                if leave is not None:
                    getattr(peer, leave)()

            limits = Limits(handshake_timeout=0.05) if log == "took longer" else Limits()
            await asyncio.gather(connect(server.url, protocols, limits=limits), answer())
        return log

    return cause


def accepts(**changes):
    return lambda peer: peer.response(**changes)


def says(data):
    return lambda peer: data


BEFORE = {
    "unknown host": unknown_host,
    "no route": unroutable,
    "refused": refused,
    "blocked port": blocked_port,
    "policy": forbidden_by_policy,
    "bad certificate": bad_certificate,
    "no TLS": no_tls_at_all,
    "200": answers(says(b"HTTP/1.1 200 OK\r\n\r\n"), "status 200"),
    "302": answers(says(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"), "status 302"),
    "401": answers(says(b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n\r\n"), "status 401"),
    "wrong accept key": answers(accepts(sec_websocket_accept="x"), "Sec-WebSocket-Accept"),
    "no upgrade": answers(accepts(upgrade=None), "Upgrade"),
    "unknown extension": answers(accepts(sec_websocket_extensions="foo"), "foo was not offered"),
    "missing subprotocol": answers(accepts(), "chose none of the subprotocols", protocols=["a"]),
    "unasked subprotocol": answers(accepts(sec_websocket_protocol="b"), "'b' was not asked for"),
    "garbage": answers(says(b"\x00garbage\r\n\r\n"), "is no HTTP/1.1 response"),
    "silence": answers(None, "took longer"),
    "left": answers(None, "closed the connection before it answered", leave="close"),
    "reset": answers(None, "was lost before the server had answered", leave="reset"),
    "half an answer": answers(says(b"HTTP/1.1 101 x\r\n"), "end of its answer", leave="half_close"),
    "too long": answers(says(b"HTTP/1.1 101 " + b"x" * 70_000), "handshake_size"),
}

AFTER = {
    "abrupt end": answers(accepts(), "without a Close frame", leave="close"),
    "abrupt reset": answers(accepts(), "connection was lost", leave="reset"),
    "bad frame": answers(accepts(), "opcode 3", then=b"\x83\x00", leave="half_close"),
    "bad text": answers(accepts(), "UTF-8", then=frames.frame(1, b"\xff"), leave="half_close"),
}


async def seen_by_a_page(cause, caplog):
    """Return all that a page can see of a failure, and hold the log against the cause."""
    caplog.set_level(logging.INFO, "whatwg_websockets")
    pages = []

    async def connect(url, protocols=(), **settings):
        page = WebSocket(url, protocols, settings=EnvironmentSettings(**settings))
        pages.append((page, Recorder(page), seen := []))
        for event_type in ("error", "close"):
            page.addEventListener(event_type, seen.append)
        await pages[0][1].until("close")

    expected_in_log = await cause(connect)
    await turns()
    ((page, events, seen),) = pages
    error, close = seen
    assert (type(error), type(close)) == (Event, CloseEvent)
    assert expected_in_log in caplog.text
    assert nobody_is_in_line()
    return page, events


@pytest.mark.parametrize("cause", BEFORE.values(), ids=BEFORE)
async def test_before_the_connection_is_established_every_failure_looks_the_same(cause, caplog):
    page, events = await seen_by_a_page(cause, caplog)
    assert events.events == FAILED
    assert (page.readyState, page.bufferedAmount) == (WebSocket.CLOSED, 0)
    assert (page.protocol, page.extensions) == ("", "")


@pytest.mark.parametrize("cause", AFTER.values(), ids=AFTER)
async def test_after_it_every_loss_looks_the_same(cause, caplog):
    _, events = await seen_by_a_page(cause, caplog)
    assert events.events == [("open", 1), *FAILED]
