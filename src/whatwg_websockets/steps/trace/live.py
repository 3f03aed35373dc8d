"""One connection to look at: open it, say something, hear the answers, close it."""

import asyncio
from collections.abc import Awaitable, Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.record import Listener
from whatwg_websockets.steps.trace.tracing import trace
from whatwg_websockets.steps.trace.values import counted
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.promise import mark_as_handled
from whatwg_websockets.websocket import WebSocket
from whatwg_websockets.websocketstream.dictionaries import WebSocketOpenInfo
from whatwg_websockets.websocketstream.websocket_error import WebSocketError
from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@dataclass(frozen=True)
class Visit:
    """What is to be done with a connection.

    Attributes:
        url: where to.
        protocols: the subprotocols to ask for.
        texts: what to send once it is open.
        code: the code to close with; None to close without a code.
        patience: how many seconds the server has for the opening handshake, for as many messages as
            were sent, and for its Close frame, each.
        is_stream: whether a WebSocketStream is to do it, and no WebSocket.
    """

    url: str
    protocols: Sequence[str] = ()
    texts: Sequence[str] = ()
    code: int | None = None
    patience: float = 2.0
    is_stream: bool = False


@dataclass(frozen=True)
class Outcome:
    """The outcome of a visit.

    Attributes:
        visit: what was to be done.
        entries: the trace.
        why: why the visit failed, in one line; empty where it succeeded.
    """

    visit: Visit
    entries: list[Entry]
    why: str


async def tell(
    visit: Visit,
    settings: EnvironmentSettings | None = None,
    only: Collection[str] = (),
    listener: Listener | None = None,
) -> Outcome:
    """Carry out a visit, and trace it.

    If the task is cancelled meanwhile, the trace ends, and what has been seen so far is returned.

    Args:
        visit: what is to be done.
        settings: the settings object of the socket.
        only: the folders whose algorithms and steps are told.
        listener: hears of each entry at once; None where nothing does.

    Raises:
        ValueError: ``only`` names a folder that does not exist.
    """
    looking_on = trace(only, listener)
    kind = _StreamVisit if visit.is_stream else _SocketVisit
    with looking_on:
        try:
            why = await kind(visit, settings, looking_on.entries).carry_out()
        except asyncio.CancelledError:
            why = INTERRUPTED
    if why is None:
        said = [entry.text for entry in looking_on.entries if entry.kind == "log"]
        why = said[-1] if said else "the connection could not be opened"
    return Outcome(visit, looking_on.entries, why)


INTERRUPTED = "interrupted"
"""Why a visit did not come to its end when its task was cancelled."""


class _Visiting:
    """A visit on its way.

    Args:
        visit: what is to be done.
        settings: the settings object of the socket.
        entries: what has been seen so far.
    """

    def __init__(
        self, visit: Visit, settings: EnvironmentSettings | None, entries: list[Entry]
    ) -> None:
        self._visit = visit
        self._settings = settings
        self._entries = entries
        self._heard = 0
        unit = "second" if visit.patience == 1 else "seconds"
        self._limit = f"within {visit.patience:g} {unit}"

    def _why_not_open(self) -> str:
        """Return why the time for the opening handshake is over."""
        last = [entry for entry in self._entries if entry.kind == "http"][-1:]
        if last and last[0].direction == "out":
            return f"the server did not answer {last[0].text} {self._limit}"
        return f"no connection to the server came about {self._limit}"

    def _why_not_heard(self, *, has_closed: bool) -> str:
        """Return why fewer messages came than were sent; "" where as many did."""
        wanted = len(self._visit.texts)
        if self._heard >= wanted:
            return ""
        said = f"{self._heard} of {counted(wanted, 'message')}"
        if has_closed:
            return f"the server closed the connection after {said}"
        return f"the server answered with {said} {self._limit}"

    def _server_has_closed(self) -> bool:
        """Return whether a Close frame of the server was seen; its TCP has a limit elsewhere."""
        return any(
            entry.kind == "frame" and entry.direction == "in" and entry.algorithm == "Close"
            for entry in self._entries
        )

    def _why_not_closed(self) -> str:
        return f"the server did not answer the Close frame {self._limit}"

    def _close(self, socket: WebSocket | WebSocketStream) -> str:
        """Close the socket; where it refuses the code, return why, and close it without one."""
        code = self._visit.code
        try:
            if code is None:
                socket.close()
            elif isinstance(socket, WebSocket):
                socket.close(code)
            else:
                socket.close(closeCode=code)
        except DOMException as error:
            socket.close()
            return f"{error.name}: {error.message}"
        return ""

    async def _in_time(self, coroutine: Coroutine[Any, Any, object]) -> bool:
        """Return whether a coroutine ends within the time; cancel it where it does not.

        The coroutine runs in a separate task, which alone is cancelled. Python 3.11 calls no trace
        function for the lines that follow an exception which was thrown into a coroutine.
        """
        task = asyncio.ensure_future(coroutine)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._visit.patience)
        finally:
            task.cancel()
        return bool(done)


class _SocketVisit(_Visiting):
    """A visit by a WebSocket."""

    async def carry_out(self) -> str | None:
        """Return why the visit failed; "" if it succeeded, None if the log has the reason."""
        visit = self._visit
        try:
            socket = WebSocket(visit.url, list(visit.protocols), settings=self._settings)
        except DOMException as error:
            return f"{error.name}: {error.message}"
        page = _Page(socket)
        if not await self._in_time(page.has_changed.wait()):
            why = self._why_not_open()
            socket.close()
            await page.has_closed.wait()
            return why
        if page.has_closed.is_set():
            return None
        for text in visit.texts:
            socket.send(text)
        await self._in_time(page.hear(len(visit.texts)))
        self._heard = page.messages
        why = self._why_not_heard(has_closed=page.has_closed.is_set())
        why = self._close(socket) or why
        if not await self._in_time(page.has_closed.wait()):
            if not self._server_has_closed():
                return why or self._why_not_closed()
            await page.has_closed.wait()
        return why


class _StreamVisit(_Visiting):
    """A visit by a WebSocketStream."""

    async def carry_out(self) -> str | None:
        """Return why the visit failed; "" if it succeeded, None if the log has the reason."""
        visit, settings = self._visit, self._settings
        try:
            stream = WebSocketStream(visit.url, protocols=list(visit.protocols), settings=settings)
        except DOMException as error:
            return f"{error.name}: {error.message}"
        mark_as_handled(stream.opened)
        mark_as_handled(stream.closed)
        if not await self._in_time(_settled(stream.opened)):
            why = self._why_not_open()
            stream.close()
            await _settled(stream.closed)
            return why
        try:
            opened = await stream.opened
        except WebSocketError:
            return None
        talking = _Talk(visit.texts)
        await self._in_time(talking.talk(opened))
        self._heard = talking.heard
        why = self._why_not_heard(has_closed=talking.has_closed)
        why = self._close(stream) or why
        if not await self._in_time(_settled(stream.closed)):
            if not self._server_has_closed():
                return why or self._why_not_closed()
            await _settled(stream.closed)
        return why


async def _settled(promise: Awaitable[object]) -> None:
    """Wait until a promise of a WebSocketStream is resolved or rejected."""
    with suppress(WebSocketError):
        await promise


class _Talk:
    """Writes texts to a WebSocketStream, and reads as many messages.

    Attributes:
        heard: how many messages were read.
        has_closed: the connection ended first.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.heard = 0
        self.has_closed = False
        self._texts = texts

    async def talk(self, opened: WebSocketOpenInfo) -> None:
        """Write all, and read until as much was read, or the connection ends."""
        writer, reader = opened.writable.getWriter(), opened.readable.getReader()
        try:
            for text in self._texts:
                await writer.write(text)
            for _ in self._texts:
                self.has_closed = (await reader.read()).done
                self.heard += not self.has_closed
        except WebSocketError:
            self.has_closed = True


class _Page:
    """Hears the events of a socket.

    Attributes:
        has_closed: the socket is CLOSED.
        has_changed: the socket is OPEN or CLOSED, or a message has arrived.
        messages: how many messages have arrived.
    """

    def __init__(self, socket: WebSocket) -> None:
        self.has_closed = asyncio.Event()
        self.has_changed = asyncio.Event()
        self.messages = 0
        socket.onopen = self._open
        socket.onmessage = self._message
        socket.onclose = self._close

    async def hear(self, count: int) -> None:
        """Wait for so many messages, or for the end."""
        while self.messages < count and not self.has_closed.is_set():
            self.has_changed.clear()
            await self.has_changed.wait()

    def _open(self, _: object) -> None:
        self.has_changed.set()

    def _message(self, _: object) -> None:
        self.messages += 1
        self.has_changed.set()

    def _close(self, _: object) -> None:
        self.has_closed.set()
        self.has_changed.set()
