"""Programs that the types have to let through, under ``mypy --strict`` and Pyright's strict mode.

This file is read by type checkers and never run; ``test_types.py`` says what they have to find.
"""

# pyright: strict

import array
import asyncio
import mmap
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Literal, assert_never, assert_type

from whatwg_websockets import (
    AbortController,
    AbortSignal,
    Blob,
    ClientCertificate,
    CloseEvent,
    CookieJar,
    CountQueuingStrategy,
    DOMException,
    EnvironmentSettings,
    Event,
    EventTarget,
    Limits,
    MessageEvent,
    ReadableStream,
    ReadableStreamDefaultController,
    ReadableStreamDefaultReader,
    SecurityPolicyViolationEvent,
    WebSocket,
    WebSocketCloseInfo,
    WebSocketError,
    WebSocketOpenInfo,
    WebSocketStream,
    WebSocketStreamOptions,
    WritableStream,
    WritableStreamDefaultController,
    WritableStreamDefaultWriter,
    __version__,
    undefined,
)

Data = str | bytes | Blob


def text_of(event: MessageEvent) -> str:
    """Read a message whatever it is made of: the three types are all that there are."""
    data = event.data
    assert_type(data, str | bytes | Blob)
    if isinstance(data, str):
        return data
    if isinstance(data, bytes):
        return data.decode()
    return data.type


def making_a_socket(names: Iterator[str], settings: EnvironmentSettings) -> None:
    WebSocket("wss://example.com/")
    WebSocket("wss://example.com/", "chat")
    WebSocket("wss://example.com/", ["chat.v2", "chat.v1"])
    WebSocket("wss://example.com/", ("chat.v2", "chat.v1"))
    WebSocket("wss://example.com/", names)
    WebSocket("wss://example.com/", undefined)
    WebSocket("wss://example.com/", protocols={"chat": 1})
    WebSocket("wss://example.com/", {"protocols": ("a",), "targetAddressSpace": "local"})
    WebSocket("wss://example.com/", {"protocols": ["chat.v2"]}, settings=settings)
    EnvironmentSettings(experimental_options_bag=True)
    WebSocket("wss://example.com/", settings=settings)
    WebSocket(url="wss://example.com/", protocols=[], settings=None)


def members(socket: WebSocket) -> None:
    assert_type(__version__, str)
    assert_type(socket.url, str)
    assert_type(socket.protocol, str)
    assert_type(socket.extensions, str)
    assert_type(socket.bufferedAmount, int)


def sending(socket: WebSocket, numbers: "array.array[int]", mapped: mmap.mmap) -> None:
    socket.send("text")
    socket.send(b"bytes")
    socket.send(bytearray(2))
    socket.send(memoryview(b"view"))
    socket.send(numbers)
    socket.send(mapped)
    socket.send(Blob(["text", b"bytes", Blob(), numbers]))


def echo(socket: WebSocket) -> None:
    """Send what came, without a look at what it is."""
    socket.onmessage = lambda event: socket.send(event.data)


def closing(socket: WebSocket, enough: bool) -> None:
    socket.close()
    socket.close(1000)
    socket.close(3000, "enough")
    socket.close(code=3000, reason="enough")
    socket.close(3000 if enough else undefined, undefined)


def binary_type(socket: WebSocket, kind: Literal["blob", "arraybuffer"]) -> None:
    assert_type(socket.binaryType, Literal["blob", "arraybuffer"])
    socket.binaryType = kind
    socket.binaryType = "arraybuffer"


def ready_state(socket: WebSocket) -> str:
    assert_type(socket.readyState, Literal[0, 1, 2, 3])
    match socket.readyState:
        case WebSocket.CONNECTING:
            return "connecting"
        case WebSocket.OPEN:
            return "open"
        case socket.CLOSING | WebSocket.CLOSED:
            return "closing or closed"
        case _:
            return "there is no other"


def ready_state_by_its_number(socket: WebSocket) -> str:
    state = socket.readyState
    match state:
        case 0 | 1:
            return "connecting or open"
        case 2 | 3:
            return "closing or closed"
        case _:
            assert_never(state)


def is_in(socket: WebSocket, state: Literal[0, 1, 2, 3]) -> bool:
    return socket.readyState == state


async def ready_states_one_after_the_other(socket: WebSocket, opened: Awaitable[None]) -> str:
    """What was read once does not hold for ever: no checker may think so."""
    assert socket.readyState == WebSocket.CONNECTING
    await opened
    assert socket.readyState == WebSocket.OPEN
    assert is_in(socket, WebSocket.OPEN)
    socket.close()
    assert socket.readyState == WebSocket.CLOSING
    if socket.readyState in (WebSocket.CONNECTING, WebSocket.OPEN):
        return "not closed"
    if socket.readyState != WebSocket.CLOSED:
        return "not closed"
    return assert_type(socket.url, str)


class Listener:
    """Has a method ``handleEvent``; how that calls the event does not matter."""

    def handleEvent(self, whatever: Event) -> None:
        print(whatever.type)


class MessageListener:
    async def handleEvent(self, message: MessageEvent) -> None:
        print(text_of(message))


async def on_message(event: MessageEvent) -> int:
    return len(text_of(event))


def on_close(event: CloseEvent) -> None:
    assert_type(event.code, int)
    assert_type(event.reason, str)
    assert_type(event.wasClean, bool)


def on_any(event: Event) -> None:
    assert_type(event.target, EventTarget | None)


def on_anything(*events: object) -> None:
    print(events)


def listening(socket: WebSocket, signal: AbortSignal, name: str) -> None:
    socket.addEventListener("open", lambda event: event.preventDefault())
    socket.addEventListener("error", lambda event: event.timeStamp)
    socket.addEventListener("close", lambda event: socket.send(f"{event.code} {event.reason}"))
    socket.addEventListener("message", lambda event: print(event.origin, text_of(event)))
    socket.addEventListener("another", lambda event: event.target)
    socket.addEventListener("message", on_message)
    socket.addEventListener("close", on_close)
    for each in ("open", "message", "error", "close", name):
        socket.addEventListener(each, on_any)
        socket.addEventListener(each, on_anything, True)
        socket.addEventListener(each, Listener())
        socket.addEventListener(each, None)
        socket.removeEventListener(each, on_any)
    socket.addEventListener("message", MessageListener())
    socket.addEventListener("close", Listener(), {"once": True, "signal": signal})
    socket.addEventListener("close", on_close, once=True, passive=False, capture=True)
    socket.addEventListener("close", on_close, None, signal=signal)
    socket.removeEventListener("message", on_message)
    socket.removeEventListener("close", on_close, {"capture": True})
    socket.removeEventListener("close", on_close, capture=True)
    socket.removeEventListener("close", None, False)


def handlers(socket: WebSocket, queue: asyncio.Queue[MessageEvent]) -> None:
    socket.onopen = lambda event: assert_type(event, Event)
    socket.onmessage = lambda event: assert_type(event, MessageEvent)
    socket.onmessage = on_message
    socket.onmessage = on_any
    socket.onmessage = queue.put_nowait
    socket.onmessage = queue.put
    socket.onerror = print
    socket.onclose = on_close
    socket.onclose = None


def handlers_are_read(socket: WebSocket, event: MessageEvent) -> None:
    assert_type(socket.onopen, Callable[[Event], object] | None)
    assert_type(socket.onmessage, Callable[[MessageEvent], object] | None)
    assert_type(socket.onerror, Callable[[Event], object] | None)
    assert_type(socket.onclose, Callable[[CloseEvent], object] | None)
    if socket.onmessage is not None:
        socket.onmessage(event)


async def futures(socket: WebSocket) -> None:
    closed: asyncio.Future[CloseEvent] = asyncio.get_running_loop().create_future()
    socket.addEventListener("close", closed.set_result)
    socket.onclose = closed.set_result
    assert_type((await closed).code, int)
    message = asyncio.get_running_loop().create_future()
    socket.onmessage = message.set_result


class Chat(WebSocket):
    """A socket of the page's own, which listens to itself."""

    def __init__(self, room: str) -> None:
        super().__init__("wss://example.com/", "chat")
        self.room = room
        self.onmessage = self.on_message
        self.addEventListener("close", self.on_close)

    def on_message(self, event: MessageEvent) -> None:
        self.send(event.data)

    async def on_close(self, event: CloseEvent) -> None:
        print(event.code, self.room)


def wrapped(send: Callable[[Data], None], close: Callable[[int, str], None]) -> None:
    wrapped(Chat("a").send, Chat("b").close)


def events_of_the_page(target: EventTarget, socket: WebSocket) -> None:
    target.addEventListener("tick", on_any, {"once": True})
    target.addEventListener("tick", Listener(), signal=AbortController().signal)
    target.removeEventListener("tick", on_any, True)
    assert_type(target.dispatchEvent(Event("tick", cancelable=True)), bool)
    target.dispatchEvent(Event("tick", {"bubbles": False, "composed": True}))
    close = CloseEvent("close", {"code": 1000, "wasClean": True, "bubbles": True}, reason="done")
    socket.dispatchEvent(close)
    assert_type(close.code, int)
    close.initEvent("close", bubbles=True)
    close.cancelBubble = close.returnValue


def messages_of_the_page(socket: WebSocket) -> None:
    text = MessageEvent("message", data="text", origin="https://example.com")
    assert_type(text, MessageEvent)
    MessageEvent("number", {"data": 1, "lastEventId": "1"})
    socket.dispatchEvent(text)
    text.initMessageEvent("message", data="other")
    if socket.onmessage is not None:
        socket.onmessage(text)


def one_listener_for_all(event: Event) -> str:
    """An event is told from others by its class, and what it holds is known then."""
    if isinstance(event, MessageEvent):
        assert_type(event.data, Data)
    match event:
        case MessageEvent():
            return text_of(event)
        case CloseEvent(code=code):
            return f"{code}"
        case _:
            assert isinstance(event.target, WebSocket)
            return event.target.url


def aborting() -> None:
    controller = AbortController()
    signal = controller.signal
    assert_type(signal, AbortSignal)
    signal.onabort = on_any
    signal.onabort = lambda event: assert_type(event, Event)
    signal.addEventListener("abort", lambda event: event.target, once=True)
    signal.removeEventListener("abort", on_any)
    controller.abort()
    controller.abort(DOMException("enough", "AbortError"))
    either = AbortSignal.any([signal, AbortSignal.timeout(1000), AbortSignal.timeout(0.5)])
    assert_type(either, AbortSignal)
    assert_type(either.aborted, bool)
    AbortSignal.abort("over").throwIfAborted()


async def blobs(numbers: "array.array[int]") -> None:
    blob = Blob(["text", b"bytes", memoryview(b"view"), numbers], {"type": "text/plain"})
    Blob()
    Blob((each for each in ("a", "b")), type="text/plain", endings="native")
    assert_type(blob.size, int)
    assert_type(blob.type, str)
    assert_type(blob.slice(1, -1, "text/plain"), Blob)
    assert_type(blob.slice(end=4), Blob)
    assert_type(await blob.text(), str)
    assert_type(await blob.arrayBuffer(), bytes)
    assert_type(await blob.bytes(), bytes)
    async for chunk in blob.stream():
        assert_type(chunk, bytes)


def pull(controller: ReadableStreamDefaultController[int]) -> None:
    controller.enqueue(1)
    assert_type(controller.desiredSize, float | None)


class Source:
    async def pull(self, controller: ReadableStreamDefaultController[int]) -> None:
        controller.close()


async def readable_streams() -> None:
    strategy = CountQueuingStrategy(highWaterMark=3)
    stream: ReadableStream[int] = ReadableStream(pull=pull, strategy=strategy)
    ReadableStream({"pull": pull, "cancel": print}, {"highWaterMark": 3, "size": len})
    ReadableStream(Source())
    async for chunk in stream:
        assert_type(chunk, int)
    async for chunk in stream.values(preventCancel=True):
        assert_type(chunk, int)
    reader = stream.getReader()
    assert_type(reader, ReadableStreamDefaultReader[int])
    value, done = await reader.read()
    assert_type(value, int | None)
    assert_type(done, bool)
    await reader.closed
    await stream.cancel("enough")
    assert_type(stream.tee(), list[ReadableStream[int]])
    assert_type(ReadableStream.from_(["text"]), ReadableStream[str])


class Cookies:
    def cookies_for(self, address: str) -> str:
        return f"of={address}"


def violated(event: SecurityPolicyViolationEvent) -> None:
    assert_type(event.blockedURI, str)
    assert_type(event.disposition, Literal["enforce", "report"])
    assert_type(event.lineNumber, int)
    SecurityPolicyViolationEvent("a", {"blockedURI": "b"}, disposition="report", bubbles=True)


class KeepsCookies(Cookies):
    def set_cookie(self, address: str, field_value: str) -> None:
        print(address, field_value)


def cookies() -> None:
    jar = CookieJar(cookies_per_host=50, days=7)
    EnvironmentSettings(cookie_store=jar)
    EnvironmentSettings(cookie_store=KeepsCookies())
    assert_type(jar.cookies_for("wss://example.com/", script=True, same_site="none"), str)
    jar.set_cookie("wss://example.com/", "a=b", same_site=False)
    for cookie in jar:
        assert_type(cookie.name, bytes)
        assert_type(cookie.expiry_time, float | None)
    jar.save(Path("cookies.json"), session=True)
    assert_type(CookieJar.load("cookies.json"), CookieJar)
    assert_type(CookieJar.from_http_cookiejar(jar.to_http_cookiejar()), CookieJar)


def settings(cookies: Cookies, awaitable: Awaitable[object]) -> None:
    made = EnvironmentSettings(
        origin="https://example.com",
        api_base_url="https://example.com/",
        user_agent="a",
        accept_language="en",
        cookie_store=cookies,
        content_security_policy="connect-src 'self'",
        content_security_policy_report_only=["connect-src wss:", "default-src 'none'"],
        tls=ssl.create_default_context(),
        limits=Limits(message_size=1024, handshake_timeout=1),
    )
    EnvironmentSettings(client_certificate=ClientCertificate("a.pem", Path("a.key"), password="b"))
    with made as entered:
        assert_type(entered, EnvironmentSettings)
    assert_type(made.limits, Limits)
    made.addEventListener("securitypolicyviolation", violated)
    made.removeEventListener("securitypolicyviolation", violated)
    made.addEventListener("another", print)
    made.removeEventListener("another", print)
    made.onsecuritypolicyviolation = violated
    assert_type(made.run(int, "1"), int)
    made.unload()


def errors(socket: WebSocket) -> None:
    try:
        socket.close(4)
    except DOMException as error:
        assert_type(error.name, str)
        assert_type(error.message, str)
        assert_type(error.code, int)
        print(error.code == DOMException.SYNTAX_ERR)


async def to_a_sink(chunk: bytes, controller: WritableStreamDefaultController) -> None:
    controller.error(ValueError(chunk))


async def writing(writable: WritableStream[bytes]) -> None:
    stream: WritableStream[bytes] = WritableStream({"write": to_a_sink})
    stream = WritableStream(write=to_a_sink, close=lambda: None, abort=print)
    stream = WritableStream(object(), {"highWaterMark": 3, "size": len})
    writer = stream.getWriter()
    assert_type(writer, WritableStreamDefaultWriter[bytes])
    assert_type(WritableStreamDefaultWriter(writable), WritableStreamDefaultWriter[bytes])
    await writer.ready
    writer.write(b"bytes")
    await writer.write(b"bytes")
    assert_type(writer.desiredSize, float | None)
    assert_type(writable.locked, bool)
    await writer.close()
    await writer.closed
    await writable.abort(TimeoutError())
    writer.releaseLock()


async def piping(readable: ReadableStream[bytes], writable: WritableStream[bytes]) -> None:
    await readable.pipeTo(writable, preventClose=True, signal=AbortController().signal)
    await readable.pipeTo(writable, {"preventAbort": True, "preventCancel": False})
    through = readable.pipeThrough({"readable": readable, "writable": writable})
    await through.pipeTo(writable)


async def a_stream_of_messages(settings: EnvironmentSettings) -> None:
    options: WebSocketStreamOptions = {"protocols": ("a", "b"), "signal": AbortSignal.timeout(5)}
    stream = WebSocketStream("wss://example.com/", options)
    WebSocketStream("wss://example.com/", protocols=["a"], signal=AbortController().signal)
    WebSocketStream("wss://example.com/", settings=settings)
    async with stream as opened:
        assert_type(opened, WebSocketOpenInfo)
        assert_type(opened.readable, ReadableStream[str | bytes])
        writer = opened.writable.getWriter()
        async for message in opened.readable:
            assert_type(message, str | bytes)
            await writer.write(message)
            await writer.write(memoryview(b"any buffer"))
    assert_type(await stream.opened, WebSocketOpenInfo)
    closed = await stream.closed
    assert_type(closed, WebSocketCloseInfo)
    assert_type(closed.closeCode, int)
    assert_type(stream.url, str)
    stream.close()
    stream.close({"closeCode": 3000}, reason="enough")
    stream.close(closed)


def an_error_of_a_stream(error: WebSocketError) -> None:
    assert_type(error.closeCode, int | None)
    assert_type(error.reason, str)
    WebSocketError("why", {"closeCode": 3000, "reason": "r"})
    WebSocketError("why", closeCode=3000)
    WebSocketError("why", WebSocketCloseInfo(3000))


async def a_connection_as_streams(
    url: str, pieces: Iterator[bytes], lines: WritableStream[str | bytes]
) -> None:
    """A connection takes chunks of each of its types, and a stream of one of them can be piped."""
    signal = AbortController().signal
    async with WebSocketStream(url, protocols=["chat"], signal=signal) as opened:
        assert_type(opened, WebSocketOpenInfo)
        assert_type(opened.protocol, str)
        await ReadableStream.from_(["text"]).pipeTo(opened.writable)
        await ReadableStream.from_(pieces).pipeTo(opened.writable)
        await opened.readable.pipeTo(opened.writable)
        await opened.readable.pipeTo(lines, preventCancel=True)
        writer = opened.writable.getWriter()
        await writer.write("text")
        await writer.write(bytearray(b"bytes"))
        async for message in opened.readable:
            assert_type(message, str | bytes)
        value, is_over = await opened.readable.getReader().read()
        assert_type(value, str | bytes | None)
        assert_type(is_over, bool)
    stream = WebSocketStream(url, {"protocols": ["chat"]})
    stream.close(closeCode=3000, reason="enough")
    stream.close({"closeCode": 3000})
    assert_type((await stream.closed).closeCode, int)
    assert_type(WebSocketError("enough", closeCode=3000).closeCode, int | None)
