"""A page learns nothing about the cause of a failure; the log has the cause.

https://websockets.spec.whatwg.org/#closeWebSocket, the warning there: a script that could tell
these apart could probe the local network.
"""

import asyncio
import errno
import logging
import socket
from contextlib import suppress
from typing import Any

import pytest

from support import frames
from support.kinds import kinds_in_the_code
from support.page import Recorder, nobody_is_in_line, turns
from support.server import Server
from support.tls import client_context, server_context
from whatwg_websockets import CloseEvent, EnvironmentSettings, Event, Limits, Proxies, WebSocket
from whatwg_websockets.url.url_record import without_password

# Each way to fail is a coroutine function that gets a function to connect with.


def no_name(code, words):
    async def way(connect):
        async def getaddrinfo(*_, **__):
            raise socket.gaierror(code, words)

        asyncio.get_running_loop().getaddrinfo = getaddrinfo
        await connect("ws://unknown.example/")

    return way


def no_tcp(code):
    async def way(connect):
        async def create_connection(*_, **__):
            raise OSError(code, "whatever the system says")

        asyncio.get_running_loop().create_connection = create_connection
        await connect("ws://192.0.2.1/")

    return way


async def refused(connect):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    await connect(f"ws://127.0.0.1:{port}/")


async def blocked_port(connect):
    await connect("ws://127.0.0.1:25/")


async def forbidden_by_policy(connect):
    await connect("ws://127.0.0.1:1024/", content_security_policy="connect-src 'none'")


async def mixed_content(connect):
    await connect("ws://192.0.2.1/", origin="https://server.example")


async def elsewhere(connect):
    async with Server() as server:
        init = {"targetAddressSpace": "local"}
        await connect(server.url, init, experimental_options_bag=True)


async def cookies_that_raise(connect):
    class Cookies:
        def cookies_for(self, url):
            raise ZeroDivisionError

    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    await connect("ws://127.0.0.1:1024/", cookie_store=Cookies())


async def cookies_that_are_no_header(connect):
    class Cookies:
        def cookies_for(self, url):
            return "a=1\r\nX-Evil: 1"

    async with Server() as server:
        await connect(server.url, cookie_store=Cookies())


def tls_of(*hosts, by="ours"):
    async def way(connect):
        async def serve(_, writer):
            writer.close()

        context = server_context(*hosts, by=by)
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        async with server:
            port = server.sockets[0].getsockname()[1]
            await connect(f"wss://127.0.0.1:{port}/", tls=client_context())

    return way


def no_tls(answer):
    async def way(connect):
        async with Server() as server:

            async def serve():
                peer = await server.accept()
                await asyncio.get_running_loop().sock_recv(peer.sock, 4096)
                if answer is None:
                    peer.reset()
                else:
                    await peer.send(answer)

            url = server.url.replace("ws:", "wss:")
            await asyncio.gather(connect(url, tls=client_context()), serve())

    return way


async def tls_that_never_comes(connect):
    async with Server() as server:
        limits = Limits(handshake_timeout=0.05)
        url = server.url.replace("ws:", "wss:")
        await connect(url, tls=client_context(), limits=limits)


async def a_line_that_does_not_move(connect):
    async with Server() as server:
        first = WebSocket(server.url)
        peer = await server.accept()
        await connect(server.url, limits=Limits(handshake_timeout=0.05))
        first.close()
        await peer.expect_gone()


def answers(response, *, protocols=(), then=b"", leave=None, times=1, who="", **limits):
    """Return a way to fail: a server that sends this answer to each connection and disconnects."""

    async def way(connect):
        async with Server() as server:

            async def answer():
                for _ in range(times):
                    peer = await server.accept()
                    await peer.read_request()
                    if response is not None:
                        await peer.send(response(peer) + then)
                    if leave is not None:
                        getattr(peer, leave)()

            url = server.url.replace("://", f"://{who}")
            await asyncio.gather(connect(url, protocols, limits=Limits(**limits)), answer())

    return way


def accepts(**changes):
    return lambda peer: peer.response(**changes)


def says(*lines):
    return lambda peer: "\r\n".join([*lines, "", ""]).encode("latin-1")


LOCKED = b"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\n\r\n"


def through_a_proxy(answer, *, listens=True):
    """A proxy that sends an answer and disconnects, or with None does neither."""

    async def way(connect):
        async with Server() as proxy:

            async def serve():
                peer = await proxy.accept()
                await peer.read_request()
                if answer is not None:
                    with suppress(ConnectionError):  # The client may have read enough of it.
                        await peer.send(answer)
                    peer.half_close()

            proxies = Proxies(all=f"http://127.0.0.1:{proxy.port}")
            limits = Limits(handshake_timeout=30 if answer else 0.05)
            if not listens:
                proxy.listener.close()
            serving = asyncio.ensure_future(serve()) if listens else None
            await connect("ws://name.example/", proxies=proxies, limits=limits)
            if serving is not None:
                await serving

    return way


async def all_tasks_are_cancelled(connect):
    async with Server() as server:
        waiting = asyncio.ensure_future(connect(server.url))
        peer = await server.accept()
        await peer.read_request()
        for task in asyncio.all_tasks():
            if task.get_name() == "WebSocket fetch":
                task.cancel()
        await waiting


async def the_page_gives_up(connect):
    async with Server() as server:
        waiting = asyncio.ensure_future(connect(server.url))
        peer = await server.accept()
        await peer.read_request()
        connect.pages[0].close(3000, "not told to anybody")
        await waiting


NOT_FOUND = no_name(socket.EAI_NONAME, "Name or service not known")
REDIRECT = says("HTTP/1.1 301 Moved", "Location: wss://other.example/")
LOOKS_RIGHT = ("Upgrade: websocket", "Connection: Upgrade")

# How each is called, the way, its kind in the log, and a part of the sentence there.
BEFORE = [
    ("unknown host", NOT_FOUND, "name not found", "the name was not found"),
    ("no resolver", no_name(socket.EAI_AGAIN, "Try again"), "name not resolved", "Try again"),
    ("no listener", refused, "refused", "could not be connected to"),
    ("no route", no_tcp(errno.EHOSTUNREACH), "unreachable", "No route to host"),
    ("no network", no_tcp(errno.ENETUNREACH), "unreachable", "Network is unreachable"),
    ("no answer to TCP", no_tcp(errno.ETIMEDOUT), "timed out", "timed out"),
    ("no file left", no_tcp(errno.EMFILE), "system", "Too many open files"),
    ("no permission", no_tcp(errno.EPERM), "system", "not permitted"),
    ("line", a_line_that_does_not_move, "timed out", "line"),
    ("blocked port", blocked_port, "blocked port", "port 25 is blocked"),
    ("policy", forbidden_by_policy, "csp", "Content Security Policy"),
    ("mixed content", mixed_content, "mixed content", "without TLS"),
    ("elsewhere", elsewhere, "address space", "targetAddressSpace"),
    ("cookies that raise", cookies_that_raise, "exception", "ZeroDivisionError"),
    ("cookies that are no header", cookies_that_are_no_header, "not sent", "Cookie"),
    ("another's certificate", tls_of("other.example"), "tls", "certificate was not accepted"),
    ("a stranger's certificate", tls_of("127.0.0.1", by="others"), "tls", "not accepted"),
    ("no TLS", no_tls(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "tls", "does the server speak TLS"),
    ("reset in TLS", no_tls(None), "lost", "during the TLS handshake"),
    ("silence in TLS", tls_that_never_comes, "timed out", "TLS"),
    ("200", answers(says("HTTP/1.1 200 OK")), "status", "status 200 OK"),
    ("200 and an upgrade", answers(says("HTTP/1.1 200 OK", *LOOKS_RIGHT)), "status", "status 200"),
    ("301", answers(REDIRECT), "redirect", "a redirect to wss://other.example/"),
    ("307", answers(says("HTTP/1.1 307 x", "Location: /")), "redirect", "a redirect to /"),
    ("308 to nowhere", answers(says("HTTP/1.1 308 x")), "redirect", "a redirect is not followed"),
    ("400", answers(says("HTTP/1.1 400 Bad Request")), "status", "status 400 Bad Request"),
    ("401", answers(says("HTTP/1.1 401 x", "WWW-Authenticate: Basic")), "status", "status 401"),
    (
        "401 for a password",
        answers(says("HTTP/1.1 401 x", "WWW-Authenticate: Basic"), times=2, who="a:b@"),
        "status",
        "status 401",
    ),
    ("401 without a challenge", answers(says("HTTP/1.1 401 x")), "status", "status 401"),
    ("403", answers(says("HTTP/1.1 403 Forbidden")), "status", "status 403 Forbidden"),
    ("404", answers(says("HTTP/1.1 404 Not Found")), "status", "status 404 Not Found"),
    ("407", answers(says("HTTP/1.1 407 x")), "status", "status 407"),
    ("421", answers(says("HTTP/1.1 421 x"), times=2), "status", "status 421"),
    ("426", answers(says("HTTP/1.1 426 x", "Upgrade: h2c")), "status", "status 426"),
    ("429", answers(says("HTTP/1.1 429 x", "Retry-After: 9")), "status", "status 429"),
    ("500", answers(says("HTTP/1.1 500 Oops")), "status", "status 500 Oops"),
    ("503", answers(says("HTTP/1.1 503 Busy")), "status", "status 503 Busy"),
    ("999", answers(says("HTTP/1.1 999 x")), "status", "status 999"),
    ("wrong key", answers(accepts(sec_websocket_accept="x")), "protocol", "Sec-WebSocket-Accept"),
    ("no key", answers(accepts(sec_websocket_accept=None)), "protocol", "Sec-WebSocket-Accept"),
    ("no upgrade", answers(accepts(upgrade=None)), "protocol", "Upgrade"),
    ("no connection", answers(accepts(connection=None)), "protocol", "Connection"),
    (
        "unknown extension",
        answers(accepts(sec_websocket_extensions="foo")),
        "protocol",
        "foo was not offered",
    ),
    ("no subprotocol", answers(accepts(), protocols=["a"]), "protocol", "chose none"),
    (
        "unasked subprotocol",
        answers(accepts(sec_websocket_protocol="b")),
        "protocol",
        "'b' was not offered",
    ),
    ("garbage", answers(says("\x00garbage")), "not HTTP", "is not an HTTP/1.1 response"),
    ("HTTP/2", answers(says("HTTP/2 200 OK")), "not HTTP", "is not an HTTP/1.1 response"),
    (
        "another protocol",
        answers(says("SSH-2.0-OpenSSH_9.2")),
        "not HTTP",
        "not an HTTP/1.1 response",
    ),
    ("silence", answers(None, handshake_timeout=0.05), "timed out", "took longer"),
    ("left", answers(None, leave="close"), "lost", "closed the connection before it answered"),
    ("reset", answers(None, leave="reset"), "lost", "was lost before the server had answered"),
    (
        "half an answer",
        answers(lambda _: b"HTTP/1.1 101 x\r\n", leave="half_close"),
        "lost",
        "before",
    ),
    ("too long", answers(says("HTTP/1.1 101 " + "x" * 70_000)), "too large", "handshake_size"),
    ("a proxy that refuses", through_a_proxy(b"HTTP/1.1 403 Forbidden\r\n\r\n"), "proxy", "403"),
    ("a proxy with garbage", through_a_proxy(b"\x05\xff"), "proxy", "not an HTTP/1.1 response"),
    ("a proxy with a long head", through_a_proxy(b"HTTP/1.1 " * 10_000), "proxy", "is longer than"),
    ("a locked proxy", through_a_proxy(LOCKED), "proxy authentication", "status 407"),
    ("a proxy that leaves", through_a_proxy(b"HTTP/1.1 2"), "lost", "the proxy http://127.0.0.1:"),
    ("a proxy that is silent", through_a_proxy(None), "timed out", "waiting for its answer"),
    ("no proxy", through_a_proxy(None, listens=False), "refused", "the proxy http://127.0.0.1:"),
    ("cancelled", all_tasks_are_cancelled, "cancelled", "was cancelled"),
    ("given up", the_page_gives_up, "given up", "close() was called"),
]

AFTER = [
    ("abrupt end", answers(accepts(), leave="close"), "lost", "without a Close frame"),
    ("abrupt reset", answers(accepts(), leave="reset"), "lost", "connection was lost"),
    (
        "bad frame",
        answers(accepts(), then=b"\x83\x00", leave="half_close"),
        "protocol",
        "opcode 3",
    ),
    (
        "bad text",
        answers(accepts(), then=frames.frame(1, b"\xff"), leave="half_close"),
        "protocol",
        "UTF-8",
    ),
]

NO_FAILURE_OF_A_HANDSHAKE = {"send buffer full"}


class Connect:
    """Connects a socket, waits for its end, and keeps what the page sees."""

    def __init__(self) -> None:
        self.pages: list[WebSocket] = []
        self.view: list[Any] = []

    async def __call__(self, url, protocols=(), **settings):
        page = WebSocket(url, protocols, settings=EnvironmentSettings(**settings))
        self.pages.append(page)
        for event_type in ("open", "message", "error", "close"):
            page.addEventListener(event_type, lambda event: self.note(page, event))
        await Recorder(page).until("close")

    def note(self, page, event):
        """Keep all attributes of the event and the socket, except the time and the URL."""
        said = attributes_of(event)
        assert said.pop("timeStamp") > 0
        assert [said.pop(name) for name in TARGETS] == [page] * 3
        self.view.append((type(event), said, state_of(page)))


TARGETS = ("target", "currentTarget", "srcElement")


def attributes_of(thing):
    """Return all attributes that the interface of an object has."""
    made = type(thing)
    names = [name for name in dir(made) if isinstance(getattr(made, name), property)]
    return {name: getattr(thing, name) for name in names if not name.startswith("_")}


def state_of(page):
    return attributes_of(page) | {"url": None}


def an_event(event):
    """Return the attributes of an event that was created with nothing but its type."""
    said = attributes_of(event) | {"isTrusted": True, "eventPhase": Event.AT_TARGET}
    return {name: value for name, value in said.items() if name not in (*TARGETS, "timeStamp")}


STATE = {
    "url": None,
    "readyState": WebSocket.CLOSED,
    "bufferedAmount": 0,
    "extensions": "",
    "protocol": "",
    "binaryType": "blob",
}

VIEW = [
    (Event, an_event(Event("error")), STATE),
    (
        CloseEvent,
        an_event(CloseEvent("close")) | {"code": 1006, "reason": "", "wasClean": False},
        STATE,
    ),
]
"""All that a page sees of a failure: `error`, a plain Event, and `close` with 1006."""


async def the_end_of(way, caplog):
    """Return what the page has seen, and the one record of the log."""
    caplog.set_level(logging.INFO, "whatwg_websockets")
    connect = Connect()
    await way(connect)
    await turns()
    assert nobody_is_in_line()
    [page] = connect.pages
    assert state_of(page)["readyState"] == WebSocket.CLOSED
    records = [
        each
        for each in caplog.records
        if each.name == "whatwg_websockets" and hasattr(each, "kind")
    ]
    return connect.view, next(each for each in records if each.url == without_password(page.url))


@pytest.mark.parametrize(
    ("way", "kind", "words"), [each[1:] for each in BEFORE], ids=[each[0] for each in BEFORE]
)
async def test_before_the_connection_is_established_every_failure_looks_the_same(
    way, kind, words, caplog
):
    view, record = await the_end_of(way, caplog)
    assert view == VIEW
    assert record.kind == kind
    assert words in record.why


@pytest.mark.parametrize(
    ("way", "kind", "words"), [each[1:] for each in AFTER], ids=[each[0] for each in AFTER]
)
async def test_after_it_every_loss_looks_the_same(way, kind, words, caplog):
    view, record = await the_end_of(way, caplog)
    (opened, _, state), *rest = view
    assert (opened, state["readyState"]) == (Event, WebSocket.OPEN)
    assert rest == VIEW
    assert record.kind == kind
    assert words in record.why


def test_each_kind_of_failure_has_been_looked_at():
    """The ways lead to every kind of failure that the log has for an opening handshake."""
    assert {kind for _, _, kind, _ in BEFORE} == kinds_in_the_code() - NO_FAILURE_OF_A_HANDSHAKE
