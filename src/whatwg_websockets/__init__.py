"""The WHATWG WebSockets Standard in Python: the browser's ``WebSocket``, step by step.

>>> from whatwg_websockets import WebSocket

The names are those of Web IDL. Each algorithm of the standard is a module of its own.
"""

from whatwg_websockets.close_event import CloseEvent
from whatwg_websockets.dom.abort import AbortController, AbortSignal
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.fileapi.blob import Blob
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.html.message_event import MessageEvent
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.websocket import WebSocket

__all__ = [
    "AbortController",
    "AbortSignal",
    "Blob",
    "CloseEvent",
    "DOMException",
    "EnvironmentSettings",
    "Event",
    "EventTarget",
    "Limits",
    "MessageEvent",
    "WebSocket",
]
