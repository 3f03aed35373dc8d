"""The operations of a page on a WebSocketStream in Python; ``stream.js`` has them in JavaScript."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from websocket_conformance.api.acts import PageError, made
from websocket_conformance.api.scenario import Operation, normal
from websocket_conformance.api.settling import when_settled
from websocket_conformance.api.values import bytes_of

if TYPE_CHECKING:
    from websocket_conformance.api.page import PlayedPage

STALL = 1.0
"""The seconds after which a writer that is not ready is regarded as pending."""


class _Unconvertible:
    """An object whose conversion to a string raises TypeError, as that of a JavaScript symbol."""

    def __str__(self) -> str:
        raise TypeError("a symbol cannot be turned into a string")


class _Throwing:
    """An object whose conversion to a string raises the page's own exception."""

    def __str__(self) -> str:
        raise PageError


class _Shown:
    """An object that is converted to a string by its own method."""

    def __str__(self) -> str:
        return "an object"


class StreamPage:
    """The part of a page that handles a WebSocketStream.

    Args:
        page: the page.

    Attributes:
        info: the value with which ``opened`` was resolved.
        reader: the reader of the readable; None before it is made.
        writer: the writer of the writable; None before it is made.
    """

    def __init__(self, page: "PlayedPage") -> None:
        self._page = page
        self._trace = page.trace
        self.info: Any = None
        self.reader: Any = None
        self.writer: Any = None

    @cached_property
    def controller(self) -> Any:
        """The controller of the signal that a scenario can give to the stream."""
        return self._page.interfaces.AbortController()

    def argument(self, value: Any) -> Any:
        """Return an argument of the constructor; a member ``signal`` becomes an AbortSignal."""
        if not isinstance(value, dict) or "signal" not in value:
            return value
        return {**value, "signal": self._signal(value["signal"])}

    def _signal(self, value: Any) -> Any:
        signals = self._page.interfaces.AbortSignal
        match value:
            case "aborted":
                return signals.abort()
            case "controller":
                return self.controller.signal
            case {"aborted": reason}:
                return signals.abort(reason)
            case {"timeout": milliseconds}:
                return signals.timeout(milliseconds)
            case _:
                return value

    def look_up(self, path: str) -> Any:
        """Return the object at a path such as ``closed`` or ``writer.ready``."""
        first, *rest = path.split(".")
        if first in ("reader", "writer", "info"):
            value = getattr(self, first)
        elif first in ("readable", "writable"):
            value = getattr(self.info, first)
        else:
            value = getattr(self._page.socket, first)
        for name in rest:
            value = getattr(value, name)
        return value

    # Operations that wait.

    def start(self, name: str, arguments: Sequence[Any]) -> Awaitable[Any]:
        """Start an operation that waits; the result is done when its trace has been written."""
        return WAITING[name](self, *arguments)

    def outcome(self, name: str, awaitable: Awaitable[Any], show: Callable[[Any], str]) -> Any:
        """Add to the trace how an awaitable is settled, as soon as it is settled."""
        written = asyncio.get_running_loop().create_future()

        def write(line: str) -> None:
            self._trace.append(line)
            if not written.done():
                written.set_result(None)

        when_settled(
            awaitable,
            lambda value: write(show(value)),
            lambda error: write(f"{name} rejects {self._failure(error)}"),
        )
        return written

    def _failure(self, error: Any) -> str:
        code = f" {self._closing(error)}" if hasattr(error, "closeCode") else ""
        return f"{self._page.name_of(error)}{code}"

    def _closing(self, value: Any) -> str:
        return f"{self._page.shown(value.closeCode)} {self._page.shown(value.reason)}"

    def note_promise(self, name: str) -> Any:
        """Add to the trace how a promise is settled."""

        def show(value: Any) -> str:
            if name == "opened":
                self.info = value
            return f"{name} {self._closing(value)}" if hasattr(value, "closeCode") else name

        return self.outcome(name, self.look_up(name), show)

    async def note_pending(self, name: str) -> None:
        """Add to the trace whether a promise is pending."""
        settled: list[Any] = []
        when_settled(self.look_up(name), settled.append, settled.append)
        await asyncio.sleep(0.001)
        self._trace.append(f"{name} is {'settled' if settled else 'pending'}")

    async def note_same(self, *names: str) -> None:
        """Add to the trace whether two promises are settled with the same object."""
        one, other = await asyncio.gather(*map(self.look_up, names), return_exceptions=True)
        same = "the same" if one is other else "two"
        self._trace.append(f"{names[0]} and {names[1]} are {same}")

    def read(self) -> Any:
        """Read a chunk."""

        def show(result: Any) -> str:
            return "read ends" if result.done else f"read {self._shown_chunk(result.value)}"

        return self.outcome("read", self._the_reader().read(), show)

    def _shown_chunk(self, chunk: Any) -> str:
        return self._page.shown_data(chunk).replace("ArrayBuffer", "Uint8Array")

    def _the_reader(self) -> Any:
        if self.reader is None:
            self.reader = self.info.readable.getReader()
        return self.reader

    def _the_writer(self) -> Any:
        if self.writer is None:
            self.writer = self.info.writable.getWriter()
        return self.writer

    def _resolves(self, name: str, awaitable: Awaitable[Any]) -> Any:
        return self.outcome(name, awaitable, lambda _: f"{name} resolves")

    def write(self, value: Any) -> Any:
        """Write a chunk."""
        return self._resolves("write", self._the_writer().write(self._chunk(value)))

    def write_then_change(self, value: Any) -> Any:
        """Write a chunk, and change its bytes at once."""
        data = bytearray(bytes_of(value))
        promise = self._the_writer().write(data)
        data[:] = bytes(len(data))
        return self._resolves("write", promise)

    def neglect(self, value: Any) -> None:
        """Write a chunk, and ignore how the write is settled."""
        self._the_writer().write(self._chunk(value))

    def _chunk(self, value: Any) -> Any:
        match value:
            case {"number": number}:
                return number
            case {"odd": "null"}:
                return None
            case {"odd": "undefined"}:
                return self._page.interfaces.undefined
            case {"odd": "symbol"}:
                return _Unconvertible()
            case {"odd": "throws"}:
                return _Throwing()
            case {"odd": _}:
                return _Shown()
        return made(self._page, value)

    def end(self) -> Any:
        """Close the writable."""
        return self._resolves("end", (self.writer or self.info.writable).close())

    def cancel(self, *reason: Any) -> Any:
        """Cancel the readable."""
        promise = (self.reader or self.info.readable).cancel(*map(self._reason, reason))
        return self._resolves("cancel", promise)

    def abort(self, *reason: Any) -> Any:
        """Abort the writable."""
        promise = (self.writer or self.info.writable).abort(*map(self._reason, reason))
        return self._resolves("abort", promise)

    def _reason(self, value: Any) -> Any:
        is_members = isinstance(value, dict)
        return self._page.interfaces.WebSocketError("", value) if is_members else value

    async def for_each(self, most: int | None = None) -> None:
        """Iterate over the readable, to its end or for `most` chunks."""
        await self._each(self.info.readable, "chunk", most)

    async def _each(self, readable: AsyncIterable[Any], name: str, most: int | None = None) -> None:
        count = 0
        try:
            async for chunk in readable:
                self._trace.append(f"{name} {self._shown_chunk(chunk)}")
                count += 1
                if count == most:
                    break
        except Exception as error:
            self._trace.append(f"{name} rejects {self._failure(error)}")
        else:
            self._trace.append(f"{name} ends")

    async def count_all(self) -> None:
        """Read to the end, and add the number of chunks and bytes to the trace."""
        count = size = 0
        async for chunk in self.info.readable:
            count += 1
            size += len(chunk)
        self._trace.append(f"{count} chunks of {size} bytes")

    async def tee(self) -> None:
        """Tee the readable, and read each branch to its end, one after the other."""
        left, right = self.info.readable.tee()
        await self._each(left, "left")
        await self._each(right, "right")

    def echo(self) -> Any:
        """Pipe the readable into the writable."""
        return self._resolves("echo", self.info.readable.pipeTo(self.info.writable))

    def pipe_in(self, values: Sequence[Any], *reason: Any) -> Any:
        """Pipe a stream of chunks into the writable; with a reason, it ends with an error."""
        source = self._page.interfaces.ReadableStream.from_(self._source(values, *reason))
        return self._resolves("pipe-in", source.pipeTo(self.info.writable))

    async def _source(self, values: Sequence[Any], *reason: Any) -> AsyncIterator[Any]:
        for value in values:
            yield self._chunk(value)
        if reason:
            raise self._reason(*reason)

    async def fill(self, size: int, most: int) -> None:
        """Write up to `most` chunks of `size` bytes while the writer is ready."""
        writer, chunk = self._the_writer(), bytes(size)
        for _ in range(most):
            try:
                async with asyncio.timeout(STALL):
                    await writer.ready
            except TimeoutError:
                self._trace.append("ready is pending")
                return
            when_settled(writer.write(chunk), _ignore, _ignore)
        self._trace.append("all is written")

    # Operations that do not wait.

    def get_reader(self, *options: Any) -> None:
        """Get a reader."""
        self.reader = self.info.readable.getReader(*options)

    def get_writer(self) -> None:
        """Get a writer."""
        self.writer = self.info.writable.getWriter()

    def new_stream(self, url: str, *options: Any) -> None:
        """Construct another stream, and close it."""
        stream = self._page.interfaces.WebSocketStream(url, *options)
        self._trace.append(f"new-stream {self._page.shown(stream.url)}")
        stream.close()

    def new_stream_error(self, *members: Any) -> None:
        """Construct a WebSocketError."""
        error = self._page.interfaces.WebSocketError("", *members)
        self._trace.append(f"WebSocketError {self._closing(error)}")

    def begin(self, operations: Sequence[Operation]) -> None:
        """Start operations that wait, without waiting for them."""
        for name, *arguments in normal(operations):
            self._page.wait_for(self.start(name, arguments))


def _ignore(_: object) -> None:
    """Do nothing."""


async def leave(stream: Any) -> None:
    """Close a stream that is not closed, and ignore how its promises are settled."""
    settled: list[Any] = []
    when_settled(stream.closed, settled.append, settled.append)
    when_settled(stream.opened, _ignore, _ignore)
    await asyncio.sleep(0)
    with suppress(Exception):
        stream.close()


WAITING: Mapping[str, Callable[..., Awaitable[Any]]] = {
    "note-promise": StreamPage.note_promise,
    "note-pending": StreamPage.note_pending,
    "note-same": StreamPage.note_same,
    "read": StreamPage.read,
    "write": StreamPage.write,
    "write-then-change": StreamPage.write_then_change,
    "end": StreamPage.end,
    "cancel": StreamPage.cancel,
    "abort": StreamPage.abort,
    "for-each": StreamPage.for_each,
    "count-all": StreamPage.count_all,
    "tee": StreamPage.tee,
    "echo": StreamPage.echo,
    "pipe-in": StreamPage.pipe_in,
    "fill": StreamPage.fill,
}
"""The operations that wait, by name."""

AT_ONCE: Mapping[str, Callable[..., object]] = {
    "get-reader": StreamPage.get_reader,
    "get-writer": StreamPage.get_writer,
    "close-stream": lambda stream, *members: stream.look_up("close")(*members),
    "abort-signal": lambda stream, *reason: stream.controller.abort(*reason),
    "new-stream": StreamPage.new_stream,
    "new-stream-error": StreamPage.new_stream_error,
    "begin": StreamPage.begin,
    "neglect": StreamPage.neglect,
}
"""The operations that do not wait, by name."""
