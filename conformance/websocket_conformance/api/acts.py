"""The operations of a page that do not wait, in Python; those that wait are in ``page``."""

import asyncio
import http.client
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websocket_conformance.api.scenario import EVENTS, Operation
from websocket_conformance.api.values import bytes_of, string_of

if TYPE_CHECKING:
    from websocket_conformance.api.page import PlayedPage


BLOCKED = "blocked"
"""The word that a page sends to the server before it blocks the event loop."""


class PageError(Exception):
    """The exception that a page throws."""


def _send_then_change(page: "PlayedPage", _: Any, value: Any) -> None:
    data = bytearray(bytes_of(value))
    page.socket.send(data)
    data[:] = bytes(len(data))


def made(page: "PlayedPage", value: Any) -> Any:
    """Return the data that a value stands for: a string, bytes, a view or a Blob."""
    if isinstance(value, dict):
        if "bytes" in value:
            return bytes_of(value)
        if "view" in value:
            return memoryview(bytes_of(value))[value.get("from", 0) : value.get("to")]
        if "blob" in value:
            return page.interfaces.Blob([bytes_of(value)])
    return string_of(value)


def _close(page: "PlayedPage", _: Any, *arguments: Any) -> None:
    if arguments and isinstance(arguments[0], dict):
        page.socket.close(reason=string_of(arguments[0]["reason"]))
    else:
        page.socket.close(*arguments[:1], *map(string_of, arguments[1:]))


def _block(page: "PlayedPage", _: Any, word: str) -> None:
    _wait_for(page.task.tell + BLOCKED)
    _wait_for(page.task.hear + word)


def _another(page: "PlayedPage", _: Any, url: str, operations: Sequence[Operation] = ()) -> None:
    # All sockets of a page share its cookie jar.
    settings = {"settings": page.settings} if page.task.cookies else {}
    socket = page.interfaces.WebSocket(url, **settings)
    page.others.append(socket)
    page.not_closed += 1
    number = f"{len(page.others) + 1}: "

    def listen(event: Any) -> None:
        page.write_down(event, "", number)
        if event.type == "open":
            socket.close()
        elif event.type == "close":
            page.run(operations, event)
            page.not_closed -= 1
            page.see_whether_it_is_over()

    for event_type in EVENTS:
        socket.addEventListener(event_type, listen)


def _unload(page: "PlayedPage", _: Any) -> None:
    page.not_closed = 0
    page.settings.unload()


def _listen(
    page: "PlayedPage",
    _: Any,
    event_type: str,
    label: str,
    operations: Sequence[Operation] = (),
    options: Mapping[str, bool] | None = None,
) -> None:
    key = (event_type, label)
    listener = page.listeners.setdefault(key, page.listener(label, operations))
    page.socket.addEventListener(event_type, listener, options or {})


def _handle(
    page: "PlayedPage",
    _: Any,
    event_type: str,
    label: str = "",
    operations: Sequence[Operation] = (),
) -> None:
    handler = page.listener(label, operations) if label else None
    setattr(page.socket, f"on{event_type}", handler)


def _new_close_event(page: "PlayedPage", _: Any, members: Mapping[str, Any] | None = None) -> None:
    event = page.interfaces.CloseEvent("close", members or {})
    shown = [event.wasClean, event.code, event.reason]
    page.trace.append(f"CloseEvent {' '.join(map(page.shown, shown))}")


def _wait_for(url: str) -> None:
    """Send a request and block the event loop until its response has arrived."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    try:
        connection.request("GET", parts.path)
        connection.getresponse().read()
    finally:
        connection.close()


ACTS: Mapping[str, Callable[..., object]] = {
    "send": lambda page, _, value: page.socket.send(made(page, value)),
    "send-then-change": _send_then_change,
    "send-lost-file": lambda page, *_: page.cannot("send a Blob whose file is gone"),
    "close": _close,
    "block": _block,
    "another": _another,
    "forget": lambda page, _: setattr(page, "socket", None),
    "unload": _unload,
    "set": lambda page, _, name, value: setattr(page.socket, name, value),
    "note": lambda page, _, name: page.note(name, page.streams.look_up(name)),
    "note-event": lambda page, event, name: page.note(f"event.{name}", getattr(event, name)),
    "note-static": lambda page, _, name: page.note(
        f"WebSocket.{name}", getattr(page.interfaces.WebSocket, name)
    ),
    "note-interface": lambda page, event: page.trace.append(f"event is a {type(event).__name__}"),
    "listen": _listen,
    "unlisten": lambda page, _, event_type, label: page.socket.removeEventListener(
        event_type, page.listeners[event_type, label]
    ),
    "handle": _handle,
    "stop": lambda page, event: event.stopImmediatePropagation(),
    "dispatch": lambda page, _, event_type: page.socket.dispatchEvent(
        page.interfaces.Event(event_type)
    ),
    "new-close-event": _new_close_event,
    "microtask": lambda page, event, operations: asyncio.get_running_loop().call_soon(
        page.run, operations, event
    ),
}
"""The operations by name; each takes the page, the event whose listener runs it, and arguments."""
