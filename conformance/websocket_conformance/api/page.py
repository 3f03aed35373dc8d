"""Plays the page's part of a scenario in Python, as ``page.js`` does in JavaScript."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from websocket_conformance.api.operations import EVENTS, Operation
from websocket_conformance.api.values import bytes_of, shown_bytes, shown_string, string_of

DEADLINE = 20.0
OVER = "over"
NOTHING_MORE = "(nothing more came)"
STATES = ("CONNECTING", "OPEN", "CLOSING", "CLOSED")
_WAITING = {"until", "later", "tell", "note-blob"}


class Interfaces(Protocol):
    """The interfaces of the API, under their names in the standards."""

    WebSocket: Any
    Blob: Any
    CloseEvent: Any
    Event: Any
    DOMException: Any


@dataclass(frozen=True)
class PageTask:
    """What a page is asked to play.

    Attributes:
        id: the scenario's.
        arguments: those of the constructor.
        page: what to do at which moment.
        tell: the URL under which the server is told a word.
    """

    id: str
    arguments: tuple[Any, ...]
    page: Mapping[str, Sequence[Operation]]
    tell: str

    def as_json(self) -> str:
        """Write it in a line, as drivers in other languages read it."""
        return json.dumps(
            {"id": self.id, "arguments": self.arguments, "page": self.page, "tell": self.tell}
        )


async def play(task: PageTask, interfaces: Interfaces) -> list[str]:
    """Play a page and return its trace."""
    page = _Page(task, interfaces)
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(page.hear_of_exception)
    try:
        return await page.play()
    finally:
        loop.set_exception_handler(before)


async def tell(url: str) -> None:
    """Make a request and wait for its answer."""
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    writer.write(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    await reader.read()
    writer.close()


class _Page:
    def __init__(self, task: PageTask, interfaces: Interfaces) -> None:
        self.task = task
        self.interfaces = interfaces
        self.trace: list[str] = []
        self.socket: Any = None
        self.listeners: dict[tuple[str, str], Callable[[Any], None]] = {}
        self.waiting: set[asyncio.Task[None]] = set()
        self.has_closed = False
        self.is_over = asyncio.Event()

    async def play(self) -> list[str]:
        if self.construct():
            self.run(self.task.page.get("start", ()), None)
            try:
                async with asyncio.timeout(DEADLINE):
                    await self.is_over.wait()
                # What should not come any more would have come by the time this is answered.
                await tell(self.task.tell + OVER)
                await asyncio.sleep(0)
            except TimeoutError:
                self.trace.append(NOTHING_MORE)
        trace = self.trace.copy()
        for each in self.waiting:
            each.cancel()
        if self.socket is not None:
            self.socket.close()
        return trace

    def construct(self) -> bool:
        try:
            self.socket = self.interfaces.WebSocket(*self.task.arguments)
        except Exception as error:
            self.trace.append(f"new throws {self.name_of(error)}")
            return False
        for event_type in EVENTS:
            self.socket.addEventListener(event_type, self.listener("", None))
        return True

    # Events.

    def listener(self, label: str, operations: Sequence[Operation] | None) -> Callable[[Any], None]:
        """Make a listener: one of the scenario's, or without a label the one of its moments."""

        def listen(event: Any) -> None:
            self.write_down(event, label)
            own = operations if label else self.task.page.get(event.type, ())
            try:
                self.run(own or (), event)
            finally:
                if hasattr(event, "code"):
                    self.has_closed = True
                    self.see_whether_it_is_over()

        return listen

    def write_down(self, event: Any, label: str) -> None:
        state = STATES[self.socket.readyState]
        line = f"{state} {label + ': ' if label else ''}{event.type}"
        # An event that the page made itself has neither.
        if hasattr(event, "data"):
            line += f" {self.shown_data(event.data)}"
        elif hasattr(event, "code"):
            clean = "clean" if event.wasClean else "not clean"
            line += f" {event.code} {shown_string(event.reason)} {clean}"
        self.trace.append(line)

    def shown_data(self, data: Any) -> str:
        if isinstance(data, str):
            return shown_string(data)
        if isinstance(data, self.interfaces.Blob):
            return f"Blob of {data.size}"
        return f"ArrayBuffer {shown_bytes(bytes(data))}"

    def hear_of_exception(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.trace.append(f"reported {self.name_of(context.get('exception'))}")

    def name_of(self, error: Any) -> str:
        if isinstance(error, self.interfaces.DOMException):
            return f"DOMException {error.name}"
        return "Error" if type(error) is _PageError else type(error).__name__

    # Operations.

    def run(self, operations: Sequence[Operation], event: Any) -> None:
        """Do them in order and at once; from the first that waits on, as a task."""
        for index, operation in enumerate(operations):
            name = operation if isinstance(operation, str) else operation[0]
            if name in _WAITING:
                waiting = asyncio.ensure_future(self.run_later(operations[index:], event))
                self.waiting.add(waiting)
                waiting.add_done_callback(self.is_done)
                return
            self.do(operation, event)

    async def run_later(self, operations: Sequence[Operation], event: Any) -> None:
        for operation in operations:
            name, *arguments = operation if not isinstance(operation, str) else [operation]
            if name in _WAITING:
                await self.wait(name, arguments, event)
            else:
                self.do(operation, event)

    def is_done(self, waiting: asyncio.Task[None]) -> None:
        self.waiting.discard(waiting)
        self.see_whether_it_is_over()

    def see_whether_it_is_over(self) -> None:
        if self.has_closed and not self.waiting:
            self.is_over.set()

    async def wait(self, name: str, arguments: list[Any], event: Any) -> None:
        match name, arguments:
            case "until", [attribute, value]:
                while getattr(self.socket, attribute) != value:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
            case "later", _:
                await asyncio.sleep(0.001)
            case "tell", [word]:
                await tell(self.task.tell + word)
            case "note-blob", _:
                data = await event.data.arrayBuffer()
                self.trace.append(f"Blob {shown_bytes(bytes(data))}")

    def do(self, operation: Operation, event: Any) -> None:
        name, *arguments = operation if not isinstance(operation, str) else [operation]
        if name == "throw":
            raise _PageError
        try:
            getattr(self, "do_" + name.replace("-", "_"))(event, *arguments)
        except Exception as error:
            self.trace.append(f"{name} throws {self.name_of(error)}")

    def do_send(self, _: Any, value: Any) -> None:
        self.socket.send(self.made(value))

    def made(self, value: Any) -> Any:
        if isinstance(value, dict):
            if "bytes" in value:
                return bytes_of(value)
            if "view" in value:
                return memoryview(bytes_of(value))[value.get("from", 0) : value.get("to")]
            if "blob" in value:
                return self.interfaces.Blob([bytes_of(value)])
        return string_of(value)

    def do_close(self, _: Any, *arguments: Any) -> None:
        if arguments and isinstance(arguments[0], dict):
            self.socket.close(reason=string_of(arguments[0]["reason"]))
        else:
            self.socket.close(*arguments[:1], *map(string_of, arguments[1:]))

    def do_set(self, _: Any, name: str, value: Any) -> None:
        setattr(self.socket, name, value)

    def do_note(self, _: Any, name: str) -> None:
        self.trace.append(f"{name} {self.shown(getattr(self.socket, name))}")

    def do_note_event(self, event: Any, name: str) -> None:
        self.trace.append(f"event.{name} {self.shown(getattr(event, name))}")

    def do_note_static(self, _: Any, name: str) -> None:
        self.trace.append(f"WebSocket.{name} {getattr(self.interfaces.WebSocket, name)}")

    def do_note_interface(self, event: Any) -> None:
        self.trace.append(f"event is a {type(event).__name__}")

    def shown(self, value: Any) -> str:
        if value is self.socket:
            return "the socket"
        if isinstance(value, str):
            return shown_string(value)
        if isinstance(value, tuple | list):
            return f"{len(value)} items"
        return json.dumps(value) if value is None or isinstance(value, int) else "an object"

    def do_listen(
        self,
        _: Any,
        event_type: str,
        label: str,
        operations: Sequence[Operation] = (),
        options: Mapping[str, bool] | None = None,
    ) -> None:
        key = (event_type, label)
        listener = self.listeners.setdefault(key, self.listener(label, operations))
        self.socket.addEventListener(event_type, listener, options or {})

    def do_unlisten(self, _: Any, event_type: str, label: str) -> None:
        self.socket.removeEventListener(event_type, self.listeners[event_type, label])

    def do_handle(
        self, _: Any, event_type: str, label: str = "", operations: Sequence[Operation] = ()
    ) -> None:
        handler = self.listener(label, operations) if label else None
        setattr(self.socket, f"on{event_type}", handler)

    def do_stop(self, event: Any) -> None:
        event.stopImmediatePropagation()

    def do_dispatch(self, _: Any, event_type: str) -> None:
        self.socket.dispatchEvent(self.interfaces.Event(event_type))

    def do_new_close_event(self, _: Any, members: Mapping[str, Any] | None = None) -> None:
        event = self.interfaces.CloseEvent("close", members or {})
        shown = [event.wasClean, event.code, event.reason]
        self.trace.append(f"CloseEvent {' '.join(map(self.shown, shown))}")

    def do_microtask(self, event: Any, operations: Sequence[Operation]) -> None:
        asyncio.get_running_loop().call_soon(self.run, operations, event)


class _PageError(Exception):
    """What a page throws."""
