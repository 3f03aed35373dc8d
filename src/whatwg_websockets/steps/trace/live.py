"""One connection to look at: open it, say something, hear the answers, close it."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.tracing import trace
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
        patience: how long to wait for as many messages as were sent, in seconds.
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
    visit: Visit, settings: EnvironmentSettings | None = None, only: Collection[str] = ()
) -> Told:
    """Carry out a visit, and look on.

    Args:
        visit: what is to be done.
        settings: the settings object of the socket.
        only: the folders whose steps are told.

    Raises:
        ValueError: there is no such folder.
    """
    carry_out = _carry_out_as_streams if visit.is_stream else _carry_out
    with trace(only) as t:
        why = await carry_out(visit, settings)
    if why is None:
        said = [entry.text for entry in t.entries if entry.kind == "log"]
        why = said[-1] if said else "the connection could not be opened"
    return Told(visit, t.entries, why)


async def _carry_out(visit: Visit, settings: EnvironmentSettings | None) -> str | None:
    """Return why it went wrong, "" where it did not, None where only the log knows."""
    try:
        socket = WebSocket(visit.url, list(visit.protocols), settings=settings)
    except DOMException as error:
        return f"{error.name}: {error.message}"
    page = _Page(socket)
    await page.has_changed.wait()
    if page.has_closed.is_set():
        return None
    for text in visit.texts:
        socket.send(text)
    try:
        async with asyncio.timeout(visit.patience):
            await page.hear(len(visit.texts))
    except TimeoutError:
        pass
    why = _close(socket, visit.code)
    await page.has_closed.wait()
    return why


async def _carry_out_as_streams(visit: Visit, settings: EnvironmentSettings | None) -> str | None:
    """Do the same with a WebSocketStream."""
    try:
        stream = WebSocketStream(visit.url, protocols=list(visit.protocols), settings=settings)
    except DOMException as error:
        return f"{error.name}: {error.message}"
    mark_as_handled(stream.closed)
    try:
        opened = await stream.opened
    except WebSocketError:
        return None
    writer, reader = opened.writable.getWriter(), opened.readable.getReader()
    with suppress(WebSocketError, TimeoutError):
        async with asyncio.timeout(visit.patience):
            for text in visit.texts:
                await writer.write(text)
            for _ in visit.texts:
                await reader.read()
    why = _close(stream, visit.code)
    with suppress(WebSocketError):
        await stream.closed
    return why


class _Page:
    """Hears what the socket tells.

    Attributes:
        has_closed: the socket is CLOSED.
        has_changed: the socket is OPEN or CLOSED, or a message has arrived.
    """

    def __init__(self, socket: WebSocket) -> None:
        self.has_closed = asyncio.Event()
        self.has_changed = asyncio.Event()
        self._messages = 0
        socket.onopen = self._open
        socket.onmessage = self._message
        socket.onclose = self._close

    async def hear(self, count: int) -> None:
        """Wait for so many messages, or for the end."""
        while self._messages < count and not self.has_closed.is_set():
            self.has_changed.clear()
            await self.has_changed.wait()

    def _open(self, _: object) -> None:
        self.has_changed.set()

    def _message(self, _: object) -> None:
        self._messages += 1
        self.has_changed.set()

    def _close(self, _: object) -> None:
        self.has_closed.set()
        self.has_changed.set()


def _close(socket: WebSocket | WebSocketStream, code: int | None) -> str:
    """Close the socket; with a code that it does not take, say so, and close it without."""
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
