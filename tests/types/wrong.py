"""Programs that the types have to refuse: each line with ``# wrong: why``, and no other.

This file is read by type checkers and never run; ``test_types.py`` says what they have to find.
"""

# pyright: strict

import asyncio
from typing import Literal

from whatwg_websockets import (
    AbortController,
    AbortSignal,
    Blob,
    CloseEvent,
    CookieJar,
    DOMException,
    EnvironmentSettings,
    Event,
    EventTarget,
    Limits,
    MessageEvent,
    ReadableStream,
    WebSocket,
    WebSocketError,
    WebSocketStream,
    WritableStream,
)


def on_message(event: MessageEvent) -> None:
    print(event)


def on_close(event: CloseEvent) -> None:
    print(event)


def without_an_event() -> None:
    print("what?")


class NoListener:
    def handleevent(self, event: Event) -> None:
        print(event)


class MessageListener:
    def handleEvent(self, event: MessageEvent) -> None:
        print(event)


def making_a_socket() -> None:
    WebSocket()  # wrong: a socket has a URL
    WebSocket(b"wss://example.com/")  # wrong: bytes become "98,115", as an array would
    WebSocket("wss://example.com/", 1)  # wrong: a subprotocol is a string
    WebSocket("wss://example.com/", [1])  # wrong: so is each of them
    WebSocket("wss://example.com/", protocol="chat")  # wrong: the argument is named protocols
    WebSocket("wss://example.com/", "chat", EnvironmentSettings())  # wrong: only by its name
    WebSocket("wss://example.com/", settings=Limits())  # wrong: limits are not settings


def sending(socket: WebSocket) -> None:
    socket.send()  # wrong: there is nothing to send
    socket.send(1)  # wrong: a number would become text
    socket.send(None)  # wrong: so would None, to "null"
    socket.send({"type": "hello"})  # wrong: so would a dictionary, to "[object Object]"
    socket.send(["a", "b"])  # wrong: so would a list
    socket.send("text", True)  # wrong: the first argument says what kind of message it is


def closing(socket: WebSocket) -> None:
    socket.close("1000")  # wrong: a code is a number
    socket.close("enough")  # wrong: the code comes before the reason
    socket.close(1000, b"enough")  # wrong: a reason is text
    socket.close(1000, None)  # wrong: None would become "null"
    socket.close(1000, "enough", 1)  # wrong: there is no third argument


async def members(socket: WebSocket) -> None:
    socket.url = "wss://example.com/"  # wrong: it cannot be set
    socket.readyState = WebSocket.CLOSED  # wrong: close() does that
    socket.binaryType = "bytes"  # wrong: there is no such type
    socket.binaryType = 1  # wrong: nor this one
    socket.onMessage = on_message  # wrong: names are those of the standard
    socket.onmesage = on_message  # wrong: a slip of the pen
    socket.room = "a"  # wrong: as in lib.dom.d.ts, a subclass declares what a page adds
    print(socket.binarytype)  # wrong: names are those of the standard
    await socket.send("text")  # wrong: it returns at once
    WebSocket.OPEN = 2  # wrong: a constant


def ready_states(socket: WebSocket) -> None:
    opened: Literal[1] = socket.readyState  # wrong: it may be another
    closed: Literal[2] = WebSocket.CLOSED  # wrong: it is 3
    print(opened, closed)


def a_ready_state_that_there_is_not(socket: WebSocket) -> bool:
    return socket.readyState == 4  # wrong: they are 0 to 3


def a_ready_state_by_its_name(socket: WebSocket) -> bool:
    return socket.readyState == "open"  # wrong: they are numbers


def handlers(socket: WebSocket) -> None:
    socket.onopen = on_message  # wrong: the event of open has no data
    socket.onmessage = on_close  # wrong: a message is not the end
    socket.onclose = on_message  # wrong: nor is the end a message
    socket.onclose = without_an_event  # wrong: a handler takes the event
    socket.onmessage = MessageListener()  # wrong: only addEventListener() calls handleEvent
    socket.onmessage = "print(event)"  # wrong: text is not compiled
    socket.onmessage = True  # wrong: nor is this a function
    socket.onmessage = lambda event: print(event.code)  # wrong: a message has no code
    socket.onclose = lambda event: print(event.data)  # wrong: the end has no data
    socket.onerror = lambda event: print(event.message)  # wrong: an error says nothing
    socket.onopen = lambda: print("open")  # wrong: a handler takes the event


def handlers_are_read(socket: WebSocket, event: MessageEvent) -> None:
    socket.onmessage(event)  # wrong: it may be None


def listeners(socket: WebSocket, signal: AbortSignal) -> None:
    socket.addEventListener("message")  # wrong: and who listens?
    socket.addEventListener(1, print)  # wrong: a type is a string
    socket.addEventListener("open", on_message)  # wrong: the event of open has no data
    socket.addEventListener("message", on_close)  # wrong: a message is not the end
    socket.addEventListener("close", on_message)  # wrong: nor is the end a message
    socket.addEventListener("another", on_message)  # wrong: nobody knows what event that is
    socket.addEventListener("close", without_an_event)  # wrong: a listener takes the event
    socket.addEventListener("close", "on_close")  # wrong: a listener is not a string
    socket.addEventListener("message", NoListener())  # wrong: the method is named handleEvent
    socket.addEventListener("close", MessageListener())  # wrong: this hears messages
    socket.addEventListener("message", lambda event: event.code)  # wrong: a message has no code
    socket.addEventListener("close", lambda event: event.data)  # wrong: the end has no data
    socket.addEventListener("close", on_close, {"onze": True})  # wrong: once
    socket.addEventListener("close", on_close, onze=True)  # wrong: once
    socket.addEventListener("close", on_close, once="yes")  # wrong: yes or no is a boolean
    socket.addEventListener("close", on_close, signal=AbortController())  # wrong: its signal
    socket.addEventListener("close", on_close, signal=None)  # wrong: left out, rather
    socket.removeEventListener("close", on_message)  # wrong: it cannot have been added
    socket.removeEventListener("close", on_close, once=True)  # wrong: only capture counts
    socket.removeEventListener("close", on_close, signal=signal)  # wrong: only capture counts


async def futures(socket: WebSocket) -> None:
    closed: asyncio.Future[CloseEvent] = asyncio.get_running_loop().create_future()
    socket.addEventListener("message", closed.set_result)  # wrong: it waits for the end
    socket.onmessage = closed.set_result  # wrong: it waits for the end


def data(event: MessageEvent) -> None:
    event.data.upper()  # wrong: it may be bytes or a Blob
    text: str = event.data  # wrong: it may be bytes or a Blob
    event.data = "text"  # wrong: it cannot be set
    print(text, event.code)  # wrong: a message has no code


def events(target: EventTarget) -> None:
    Event()  # wrong: an event has a type
    Event(1)  # wrong: which is a string
    Event("tick", bubles=True)  # wrong: bubbles
    Event("tick", {"data": 1})  # wrong: only a message has data
    CloseEvent("close", code="1000")  # wrong: a code is a number
    CloseEvent("close", {"reason": 1})  # wrong: a reason is text
    MessageEvent("message", orgin="https://example.com")  # wrong: origin
    MessageEvent("message", {"lastEventId": 1})  # wrong: which is text
    target.dispatchEvent("tick")  # wrong: an event, not its type
    target.addEventListener("tick", on_message)  # wrong: nobody knows what event that is
    target.onmessage = on_message  # wrong: not each target has it


def one_listener_for_all(event: Event) -> None:
    event.data  # wrong: not each event has data  # noqa: B018
    if isinstance(event, MessageEvent):
        event.data.decode()  # wrong: it may be text


def aborting(signal: AbortSignal) -> None:
    signal.abortd  # wrong: aborted  # noqa: B018
    signal.aborted = True  # wrong: its controller does that
    signal.onabort = on_close  # wrong: aborting is not the end of a connection
    signal.addEventListener("abort", on_close)  # wrong: the same
    AbortSignal.any(signal)  # wrong: an iterable of signals
    AbortSignal.any([AbortController()])  # wrong: of their signals
    signal.abort()  # wrong: that would be another signal
    signal.timeout(1000)  # wrong: that too
    AbortSignal.timeout("1000")  # wrong: a time is a number


async def blobs(blob: Blob) -> None:
    Blob(b"bytes")  # wrong: a list of parts
    Blob([1])  # wrong: a part is text, bytes or a Blob
    Blob(["text"], endings="dos")  # wrong: native, or transparent
    Blob(["text"], {"typ": "text/plain"})  # wrong: type
    blob.slice("1")  # wrong: a position is a number
    blob.text().upper()  # wrong: it is to be awaited
    blob.size = 1  # wrong: a Blob does not change


async def readable_streams(stream: ReadableStream[int]) -> None:
    ReadableStream(pul=print)  # wrong: pull
    ReadableStream(pull=3)  # wrong: a function
    ReadableStream(type="text")  # wrong: only bytes
    stream.getReader({"mode": "default"})  # wrong: only byob, or nothing
    stream.values(preventCancle=True)  # wrong: preventCancel
    stream.from_([1])  # wrong: it is called on the class
    stream.locked = True  # wrong: it is read only
    print([*stream])  # wrong: async for
    async for chunk in stream:
        chunk.upper()  # wrong: a chunk is an int here
    print(stream.getReader().read().value)  # wrong: it is to be awaited


class NoCookies:
    def cookies(self, url: str) -> str:
        return url


def settings() -> None:
    EnvironmentSettings("https://example.com")  # wrong: only by its name
    EnvironmentSettings(base_url="https://example.com")  # wrong: api_base_url
    EnvironmentSettings(cookie_store=NoCookies())  # wrong: the method is named cookies_for
    CookieJar().cookies_for("wss://example.com/", same_site="lax")  # wrong: lax-or-less
    EnvironmentSettings(limits={"message_size": 1})  # wrong: Limits(message_size=1)
    Limits(message_size="1 MiB")  # wrong: a number of bytes
    Limits(messages=1)  # wrong: there is no such limit


def errors(error: DOMException) -> None:
    error.name = "SyntaxError"  # wrong: it cannot be set
    DOMException("enough", code=20)  # wrong: its number follows from its name


async def writing(readable: ReadableStream[bytes], writable: WritableStream[bytes]) -> None:
    WritableStream(wrote=print)  # wrong: write
    writer = writable.getWriter()
    writer.write("text")  # wrong: the chunks are bytes
    writer.ready()  # wrong: it is a promise, and no method
    writer.desiredSize = 1  # wrong: it cannot be set
    await readable.pipeTo(readable)  # wrong: to a writable stream
    await readable.pipeTo(writable, preventEnd=True)  # wrong: preventClose
    await readable.pipeTo(writable, signal=AbortController())  # wrong: its signal


async def a_stream_of_messages(stream: WebSocketStream) -> None:
    WebSocketStream("wss://example.com/", ["a"])  # wrong: protocols=["a"]
    WebSocketStream("wss://example.com/", protocol=["a"])  # wrong: protocols
    WebSocketStream("wss://example.com/", signal=AbortController())  # wrong: its signal
    stream.close(3000)  # wrong: closeCode=3000
    stream.close(code=3000)  # wrong: closeCode=3000
    print(stream.opened.readable)  # wrong: opened is a promise
    opened = await stream.opened
    opened.protocol = "a"  # wrong: it cannot be set
    await opened.writable.getWriter().write(12)  # wrong: str(12)
    WebSocketError("why", code=3000)  # wrong: closeCode


async def a_connection_as_streams(stream: WebSocketStream, numbers: ReadableStream[int]) -> None:
    opened = await stream.opened
    opened.writable.getWriter().write(1)  # wrong: text or bytes
    await numbers.pipeTo(opened.writable)  # wrong: text or bytes
    WebSocketStream("ws://localhost", protocol="chat")  # wrong: protocols
    stream.close(code=3000)  # wrong: closeCode
