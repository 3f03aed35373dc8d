"""Plays the page's part of a scenario in Python, as ``page.js`` does in JavaScript."""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from websocket_conformance.api.acts import ACTS, PageError
from websocket_conformance.api.scenario import EVENTS, STREAM, WEBSOCKET, Operation, normal
from websocket_conformance.api.stream_page import AT_ONCE, WAITING, StreamPage, leave
from websocket_conformance.api.values import shown_bytes, shown_string

DEADLINE = 20.0
OVER = "over"
NOTHING_MORE = "(nothing more came)"
STATES = ("CONNECTING", "OPEN", "CLOSING", "CLOSED")
_WAITING = {"until", "until-seen", "later", "tell", "hear", "note-blob", "collect", *WAITING}
_COLLECTIONS = 3


class Interfaces(Protocol):
    """The interfaces of the API, under their names in the standards."""

    WebSocket: Any
    WebSocketStream: Any
    WebSocketError: Any
    ReadableStream: Any
    AbortController: Any
    AbortSignal: Any
    Blob: Any
    CloseEvent: Any
    CookieJar: Any
    Event: Any
    DOMException: Any
    EnvironmentSettings: Any
    undefined: Any


@dataclass(frozen=True)
class PageTask:
    """A task for a page: the page's part of a scenario.

    Attributes:
        id: the scenario's id.
        arguments: the arguments of the constructor.
        page: the operations by the moment at which the page does them.
        tell: the URL prefix with which the page sends a word to the server.
        hear: the URL prefix with which the page waits for a word of the server.
        listens: the events to which the page listens from the beginning.
        frame: whether the socket belongs to a separate document, which can be unloaded.
        policy: the Content Security Policies of the page; with them it has the server's origin.
        policy_report_only: the policies of the page that only report.
        cookies: whether the page has a cookie jar; with it, the page has the server's origin.
        interface: the name of the interface that is constructed.
    """

    id: str
    arguments: tuple[Any, ...]
    page: Mapping[str, Sequence[Operation]]
    tell: str
    hear: str = ""
    listens: Sequence[str] = EVENTS
    frame: bool = False
    policy: str = ""
    policy_report_only: str = ""
    cookies: bool = False
    interface: str = WEBSOCKET

    def as_json(self) -> str:
        """Return the task as one line of JSON, for drivers in other languages."""
        return json.dumps(asdict(self))


async def play(task: PageTask, interfaces: Interfaces) -> list[str]:
    """Play a page and return its trace."""
    page = PlayedPage(task, interfaces)
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(page.hear_of_exception)
    try:
        return await page.play()
    finally:
        loop.set_exception_handler(before)


async def tell(url: str) -> None:
    """Send a GET request and wait for the end of its response."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    await reader.read()
    writer.close()


class PlayedPage:
    """A page that is being played.

    Args:
        task: the task to be played.
        interfaces: the interfaces of the API.

    Attributes:
        trace: what the page has seen up to now, in lines.
        socket: the socket that the scenario is about; None after the operation ``forget``.
        settings: the settings of the separate document to which the socket belongs; None without a
            separate document.
        listeners: the listeners of the scenario, by event and label.
        streams: the part of the page for a WebSocketStream.
        others: the other sockets that the page has made.
        not_closed: how many sockets have not fired the close event for which the page waits.
    """

    def __init__(self, task: PageTask, interfaces: Interfaces) -> None:
        self.task = task
        self.interfaces = interfaces
        self.trace: list[str] = []
        self.socket: Any = None
        self.settings: Any = self.own_settings()
        self.listeners: dict[tuple[str, str], Callable[[Any], None]] = {}
        self.waiting: set[asyncio.Future[Any]] = set()
        self.streams = StreamPage(self)
        self.others: list[Any] = []
        self.not_closed = int(task.interface == WEBSOCKET and "close" in task.listens)
        self.is_over = asyncio.Event()

    def own_settings(self) -> Any:
        """Return the settings of a separate document for the socket; None if it needs none."""
        policies = {
            "content_security_policy": self.task.policy,
            "content_security_policy_report_only": self.task.policy_report_only,
        }
        given: dict[str, Any] = {name: value for name, value in policies.items() if value}
        if self.task.cookies:
            given["cookie_store"] = self.interfaces.CookieJar()
        if given:
            settings = self.interfaces.EnvironmentSettings(origin=self.task.tell, **given)
            settings.addEventListener("securitypolicyviolation", self.write_a_violation_down)
            return settings
        return self.interfaces.EnvironmentSettings() if self.task.frame else None

    async def play(self) -> list[str]:
        """Play the task and return the trace."""
        if self.construct():
            self.run(self.task.page.get("start", ()), None)
            self.see_whether_it_is_over()
            try:
                async with asyncio.timeout(DEADLINE):
                    await self.is_over.wait()
                # Unexpected events would have arrived before the response to this request.
                await tell(self.task.tell + OVER)
                await asyncio.sleep(0)
            except TimeoutError:
                self.trace.append(NOTHING_MORE)
        trace = self.trace.copy()
        for each in self.waiting:
            each.cancel()
        if self.task.interface == STREAM and self.socket is not None:
            await leave(self.socket)
            self.socket = None
        for socket in (self.socket, *self.others):
            if socket is not None:
                socket.close()
        return trace

    def construct(self) -> bool:
        """Construct the socket, and return whether the constructor succeeded."""
        try:
            settings = {} if self.settings is None else {"settings": self.settings}
            interface = getattr(self.interfaces, self.task.interface)
            arguments = map(self.streams.argument, self.task.arguments)
            self.socket = interface(*arguments, **settings)
        except Exception as error:
            self.trace.append(f"new throws {self.name_of(error)}")
            return False
        for event_type in self.task.listens if self.task.interface == WEBSOCKET else ():
            self.socket.addEventListener(event_type, self.listener("", None))
        return True

    # Events.

    def listener(self, label: str, operations: Sequence[Operation] | None) -> Callable[[Any], None]:
        """Return a listener that runs operations; without a label, those for the event's moment."""

        def listen(event: Any) -> None:
            self.write_down(event, f"{label}: " if label else "")
            own = operations if label else self.task.page.get(event.type, ())
            try:
                self.run(own or (), event)
            finally:
                if hasattr(event, "code") and not label:
                    self.not_closed -= 1
                    self.see_whether_it_is_over()

        return listen

    def write_down(self, event: Any, label: str, number: str = "") -> None:
        """Add an event and the socket's ready state to the trace."""
        state = STATES[event.target.readyState]
        line = f"{number}{state} {label}{event.type}"
        # An event that the page made itself has neither data nor a code.
        if hasattr(event, "data"):
            line += f" {self.shown_data(event.data)}"
        elif hasattr(event, "code"):
            clean = "clean" if event.wasClean else "not clean"
            line += f" {event.code} {shown_string(event.reason)} {clean}"
        self.trace.append(line)

    def write_a_violation_down(self, event: Any) -> None:
        """Add a violation of a policy to the trace."""
        blocked, policy = map(shown_string, (event.blockedURI, event.originalPolicy))
        self.trace.append(
            f"violation {event.disposition} {blocked} {event.effectiveDirective} {policy}"
        )

    def shown_data(self, data: Any) -> str:
        """Return the data of a message in the form for traces."""
        if isinstance(data, str):
            return shown_string(data)
        if isinstance(data, self.interfaces.Blob):
            return f"Blob of {data.size}"
        return f"ArrayBuffer {shown_bytes(bytes(data))}"

    def hear_of_exception(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Add an uncaught exception to the trace."""
        self.trace.append(f"reported {self.name_of(context.get('exception'))}")

    def cannot(self, what: str) -> None:
        """Add a line to the trace that something cannot be done here, and end the page."""
        self.trace.append(f"(cannot {what})")
        self.is_over.set()

    def name_of(self, error: Any) -> str:
        """Return the name of an exception in the form for traces."""
        if isinstance(error, self.interfaces.DOMException):
            return f"DOMException {error.name}"
        # Only exceptions can be raised, so a Rejection carries any other value.
        if type(error).__name__ == "Rejection":
            return self.said(error.reason)
        return "Error" if type(error) is PageError else type(error).__name__

    def said(self, value: Any) -> str:
        """Return a thrown value that is not an exception in the form for traces."""
        return "undefined" if value is None else str(value)

    # Operations.

    def run(self, operations: Sequence[Operation], event: Any) -> None:
        """Do operations in order and at once; start a task at the first operation that waits."""
        for index, (name, *arguments) in enumerate(normal(operations)):
            if name in _WAITING:
                self.wait_for(self.run_later(operations[index:], event))
                return
            self.do(name, arguments, event)

    async def run_later(self, operations: Sequence[Operation], event: Any) -> None:
        """Do operations in order, and wait for each that waits."""
        for name, *arguments in normal(operations):
            if name in _WAITING:
                await self.wait(name, arguments, event)
            else:
                self.do(name, arguments, event)

    def wait_for(self, awaitable: Awaitable[Any]) -> None:
        """Keep the page from ending before an awaitable is done."""
        waiting = asyncio.ensure_future(awaitable)
        self.waiting.add(waiting)
        waiting.add_done_callback(self.is_done)

    def is_done(self, waiting: "asyncio.Future[Any]") -> None:
        """Remove an awaitable that is done, and end the page if it was the last."""
        self.waiting.discard(waiting)
        self.see_whether_it_is_over()

    def see_whether_it_is_over(self) -> None:
        """End the page if every socket has closed and nothing waits."""
        if self.not_closed <= 0 and not self.waiting:
            self.is_over.set()

    async def wait(self, name: str, arguments: list[Any], event: Any) -> None:
        """Do an operation that waits."""
        match name, arguments:
            case "until", [attribute, value]:
                while getattr(self.socket, attribute) != value:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
            case "until-seen", [line]:
                while line not in self.trace:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
            case "later", _:
                await asyncio.sleep(0.001)
            case "tell", [word]:
                await tell(self.task.tell + word)
            case "hear", [word]:
                await tell(self.task.hear + word)
            case "collect", _:
                for _ in range(_COLLECTIONS):
                    gc.collect()
                    await asyncio.sleep(0.001)
            case "note-blob", _:
                data = await event.data.arrayBuffer()
                self.trace.append(f"Blob {shown_bytes(bytes(data))}")
            case _:
                await self.streams.start(name, arguments)

    def do(self, name: str, arguments: list[Any], event: Any) -> None:
        """Do an operation that does not wait; add an exception that it throws to the trace."""
        if name == "throw":
            raise PageError
        try:
            if name in AT_ONCE:
                AT_ONCE[name](self.streams, *arguments)
            else:
                ACTS[name](self, event, *arguments)
        except Exception as error:
            self.trace.append(f"{name} throws {self.name_of(error)}")

    def note(self, name: str, value: Any) -> None:
        """Add the value of an attribute to the trace."""
        self.trace.append(f"{name} {self.shown(value)}")

    def shown(self, value: Any) -> str:
        """Return the value of an attribute in the form for traces."""
        if value is self.socket:
            return "the socket"
        if isinstance(value, str):
            return shown_string(value)
        if isinstance(value, tuple | list):
            return f"{len(value)} items"
        return json.dumps(value) if value is None or isinstance(value, int) else "an object"
