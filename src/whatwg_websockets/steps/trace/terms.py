"""What the objects of the standards are called in a trace: a URL record is its serialization."""

import re
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from ada_url import URL

from whatwg_websockets.authentication.credentials import Secret
from whatwg_websockets.close_event import CloseEvent
from whatwg_websockets.dom.event import Event
from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.fetch.http1 import HttpFailure, ResponseHead
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.fileapi.blob import Blob
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.html.message_event import MessageEvent
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.network.dial import Dialled
from whatwg_websockets.network.target import Target
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.extension import Extension
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.receive import CloseFrame
from whatwg_websockets.rfc7692.parameters import Parameters
from whatwg_websockets.steps.trace.secrets import HIDDEN, without_secrets
from whatwg_websockets.streams.default_reader import ReadableStreamReadResult
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.url.origin import OpaqueOrigin, TupleOrigin
from whatwg_websockets.url.url_record import UrlRecord
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.missing import Missing
from whatwg_websockets.webidl.promise import Promise
from whatwg_websockets.websocket import WebSocket
from whatwg_websockets.websocketstream.dictionaries import WebSocketCloseInfo, WebSocketOpenInfo
from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream

Show = Callable[[object], str]
"""Returns the text of a value within another one."""

STATES = ("not established", "established", "closing", "closed")
"""What the states of a WebSocket connection are called, by their numbers."""


def in_the_words_of_its_standard(value: object, show: Show) -> str | None:
    """Return the text of an object that a standard defines; None for any other object.

    Args:
        value: the object; nothing of it is kept.
        show: returns the text of what is in it.
    """
    for kind in type(value).__mro__:
        if kind in _WORDS:
            return _WORDS[kind](value, show)
    return None


def attributes_of_the_event(event: Event, show: Show) -> dict[str, str]:
    """Return the attributes that an event has of its interface, with their values."""
    names: tuple[str, ...] = ()
    if isinstance(event, MessageEvent):
        names = ("data", "origin")
    elif isinstance(event, CloseEvent):
        names = ("wasClean", "code", "reason")
    return {name: show(getattr(event, name)) for name in names}


def _event(event: Event, show: Show) -> str:
    attributes = attributes_of_the_event(event, show)
    said = ", ".join(f"{name} {text}" for name, text in attributes.items())
    return f"{event.type} event" + (f" with {said}" if said else "")


def _response(response: Response, _: Show) -> str:
    if response.is_network_error:
        return f"network error: {response.why}"
    return f"response {response.status_in_words}"


def _header_list(headers: HeaderList, _: Show) -> str:
    return f"header list « {', '.join(map(_header, headers.headers))} »"


def _header(header: tuple[bytes, bytes]) -> str:
    name, value = header
    said = HIDDEN if isinstance(value, Secret) else value.decode("latin-1")
    return without_secrets(f"{name.decode('latin-1')}: {said}")


def _exception(error: DOMException, _: Show) -> str:
    return f"{error.name}: {error.message}"


def _wire(connection: Connection, _: Show) -> str:
    return f"WebSocket connection, {STATES[connection.state]}"


def _parameters(parameters: Parameters, _: Show) -> str:
    said = [name for name in ("server_no_context_takeover", "client_no_context_takeover")
            if getattr(parameters, name)]  # fmt: skip
    for name in ("server_max_window_bits", "client_max_window_bits"):
        said.append(f"{name}={getattr(parameters, name)}")
    return "permessage-deflate; " + "; ".join(said)


def _extension(extension: Extension, _: Show) -> str:
    parameters = (
        name if value is None else f"{name}={value}" for name, value in extension.parameters
    )
    return "; ".join((extension.name, *parameters))


def _steps(steps: partial[object], _: Show) -> str:
    return f"the steps {getattr(steps.func, '__name__', type(steps.func).__name__)}"


def _target(target: Target, _: Show) -> str:
    host, port = target.address[:2]
    return f"[{host}]:{port}" if target.family == socket.AF_INET6 else f"{host}:{port}"


def _family(family: socket.AddressFamily, _: Show) -> str:
    return {socket.AF_INET: "IPv4", socket.AF_INET6: "IPv6"}.get(family, family.name)


def _members(value: object, show: Show) -> str:
    """Return a dictionary of Web IDL as Infra writes a map."""
    items = (f'"{name}" → {show(getattr(value, name))}' for name in _MEMBERS[type(value)])
    return f"«[ {', '.join(items)} ]»"


def members_of_the_dictionary(value: object, show: Show) -> dict[str, str]:
    """Return the members of a dictionary that a promise is resolved with; none of another value.

    The two streams are left out, since there is no more to say of them than that they are new.
    """
    names = _MEMBERS.get(type(value), ())
    return {name: show(getattr(value, name)) for name in names if name not in _STREAMS}


_STREAMS = ("readable", "writable")

_MEMBERS = {
    ReadableStreamReadResult: ("value", "done"),
    WebSocketOpenInfo: ("readable", "writable", "extensions", "protocol"),
    WebSocketCloseInfo: ("closeCode", "reason"),
}


def _represented(value: object, _: Show) -> str:
    """Return what an object says of itself, without the angle brackets around it."""
    return re.sub(r"\A<(.*)>\Z", r"\1", repr(value), flags=re.DOTALL)


_WORDS: dict[type, Callable[[Any, Show], str]] = {
    Blob: _represented,
    CloseFrame: lambda value, show: f"Close frame {show(value.code)} {show(value.reason)}",
    Connection: _wire,
    DOMException: _exception,
    Dialled: lambda *_: "connection over TCP or TLS",
    EnvironmentSettings: lambda value, _: f"environment settings object, origin {value.origin}",
    Event: _event,
    Extension: _extension,
    Failure: lambda value, _: f"failure {value.code}: {value.why}",
    HeaderList: _header_list,
    HttpFailure: lambda value, _: f"network error: {value.why}",
    Limits: lambda *_: "",
    Missing: lambda *_: "not given",
    OpaqueOrigin: lambda *_: "an opaque origin",
    Parameters: _parameters,
    Promise: _represented,
    ReadableStreamReadResult: _members,
    ReadableStream: _represented,
    Request: lambda value, _: f"request GET {value.url}",
    Response: _response,
    ResponseHead: lambda value, _: f"head of a response with status {value.status}",
    Target: _target,
    TupleOrigin: lambda value, _: f"origin {value}",
    URL: _represented,
    UrlRecord: lambda value, _: str(value),
    WebSocket: _represented,
    WebSocketCloseInfo: _members,
    WebSocketConnection: lambda value, show: show(value.wire),
    WebSocketOpenInfo: _members,
    WebSocketStream: _represented,
    WritableStream: _represented,
    partial: _steps,
    socket.AddressFamily: _family,
}
