"""The WHATWG WebSockets Standard in Python: the browser's ``WebSocket``, step by step.

>>> from whatwg_websockets import WebSocket

The names are those of Web IDL, and ``undefined`` is JavaScript's. Each algorithm of the standard
is a module of its own.
"""

from typing import TYPE_CHECKING

from whatwg_websockets.authentication.authentication_challenge import AuthenticationChallenge
from whatwg_websockets.close_event import CloseEvent
from whatwg_websockets.cookies.cookie_jar import CookieJar
from whatwg_websockets.csp.security_policy_violation_event import SecurityPolicyViolationEvent
from whatwg_websockets.dom.abort import AbortSignal
from whatwg_websockets.dom.abort_controller import AbortController
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.fileapi.blob import Blob
from whatwg_websockets.hsts.known_hosts import HstsList
from whatwg_websockets.hsts.preload_list import PreloadList
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.html.message_event import MessageEvent
from whatwg_websockets.proxies.proxies import Proxies
from whatwg_websockets.streams.byob_reader import ReadableStreamBYOBReader
from whatwg_websockets.streams.byob_request import ReadableStreamBYOBRequest
from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader
from whatwg_websockets.streams.default_writer import WritableStreamDefaultWriter
from whatwg_websockets.streams.queuing_strategies import (
    ByteLengthQueuingStrategy,
    CountQueuingStrategy,
)
from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController
from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.transform_controller import TransformStreamDefaultController
from whatwg_websockets.streams.transform_stream import TransformStream
from whatwg_websockets.streams.writable_controller import WritableStreamDefaultController
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.tls.client_certificate import ClientCertificate
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.websocket import WebSocket
from whatwg_websockets.websocketstream.dictionaries import (
    WebSocketCloseInfo,
    WebSocketOpenInfo,
    WebSocketStreamOptions,
)
from whatwg_websockets.websocketstream.websocket_error import WebSocketError
from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream

undefined = MISSING

__all__ = [
    "AbortController",
    "AbortSignal",
    "AuthenticationChallenge",
    "Blob",
    "ByteLengthQueuingStrategy",
    "ClientCertificate",
    "CloseEvent",
    "CookieJar",
    "CountQueuingStrategy",
    "DOMException",
    "EnvironmentSettings",
    "Event",
    "EventTarget",
    "HstsList",
    "Limits",
    "MessageEvent",
    "PreloadList",
    "Proxies",
    "ReadableByteStreamController",
    "ReadableStream",
    "ReadableStreamBYOBReader",
    "ReadableStreamBYOBRequest",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "SecurityPolicyViolationEvent",
    "TransformStream",
    "TransformStreamDefaultController",
    "WebSocket",
    "WebSocketCloseInfo",
    "WebSocketError",
    "WebSocketOpenInfo",
    "WebSocketStream",
    "WebSocketStreamOptions",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
    "undefined",
]

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        """Look up the version on demand, since the lookup would slow down each import."""
        if name == "__version__":
            from importlib.metadata import version

            return version("whatwg-websockets")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
