"""4 new WebSocketStream(url, options), and 5 get a URL record.

https://whatpr.org/websockets/48.html#dom-websocketstream-websocketstream
"""

import asyncio
import threading

import pytest

from support.inside import abort_algorithms
from support.loops import collect_garbage, errors_heard
from support.page import limits, nobody_is_in_line, nowhere, turns, until
from support.server import Server
from support.streams import connecting_stream, open_stream
from support.wire import establish
from whatwg_websockets import (
    AbortController,
    AbortSignal,
    DOMException,
    EnvironmentSettings,
    WebSocketCloseInfo,
    WebSocketError,
    WebSocketStream,
)


def error_name(*arguments, **keywords):
    """Return the name of the DOMException that the constructor throws."""
    with pytest.raises(DOMException) as caught:
        WebSocketStream(*arguments, **keywords)
    return caught.value.name


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("ws://example.com", "ws://example.com/"),
        ("WSS://EXAMPLE.com:443/a?b", "wss://example.com/a?b"),
        ("http://example.com/", "ws://example.com/"),
        ("https://example.com:443/", "wss://example.com/"),
    ],
)
async def test_steps_2_and_5_the_url_is_parsed_and_kept(given, url):
    assert WebSocketStream(given, settings=nowhere()).url == url
    await turns()


async def test_step_1_a_relative_url_is_relative_to_the_base_url():
    settings = nowhere(api_base_url="https://example.com/a/b")
    assert WebSocketStream("c", settings=settings).url == "wss://example.com/a/c"
    await turns()


@pytest.mark.parametrize("url", ["", "foo", "ftp://h/", "ws://h/#", "ws://h/#x", "https://h#"])
async def test_step_2_what_cannot_be_connected_to_is_a_syntax_error(url):
    assert error_name(url) == "SyntaxError"


async def test_step_2_a_password_is_in_no_error():
    for url in ("ws://u:secret@a b/", "ftp://u:secret@h/", "ws://u:secret@h/#f"):
        with pytest.raises(DOMException) as caught:
            WebSocketStream(url)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("protocols", [[""], ["a b"], ["a", "a"], ["ä"], ["a,b"]])
async def test_step_4_a_subprotocol_that_is_none_is_a_syntax_error(protocols):
    assert error_name("ws://h/", protocols=protocols) == "SyntaxError"


@pytest.mark.parametrize(
    "options",
    [
        True,
        "a",
        5,
        {"protocols": "a"},
        {"protocols": {"a": 1}},
        {"protocols": None},
        {"signal": "aborted"},
        {"signal": None},
        {"signal": AbortController()},
    ],
)
async def test_options_of_another_type_are_a_type_error(options):
    with pytest.raises(TypeError):
        WebSocketStream("ws://h/", options)


async def test_an_unknown_keyword_is_a_type_error_and_an_unknown_member_is_passed_over():
    with pytest.raises(TypeError):
        WebSocketStream("ws://h/", protocol="a")
    WebSocketStream("ws://h/", {"protocol": "a"}, settings=nowhere())
    await turns()


def test_a_stream_needs_a_running_loop():
    with pytest.raises(RuntimeError, match="a WebSocketStream needs a running event loop"):
        WebSocketStream("ws://h/")


async def test_the_subprotocols_are_offered_and_the_choice_is_told():
    async with Server() as server:
        stream = WebSocketStream(server.url, {"protocols": ("a", "b")})
        peer = await server.accept_handshake(sec_websocket_protocol="b")
        assert peer.request["Sec-WebSocket-Protocol"] == "a, b"
        opened = await stream.opened
        assert (opened.protocol, opened.extensions) == ("b", "")


async def test_the_settings_are_those_of_the_with_around_or_the_argument():
    async with Server() as server:
        settings = EnvironmentSettings(origin="https://a.example")
        settings.run(WebSocketStream, server.url)
        assert (await server.accept_handshake()).request["Origin"] == "https://a.example"
        WebSocketStream(server.url, settings=EnvironmentSettings(origin="https://b.example"))
        assert (await server.accept_handshake()).request["Origin"] == "https://b.example"


async def test_a_stream_tells_what_it_is(pages):
    assert "was not constructed" in repr(WebSocketStream.__new__(WebSocketStream))
    stream = connecting_stream(pages)
    assert repr(stream) == "<WebSocketStream ws://server.example/ CONNECTING>"
    wire = establish(pages.connection)
    await stream.opened
    assert repr(stream) == "<WebSocketStream ws://server.example/ OPEN>"
    stream.close()
    assert repr(stream) == "<WebSocketStream ws://server.example/ CLOSING>"
    wire.fail(None)
    with pytest.raises(WebSocketError):
        await stream.closed
    assert repr(stream) == "<WebSocketStream ws://server.example/ CLOSED>"


async def test_the_promises_are_the_same_each_time(pages):
    stream, _, _ = await open_stream(pages)
    assert stream.opened is stream.opened
    assert stream.closed is stream.closed
    assert await stream.opened is await stream.opened


# A handshake that fails.


async def test_a_failed_handshake_rejects_both_promises():
    async with Server() as server:
        stream = WebSocketStream(server.url)
        peer = await server.accept_handshake(status="HTTP/1.1 404 Not Found")
        with pytest.raises(WebSocketError) as opened:
            await stream.opened
        with pytest.raises(WebSocketError) as closed:
            await stream.closed
        assert (opened.value.closeCode, opened.value.reason) == (None, "")
        assert (closed.value.closeCode, closed.value.reason) == (1006, "")
        message = "the connection could not be established"
        assert opened.value.message == closed.value.message == message
        await peer.expect_gone()


async def test_a_failed_handshake_that_nobody_looks_at_is_not_reported():
    WebSocketStream("ws://server.example/", settings=nowhere())
    await turns()
    await collect_garbage()
    assert not errors_heard()


# The signal.


async def test_step_8_2_a_signal_that_is_aborted_connects_to_nothing():
    async with Server() as server:
        reason = LookupError("enough")
        stream = WebSocketStream(server.url, signal=AbortSignal.abort(reason))
        assert stream.url == server.url
        for promise in (stream.opened, stream.closed):
            with pytest.raises(LookupError) as caught:
                await promise
            assert caught.value is reason
        await turns()
        assert server.nobody_is_waiting()
        stream.close()
        await turns()
        assert "CLOSED" in repr(stream)


async def test_step_8_3_an_abort_ends_the_handshake():
    async with Server() as server:
        controller = AbortController()
        stream = WebSocketStream(server.url, signal=controller.signal)
        peer = await server.accept()
        await peer.read_request()
        controller.abort()
        assert "CLOSING" in repr(stream)
        for promise in (stream.opened, stream.closed):
            with pytest.raises(DOMException) as caught:
                await promise
            assert caught.value.name == "AbortError"
        await peer.expect_gone()
        assert nobody_is_in_line()
        await until(lambda: "CLOSED" in repr(stream))
        assert abort_algorithms(controller.signal) == []


async def test_step_8_3_an_abort_before_tcp_connects_to_nothing():
    async with Server() as server:
        controller = AbortController()
        stream = WebSocketStream(server.url, signal=controller.signal)
        controller.abort("a reason that is not an exception")
        with pytest.raises(Exception, match="a reason that is not an exception"):
            await stream.opened
        await turns()
        assert nobody_is_in_line()


async def test_step_8_3_the_signal_may_be_aborted_in_another_thread():
    async with Server() as server:
        controller = AbortController()
        stream = WebSocketStream(server.url, signal=controller.signal)
        peer = await server.accept()
        thread = threading.Thread(target=controller.abort)
        thread.start()
        with pytest.raises(DOMException) as caught:
            await stream.closed
        assert caught.value.name == "AbortError"
        await asyncio.to_thread(thread.join)
        await peer.expect_gone()


async def test_step_8_3_1_after_the_handshake_the_signal_does_nothing(pages):
    controller = AbortController()
    stream = connecting_stream(pages, signal=controller.signal)
    wire = establish(pages.connection)
    # The connection is established, and its task has not run.
    controller.abort()
    opened = await stream.opened
    assert opened.readable is not None
    assert wire.written == b""


async def test_a_signal_keeps_no_stream_that_is_open(pages):
    controller = AbortController()
    stream = connecting_stream(pages, signal=controller.signal)
    assert len(abort_algorithms(controller.signal)) == 1
    establish(pages.connection)
    await stream.opened
    assert abort_algorithms(controller.signal) == []
    controller.abort()
    await turns()
    assert "OPEN" in repr(stream)


async def test_a_signal_keeps_no_stream_that_failed():
    controller = AbortController()
    stream = WebSocketStream("ws://h.example/", signal=controller.signal, settings=nowhere())
    with pytest.raises(WebSocketError):
        await stream.closed
    assert abort_algorithms(controller.signal) == []


# The size of messages.


async def test_a_message_over_the_limit_fails_the_connection():
    async with Server() as server:
        stream = WebSocketStream(server.url, settings=limits(message_size=10))
        peer = await server.accept_handshake()
        await peer.send_text("x" * 10)
        await peer.send_text("x" * 11)
        reader = (await stream.opened).readable.getReader()
        assert (await reader.read()).value == "x" * 10
        assert (await peer.read_frame()).payload[:2] == (1009).to_bytes(2)
        with pytest.raises(WebSocketError) as caught:
            await reader.read()
        assert caught.value.closeCode == 1006


async def test_what_closed_is_resolved_with_can_be_given_to_close(pages):
    stream, wire, _ = await open_stream(pages)
    stream.close(WebSocketCloseInfo(3000, "r"))
    await turns()
    assert wire.frames[0].payload == (3000).to_bytes(2) + b"r"
