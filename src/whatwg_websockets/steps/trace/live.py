"""One connection to look at: open it, say something, hear the answers, close it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from whatwg_websockets.close_event import CloseEvent
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.network.console import GIVEN_UP
from whatwg_websockets.rfc6455.close_code import NO_STATUS_RECEIVED
from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.probes import TO_BE_CONTINUED
from whatwg_websockets.steps.trace.record import Listener
from whatwg_websockets.steps.trace.tracing import trace
from whatwg_websockets.steps.trace.values import counted, quoted
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.promise import mark_as_handled
from whatwg_websockets.websocket import WebSocket
from whatwg_websockets.websocketstream.dictionaries import WebSocketCloseInfo
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
    visiting = _Visiting(visit, listener)
    looking_on = trace(only, visiting)
    with looking_on:
        try:
            why = await visiting.carry_out(settings)
        except asyncio.CancelledError:
            why = INTERRUPTED
    return Outcome(visit, looking_on.entries, why)


INTERRUPTED = "interrupted"
"""Why a visit did not come to its end when its task was cancelled."""


class _Visiting:
    """A visit on its way; it hears of the entries of its trace, and passes them on.

    Args:
        visit: what is to be done.
        listener: hears of each entry at once; None where nothing else does.
    """

    def __init__(self, visit: Visit, listener: Listener | None) -> None:
        self._visit = visit
        self._listener = listener
        self._entries: list[Entry] = []
        self._is_closing = asyncio.Event()
        unit = "second" if visit.patience == 1 else "seconds"
        self._limit = f"within {visit.patience:g} {unit}"

    def added(self, entry: Entry) -> None:
        """Hear of an entry; once the socket is CLOSING, no message can come."""
        self._entries.append(entry)
        if entry.kind == "state" and entry.text.endswith("CLOSING"):
            self._is_closing.set()
        if self._listener is not None:
            self._listener.added(entry)

    def changed(self, entry: Entry, values: Mapping[str, str], result: str) -> None:
        """Pass on what is new of an entry."""
        if self._listener is not None:
            self._listener.changed(entry, values, result)

    async def carry_out(self, settings: EnvironmentSettings | None) -> str:
        """Return why the visit failed; "" if it succeeded."""
        kind = _StreamPage if self._visit.is_stream else _SocketPage
        try:
            page = kind(self._visit, settings)
        except DOMException as error:
            return f"{error.name}: {error.message}"
        if not await self._in_time(page.opening()):
            why = self._why_not_open()
            page.close(None)
            await page.closing()
            return why
        if not page.is_open:
            return self._logged() or "the connection could not be opened"
        await self._in_time(page.talk(self._visit.texts), self._is_closing)
        why = self._why_not_heard(page)
        why = self._close(page) or why
        if not await self._in_time(page.closing()):
            if not self._server_has_closed():
                return why or f"the server did not answer the Close frame {self._limit}"
            await page.closing()
        return why or self._logged() or self._why_closed_early(page)

    def _why_not_open(self) -> str:
        """Return why the time for the opening handshake is over."""
        heads = [entry for entry in self._entries if entry.kind == "http"]
        asked = [head.text for head in heads if head.direction == "out"]
        if heads and heads[-1].direction == "out":
            return f"the server did not answer {asked[-1]} {self._limit}"
        if heads and heads[-1].text.endswith(TO_BE_CONTINUED):
            return f"the answer to {asked[-1]} was not complete {self._limit}"
        return f"no connection to the server came about {self._limit}"

    def _why_not_heard(self, page: "_Page") -> str:
        """Return why fewer messages came than were sent, if only the time was too short for them.

        Return "" where as many came, and where the connection has ended, or is about to.
        """
        if page.heard >= len(self._visit.texts) or page.has_closed or self._is_closing.is_set():
            return ""
        return f"the server answered with {self._heard(page)} {self._limit}"

    def _why_closed_early(self, page: "_Page") -> str:
        """Return that the server closed the connection before its answers; "" where it did not."""
        if page.heard >= len(self._visit.texts):
            return ""
        how = f"with {page.code} {quoted(page.reason)}"
        if page.code == NO_STATUS_RECEIVED:
            how = "without a code"
        return f"the server closed the connection {how} after {self._heard(page)}"

    def _heard(self, page: "_Page") -> str:
        return f"{page.heard} of {counted(len(self._visit.texts), 'message')}"

    def _logged(self) -> str:
        """Return why the connection ended without a closing handshake, as the log says it."""
        said = [entry.values for entry in self._entries if entry.kind == "log"]
        ends = [each["why"] for each in said if each.get("kind", GIVEN_UP) != GIVEN_UP]
        return ends[-1] if ends else ""

    def _server_has_closed(self) -> bool:
        """Return whether a Close frame of the server was seen; its TCP has a limit elsewhere."""
        return any(
            entry.kind == "frame" and entry.direction == "in" and entry.algorithm == "Close"
            for entry in self._entries
        )

    def _close(self, page: "_Page") -> str:
        """Close the socket; where it refuses the code, return why, and close it without one."""
        try:
            page.close(self._visit.code)
        except DOMException as error:
            page.close(None)
            return f"{error.name}: {error.message}"
        return ""

    async def _in_time(
        self, coroutine: Coroutine[Any, Any, object], ending: asyncio.Event | None = None
    ) -> bool:
        """Return whether a coroutine ends within the time; cancel it where it does not.

        The coroutine runs in a separate task, which alone is cancelled. Python 3.11 calls no trace
        function for the lines that follow an exception which was thrown into a coroutine.

        Args:
            coroutine: the coroutine.
            ending: an event that ends the time early; None where nothing does.
        """
        tasks = [asyncio.ensure_future(coroutine)]
        if ending is not None:
            tasks.append(asyncio.ensure_future(ending.wait()))
        limit, first = self._visit.patience, asyncio.FIRST_COMPLETED
        try:
            done, _ = await asyncio.wait(tasks, timeout=limit, return_when=first)
        finally:
            for task in tasks:
                task.cancel()
        return tasks[0] in done


class _Page(ABC):
    """A page that opens a connection when it is made.

    Attributes:
        heard: how many messages have arrived.
        has_closed: whether the connection has ended.
        is_open: whether the connection was established.
        code: the close code, once the connection has ended.
        reason: the close reason, once the connection has ended.
    """

    heard = 0
    has_closed = False
    is_open = False
    code: int | None = None
    reason = ""

    @abstractmethod
    async def opening(self) -> None:
        """Wait until the connection is established, or cannot be."""

    @abstractmethod
    async def talk(self, texts: Sequence[str]) -> None:
        """Send texts, and wait for as many messages, or for the end."""

    @abstractmethod
    def close(self, code: int | None) -> None:
        """Close the connection, with a code or without.

        Raises:
            DOMException: a page may not use the code.
        """

    @abstractmethod
    async def closing(self) -> None:
        """Wait until the connection has ended."""


class _SocketPage(_Page):
    """A page with a WebSocket."""

    def __init__(self, visit: Visit, settings: EnvironmentSettings | None) -> None:
        self._closed = asyncio.Event()
        self._changed = asyncio.Event()
        self._socket = WebSocket(visit.url, list(visit.protocols), settings=settings)
        self._socket.onopen = self._on_open
        self._socket.onmessage = self._on_message
        self._socket.onclose = self._on_close

    async def opening(self) -> None:
        await self._changed.wait()

    async def talk(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._socket.send(text)
        while self.heard < len(texts) and not self.has_closed:
            self._changed.clear()
            await self._changed.wait()

    def close(self, code: int | None) -> None:
        if code is None:
            self._socket.close()
        else:
            self._socket.close(code)

    async def closing(self) -> None:
        await self._closed.wait()

    def _on_open(self, _: object) -> None:
        self.is_open = True
        self._changed.set()

    def _on_message(self, _: object) -> None:
        self.heard += 1
        self._changed.set()

    def _on_close(self, event: CloseEvent) -> None:
        self.code, self.reason = event.code, event.reason
        self.has_closed = True
        self._closed.set()
        self._changed.set()


class _StreamPage(_Page):
    """A page with a WebSocketStream."""

    def __init__(self, visit: Visit, settings: EnvironmentSettings | None) -> None:
        self._stream = WebSocketStream(
            visit.url, protocols=list(visit.protocols), settings=settings
        )
        mark_as_handled(self._stream.opened)
        mark_as_handled(self._stream.closed)

    async def opening(self) -> None:
        with suppress(WebSocketError):
            await self._stream.opened
            self.is_open = True

    async def talk(self, texts: Sequence[str]) -> None:
        opened = await self._stream.opened
        writer, reader = opened.writable.getWriter(), opened.readable.getReader()
        try:
            for text in texts:
                await writer.write(text)
            for _ in texts:
                self.has_closed = (await reader.read()).done
                self.heard += not self.has_closed
        except DOMException:
            self.has_closed = True

    def close(self, code: int | None) -> None:
        if code is None:
            self._stream.close()
        else:
            self._stream.close(closeCode=code)

    async def closing(self) -> None:
        try:
            how: WebSocketCloseInfo | WebSocketError = await self._stream.closed
        except WebSocketError as error:
            how = error
        self.code, self.reason = how.closeCode, how.reason
