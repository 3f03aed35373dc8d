"""What the logger says of each way in which a connection can end: its level, its words, its kind.

A browser's console has it, too; a page never learns it.
"""

import asyncio
import logging
import socket as python_socket

import pytest

from support import frames
from support.page import Recorder, limits, opened, turns
from support.server import Server
from support.tls import client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.network.console import tell_why_it_ended

# Each way is a coroutine function; it returns the URL that the log is to name.


def free_port():
    with python_socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


async def the_end_of(url, protocols=(), **settings):
    await Recorder(WebSocket(url, protocols, settings=EnvironmentSettings(**settings))).until(
        "close"
    )
    return url


async def refused(pages):
    return await the_end_of(f"ws://127.0.0.1:{free_port()}/")


async def name_not_found(pages):
    async def getaddrinfo(*_, **__):
        raise python_socket.gaierror(python_socket.EAI_NONAME, "Name or service not known")

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    return await the_end_of("ws://unknown.example/")


async def blocked_port(pages):
    return await the_end_of("ws://127.0.0.1:25/")


async def forbidden(pages):
    return await the_end_of("ws://127.0.0.1:1024/", content_security_policy="connect-src 'none'")


async def a_certificate_that_nobody_trusts(pages):
    async def serve(_, writer):
        writer.close()

    tls = server_context("127.0.0.1", by="others")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await the_end_of(f"wss://127.0.0.1:{port}/", tls=client_context())


def answers(protocols=(), **changes):
    async def way(pages):
        async with Server() as server:

            async def answer():
                peer = await server.accept()
                await peer.read_request()
                await peer.send(peer.response(**changes))
                return peer

            url, _ = await asyncio.gather(the_end_of(server.url, protocols), answer())
            return url

    return way


async def the_answer_takes_long(pages):
    async with Server() as server:
        return await the_end_of(server.url, limits=limits(handshake_timeout=0.02).limits)


def once_open(happens, **values):
    """Make a way that begins with an open socket."""

    async def way(pages):
        socket, wire, events = await pages.open(limits(**values))
        happens(socket, wire)
        await events.until("close")
        return "ws://server.example/"

    return way


def fill_the_send_buffer(socket, wire):
    wire.is_stalled = True
    socket.send(bytes(100))
    socket.send(bytes(100))


async def given_up(pages):
    socket, _ = pages.connecting()
    socket.close()
    await turns()
    return "ws://server.example/"


WAYS = {
    "refused": (refused, "refused", "could not be connected to"),
    "name not found": (name_not_found, "name not found", "the name was not found"),
    "blocked port": (blocked_port, "blocked port", "port 25 is blocked"),
    "csp": (forbidden, "csp", "a Content Security Policy of the settings forbids the URL"),
    "tls": (a_certificate_that_nobody_trusts, "tls", "the certificate was not accepted"),
    "status": (answers(status="HTTP/1.1 404 Not Found"), "status", "status 404 Not Found"),
    "no such subprotocol": (answers(["a"]), "protocol", "chose none of the offered subprotocols"),
    "no HTTP": (answers(status="garbage"), "not HTTP", "not an HTTP/1.1 response"),
    "no answer": (the_answer_takes_long, "timed out", "handshake_timeout"),
    "a bad frame": (
        once_open(lambda _, wire: wire.receive(b"\x83\x00")),
        "protocol",
        "the reserved opcode 3",
    ),
    "no answer to the Close frame": (
        once_open(lambda socket, _: socket.close(), closing_timeout=0.02),
        "timed out",
        "the server did not answer the Close frame in time",
    ),
    "a full send buffer": (
        once_open(fill_the_send_buffer, send_buffer=150),
        "send buffer full",
        "the send buffer had no room for a message",
    ),
    "ended": (
        once_open(lambda _, wire: wire.end()),
        "lost",
        "the server ended the connection without a Close frame",
    ),
    "ended without a word": (
        once_open(lambda _, wire: wire.fail(None)),
        "lost",
        "the server ended the connection without a Close frame",
    ),
    "reset": (
        once_open(lambda _, wire: wire.fail(ConnectionResetError("reset by the server"))),
        "lost",
        "the connection was lost: reset by the server",
    ),
    "given up": (
        given_up,
        "given up",
        "close() was called before the connection was established",
    ),
}


def the_record(caplog):
    (record,) = [record for record in caplog.records if record.name == "whatwg_websockets"]
    return record


@pytest.mark.parametrize(("way", "kind", "said"), WAYS.values(), ids=WAYS)
async def test_each_way_to_end_has_one_line(pages_or_network, caplog, way, kind, said):
    caplog.set_level(logging.INFO, "whatwg_websockets")
    url = await way(pages_or_network)
    await turns()
    record = the_record(caplog)
    assert record.levelno == (logging.INFO if kind == "given up" else logging.WARNING)
    assert (record.url, record.kind) == (url, kind)
    assert said in record.why
    assert record.getMessage() == f"WebSocket connection to {url} ended: {record.why}"


class _PagesWhenAsked:
    """A wire for the ways that request one; the other ways connect."""

    def __init__(self, request):
        self._request = request

    def __getattr__(self, name):
        return getattr(self._request.getfixturevalue("pages"), name)


@pytest.fixture
def pages_or_network(request):
    return _PagesWhenAsked(request)


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(lambda socket, wire: socket.close(), id="the page"),
        pytest.param(lambda socket, wire: None, id="the server"),
    ],
)
async def test_a_closing_handshake_is_nothing_to_speak_of(pages, caplog, happens):
    caplog.set_level(logging.DEBUG, "whatwg_websockets")
    socket, wire, events = await pages.open()
    happens(socket, wire)
    wire.receive(frames.close(1000, "bye"))
    wire.end()
    await events.until("close")
    assert events.events == [("close", 3, 1000, "bye", True)]
    assert caplog.records == []


async def test_what_happened_first_is_what_is_said(caplog):
    """What follows from it, such as a reset, is not why the connection ended."""
    async with opened() as (_, peer, events):
        await peer.send(b"\x83\x00")
        await peer.expect_close(1002)
        peer.reset()
        await events.until("close")
        await turns()
    assert the_record(caplog).why == "the reserved opcode 3"


async def test_the_password_is_not_in_the_log(caplog):
    url = f"ws://name:secret@127.0.0.1:{free_port()}/path?query"
    await the_end_of(url)
    record = the_record(caplog)
    assert record.url == url.replace("secret", "***")
    assert "secret" not in caplog.text


def test_a_warning_has_its_arguments_as_attributes(caplog):
    tell_why_it_ended("wss://name.example/", "nobody listens", "refused")
    record = the_record(caplog)
    assert (record.url, record.why, record.kind) == (
        "wss://name.example/",
        "nobody listens",
        "refused",
    )
    assert record.levelname == "WARNING"
