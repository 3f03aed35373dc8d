"""3.1 The WebSocket interface: its members, as the IDL has them.

https://websockets.spec.whatwg.org/#the-websocket-interface
"""

import asyncio
import importlib
import runpy
import sys
from importlib import metadata

import pytest

import whatwg_websockets
from support.inside import has_listeners, listeners_of
from support.page import Recorder, nowhere, opened
from support.server import Server
from whatwg_websockets import AbortController, DOMException, Event, EventTarget, WebSocket, cli


@pytest.mark.parametrize(
    ("name", "value"), [("CONNECTING", 0), ("OPEN", 1), ("CLOSING", 2), ("CLOSED", 3)]
)
async def test_the_constants_are_on_the_class_and_on_each_object(name, value):
    assert getattr(WebSocket, name) == value
    async with opened() as (socket, _, _events):
        assert getattr(socket, name) == value


@pytest.mark.parametrize("name", ["url", "readyState", "bufferedAmount", "extensions", "protocol"])
async def test_readonly_attributes_cannot_be_set(name):
    async with opened() as (socket, _, _events):
        before = getattr(socket, name)
        with pytest.raises(AttributeError):
            setattr(socket, name, "x")
        assert getattr(socket, name) == before


async def test_it_may_carry_properties_of_the_pages_own():
    async with opened() as (socket, _, _events):
        socket.player = 5  # type: ignore[attr-defined]
        assert (socket.player, vars(socket)) == (5, {"player": 5})  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "ws://user:secret@exa mple/",
        "ws:user:secret@[::1/",
        "//user:secret@host/",
        "ftp://user:secret@host/",
        "ws://user:secret@host/#fragment",
    ],
)
async def test_no_exception_shows_a_password(url):
    with pytest.raises(DOMException, match=r"host|exa mple|::1") as raised:
        WebSocket(url)
    assert raised.value.name == "SyntaxError"
    assert "secret" not in f"{raised.value!r} {raised.value}"


async def test_its_repr_does_not_show_a_password():
    socket = WebSocket("ws://user:secret@host/?q", settings=nowhere())
    assert socket.url == "ws://user:secret@host/?q"
    assert repr(socket) == "<WebSocket ws://user:***@host/?q CONNECTING>"


async def test_binary_type_ignores_what_is_none():
    """Web IDL: an attribute whose type is an enumeration ignores another string."""
    async with opened() as (socket, _, _events):
        for value in ("arraybuffer", "blob", "arraybuffer"):
            socket.binaryType = value
            assert socket.binaryType == value
        for value in ("", "ArrayBuffer", "blob ", "bytes", None, 1, [1]):
            socket.binaryType = value
            assert socket.binaryType == "arraybuffer"


async def test_binary_type_is_converted_to_a_string():
    class Blobby:
        def __str__(self):
            return "blob"

    async with opened() as (socket, _, _events):
        socket.binaryType = "arraybuffer"
        socket.binaryType = Blobby()
        assert socket.binaryType == "blob"


@pytest.mark.parametrize("event_type", ["open", "message", "error", "close"])
async def test_each_event_has_a_handler_attribute(event_type):
    async with opened() as (socket, _, _events):
        name = f"on{event_type}"
        assert getattr(socket, name) is None
        setattr(socket, name, print)
        assert getattr(socket, name) is print
        setattr(socket, name, None)
        assert getattr(socket, name) is None


async def test_a_handler_keeps_its_place_among_the_listeners():
    """https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes"""
    async with opened() as (socket, peer, events):
        order = []
        socket.onmessage = lambda event: order.append("first")
        socket.addEventListener("message", lambda event: order.append("second"))
        socket.onmessage = lambda event: order.append("replaced")
        await peer.send_text("x")
        await events.until("message")
        assert order == ["replaced", "second"]


async def test_it_is_an_event_target():
    async with opened() as (socket, _, _events):
        assert isinstance(socket, EventTarget)
        heard = []
        socket.addEventListener("mine", heard.append, once=True)
        event = whatwg_websockets.Event("mine")
        assert socket.dispatchEvent(event) is True
        assert heard == [event]
        assert event.target is socket


@pytest.mark.parametrize(
    "call",
    [
        lambda socket: setattr(socket, "onmessage", print),
        lambda socket: setattr(socket, "onmessage", None),
        lambda socket: socket.addEventListener("message", print),
        lambda socket: socket.removeEventListener("message", print),
        lambda socket: socket.dispatchEvent(whatwg_websockets.Event("message")),
    ],
)
async def test_listeners_are_the_business_of_the_sockets_own_thread(call):
    """Which listeners there are decides whether the socket is kept, so its loop has to know."""
    async with opened() as (socket, _, events):
        socket.onmessage = before = events.events.append
        with pytest.raises(RuntimeError, match="call_soon_threadsafe"):
            await asyncio.to_thread(call, socket)
        assert socket.onmessage is before


async def test_a_subclass_may_have_attributes_and_listeners_of_its_own():
    class Chat(WebSocket):
        def __init__(self, url):
            super().__init__(url)
            self.log = []
            self.onmessage = self.take

        def take(self, event):
            self.log.append(event.data)

    async with Server() as server:
        chat = Chat(server.url)
        events = Recorder(chat)
        peer = await server.accept_handshake()
        await peer.send_text("hello")
        await events.until("message")
        assert chat.log == ["hello"]


def test_the_public_names_are_those_of_web_idl():
    assert whatwg_websockets.__all__ == sorted(whatwg_websockets.__all__)
    for name in whatwg_websockets.__all__:
        public = getattr(whatwg_websockets, name)
        assert getattr(public, "__name__", str(public)) == name


@pytest.mark.parametrize(
    "call",
    [
        lambda socket: socket.send("x"),
        lambda socket: socket.close(),
        lambda socket: socket.bufferedAmount,
        lambda socket: socket.addEventListener("message", print),
        lambda socket: socket.addEventListener("x", print, signal=AbortController().signal),
        lambda socket: socket.removeEventListener("message", print),
        lambda socket: socket.dispatchEvent(Event("message")),
        lambda socket: setattr(socket, "onmessage", print),
        lambda socket: setattr(socket, "binaryType", "arraybuffer"),
    ],
)
async def test_what_belongs_to_its_thread_does_nothing_in_another(call):
    async with opened() as (socket, _, events):
        with pytest.raises(RuntimeError, match="call_soon_threadsafe"):
            await asyncio.to_thread(call, socket)
        assert socket.readyState == WebSocket.OPEN
        assert socket.bufferedAmount == 0
        assert socket.binaryType == "blob"
        assert socket.onmessage is None
        assert len(listeners_of(socket, "message")) == 1
        assert not has_listeners(socket, "x")
        assert events.events == []


def test_the_version_is_that_of_the_distribution():
    assert whatwg_websockets.__version__ == metadata.version("whatwg-websockets")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        whatwg_websockets.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_package_can_be_run_as_the_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["whatwg-websockets", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("whatwg_websockets", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == whatwg_websockets.__version__


def test_to_import_the_module_that_runs_the_command_runs_nothing(monkeypatch):
    monkeypatch.delitem(sys.modules, "whatwg_websockets.__main__", raising=False)
    assert importlib.import_module("whatwg_websockets.__main__").main is cli.main
    del sys.modules["whatwg_websockets.__main__"]


async def test_what_it_needs_it_says():
    with pytest.raises(TypeError):
        WebSocket()
    async with opened() as (socket, _, _events):
        with pytest.raises(TypeError):
            socket.send()
