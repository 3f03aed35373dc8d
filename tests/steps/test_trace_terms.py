"""What the objects of the standards are called in a trace."""

import socket
from functools import partial

import pytest

from whatwg_websockets import CloseEvent, EnvironmentSettings, Event, MessageEvent
from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.fetch.http1 import HttpFailure, ResponseHead
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.fileapi.blob import Blob
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.dial import Dialled
from whatwg_websockets.network.target import Target
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.extension import Extension
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.receive import CloseFrame
from whatwg_websockets.rfc7692.parameters import Parameters
from whatwg_websockets.steps.trace.values import shown
from whatwg_websockets.streams.default_reader import ReadableStreamReadResult
from whatwg_websockets.url.origin import OpaqueOrigin
from whatwg_websockets.url.url_record import origin_of, parse
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.websocketstream.dictionaries import WebSocketCloseInfo


class Callback:
    def __call__(self, value):
        return value


URL = parse("wss://a.example/room?b=c")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (URL, "wss://a.example/room?b=c"),
        (Request(url=URL, client=EnvironmentSettings()), "request GET wss://a.example/room?b=c"),
        (Response(status=404, status_message=b"Not Found"), "response 404 Not Found"),
        (network_error("port 1 is blocked", "blocked port"), "network error: port 1 is blocked"),
        (HttpFailure("not HTTP", "no HTTP"), "network error: no HTTP"),
        (ResponseHead(101, b"", []), "head of a response with status 101"),
        (HeaderList([(b"Host", b"a"), (b"Upgrade", b"b")]), "header list « Host: a, Upgrade: b »"),
        (EnvironmentSettings(), "environment settings object, origin null"),
        (OpaqueOrigin(), "an opaque origin"),
        (origin_of(URL), "origin wss://a.example"),
        (Event("open"), "open event"),
        (MessageEvent("message", data="a"), 'message event with data "a", origin ""'),
        (
            CloseEvent("close", code=1000, reason="bye", wasClean=True),
            'close event with wasClean true, code 1000, reason "bye"',
        ),
        (DOMException("no", "SyntaxError"), "SyntaxError: no"),
        (MISSING, "not given"),
        (Blob([b"ab"]), "Blob of 2 bytes, type ''"),
        (Connection(), "WebSocket connection, not established"),
        (CloseFrame(1000, "bye"), 'Close frame 1000 "bye"'),
        (Failure(1002, "a rule"), "failure 1002: a rule"),
        (
            Parameters(server_no_context_takeover=True),
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=15; "
            "client_max_window_bits=15",
        ),
        (Target(socket.AF_INET, ("127.0.0.1", 80)), "127.0.0.1:80"),
        (Target(socket.AF_INET6, ("::1", 80, 0, 0)), "[::1]:80"),
        (socket.AF_INET6, "IPv6"),
        (socket.AF_UNSPEC, "AF_UNSPEC"),
        (WebSocketCloseInfo(1000, "bye"), '«[ "closeCode" → 1000, "reason" → "bye" ]»'),
        (Limits(), ""),
        (partial(origin_of, URL), "the steps origin_of"),
        (partial(partial(print, sep=""), 1), "the steps print"),
        (partial(Event.stopPropagation), "the steps stopPropagation"),
        (partial(Callback(), 1), "the steps Callback"),
        (ReadableStreamReadResult("a", done=False), '«[ "value" → "a", "done" → false ]»'),
        (Extension("a", [("b", None), ("c", "1")]), "a; b; c=1"),
        (Extension("a", []), "a"),
        (Dialled.__new__(Dialled), "connection over TCP or TLS"),
    ],
)
def test_an_object_is_called_what_its_standard_calls_it(value, text):
    assert shown(value) == text
