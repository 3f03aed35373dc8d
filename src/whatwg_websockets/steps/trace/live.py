"""One connection to look at: open it, say something, hear the answers, close it."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.record import Listener
from whatwg_websockets.steps.trace.tracing import trace
from whatwg_websockets.steps.trace.values import counted
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.promise import mark_as_handled
from whatwg_websockets.websocket import WebSocket
from whatwg_websockets.websocketstream.websocket_error import WebSocketError
from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@dataclass(frozen=True)
class Visit:
    """What is to be done with a connection.

    Attributes:
        url: where to.
        protocols: the subprotocols to ask for.
        texts: what to send once it is open.
        code: the code to close with; None for none.
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
class Told:
    """What came of it.

    Attributes:
        visit: what was to be done.
        entries: the trace.
        why: why it went wrong, in one line; empty where it did not.
    """

    visit: Visit
    entries: list[Entry]
    why: str


async def tell(
    visit: Visit,
    settings: EnvironmentSettings | None = None,
    only: Collection[str] = (),
    listener: Listener | None = None,
) -> Told:
    """Carry out a visit, and look on.

    A task that is cancelled meanwhile looks on no more, and returns what it has seen so far.

    Args:
        visit: what is to be done.
        settings: the settings object of the socket.
        only: the folders whose algorithms and steps are told.
        listener: hears of each entry at once; None where nothing does.

    Raises:
        ValueError: there is no such folder.
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
    return Told(visit, looking_on.entries, why)


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


class _SocketVisit(_Visiting):
    """A visit by a WebSocket."""

    async def carry_out(self) -> str | None:
        """Return why it went wrong, "" where it did not, None where only the log knows."""
        visit = self._visit
        try:
            socket = WebSocket(visit.url, list(visit.protocols), settings=self._settings)
        except DOMException as error:
            return f"{error.name}: {error.message}"
        page = _Page(socket)
        if not await self._in_time(page.has_changed):
            why = self._why_not_open()
            socket.close()
            await page.has_closed.wait()
            return why
        if page.has_closed.is_set():
            return None
        for text in visit.texts:
            socket.send(text)
        with suppress(TimeoutError):
            async with asyncio.timeout(visit.patience):
                await page.hear(len(visit.texts))
        self._heard = page.messages
        why = self._why_not_heard(has_closed=page.has_closed.is_set())
        why = self._close(socket) or why
        if not await self._in_time(page.has_closed):
            if not self._server_has_closed():
                return why or self._why_not_closed()
            await page.has_closed.wait()
        return why

    async def _in_time(self, event: asyncio.Event) -> bool:
        try:
            async with asyncio.timeout(self._visit.patience):
                await event.wait()
        except TimeoutError:
            pass
        return event.is_set()


class _StreamVisit(_Visiting):
    """A visit by a WebSocketStream."""

    async def carry_out(self) -> str | None:
        """Return why it went wrong, "" where it did not, None where only the log knows."""
        visit, settings = self._visit, self._settings
        try:
            stream = WebSocketStream(visit.url, protocols=list(visit.protocols), settings=settings)
        except DOMException as error:
            return f"{error.name}: {error.message}"
        mark_as_handled(stream.closed)
        try:
            async with asyncio.timeout(visit.patience):
                opened = await stream.opened
        except WebSocketError:
            return None
        except TimeoutError:
            why = self._why_not_open()
            stream.close()
            await self._end_of(stream)
            return why
        writer, reader = opened.writable.getWriter(), opened.readable.getReader()
        has_closed = False
        try:
            async with asyncio.timeout(visit.patience):
                for text in visit.texts:
                    await writer.write(text)
                for _ in visit.texts:
                    has_closed = (await reader.read()).done
                    self._heard += not has_closed
        except WebSocketError:
            has_closed = True
        except TimeoutError:
            pass
        why = self._why_not_heard(has_closed=has_closed)
        why = self._close(stream) or why
        try:
            async with asyncio.timeout(visit.patience):
                await self._end_of(stream)
        except TimeoutError:
            if not self._server_has_closed():
                return why or self._why_not_closed()
            await self._end_of(stream)
        return why

    @staticmethod
    async def _end_of(stream: WebSocketStream) -> None:
        with suppress(WebSocketError):
            await stream.closed


class _Page:
    """Hears what the socket tells.

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
